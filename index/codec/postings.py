"""Postings in memory: as they come in, as numpy arrays, and sorted by term and document."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array, ranges
from index.codec.layouts import BOOSTS, layout_of


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings as arrays of one length, and their occurrences, posting after posting.

    Attributes
    ----------
    rows : int64 array
        The term of each posting, as a place in some list.
    documents : int64 array
        The document of each posting.
    counts : int64 array
        How many occurrences each posting has.
    weights : float32 array
        The weight of each posting.
    occurrences : dict of str to array
        By the name of the column an array that is as long as all counts together; empty where
        occurrences are only counted.
    """

    rows: Array
    documents: Array
    counts: Array
    weights: Array
    occurrences: dict[str, Array]

    @property
    def size(self) -> int:
        """How many bytes the arrays take."""
        arrays = (self.rows, self.documents, self.counts, self.weights)
        return sum(array.nbytes for array in (*arrays, *self.occurrences.values()))

    def taken(self, places: Array) -> "Postings":
        """Return the postings at ``places`` in their order."""
        starts = np.cumsum(self.counts) - self.counts
        items = ranges(starts[places], self.counts[places]) if self.occurrences else places
        return Postings(
            self.rows[places],
            self.documents[places],
            self.counts[places],
            self.weights[places],
            {name: column[items] for name, column in self.occurrences.items()},
        )

    def renumbered(self, rows: Array, documents: Array) -> "Postings":
        """Return the same postings with other rows and documents."""
        return Postings(rows, documents, self.counts, self.weights, self.occurrences)


class Run(NamedTuple):
    """Postings whose rows are places in ``terms``; each term stands there once."""

    terms: Sequence[bytes]
    postings: Postings


class PostingBuffer:
    """Takes postings one by one.

    Parameters
    ----------
    format_ : Format
        Whoosh's format of the values.
    field : str
        What errors call the field.
    """

    def __init__(self, format_: Any, field: str) -> None:
        self._format = format_
        self.layout = layout_of(format_, field)
        self._clear()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def size(self) -> int:
        """About how many bytes the buffer takes."""
        columns = sum(len(column) * column.itemsize for column in self._occurrences)
        # A posting has four numbers; a term is a bytes object, an int and an entry of a dict.
        return columns + 16 * len(self) + 150 * len(self._numbers)

    def add(self, term: bytes, document: int, weight: float, value: bytes | None) -> None:
        """Add a posting; its value is as the format encoded it."""
        if not self._rows and value:
            self.layout = self.layout.fitting(self._format, value)
            self._clear()
        row = self._numbers.setdefault(term, len(self._numbers))
        if self._occurrences:
            columns = self.layout.occurrences(self._format, value)
            for column, items in zip(self._occurrences, columns, strict=True):
                column.extend(items)
            self._counts.append(len(columns[0]))
        else:
            self._counts.append(self.layout.frequency(value))
        self._rows.append(row)
        self._documents.append(document)
        self._weights.append(weight)

    def forget(self, document: int) -> None:
        """Take the postings of the document that was added last away again."""
        while self._documents and self._documents[-1] == document:
            count = self._counts.pop()
            for column in self._occurrences:
                del column[len(column) - count :]
            self._rows.pop()
            self._documents.pop()
            self._weights.pop()

    def take(self) -> Run:
        """Return what came in, in its order, and be empty again."""
        postings = Postings(
            np.array(self._rows, np.int64),
            np.array(self._documents, np.int64),
            np.array(self._counts, np.int64),
            np.array(self._weights, np.float32),
            {
                name: np.array(column)
                for name, column in zip(self.layout.columns, self._occurrences, strict=True)
            },
        )
        run = Run(list(self._numbers), postings)
        self._clear()
        return run

    def _clear(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._rows, self._documents, self._counts = array("I"), array("I"), array("I")
        self._weights = array("f")
        self._occurrences = [array("d" if name == BOOSTS else "I") for name in self.layout.columns]


def inverted(runs: Sequence[Run]) -> Run:
    """Return all postings sorted by term and document, terms by their bytes and none without any.

    Postings of one term in one document stay in their order: Whoosh writes several for the steps
    that two numbers of a document share.
    """
    terms = sorted(set().union(*(run.terms for run in runs)))
    places = {term: place for place, term in enumerate(terms)}
    whole = _joined(
        [
            run.postings.renumbered(
                np.array([places[term] for term in run.terms], np.int64)[run.postings.rows],
                run.postings.documents,
            )
            for run in runs
        ]
    )
    whole = whole.taken(np.argsort(whole.rows << 32 | whole.documents, kind="stable"))
    present = np.flatnonzero(np.bincount(whole.rows, minlength=len(terms)))
    if len(present) == len(terms):
        return Run(terms, whole)
    rows = np.searchsorted(present, whole.rows)
    return Run([terms[place] for place in present], whole.renumbered(rows, whole.documents))


def transposed(run: Run) -> Postings:
    """Return postings sorted by document and term, as a document's vector has them."""
    postings = run.postings
    return postings.taken(np.argsort(postings.documents << 32 | postings.rows, kind="stable"))


def _joined(parts: Sequence[Postings]) -> Postings:
    if len(parts) == 1:
        return parts[0]
    return Postings(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.weights for part in parts]),
        {
            name: np.concatenate([part.occurrences[name] for part in parts])
            for name in parts[0].occurrences
        },
    )
