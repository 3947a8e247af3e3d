"""TF-IDF rows: what related articles are found by.

`index.term_weights` computes them in the build; serving only reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import _sparsetools

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.strings import StringTable

_ROWS_AT_A_TIME = 4_096
SLOPE = 0.9
"""How much of its length a row is scaled by; measured on judged news, where .8 does as well."""


@dataclass(frozen=True, slots=True)
class TfidfRows:
    """The rows of all articles, as the build has them.

    Attributes
    ----------
    matrix : scipy.sparse.csr_matrix of float32, shape (articles, terms)
        Rows of a length near 1 (see `scale`), or empty for an article without a telling word;
        indices ascend in a row.
    idf : float32 array of shape (terms,)
        0 for a term that is left out.
    pivot : float
        The mean length of a row before it was scaled.
    """

    matrix: sparse.csr_matrix
    idf: Array
    pivot: float = 1.0

    def save(self, writer: ArrayFileWriter) -> None:
        """Write the rows, and the columns, for `StoredRows`."""
        for name, written in (("rows", self.matrix), ("columns", self.matrix.tocsc())):
            writer.add(f"{name}.data", written.data)
            writer.add(f"{name}.indices", written.indices.astype(np.int32))
            writer.add(f"{name}.ends", written.indptr.astype(np.int64))
        writer.add("rows.lengths", lengths_of(self.matrix))
        writer.add("rows.idf", self.idf)
        writer.add("rows.pivot", np.array([self.pivot], np.float64))


def lengths_of(rows: sparse.csr_matrix) -> Array:
    """Return the length of each row (float32)."""
    return np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), np.float32)).ravel()


def scale(lengths: Array | np.floating[Any], pivot: float | None) -> Array:
    """Return ``1 / ((1 - s) * pivot + s * length)`` with ``s = .9``, 0 for a length of 0.

    Pivoted normalisation (Singhal, Buckley and Mitra 1996): a row of the pivot's length becomes
    one of length 1, longer ones stay a little longer. Without a pivot all have length 1.

    Examples
    --------
    >>> (scale(np.array([5.0, 10.0, 20.0]), 10.0) * [5, 10, 20]).round(3).tolist()
    [0.909, 1.0, 1.053]
    """
    lengths = np.where(np.asarray(lengths) > 0, lengths, np.inf)
    divisors = lengths if pivot is None else (1 - SLOPE) * pivot + SLOPE * lengths
    return np.asarray(1 / divisors)


class Row(NamedTuple):
    """One row: the codes of its terms, ascending (int32), and their values (float32)."""

    terms: Array
    values: Array


class RowParts(NamedTuple):
    """Some rows: of row ``i`` the ``values[ends[i]:ends[i + 1]]`` and the codes of their terms."""

    values: Array
    terms: Array
    ends: Array


class StoredRows:
    """The rows of a generation; only the pages of those asked for are read. Safe to share."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self.articles = len(file["rows.ends"]) - 1
        self.terms = len(file["columns.ends"]) - 1

    @cached_property
    def idf(self) -> Array:
        """The rarity of every term (float32), 0 for one that is left out."""
        return self._file["rows.idf"].all()

    @cached_property
    def _pivot(self) -> float | None:
        """The mean length of rows; None in generations of before, whose rows have length 1."""
        return float(self._file["rows.pivot"][0]) if "rows.pivot" in self._file else None

    def rows(self, documents: Sequence[int]) -> sparse.csr_matrix:
        """Return the rows of some documents (len(documents), terms)."""
        return sparse.csr_matrix(tuple(self.parts(documents)), shape=(len(documents), self.terms))

    def parts(self, documents: Sequence[int]) -> RowParts:
        """Return the rows of some documents as they lie."""
        ends = self._file["rows.ends"]
        values, terms = self._file["rows.data"], self._file["rows.indices"]
        spans = [slice(*ends[document : document + 2].tolist()) for document in documents]
        return RowParts(
            np.concatenate([np.empty(0, np.float32), *(values[span] for span in spans)]),
            np.concatenate([np.empty(0, np.int32), *(terms[span] for span in spans)]),
            np.cumsum([0, *(span.stop - span.start for span in spans)]),
        )

    def row(self, document: int) -> Row:
        """Return the row of one document."""
        span = slice(*self._file["rows.ends"][document : document + 2].tolist())
        return Row(self._file["rows.indices"][span], self._file["rows.data"][span])

    def products(self, row: Row) -> Array:
        """Return the products of all rows with one (float32).

        Column after column is added where it lies: put together first, they would be megabytes.
        Terms behind those of the generation stand in none of its rows.
        """
        found = np.zeros(self.articles, np.float32)
        ends = self._file["columns.ends"]
        values, indices = self._file["columns.data"], self._file["columns.indices"]
        span, weight = np.zeros(2, np.int32), np.ones(1, np.float32)
        for term, value in zip(row.terms.tolist(), row.values.tolist(), strict=True):
            if term >= self.terms:
                break
            inside = slice(*ends[term : term + 2].tolist())
            span[1], weight[0] = inside.stop - inside.start, value
            _sparsetools.csc_matvec(
                self.articles, 1, span, indices[inside], values[inside], weight, found
            )
        return found

    @cached_property
    def lengths(self) -> Array:
        """The length of every row (float32); generations of before are read whole for it."""
        if "rows.lengths" in self._file:
            return self._file["rows.lengths"].all()
        ends = self._file["rows.ends"].all()
        squares = np.zeros(len(ends), np.float64)
        for first in range(0, self.articles, _ROWS_AT_A_TIME):
            own = ends[first : first + _ROWS_AT_A_TIME + 1]
            values = self._file["rows.data"][int(own[0]) : int(own[-1])].astype(np.float64)
            sums = np.append(0, np.cumsum(values**2))
            squares[first : first + len(own) - 1] = np.diff(sums[own - own[0]])
        return np.sqrt(squares[: self.articles]).astype(np.float32)

    @cached_property
    def boilerplate(self) -> frozenset[str]:
        """Sentences that say nothing, as the build found them; none in generations of before."""
        if "boilerplate.ends" not in self._file:
            return frozenset()
        return frozenset(StringTable.open(self._file, "boilerplate"))

    @cached_property
    def rarest(self) -> float:
        """The rarity of a term that stands in one article, ``ln((1 + n) / 2) + 1``."""
        return float(np.log((1 + self.articles) / 2) + 1)

    def row_of(self, codes: Sequence[int]) -> Row:
        """Return the row of a text with these term codes, as if it were archived.

        Codes behind those of the generation are terms of which nothing is known: they count as
        the `rarest`.
        """
        distinct, occurrences = np.unique(np.array(codes, np.int64), return_counts=True)
        known = int(np.searchsorted(distinct, self.terms))
        rarity = np.full(len(distinct), self.rarest)
        rarity[:known] = self.idf[distinct[:known]]
        weights = (1 + np.log(occurrences)) * rarity
        kept = weights > 0
        weights, distinct = weights[kept], distinct[kept]
        weights = (weights * scale(np.linalg.norm(weights), self._pivot)).astype(np.float32)
        return Row(distinct.astype(np.int32), weights)
