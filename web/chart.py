"""Bars over time: where each stands in a drawing, what it says, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from search.engine import Timeline, Unit
from web.locales import articles, day, month

HEIGHT = 64
"""The height of the tallest bar; the width is 100, of whatever the page has."""
LEAST = 2
"""The height of the smallest bar, so that a single article is seen beside thousands."""
MOST_LABELS = 8
"""Labels below the bars: more run into each other on a phone."""
_ROUND = (1, 2, 5, 10, 20, 50)
_YEARS = 24
"""More months than so many, from a January on, are labelled by their years."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place in a drawing of 100 by `HEIGHT`, and its name.

    ``label`` stands below it, empty where there is no room; ``address`` is empty where there is
    nothing to show.
    """

    x: float
    width: float
    height: float
    name: str
    count: int
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a timeline: ``unit`` is what each stands for, ``most`` what the tallest does."""

    unit: Unit
    bars: tuple[Bar, ...]
    most: int


def chart(timeline: Timeline, address: Callable[[date, date], str], most: int = 0) -> Chart:
    """Return the drawing of a timeline.

    Parameters
    ----------
    timeline : Timeline
        With at least one bucket.
    address : callable
        Where the bar of these days leads.
    most : int
        The articles of a bar of the full height; 0 for those of the tallest.
    """
    buckets = timeline.buckets
    most = most or max(bucket.count for bucket in buckets)
    step = 100 / len(buckets)
    gap = min(0.4, step * 0.15)
    every, unit = _labels(timeline)
    bars = []
    for place, bucket in enumerate(buckets):
        height = max(HEIGHT * bucket.count / most, LEAST) if bucket.count else 0
        # Labels stand in the middle of equal stretches, the last of which may be shorter.
        labelled = place % every == 0
        bars.append(
            Bar(
                x=round(place * step + gap, 3),
                width=round(step - 2 * gap, 3),
                height=round(height, 1),
                name=f"{period(bucket.first, bucket.last)}: {articles(bucket.count)}",
                count=bucket.count,
                label=short(bucket.first, unit) if labelled else "",
                address=address(bucket.first, bucket.last) if bucket.count else "",
            )
        )
    return Chart(timeline.unit, tuple(bars), most)


def _labels(timeline: Timeline) -> tuple[int, Unit]:
    """Return how many buckets have one label, and what it names."""
    buckets = timeline.buckets
    if timeline.unit == "month" and len(buckets) > _YEARS and buckets[0].first.month == 1:
        return 12, "year"
    every = -(-len(buckets) // MOST_LABELS)
    if timeline.unit in ("year", "decade"):
        every = next(step for step in _ROUND if step >= every)
    return every, timeline.unit


def period(first: date, last: date) -> str:
    """Return the days from one to another in words, as short as they can be said.

    Examples
    --------
    >>> period(date(2011, 1, 1), date(2011, 12, 31)), period(date(2011, 7, 1), date(2011, 7, 31))
    ('2011', 'July 2011')
    >>> period(date(2010, 1, 1), date(2019, 12, 31)), period(date(2011, 7, 11), date(2011, 7, 11))
    ('2010–2019', '11 July 2011')
    >>> period(date(2011, 7, 11), date(2011, 7, 20))
    '11 July 2011 – 20 July 2011'
    """
    if first == last:
        return day(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    following = last + timedelta(days=1) if last < date.max else last
    if (
        first.day == 1
        and following.day == 1
        and (first.year, first.month) == (last.year, last.month)
    ):
        return month(first)
    return f"{day(first)} – {day(last)}"


def short(first: date, unit: Unit) -> str:
    """Return the label of a bar.

    Examples
    --------
    >>> short(date(2011, 7, 11), "day"), short(date(2011, 7, 1), "year")
    ('11', '2011')
    """
    if unit == "day":
        return str(first.day)
    if unit == "month":
        return month(first, "LLL")
    return str(first.year)
