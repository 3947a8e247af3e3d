"""Dates in a query: 2011, 2011-07 and 2011-07-11 each stand for all of their days."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from articles.message import Message
from index.columns import NEVER, UNDATED, seconds
from search.errors import SearchError

_DATE = re.compile(r"\s*(\d{4})(?:-?(\d{1,2})(?:-?(\d{1,2}))?)?\s*")

_MICRO = 1_000_000
_SINCE_YEAR_1 = -seconds(datetime(1, 1, 1, tzinfo=UTC), 0)


def days_of(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that ``text`` stands for, None when it is no date.

    Examples
    --------
    >>> days_of("2012-02")
    (datetime.date(2012, 2, 1), datetime.date(2012, 2, 29))
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    return first, month_end(first.replace(month=month or 12))


def month_end(day: date) -> date:
    """Return the last day of the month of a day.

    Examples
    --------
    >>> month_end(date(2012, 2, 11)), month_end(date(9999, 12, 1))
    (datetime.date(2012, 2, 29), datetime.date(9999, 12, 31))
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def second_range(first: date | None, last: date | None) -> tuple[int, int]:
    """Return the half-open range of seconds from the start of ``first`` to the end of ``last``.

    An open beginning excludes the undated, too: what has no date lies in no range of dates.
    """
    start = UNDATED + 1 if first is None else _midnight(first)
    if last is None or last == date.max:
        return start, NEVER
    return start, _midnight(last + timedelta(days=1))


def day_range(
    first: str | None, last: str | None, after_first: bool, before_last: bool
) -> tuple[int, int]:
    """Return the seconds of a range as it was typed; its ends count unless they are excluded.

    Raises
    ------
    SearchError
        When an end is no date.
    """
    start = _typed(first)[after_first] if first else None
    end = _typed(last)[not before_last] if last else None
    if start and after_first:
        start = _shifted(start, 1)
    if end and before_last:
        end = _shifted(end, -1)
    return second_range(start, end)


def instant_range(
    first: int | None, last: int | None, after_first: bool, before_last: bool
) -> tuple[int, int]:
    """Return the half-open range of seconds between instants in microseconds since the year 1.

    That is how Whoosh writes a time in the range of a query. Articles are dated in whole seconds;
    both ends count unless they are excluded.
    """
    start, stop = UNDATED + 1, NEVER
    if first is not None:
        start = (first // _MICRO if after_first else -(-first // _MICRO) - 1) + 1 - _SINCE_YEAR_1
    if last is not None:
        stop = (-(-last // _MICRO) if before_last else last // _MICRO + 1) - _SINCE_YEAR_1
    return start, stop


def _typed(text: str) -> tuple[date, date]:
    days = days_of(text)
    if days is None:
        raise SearchError(
            Message("“%(text)s” is no date such as 2011, 2011-07 or 2011-07-11", text=text.strip())
        )
    return days


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _midnight(day: date) -> int:
    return seconds(datetime(day.year, day.month, day.day, tzinfo=UTC), 0)
