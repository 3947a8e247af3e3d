"""TF-IDF rows: what related articles are found by.

`index.term_weights` computes them in the build; serving only reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter


@dataclass(frozen=True, slots=True)
class TfidfRows:
    """The rows of all articles.

    Attributes
    ----------
    matrix : scipy.sparse.csr_matrix of float32, shape (articles, terms)
        Rows of length 1, or empty for an article without a telling word; indices ascend in a row.
    by_term : scipy.sparse.csc_matrix of float32
        The same values by columns.
    idf : float32 array of shape (terms,)
        0 for a term that is left out.
    """

    matrix: sparse.csr_matrix
    by_term: sparse.csc_matrix
    idf: Array

    @classmethod
    def open(cls, file: ArrayFile) -> "TfidfRows":
        """Return the rows that ``save`` wrote, mapped."""
        idf = file["rows.idf"].all()
        articles = len(file["rows.ends"]) - 1
        matrix = sparse.csr_matrix((articles, len(idf)), dtype=np.float32)
        by_term = sparse.csc_matrix((articles, len(idf)), dtype=np.float32)
        for name, opened in (("rows", matrix), ("columns", by_term)):
            # Set behind the constructor, which would copy the mapped arrays to check them.
            opened.data = file[f"{name}.data"].all()
            opened.indices = file[f"{name}.indices"].all()
            opened.indptr = file[f"{name}.ends"].all()
            opened.has_sorted_indices = True
        return cls(matrix, by_term, idf)

    def save(self, writer: ArrayFileWriter) -> None:
        """Write the rows, and the columns."""
        for name, written in (("rows", self.matrix), ("columns", self.by_term)):
            writer.add(f"{name}.data", written.data)
            writer.add(f"{name}.indices", written.indices.astype(np.int32))
            writer.add(f"{name}.ends", written.indptr.astype(np.int32))
        writer.add("rows.idf", self.idf)

    def row_of(self, codes: Sequence[int]) -> sparse.csr_matrix:
        """Return the row (1, terms) of a text with these term codes, as if it were archived."""
        distinct, occurrences = np.unique(np.array(codes, np.int64), return_counts=True)
        weights = (1 + np.log(occurrences)) * self.idf[distinct]
        kept = weights > 0
        weights, distinct = weights[kept], distinct[kept]
        weights = (weights / (np.linalg.norm(weights) or 1)).astype(np.float32)
        return sparse.csr_matrix(
            (weights, distinct, [0, len(distinct)]), shape=(1, self.matrix.shape[1])
        )
