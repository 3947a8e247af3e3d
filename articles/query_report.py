"""What a report says of the queries of some days: how often, how well, how fast, and since when."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class QueryList(StrEnum):
    """Which queries a report lists, and so by what they are ordered."""

    TOP = "top"
    WITHOUT_HITS = "without-hits"
    WITHOUT_CLICKS = "without-clicks"
    RISING = "rising"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class QueryDays:
    """Some days, both ends included, and as many before them that they are compared with.

    Examples
    --------
    >>> QueryDays(date(2011, 7, 8), date(2011, 7, 14)).begins
    datetime.date(2011, 7, 1)
    """

    first: date
    last: date

    @property
    def begins(self) -> date:
        """The first of the days before."""
        days = (self.last - self.first).days + 1
        return self.first - min(timedelta(days=days), self.first - date.min)


@dataclass(frozen=True, slots=True)
class QueryCount:
    """One query over the days of a report.

    Attributes
    ----------
    text : str
        As `articles.asked_queries.normalised` returns it.
    searches : int
        How often it was asked.
    without_hits : int
        How many of these searches found nothing.
    hits : int
        How many articles the last of them found.
    milliseconds : int
        What all of them took together.
    before : int
        How often it was asked in the days before.
    clicks : int
        How often a hit was followed.
    """

    text: str
    searches: int
    without_hits: int
    hits: int
    milliseconds: int
    before: int
    clicks: int = 0

    @property
    def unfollowed(self) -> int:
        """How many searches found something of which nothing was followed, if one click is one."""
        return max(self.searches - self.without_hits - self.clicks, 0)

    @property
    def mean(self) -> float:
        """Milliseconds that one search took."""
        return self.milliseconds / self.searches


@dataclass(frozen=True, slots=True)
class QueryTotals:
    """All searches of the days of a report; ``queries`` counts the different ones."""

    queries: int = 0
    searches: int = 0
    without_hits: int = 0
    milliseconds: int = 0
    before: int = 0
    clicks: int = 0
