"""Where an archive has a hole: more days without an article than its rhythm explains."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from index.arrays import Array
from search.periods import day_of

NEIGHBOURS = 101
"""Distances by which one is judged: its own and those around it, so that a rhythm may change."""
USUAL = 0.9
"""The usual distance is the one that so great a share of them do not exceed."""
TIMES = 3
"""A gap is more than so many times the usual distance."""
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive days without an article, ``first`` and ``last`` included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def gaps(days: Array) -> tuple[Gap, ...]:
    """Return the gaps between distinct ascending days since 1970, in order.

    Each distance from one day with articles to the next is held against the `NEIGHBOURS` around
    it: the nearest-rank quantile `USUAL` of these is the usual one, and a gap is more than `TIMES`
    as long. So a daily paper has a gap when three days are missing, a weekly one when three issues
    are; where there are fewer than ten distances, none is unusual.

    Examples
    --------
    >>> [(str(gap.first), gap.days) for gap in gaps(np.array([*range(9), 30, *range(31, 40)]))]
    [('1970-01-10', 21)]
    """
    distances = np.diff(days)
    # No distance is less than a day, so only these can be more than so many times the usual one.
    candidates = np.flatnonzero(distances > TIMES)
    found = [
        chunk[distances[chunk] > TIMES * _usual(distances, chunk)]
        for chunk in np.split(candidates, range(_CHUNK, len(candidates), _CHUNK))
    ]
    return tuple(
        Gap(day_of(int(days[place]) + 1), day_of(int(days[place + 1]) - 1))
        for place in np.concatenate(found).tolist()
    )


def _usual(distances: Array, places: Array) -> Array:
    """Return the usual distance around each of these places."""
    width = min(NEIGHBOURS, len(distances))
    starts = np.clip(places - width // 2, 0, len(distances) - width)
    around = distances[starts[:, None] + np.arange(width)]
    rank = int(np.ceil(USUAL * width)) - 1
    usual: Array = np.partition(around, rank, axis=1)[:, rank] if len(places) else places
    return usual
