"""The values of a facet as things of their own: all sections, all people, and what each is in."""

import difflib
import threading
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from articles.article import Article
from index.arrays import Array
from index.columns import Chosen, FacetColumn
from index.generation import Generation
from index.visibility import Visibility
from search.collation import NO_LETTER, Collation, key
from search.engine import Facet, FacetCount, SearchRequest, Timeline
from search.facets import commonest, with_counts
from search.periods import day_of, days_of
from search.timeline import timeline

NAMES = ("section", "author", "source", "person", "place", "tag")
"""The facets whose values have pages."""
BESIDE = ("person", "place", "tag", "section")
"""Those that are counted among the articles of one value."""
MOST_BESIDE = 8
MOST_NEWEST = 10
MOST_NEAR = 5
_COMPARED = 1000
"""Names near an unknown one, by the order of the list, with which it is compared."""
_LIKENESS = 0.7

Order = Literal["name", "count"]


class Letter(NamedTuple):
    """Where in a list the names begin that have a letter in front; ``""`` for no letter."""

    letter: str
    offset: int


@dataclass(frozen=True, slots=True)
class ValueList:
    """A part of a list of values: ``total`` in all, and where each letter begins among them."""

    total: int
    counts: tuple[FacetCount, ...]
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What the archive has of one value.

    ``articles`` counts the ``undated``, too; ``newest`` are the first of them by date, the newest
    first; ``beside`` is what stands most often in the same articles. The ``timeline`` reaches over
    the whole archive; it is None where that has one day.
    """

    name: str
    value: str
    articles: int
    undated: int
    first: date | None
    last: date | None
    timeline: Timeline | None
    newest: tuple[Article, ...]
    beside: tuple[Facet, ...]


class _Shown(NamedTuple):
    """The values of a facet that are seen while the same documents are ``hidden``.

    ``by_name`` and ``by_count`` hold their codes in order, ``initials`` the letters of ``by_name``.
    """

    hidden: bytes
    counts: Array
    by_name: Array
    by_count: Array
    initials: Array


class FacetValues:
    """The values of one facet; safe to share between threads."""

    def __init__(self, column: FacetColumn) -> None:
        self.column = column
        self._lock = threading.Lock()
        self._known: _Shown | None = None

    @cached_property
    def collation(self) -> Collation:
        """The order of all values by name."""
        return Collation(list(self.column.values))

    def counts(self, hidden: Array) -> Array:
        """Return how many articles that are not hidden have each value (int64)."""
        articles = len(self.column.ends) - 1
        shown = np.setdiff1d(np.arange(articles), hidden, assume_unique=True)
        return self.column.counts(Chosen(shown, articles))

    def shown(self, hidden: Array) -> _Shown:
        """Return the values that some article has that is not hidden."""
        state = hidden.tobytes()
        with self._lock:
            if self._known is None or self._known.hidden != state:
                counts = self.counts(hidden)
                seen = counts[self.collation.order] > 0
                by_name = self.collation.order[seen]
                by_count = by_name[np.argsort(-counts[by_name], kind="stable")]
                initials = self.collation.initials[seen]
                self._known = _Shown(state, counts, by_name, by_count, initials)
            return self._known


class ValueReader:
    """Answers what values there are and what each is in; safe to share between threads."""

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._generation = generation
        self._visibility = visibility
        self._facets = {name: FacetValues(generation.columns.facet(name)) for name in NAMES}

    def numbers(self) -> dict[str, int]:
        """Return how many values each facet has."""
        hidden = self._visibility.hidden()
        return {name: len(facet.shown(hidden).by_name) for name, facet in self._facets.items()}

    def listed(
        self,
        name: str,
        *,
        words: str = "",
        order: Order = "name",
        offset: int = 0,
        limit: int = 200,
    ) -> ValueList:
        """Return a part of the values of a facet, of those whose names hold some ``words``."""
        facet = self._facets[name]
        shown = facet.shown(self._visibility.hidden())
        codes, initials = shown.by_name, shown.initials
        if order == "count":
            codes = shown.by_count
        if words.strip():
            wanted = facet.collation.holding(words.strip())[codes]
            codes, initials = codes[wanted], initials[wanted]
        counts = with_counts(facet.column, shown.counts, codes[offset : offset + limit])
        letters = _letters(initials) if order == "name" else ()
        return ValueList(len(codes), counts, letters)

    def portrait(self, name: str, value: str) -> Portrait | None:
        """Return what the archive has of a value, None when no article has it that is public."""
        documents = self._documents(name, value)
        if not len(documents):
            return None
        columns = self._generation.columns
        dated = documents[np.searchsorted(documents, columns.undated) :]
        ends = days_of(columns.published[dated[[0, -1]]]).tolist() if len(dated) else []
        newest = documents[: -MOST_NEWEST - 1 : -1]
        return Portrait(
            name=name,
            value=value,
            articles=len(documents),
            undated=len(documents) - len(dated),
            first=day_of(ends[0]) if ends else None,
            last=day_of(ends[-1]) if ends else None,
            timeline=timeline(columns, documents, SearchRequest()),
            newest=tuple(self._generation.documents.articles(newest.tolist())),
            beside=tuple(self._beside(name, value, documents)),
        )

    def near(self, name: str, value: str) -> tuple[str, ...]:
        """Return values that somebody may have meant who asked for one that there is not.

        Those that differ in case and accents alone come first, then those that hold it, then what
        is spelt much like it among the `_COMPARED` nearest in the list.
        """
        facet = self._facets[name]
        shown = facet.shown(self._visibility.hidden())
        sought, names = key(value), [facet.collation.keys[code] for code in shown.by_name.tolist()]
        start = max(bisect_left(names, sought) - _COMPARED // 2, 0)
        around = range(start, min(start + _COMPARED, len(names)))
        alike = difflib.get_close_matches(
            sought, [names[at] for at in around], MOST_NEAR, _LIKENESS
        )
        found = [at for at in around if names[at] == sought]
        if sought:
            found += [at for at, one in enumerate(names) if sought in one][:MOST_NEAR]
        found += [at for one in alike for at in around if names[at] == one]
        nearest = np.array(list(dict.fromkeys(found))[:MOST_NEAR], np.int64)
        return tuple(facet.column.values.strings(shown.by_name[nearest].tolist()))

    def kinds_of(self, value: str) -> tuple[str, ...]:
        """Return the facets in which some public article has this very value."""
        return tuple(name for name in NAMES if len(self._documents(name, value)))

    def _documents(self, name: str, value: str) -> Array:
        try:
            documents = self._facets[name].column.having(value)
        except UnicodeEncodeError:  # a lone surrogate stands in no value
            return np.empty(0, np.int64)
        hidden = self._visibility.hidden()
        return np.setdiff1d(documents, hidden, assume_unique=True) if len(hidden) else documents

    def _beside(self, name: str, value: str, documents: Array) -> list[Facet]:
        found = []
        chosen = Chosen(documents, self._generation.articles)
        for other in BESIDE:
            column = self._facets[other].column
            if not len(column.values):
                continue
            counts = column.counts(chosen)
            if other == name:
                counts = counts * (np.arange(len(counts)) != column.values.find(value))
            if best := commonest(column, counts, MOST_BESIDE):
                found.append(Facet(other, best))
        return found


def _letters(initials: Array) -> tuple[Letter, ...]:
    """Return where each letter begins in a list by name."""
    starts = np.flatnonzero(np.diff(initials, prepend=-1))
    return tuple(
        Letter("" if code == NO_LETTER else chr(code).upper(), start)
        for code, start in zip(initials[starts].tolist(), starts.tolist(), strict=True)
    )
