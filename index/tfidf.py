"""TF-IDF rows: what related articles are found by.

`index.term_weights` computes them in the build; serving only reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from index.arrays import Array, load, save


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
    def open(cls, folder: Path) -> "TfidfRows":
        """Return the rows that ``save`` wrote, mapped."""
        idf = load(folder, "rows.idf")
        articles = len(load(folder, "rows.ends")) - 1
        matrix = sparse.csr_matrix((articles, len(idf)), dtype=np.float32)
        by_term = sparse.csc_matrix((articles, len(idf)), dtype=np.float32)
        for name, opened in (("rows", matrix), ("columns", by_term)):
            # Set behind the constructor, which would copy the mapped arrays to check them.
            opened.data = load(folder, f"{name}.data")
            opened.indices = load(folder, f"{name}.indices")
            opened.indptr = load(folder, f"{name}.ends")
            opened.has_sorted_indices = True
        return cls(matrix, by_term, idf)

    def save(self, folder: Path) -> None:
        """Write the rows, and the columns."""
        for name, written in (("rows", self.matrix), ("columns", self.by_term)):
            save(folder, f"{name}.data", written.data)
            save(folder, f"{name}.indices", written.indices.astype(np.int32))
            save(folder, f"{name}.ends", written.indptr.astype(np.int32))
        save(folder, "rows.idf", self.idf)

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
