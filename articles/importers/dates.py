"""Dates as newsrooms write them -> times in UTC."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from dateutil.parser import parser, parserinfo

EARLIEST_YEAR = 1600
"""The first newspapers; an earlier date is a slip or a program's zero."""

_LONGEST = 80
_SLASHED_YEAR = re.compile(r"\d{4}\s*[./-]")
_HAS_YEAR = re.compile(r"\d{4}|\d\s*[./-]\s*\d\d?\s*[./-]\s*\d\d\b|\d-[A-Za-z]{3}-\d\d\b|'\d\d\b")
_ZONE_NAME = re.compile(r"\b(?:GMT|UTC)(?=[+-]\d)")  # dateutil reads GMT+4 as 4 hours west
_EPOCH_DIGITS = range(9, 15)
_MONTHS = """
jan january januar jänner janvier janv enero ene января январь янв հունվար հունվարի იანვარი იანვარს
feb february februar février févr fevrier febrero февраля февраль фев февр փետրվար փետրվարի თებერვალი თებერვალს
mar march märz mars marzo марта март мар մարտ մարտի მარტი მარტს
apr april avril avr abril abr апреля апрель апр ապրիլ ապրիլի აპრილი აპრილს
may mai mayo мая май մայիս մայիսի მაისი მაისს
jun june juni juin junio июня июнь июн հունիս հունիսի ივნისი ივნისს
jul july juli juillet juil julio июля июль июл հուլիս հուլիսի ივლისი ივლისს
aug august août aout agosto ago августа август авг օգոստոս օգոստոսի აგვისტო აგვისტოს
sep sept september septembre septiembre setiembre сентября сентябрь сен сент սեպտեմբեր սեպտեմբերի სექტემბერი სექტემბერს
oct october oktober okt octobre octubre октября октябрь окт հոկտեմբեր հոկտեմբերի ოქტომბერი ოქტომბერს
nov november novembre noviembre ноября ноябрь ноя нояб նոյեմբեր նոյեմբերի ნოემბერი ნოემბერს
dec december dezember dez décembre déc decembre diciembre dic декабря декабрь дек դեկտեմբեր դեկտեմբերի დეკემბერი დეკემბერს
"""  # noqa: E501 (one month, one line)
_WEEKDAYS = """
mon monday montag lundi lunes понедельник երկուշաբթի ორშაბათი
tue tues tuesday dienstag mardi martes вторник երեքշաբթի სამშაბათი
wed wednesday mittwoch mercredi miércoles среда չորեքշաբթի ოთხშაბათი
thu thur thurs thursday donnerstag jeudi jueves четверг հինգշաբթի ხუთშაბათი
fri friday freitag vendredi viernes пятница ուրբաթ პარასკევი
sat saturday samstag sonnabend samedi sábado суббота շաբաթ შაბათი
sun sunday sonntag dimanche domingo воскресенье կիրակի კვირა
"""
_JUMPS = """
. , ; - / ' " | · • — – at on and of st nd rd th er m t ad um uhr den der le la à les de del el las
a los в г года год թ թ. ին წ წ. წელი წლის
"""
_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "ET": -5, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "JST": 9,
}  # fmt: skip


def _words(table: str) -> Any:  # the stubs allow two or three words a month
    return [tuple(line.split()) for line in table.split("\n") if line]


class _Words(parserinfo):
    MONTHS = _words(_MONTHS)
    WEEKDAYS = _words(_WEEKDAYS)
    JUMP = [" ", *_JUMPS.split()]  # noqa: RUF012 (parserinfo reads it from the class)


_parser = parser(_Words())
# What a text leaves out comes from the default, so two that differ in all show what it left out.
_DEFAULTS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2004, 2, 2, tzinfo=UTC))


def parse_time(value: Any, *, day_first: bool = True, lenient: bool = True) -> datetime | None:
    """Return the time that the value names, None when it names no day.

    ISO 8601 is tried first, then epoch seconds or milliseconds, then dates in words or figures in
    English, German, French, Spanish, Russian, Armenian and Georgian. A time without a zone is UTC,
    a day without a time is its beginning.

    Parameters
    ----------
    value : str, int, float or datetime
        Anything else names no time.
    day_first : bool
        Whether 03/04/2011 is in April.
    lenient : bool
        Whether words that belong to no date are passed over.

    Examples
    --------
    >>> parse_time("2-MAR-1987 11:25:38.57").isoformat()
    '1987-03-02T11:25:38.570000+00:00'
    >>> parse_time("11. Juli 2011, 14:30 Uhr").isoformat()
    '2011-07-11T14:30:00+00:00'
    >>> parse_time("July") is None
    True
    """
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, str):
        return _parse_text(value.strip(), day_first, lenient)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _parse_number(value)
    return None


@lru_cache(maxsize=4096)
def _parse_text(text: str, day_first: bool, lenient: bool) -> datetime | None:
    if text.isdecimal():
        return _parse_number(int(text)) if len(text) < 20 else None
    try:
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    if len(text) > _LONGEST or not _HAS_YEAR.search(text):
        return None
    text = _ZONE_NAME.sub("", text)
    first, second = (
        _parse_words(text, default, day_first and not _SLASHED_YEAR.match(text), lenient)
        for default in _DEFAULTS
    )
    return first if first == second else None


def _parse_words(text: str, default: datetime, day_first: bool, lenient: bool) -> datetime | None:
    try:
        time = _parser.parse(
            text, default=default, dayfirst=day_first, fuzzy=lenient, tzinfos=_zone_offset
        )
    except (ValueError, OverflowError, TypeError, AttributeError, ArithmeticError):
        return None  # dateutil lets all of these through on odd text
    return _utc(time) if isinstance(time, datetime) else None


def _zone_offset(name: str | None, offset: int | None) -> int:
    return offset or _ZONES.get(name or "", 0) * 3600


def _parse_number(number: float) -> datetime | None:
    """Read 20110711 as a day, 20110711143000 as a time, and other long numbers as an epoch."""
    digits = str(abs(int(number))) if abs(number) < 1e18 else ""
    for length, layout in ((8, "%Y%m%d"), (14, "%Y%m%d%H%M%S")):
        if len(digits) == length and number > 0:
            try:
                return datetime.strptime(digits, layout).replace(tzinfo=UTC)
            except ValueError:
                break
    if len(digits) not in _EPOCH_DIGITS:
        return None
    try:
        return datetime.fromtimestamp(number / 1000 if len(digits) > 11 else number, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _utc(time: datetime) -> datetime | None:
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None
