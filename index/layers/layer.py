"""A layer: a small generation of articles that are new or have changed, placed in the great one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

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


class Layer:
    """A small generation, and where all that it holds lies among the great one's; safe to share.

    Parameters
    ----------
    base : Base
        The great generation.
    generation : Generation
        The small one.
    articles : sequence of Article
        What it was built of, in order.

    Attributes
    ----------
    moments : list of Moment
        Of each document.
    before : int64 array
        Before which document of the great generation each would lie.
    """

    def __init__(self, base: "Base", generation: Generation, articles: Sequence[Article]) -> None:
        self._base = base
        self.generation = generation
        self.moments = list(map(moment_of, articles))
        self.before = np.array([base.place_of(article) for article in articles], np.int64)
        self._values: dict[str, Places] = {}

    def __len__(self) -> int:
        return len(self.moments)

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

    def place_of(self, article: Article) -> int:
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
