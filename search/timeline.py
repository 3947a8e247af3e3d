"""The hits over time: documents lie by date, so that counting a bucket is a subtraction."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.columns import Columns
from search.dates import month_end, second_range
from search.engine import Bucket, SearchRequest, Timeline, Unit

MOST_BUCKETS = 120
_YEARS: dict[Unit, int] = {"year": 1, "decade": 10, "century": 100}
_MOST_DAYS, _MOST_MONTHS = 62, 60


class _Edges(NamedTuple):
    """The days of consecutive buckets, and the seconds between which they lie."""

    days: tuple[tuple[date, date], ...]
    seconds: Array


def timeline(columns: Columns, documents: Array, request: SearchRequest) -> Timeline | None:
    """Return how many documents (ascending) were published when, over the days of the request.

    Without days it reaches from the first to the last article of the archive. The unit is the
    finest whose buckets can be told apart.
    """
    span = _span(columns, request)
    if span is None:
        return None
    unit = unit_of(*span)
    edges = _edges(*span, unit)
    if len(edges.days) < 2:
        return None
    counts = counted(columns.published, documents, edges.seconds)
    days = zip(edges.days, counts.tolist(), strict=True)
    return Timeline(unit, tuple(Bucket(*pair, count) for pair, count in days))


def counted(published: Array, documents: Array, seconds: Array) -> Array:
    """Return how many of the documents (ascending) were published between consecutive instants."""
    # In the type of the documents: otherwise all of them would be converted.
    firsts = np.searchsorted(published, seconds).astype(documents.dtype)
    return np.diff(np.searchsorted(documents, firsts))


def years_counted(columns: Columns, documents: Array) -> list[tuple[int, int]]:
    """Return each year with its number of documents (ascending), the newest first, none empty."""
    ends = archive_days(columns)
    if ends is None:
        return []
    years = range(ends[0].year, ends[1].year + 1)
    counts = counted(columns.published, documents, _year_seconds(years.start, years.stop))
    found = zip(years, counts.tolist(), strict=True)
    return [(year, count) for year, count in reversed(list(found)) if count]


def archive_days(columns: Columns) -> tuple[date, date] | None:
    """Return the days of the first and the last dated article, None when there is none."""
    dated = columns.published[columns.undated :]
    if not len(dated):
        return None
    first, last = (datetime.fromtimestamp(int(dated[place]), UTC).date() for place in (0, -1))
    return first, last


def unit_of(first: date, last: date) -> Unit:
    """Return the finest unit that makes few enough buckets of the days.

    Examples
    --------
    >>> unit_of(date(2011, 7, 1), date(2011, 7, 31)), unit_of(date(2011, 1, 1), date(2012, 12, 31))
    ('day', 'month')
    >>> unit_of(date(2009, 1, 1), date(2019, 12, 31)), unit_of(date(1780, 1, 1), date(2019, 1, 1))
    ('year', 'decade')
    """
    if (last - first).days < _MOST_DAYS:
        return "day"
    if (last.year - first.year) * 12 + last.month - first.month < _MOST_MONTHS:
        return "month"
    years = last.year - first.year
    # One less, because the first and the last may be cut.
    most = MOST_BUCKETS - 1
    return next((unit for unit, size in _YEARS.items() if years < size * most), "century")


def _span(columns: Columns, request: SearchRequest) -> tuple[date, date] | None:
    """Return the days that a timeline of a request reaches over."""
    first, last = request.published_from, request.published_to
    if request.year:
        first = max(first or date.min, _day(min(request.year), 1, 1))
        last = min(last or date.max, _day(max(request.year), 12, 31))
    if first is None or last is None:
        ends = archive_days(columns)
        if ends is None:
            return None
        first, last = first or min(ends[0], last or ends[0]), last or max(ends[1], first or ends[1])
    return (first, last) if first <= last else None


@lru_cache(256)
def _edges(first: date, last: date, unit: Unit) -> _Edges:
    days = []
    start = first
    while start <= last:
        end = min(_end(start, unit), last)
        days.append((start, end))
        if end == date.max:
            break
        start = end + timedelta(days=1)
    seconds = [second_range(start, end) for start, end in days]
    return _Edges(tuple(days), np.array([seconds[0][0], *(stop for _, stop in seconds)], np.int64))


@lru_cache(64)
def _year_seconds(start: int, stop: int) -> Array:
    edges = [second_range(date(year, 1, 1), None)[0] for year in range(start, min(stop, 10_000))]
    return np.array([*edges, second_range(None, _day(stop - 1, 12, 31))[1]], np.int64)


def _end(day: date, unit: Unit) -> date:
    """Return the last day of the bucket that a day lies in."""
    if unit == "day":
        return day
    if unit == "month":
        return month_end(day)
    size = _YEARS[unit]
    return _day(day.year - day.year % size + size - 1, 12, 31)


def _day(year: int, month: int, day: int) -> date:
    return date(min(max(year, 1), 9999), month, day)
