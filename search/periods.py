"""Days, months, years and decades, and how many articles each of them has."""

from datetime import date, timedelta

import numpy as np

from index.arrays import Array
from search.engine import Bucket, Timeline, Unit

MOST_DAYS = 62
"""So long a time is divided into days: two months."""
_EPOCH = date(1970, 1, 1).toordinal()
_EARLIEST, _LATEST = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH
_MONTHS = {"month": 1, "year": 12, "decade": 120}


def days_of(instants: Array) -> Array:
    """Return the days of seconds since 1970, as days since 1970 (int64), all in the calendar."""
    days: Array = np.clip(instants // 86_400, _EARLIEST, _LATEST)
    return days


def day_of(number: int) -> date:
    """Return the day that lies so many days after the first of 1970."""
    return date.fromordinal(_EPOCH + number)


def counted(days: Array) -> tuple[Array, Array]:
    """Return the distinct days of ascending ones, and how often each stands there (int64)."""
    starts = np.flatnonzero(np.diff(days, prepend=_EARLIEST - 1))
    return days[starts], np.diff(starts, append=len(days))


def divided(days: Array, counts: Array, most: int) -> Timeline:
    """Divide the time from the first day to the last into the shortest unit that will do.

    Parameters
    ----------
    days, counts : int64 array
        Days since 1970, ascending, and how many articles each has.
    most : int
        The greatest number of months or years; what needs more is divided into decades.

    Examples
    --------
    >>> timeline = divided(np.array([0, 100]), np.array([3, 1]), 60)
    >>> timeline.unit, [bucket.count for bucket in timeline.buckets]
    ('month', [3, 0, 0, 1])
    """
    if not len(days):
        return Timeline("month", ())
    unit = _unit(days[[0, -1]], most)
    numbers = _numbers(days, unit)
    first = int(numbers[0])
    found = np.zeros(int(numbers[-1]) - first + 1, np.int64)
    np.add.at(found, numbers - first, counts)
    return Timeline(
        unit, tuple(_period(unit, first + place, n) for place, n in enumerate(found.tolist()))
    )


def months(days: Array, counts: Array) -> tuple[Bucket, ...]:
    """Return the months that have any articles, in order."""
    numbers = _numbers(days, "month")
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    found = np.add.reduceat(counts, starts) if len(starts) else counts
    return tuple(
        _period("month", number, count)
        for number, count in zip(numbers[starts].tolist(), found.tolist(), strict=True)
    )


def _unit(ends: Array, most: int) -> Unit:
    units: dict[Unit, int] = {"day": MOST_DAYS, "month": most, "year": most}
    for unit, limit in units.items():
        first, last = _numbers(ends, unit).tolist()
        if last - first < limit:
            return unit
    return "decade"


def _numbers(days: Array, unit: Unit) -> Array:
    """Return the number of each day's period: days since 1970, or units since the year 0."""
    if unit == "day":
        return days
    in_months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    numbers: Array = (in_months + 1970 * 12) // _MONTHS[unit]
    return numbers


def _period(unit: Unit, number: int, count: int) -> Bucket:
    if unit == "day":
        return Bucket(day_of(number), day_of(number), count)
    width = _MONTHS[unit]
    following = _month_begins((number + 1) * width)
    last = following - timedelta(days=1) if following else date.max
    return Bucket(_month_begins(number * width) or date.min, last, count)


def _month_begins(number: int) -> date | None:
    """Return the first day of a month since the year 0, None outside the calendar."""
    year, month = divmod(number, 12)
    return date(year, month + 1, 1) if 0 < year <= date.max.year else None
