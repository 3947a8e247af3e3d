"""Long times as several lines of bars, like the lines of a text."""

from datetime import date

from search.engine import Bucket, Timeline, Unit

BAND = 62
"""The most bars side by side; what is longer is broken into bands."""
_YEARS: dict[Unit, int] = {"year": 1, "decade": 10}


def bands(timeline: Timeline) -> tuple[Timeline, ...]:
    """Return the timeline in parts that are equally long: itself when it is short enough.

    Each begins with a January, a decade or a century. Empty buckets fill the first and the last.

    Examples
    --------
    >>> years = [Bucket(date(y, 1, 1), date(y, 12, 31), 1) for y in range(1897, 1997)]
    >>> [len(band.buckets) for band in bands(Timeline("year", tuple(years)))]
    [60, 60]
    """
    buckets, unit = timeline.buckets, timeline.unit
    if len(buckets) <= BAND or unit not in ("month", "year", "decade"):
        return (timeline,)
    whole = 12 if unit == "month" else 10
    lead = _number(buckets[0].first, unit) % whole
    share = -(-(lead + len(buckets)) // -(-(lead + len(buckets)) // BAND))
    places = -(-share // whole) * whole
    first = _number(buckets[0].first, unit) - lead
    behind = -(lead + len(buckets)) % places
    padded = (
        *(_empty(first + place, unit) for place in range(lead)),
        *buckets,
        *(_empty(first + lead + len(buckets) + place, unit) for place in range(behind)),
    )
    return tuple(
        Timeline(unit, padded[start : start + places]) for start in range(0, len(padded), places)
    )


def _number(day: date, unit: Unit) -> int:
    """Return the number of the month, year or decade since the year 0 that a day lies in."""
    if unit == "month":
        return day.year * 12 + day.month - 1
    return day.year // _YEARS[unit]


def _empty(number: int, unit: Unit) -> Bucket:
    year, month = divmod(number, 12) if unit == "month" else (number * _YEARS[unit], 0)
    day = date(min(max(year, 1), date.max.year), month + 1, 1)
    return Bucket(day, day, 0)
