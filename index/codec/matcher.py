"""Whoosh's matchers over arrays: the postings of one term, and the vector of one document."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.field_postings import FieldPostings
from index.codec.layouts import COLUMNS
from index.codec.lengths import Lengths
from index.whoosh_api import LeafMatcher, ReadTooFar

BLOCK = 128
"""Postings that share a quality; also how many are turned into Python's numbers at once."""


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks the postings of one term.

    Parameters
    ----------
    field : FieldPostings
        The field of a segment.
    place : int
        The term.
    format_ : Format
        The field's format in the schema.
    term : tuple of str and bytes
        What Whoosh calls the term.
    scorer : Scorer or None
        Scores postings; without one the matcher has neither scores nor qualities.
    lengths : Lengths or None
        The lengths of the segment's fields.

    No array of the file is kept here, so that closing the reader closes the file, whoever still
    has a matcher.
    """

    def __init__(
        self,
        field: FieldPostings,
        place: int,
        format_: Any,
        term: tuple[str, bytes] | None,
        scorer: Any,
        lengths: Lengths | None,
    ) -> None:
        self._field = field
        self._place = place
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._lengths = lengths
        self._length = len(self._documents)
        self._at = self._start = self._stop = 0
        self._ids: list[Any] = []
        self._go_to(0)

    def copy(self) -> "ArrayMatcher":
        """Return a matcher that stands where this one does."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def reset(self) -> None:
        """Go back to the first posting."""
        self._go_to(0)

    def is_active(self) -> bool:
        """Tell whether the matcher stands on a posting."""
        return self._at < self._length

    def id(self) -> Any:
        """Return the current document; the last one when all are read, for Whoosh peeks at it."""
        return self._ids[min(self._at - self._start, len(self._ids) - 1)]

    def all_ids(self) -> Iterator[Any]:
        """Return the documents from the current one on."""
        return iter(self._names(self._documents[self._at :]))

    def next(self) -> bool:
        """Go to the next posting; tell whether that begins a block."""
        if self._at >= self._length:
            raise ReadTooFar
        self._at += 1
        if self._at < self._stop:
            return False
        self._go_to(self._at)
        return True

    def skip_to(self, id: Any) -> None:  # noqa: A002  the name is Whoosh's
        """Go to the first posting whose document is not below ``id``."""
        if self._at >= self._length:
            raise ReadTooFar
        if id <= self.id():
            return
        if id <= self._ids[-1]:
            self._at = self._start + bisect_left(self._ids, id, self._at - self._start)
        else:
            self._go_to(self._first_from(id))

    def weight(self) -> float:
        """Return the weight of the current posting."""
        return float(self._weights[self._at])

    def value(self) -> bytes:
        """Return the current posting as its format encodes it."""
        layout = self._field.layout
        rows = self._rows(layout.kind) if layout.columns else []
        return layout.value(self.format, int(self._counts[self._at]), rows)

    def value_as(self, astype: str) -> Any:
        """Return the current posting as what Whoosh calls ``astype``."""
        if self.format.supports(astype) and self._field.layout.kind != "bytes":
            if astype == "frequency":
                return int(self._counts[self._at])
            if set(COLUMNS.get(astype, ("",))) <= set(self._field.layout.columns):
                return self._rows(astype)
        return super().value_as(astype)

    def all_items(self) -> Iterator[tuple[Any, bytes]]:
        """Yield documents and values from the current posting on."""
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def block_min_id(self) -> Any:
        """Return the first document of the block."""
        return self._ids[0]

    def block_max_id(self) -> Any:
        """Return the last document of the block."""
        return self._ids[-1]

    def block_min_length(self) -> int:
        """Return the shortest length of the field in the block's documents."""
        return int(self._block_lengths().min())

    def block_max_length(self) -> int:
        """Return the greatest length of the field in the block's documents."""
        return int(self._block_lengths().max())

    def block_max_weight(self) -> float:
        """Return the greatest weight of the block."""
        return float(self._weights[self._start : self._stop].max())

    def skip_to_quality(self, minquality: float) -> int:
        """Skip blocks that are not better than ``minquality``; return how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._go_to(self._stop)
            skipped += 1
        return skipped

    def _go_to(self, at: int) -> None:
        self._at = at
        if at < self._length:
            self._start = at - at % BLOCK
            self._stop = min(self._start + BLOCK, self._length)
            self._ids = self._names(self._documents[self._start : self._stop])

    def _names(self, documents: Array) -> list[Any]:
        names: list[Any] = documents.tolist()
        return names

    def _first_from(self, document: int) -> int:
        rest = self._documents[self._stop :]
        return self._stop + int(np.searchsorted(rest, document))

    def _block_lengths(self) -> Array:
        assert self._lengths is not None
        assert self._term is not None
        return self._lengths.of(self._term[0])[self._documents[self._start : self._stop]]

    def _rows(self, astype: str) -> list[Any]:
        """Return the occurrences of the current posting: numbers, or tuples of several columns."""
        stop = int(self._ends[self._at])
        start = stop - int(self._counts[self._at])
        columns = [self._columns[name][start:stop].tolist() for name in COLUMNS[astype]]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))

    @property
    def _documents(self) -> Array:
        return self._field.documents(self._place)

    @cached_property
    def _counts(self) -> Array:
        return self._field.counts_of(self._place)

    @cached_property
    def _ends(self) -> Array:
        return np.cumsum(self._counts)

    @cached_property
    def _weights(self) -> Array:
        return np.array(self._field.weights_of(self._place))

    @cached_property
    def _columns(self) -> dict[str, Array]:
        columns = self._field.columns_of(self._place)
        return {name: np.array(column) for name, column in columns.items()}


class VectorMatcher(ArrayMatcher):
    """Walks the terms of one document's vector, whose ids are the terms as text."""

    def __init__(self, field: FieldPostings, document: int, format_: Any) -> None:
        super().__init__(field, document, format_, None, None, None)

    def _names(self, documents: Array) -> list[Any]:
        terms = self._field.terms
        return [terms[place].decode("utf-8", "surrogatepass") for place in documents.tolist()]

    def _first_from(self, document: Any) -> int:
        sought = document.encode("utf-8", "surrogatepass")
        rest = self._documents[self._stop :]
        return self._stop + int(np.searchsorted(rest, self._field.terms.first_from(sought)))
