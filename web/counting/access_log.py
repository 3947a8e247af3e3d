"""Lines of a web server's access log, in the combined format."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from articles.errors import BackfileError

_LINE = re.compile(
    r'(?P<address>\S+) \S+ [^\[]*\[(?P<time>[^\]]{1,40})\] "(?P<request>(?:[^"\\]|\\.)*)" '
    r'(?P<status>\d{3}) (?:\d+|-)(?P<rest> "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
_TIME = re.compile(
    r"(\d\d)/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/(\d{4}):(\d\d):(\d\d):(\d\d) "
    r"([+-])(\d\d)(\d\d)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class LogLineError(BackfileError):
    """A line that is none of an access log in the combined format."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One request as the log of a web server has it.

    Attributes
    ----------
    address, agent : str
        Who asked.
    at : datetime
        When, in UTC.
    target : str
        What for: a path, with its parameters; empty where the request was none for a page.
    status : int
        How it was answered.
    """

    address: str
    at: datetime
    target: str
    status: int
    agent: str


def read_line(text: str) -> LogLine:
    r"""Return what a line says.

    Raises
    ------
    LogLineError
        When it is no line in the combined format; the message says what is missing.

    Examples
    --------
    >>> line = read_line('203.0.113.7 - - [11/Jul/2011:10:00:00 +0200] "GET /bridge HTTP/1.1" '
    ...     '200 512 "-" "Mozilla/5.0"')
    >>> line.at, line.target, line.status
    (datetime.datetime(2011, 7, 11, 8, 0, tzinfo=datetime.timezone.utc), '/bridge', 200)
    """
    found = _LINE.match(text)
    if found is None:
        raise LogLineError("it is no line of an access log in the combined format")
    if found["agent"] is None:
        raise LogLineError(
            "it names no user agent, without which programs cannot be told from readers: log in "
            "the combined format"
        )
    method, _, rest = found["request"].partition(" ")
    target = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
    return LogLine(
        found["address"],
        _moment(found["time"]),
        target if method == "GET" else "",
        int(found["status"]),
        found["agent"],
    )


def _moment(text: str) -> datetime:
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)  # noqa: TRY301
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-shift if sign == "-" else shift)
        date = int(year), _MONTHS.index(month) + 1, int(day)
        local = datetime(*date, int(hour), int(minute), int(second), tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise LogLineError(
            f"it has no time such as 11/Jul/2011:10:00:00 +0200, but {text[:40]!r}"
        ) from error
