"""TF-IDF rows: what related articles are found by.

`index.term_weights` computes them in the build; serving only reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter


@dataclass(frozen=True, slots=True)
class TfidfRows:
    """The rows of all articles, as the build has them.

    Attributes
    ----------
    matrix : scipy.sparse.csr_matrix of float32, shape (articles, terms)
        Rows of length 1, or empty for an article without a telling word; indices ascend in a row.
    idf : float32 array of shape (terms,)
        0 for a term that is left out.
    """

    matrix: sparse.csr_matrix
    idf: Array

    def save(self, writer: ArrayFileWriter) -> None:
        """Write the rows, and the columns, for `StoredRows`."""
        for name, written in (("rows", self.matrix), ("columns", self.matrix.tocsc())):
            writer.add(f"{name}.data", written.data)
            writer.add(f"{name}.indices", written.indices.astype(np.int32))
            writer.add(f"{name}.ends", written.indptr.astype(np.int64))
        writer.add("rows.idf", self.idf)


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

    def rows(self, documents: Sequence[int]) -> sparse.csr_matrix:
        """Return the rows of some documents (len(documents), terms)."""
        parts = self._taken("rows", documents)
        return sparse.csr_matrix(parts, shape=(len(documents), self.terms))

    def columns(self, terms: Sequence[int]) -> sparse.csc_matrix:
        """Return the columns of some terms (articles, len(terms))."""
        parts = self._taken("columns", terms)
        return sparse.csc_matrix(parts, shape=(self.articles, len(terms)))

    def row_of(self, codes: Sequence[int]) -> sparse.csr_matrix:
        """Return the row (1, terms) of a text with these term codes, as if it were archived."""
        distinct, occurrences = np.unique(np.array(codes, np.int64), return_counts=True)
        weights = (1 + np.log(occurrences)) * self.idf[distinct]
        kept = weights > 0
        weights, distinct = weights[kept], distinct[kept]
        weights = (weights / (np.linalg.norm(weights) or 1)).astype(np.float32)
        return sparse.csr_matrix((weights, distinct, [0, len(distinct)]), shape=(1, self.terms))

    def _taken(self, name: str, numbers: Sequence[int]) -> tuple[Array, Array, Array]:
        """Return values, indices and ends of some rows or columns."""
        ends = self._file[f"{name}.ends"]
        values, indices = self._file[f"{name}.data"], self._file[f"{name}.indices"]
        spans = [slice(*ends[number : number + 2].tolist()) for number in numbers]
        return (
            np.concatenate([np.empty(0, np.float32), *(values[span] for span in spans)]),
            np.concatenate([np.empty(0, np.int32), *(indices[span] for span in spans)]),
            np.cumsum([0, *(span.stop - span.start for span in spans)]),
        )
