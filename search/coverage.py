"""What the archive covers: when, in which languages, of whom, and where it has gaps."""

import threading
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from index.arrays import Array
from index.columns import Chosen, Columns
from index.generation import Generation
from index.visibility import Visibility
from search.engine import Bucket, FacetCount, Timeline
from search.facets import commonest
from search.gaps import Gap, gaps
from search.periods import counted, day_of, days_of, divided, months

MOST_GAPS = 100
MOST_VALUES = 100
"""Languages, sources and sections that are listed."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many values a facet has, and the commonest of them, the most frequent first."""

    values: int
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What readers may see of an archive.

    ``articles`` counts the ``undated``, too. ``months`` are those that have articles; ``gaps`` the
    longest, in order, of all ``gaps_found``. ``days`` since 1970 are those that have articles,
    ``per_day`` says how many. Without a dated article there is no ``first`` and no ``last`` day.
    """

    articles: int
    undated: int
    first: date | None
    last: date | None
    months: tuple[Bucket, ...]
    gaps: tuple[Gap, ...]
    gaps_found: int
    languages: Holding
    sources: Holding
    sections: Holding
    days: Array = field(repr=False, compare=False)
    per_day: Array = field(repr=False, compare=False)

    def timeline(self, most: int) -> Timeline:
        """Return the time it covers in days, or in up to ``most`` months or years, or decades."""
        return divided(self.days, self.per_day, most)


def coverage(columns: Columns, hidden: Array) -> Coverage:
    """Return what the documents cover that are not hidden."""
    shown = np.ones(len(columns.published), bool)
    shown[hidden] = False
    documents = np.flatnonzero(shown)
    chosen = Chosen(documents, len(shown))
    dated = shown[columns.undated :]
    days, per_day = counted(days_of(columns.published[columns.undated :][dated]))
    found = gaps(days)
    longest = sorted(found, key=lambda gap: (-gap.days, gap.first))[:MOST_GAPS]
    return Coverage(
        articles=len(documents),
        undated=len(documents) - int(dated.sum()),
        first=day_of(int(days[0])) if len(days) else None,
        last=day_of(int(days[-1])) if len(days) else None,
        months=months(days, per_day),
        gaps=tuple(sorted(longest, key=lambda gap: gap.first)),
        gaps_found=len(found),
        languages=_holding(columns, "language", chosen),
        sources=_holding(columns, "source", chosen),
        sections=_holding(columns, "section", chosen),
        days=days,
        per_day=per_day,
    )


def _holding(columns: Columns, name: str, chosen: Chosen) -> Holding:
    column = columns.facet(name)
    counts = column.counts(chosen)
    return Holding(int(np.count_nonzero(counts)), commonest(column, counts, MOST_VALUES))


class CoverageReader:
    """Knows the coverage of one generation, and reads it anew when other documents are hidden.

    Safe to share between threads.
    """

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._columns = generation.columns
        self._visibility = visibility
        self._lock = threading.Lock()
        self._known: tuple[bytes, Coverage] | None = None

    def read(self) -> Coverage:
        """Return what readers may see now."""
        hidden = self._visibility.hidden()
        state = hidden.tobytes()
        with self._lock:
            if self._known is None or self._known[0] != state:
                self._known = state, coverage(self._columns, hidden)
            return self._known[1]
