"""What readers do is counted: views of articles, clicks in blocks; by hour, and never by whom."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

HOURS_A_DAY = 24
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(IntEnum):
    """What was counted."""

    VIEW = 0
    CLICK = 1


class Span(IntEnum):
    """How long a bucket is: an hour, a day, or all time."""

    HOUR = 0
    DAY = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class View:
    """A visitor opened an article.

    Attributes
    ----------
    visitor : bytes
        As `web.counting.visitors` makes them: good for a day, and nobody's name.
    hour : int
        When, as `hour_of` counts.
    article_id : str
        Which article; empty for a page that belongs to none, which is only told from others.
    paired : bool
        Whether it may say what is read together.
    """

    visitor: bytes
    hour: int
    article_id: str
    paired: bool = True


@dataclass(frozen=True, slots=True)
class Click:
    """A visitor followed an item of a block to an article; equal marks are the same item."""

    visitor: bytes
    hour: int
    article_id: str
    mark: bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """Views of an article in an hour that are known to be different ones."""

    hour: int
    article_id: str
    views: int = 1


@dataclass(frozen=True, slots=True)
class CoReading:
    """Two articles that were read in one visit, how often on a day; ``first_id < second_id``."""

    day: date
    first_id: str
    second_id: str
    visits: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a batch counted, in its order, and how many visitors turned out to be programs."""

    views: tuple[View, ...] = ()
    clicks: tuple[Click, ...] = ()
    programs: int = 0


@dataclass(frozen=True, slots=True)
class Rising:
    """How an article was read lately: views, and sums of views weighted by how late they came."""

    article_id: str
    views: int
    weighted: float
    squared: float


def hour_of(moment: datetime) -> int:
    """Return the hours since 1970 of an aware time.

    Examples
    --------
    >>> hour_of(datetime(1970, 1, 2, 3, 59, tzinfo=UTC))
    27
    """
    return (moment - _EPOCH) // _HOUR


def first_hour(day: date) -> int:
    """Return the first hour of a day in UTC."""
    return (day - _EPOCH.date()).days * HOURS_A_DAY


def day_of(hour: int) -> date:
    """Return the day in UTC of an hour.

    Examples
    --------
    >>> day_of(first_hour(date(2011, 7, 11)) + 23)
    datetime.date(2011, 7, 11)
    """
    return _EPOCH.date() + timedelta(days=hour // HOURS_A_DAY)
