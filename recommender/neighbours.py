"""The articles nearest to a row by the cosine of TF-IDF rows: their product, as all have length 1.

All pairs of a large archive would cost the square of its size. The strongest terms of a row find a
few candidates instead, and the whole rows of these are compared exactly.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.tfidf import StoredRows

STRONGEST = 50
"""Terms a row brings to the search for candidates."""
CANDIDATES = 100
"""Candidates whose whole rows are compared."""
ROWS_AT_A_TIME = 256


class Neighbours(NamedTuple):
    """For each row its nearest documents (int32, -1 for none) and their cosines (float32).

    Both have shape (rows, count); cosines descend, equal ones stand newest first.
    """

    documents: Array
    cosines: Array


def strongest(rows: sparse.csr_matrix, terms: int = STRONGEST) -> sparse.csr_matrix:
    """Return the rows with only their ``terms`` largest values; of equal ones the first stay."""
    lengths = np.diff(rows.indptr)
    row_of_value = np.repeat(np.arange(rows.shape[0]), lengths)
    order = np.lexsort((rows.indices, -rows.data, row_of_value))
    rank = np.arange(len(order)) - np.repeat(rows.indptr[:-1], lengths)
    kept = np.zeros(len(order), bool)
    kept[order[rank < terms]] = True
    ends = np.append(0, np.cumsum(np.minimum(lengths, terms)))
    return sparse.csr_matrix((rows.data[kept], rows.indices[kept], ends), shape=rows.shape)


def all_neighbours(rows: sparse.csr_matrix, count: int) -> Iterator[Neighbours]:
    """Yield the nearest neighbours of all rows, `ROWS_AT_A_TIME` rows at a time, none of itself."""
    short = strongest(rows)
    by_term = short.T.tocsr()
    for start in range(0, rows.shape[0], ROWS_AT_A_TIME):
        stop = min(start + ROWS_AT_A_TIME, rows.shape[0])
        products = short[start:stop] @ by_term
        seeds, candidates = _candidates(products, start)
        cosines = np.asarray(rows[start + seeds].multiply(rows[candidates]).sum(axis=1)).ravel()
        yield _nearest(seeds, candidates, cosines, stop - start, count)


def neighbours_of(row: sparse.csr_matrix, rows: StoredRows, count: int) -> Neighbours:
    """Return the nearest neighbours of one row (1, terms), which need not be in the archive.

    Found as in the build: the strongest terms bring candidates, whole rows decide among them.
    """
    short = strongest(row)
    products = rows.columns(short.indices.tolist()) @ short.data
    candidates = np.flatnonzero(products >= _threshold(products, max(CANDIDATES, 2 * count)))
    candidates = candidates[products[candidates] > 0]
    cosines = rows.rows(candidates.tolist()) @ row.toarray()[0]
    return _nearest(np.zeros(len(candidates), np.int64), candidates, cosines, 1, count)


def _threshold(values: Array, places: int) -> float:
    """Return the value of the last of so many places: ties of it are all taken, in any order."""
    return float(np.partition(values, -places)[-places]) if len(values) > places else 0.0


def _candidates(products: sparse.csr_matrix, start: int) -> tuple[Array, Array]:
    """Return (seed, candidate) for the largest products of each row, the row itself left out."""
    seeds, candidates = [], []
    for seed in range(products.shape[0]):
        span = slice(*products.indptr[seed : seed + 2])
        documents, values = products.indices[span], products.data[span]
        documents = documents[values >= _threshold(values, CANDIDATES + 1)]
        documents = np.sort(documents[documents != start + seed])
        candidates.append(documents)
        seeds.append(np.full(len(documents), seed, np.int64))
    return np.concatenate(seeds), np.concatenate(candidates)


def _nearest(seeds: Array, candidates: Array, cosines: Array, rows: int, count: int) -> Neighbours:
    order = np.lexsort((-candidates, -cosines, seeds))
    seeds, candidates, cosines = seeds[order], candidates[order], cosines[order]
    starts = np.searchsorted(seeds, np.arange(rows))
    rank = np.arange(len(seeds)) - starts[seeds]
    kept = (rank < count) & (cosines > 0)
    documents = np.full((rows, count), -1, np.int32)
    values = np.zeros((rows, count), np.float32)
    documents[seeds[kept], rank[kept]] = candidates[kept]
    # Rounding may carry the cosine of equal rows a hair above 1.
    values[seeds[kept], rank[kept]] = np.minimum(cosines[kept], 1.0)
    return Neighbours(documents, values)
