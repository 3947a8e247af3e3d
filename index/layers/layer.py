"""A layer: a small generation of articles that are new or have changed, placed in the great one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from articles.article import Article
from index.arrays import Array
from index.columns import UNDATED, Columns, seconds
from index.generation import Generation
from index.layers.tables import Places, places_in
from index.strings import StringTable

SEPARATOR = b"\0"
"""Stands between a spelling and its term: less than any letter, so that pairs sort as both do."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)
Moment = tuple[datetime, str]
"""By what articles lie in order: when they were published, and their ids."""


def moment_of(article: Article) -> Moment:
    """Return where an article lies in the order of a build: those without a date come first."""
    return article.published or _EARLIEST, article.id


class Entry(NamedTuple):
    """Where a document of a layer lies.

    Attributes
    ----------
    moment : Moment
        By what it lies in order.
    before : int
        Before which document of the great generation it lies.
    replaced : int or None
        The document there that it stands for.
    """

    moment: Moment
    before: int
    replaced: int | None

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.moment[1]


class Layer:
    """A small generation, and where all that it holds lies among the great one's; safe to share.

    Parameters
    ----------
    base : Base
        The great generation.
    generation : Generation
        The small one.
    entries : sequence of Entry
        Where each of its documents lies.
    """

    def __init__(self, base: "Base", generation: Generation, entries: "Sequence[Entry]") -> None:
        self._base = base
        self.generation = generation
        self.entries = entries
        self._values: dict[str, Places] = {}

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def terms(self) -> Places:
        """Where its terms stand among those of the great generation."""
        return places_in(self._base.generation.terms, self.generation.terms)

    @cached_property
    def spelled(self) -> StringTable:
        """Its spellings, each with its term."""
        return spelled(self.generation)

    @cached_property
    def spellings(self) -> Places:
        """Where these stand among those of the great generation."""
        return places_in(self._base.spelled, self.spelled)

    def values(self, name: str) -> Places:
        """Return where its values of a facet stand among those of the great generation."""
        if name not in self._values:
            great = self._base.generation.columns.facet(name).values
            own = self.generation.columns.facet(name).values
            self._values[name] = places_in(great, own)
        return self._values[name]


class Base:
    """The great generation below all layers, with what they are placed by; safe to share."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    @cached_property
    def spelled(self) -> StringTable:
        """Its spellings, each with its term."""
        return spelled(self.generation)

    @property
    def mean_length(self) -> float:
        """The mean length of its texts, by which the impacts of its postings were reckoned."""
        lengths = self.generation.lengths
        return float(lengths.mean(dtype=np.float64)) if len(lengths) else 0.0

    def entry(self, article: Article) -> Entry:
        """Return where an article lies."""
        replaced = self.generation.columns.document(article.id)
        return Entry(moment_of(article), self._place_of(article), replaced)

    def _place_of(self, article: Article) -> int:
        """Return the document before which an article would lie."""
        columns = self.generation.columns
        second = seconds(article.published, UNDATED)
        low, high = (
            int(columns.published.searchsorted(second, side=side)) for side in ("left", "right")
        )
        moment: Any = moment_of(article)
        while low < high:
            middle = (low + high) // 2
            if self._moment(columns, middle, second) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def _moment(self, columns: Columns, document: int, second: int) -> Moment:
        if second == UNDATED:
            return _EARLIEST, columns.ids([document])[0]
        return moment_of(self.generation.documents.articles([document])[0])


def spelled(generation: Generation) -> StringTable:
    """Return the spellings of a generation with `SEPARATOR` and its term behind each, sorted."""
    surfaces, terms = generation.surfaces, generation.terms
    joined = StringTable.joined([surfaces, StringTable.of_bytes([SEPARATOR]), terms])
    count = len(surfaces)
    numbers = np.empty((count, 3), np.int64)
    numbers[:, 0] = np.arange(count)
    numbers[:, 1] = count
    numbers[:, 2] = count + 1 + generation.surface_terms.astype(np.int64)
    parts = joined.taken(numbers.ravel())
    return StringTable(parts.data, parts.ends[::3])


def term_numbers(places: Sequence[Array], count: int) -> list[Array]:
    """Return for each source which of its terms each of ``count`` joint ones is, -1 for none.

    Parameters
    ----------
    places : sequence of int64 array
        For each source the joint number of each of its terms.
    count : int
        How many joint terms there are.
    """
    found = []
    for numbers in places:
        own = np.full(count, -1, np.int64)
        own[numbers] = np.arange(len(numbers))
        found.append(own)
    return found
