"""The nearest articles in the build: for every row of an archive.

All pairs of a large archive would cost the square of its size. The strongest terms of a row find a
few candidates instead, and these are compared exactly.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import _sparsetools

from index.arrays import Array
from index.columns import UNDATED
from recommender.similarity import are_versions, blended

STRONGEST = 50
"""Terms a row brings to the search for candidates."""
CANDIDATES = 200
"""Candidates whose whole rows are compared: the five nearest are among them in 97 of 100 cases."""
ROWS_AT_A_TIME = 256
_DAY = 86_400


class Neighbours(NamedTuple):
    """For each row its nearest documents (int32, -1 for none) and their similarities (float32).

    Both have shape (rows, count); similarities descend, equal ones stand newest first.
    """

    documents: Array
    similarities: Array


class Pairs(NamedTuple):
    """Documents (int64) that are versions of others."""

    ones: Array
    others: Array


class Archive(NamedTuple):
    """What articles are compared by in the build.

    Attributes
    ----------
    rows : scipy.sparse.csr_matrix
        The TF-IDF rows.
    lengths : float32 array
        Their lengths, 0 nowhere that there is a word.
    days : float64 array
        When each appeared, not a number where nobody knows.
    themes : float32 array of shape (articles, number)
        The vectors of their themes; no number where the archive has none.
    languages : int array
        A number for the language of each; only articles of one language are near each other.
    """

    rows: sparse.csr_matrix
    lengths: Array
    days: Array
    themes: Array
    languages: Array


def days_of(published: Array) -> Array:
    """Return seconds as days (float64), `UNDATED` as not a number: it is near no other."""
    return np.where(published == UNDATED, np.nan, published / _DAY)


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


def all_neighbours(
    archive: Archive, count: int, *, first: int = 0, threads: int = 1
) -> Iterator[tuple[Neighbours, Pairs]]:
    """Yield the nearest neighbours of all rows, `ROWS_AT_A_TIME` rows at a time, none of itself.

    They begin with the row ``first``, a multiple of that. With them come the pairs of versions of
    one story that were met. Threads share the work, because scipy's products let others run; what
    is found does not depend on how many there are.
    """
    short = strongest(archive.rows)
    by_term = short.T.tocsr()

    def found(start: int) -> tuple[Neighbours, Pairs]:
        stop = min(start + ROWS_AT_A_TIME, archive.rows.shape[0])
        products = short[start:stop] @ by_term
        seeds, others = _candidates(products, start, archive.languages)
        ones = start + seeds
        words, themes = products_of(archive.rows, archive.themes, ones, others)
        cosines = words / (archive.lengths[ones] * archive.lengths[others])
        near = are_versions(cosines, archive.days[ones] - archive.days[others])
        similarities = words
        if archive.themes.shape[1]:
            similarities = blended(words, themes)
        nearest_ = nearest(seeds, others, similarities, stop - start, count)
        return nearest_, Pairs(ones[near], others[near])

    starts = range(first, archive.rows.shape[0], ROWS_AT_A_TIME)
    if threads == 1:
        yield from map(found, starts)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(found, starts)


def products_of(
    rows: sparse.csr_matrix, themes: Array, ones: Array, others: Array
) -> tuple[Array, Array]:
    """Return the products of pairs of rows, and of their themes (float32); ``ones`` ascend.

    Each row is spread out once, and the others of its pairs are multiplied with that: a tenth of
    the time that scipy takes to multiply two matrices of pairs element by element.
    """
    products = np.zeros(len(ones), np.float32)
    of_themes = np.zeros(len(ones), np.float32)
    spread = np.zeros(rows.shape[1], np.float32)
    starts = np.flatnonzero(np.diff(ones, prepend=-1))
    stops = np.append(starts[1:], len(ones))[: len(starts)]
    for start, stop in zip(starts, stops, strict=True):
        own = slice(*rows.indptr[ones[start] : ones[start] + 2])
        spread[rows.indices[own]] = rows.data[own]
        some = others[start:stop].astype(rows.indices.dtype)
        lengths = rows.indptr[some + 1] - rows.indptr[some]
        ends = np.append(0, np.cumsum(lengths)).astype(rows.indices.dtype)
        terms, values = np.empty(ends[-1], rows.indices.dtype), np.empty(ends[-1], np.float32)
        _sparsetools.csr_row_index(
            len(some), some, rows.indptr, rows.indices, rows.data, terms, values
        )
        _sparsetools.csr_matvec(
            len(some), rows.shape[1], ends, terms, values, spread, products[start:stop]
        )
        spread[rows.indices[own]] = 0
        if themes.shape[1]:
            of_themes[start:stop] = themes.take(some, axis=0) @ themes[ones[start]]
    return products, of_themes


def threshold(values: Array, places: int) -> float:
    """Return the value of the last of so many places: ties of it are all taken, in any order."""
    return float(np.partition(values, -places)[-places]) if len(values) > places else 0.0


def nearest(
    seeds: Array, documents: Array, similarities: Array, rows: int, count: int
) -> Neighbours:
    """Return the ``count`` best of each seed; what is not similar at all is none."""
    order = np.lexsort((-documents, -similarities, seeds))
    seeds, documents, similarities = seeds[order], documents[order], similarities[order]
    starts = np.searchsorted(seeds, np.arange(rows))
    rank = np.arange(len(seeds)) - starts[seeds]
    kept = (rank < count) & (similarities > 0)
    found = np.full((rows, count), -1, np.int32)
    values = np.zeros((rows, count), np.float32)
    found[seeds[kept], rank[kept]] = documents[kept]
    # Rounding may carry the cosine of equal rows a hair above 1.
    values[seeds[kept], rank[kept]] = np.minimum(similarities[kept], 1.0)
    return Neighbours(found, values)


def _candidates(products: sparse.csr_matrix, start: int, languages: Array) -> tuple[Array, Array]:
    """Return (seed, candidate) for the largest products of each row, the row itself left out."""
    seeds, candidates = [], []
    for seed in range(products.shape[0]):
        span = slice(*products.indptr[seed : seed + 2])
        documents, values = products.indices[span], products.data[span]
        inside = languages[documents] == languages[start + seed]
        documents, values = documents[inside], values[inside]
        documents = documents[values >= threshold(values, CANDIDATES + 1)]
        documents = np.sort(documents[documents != start + seed])
        candidates.append(documents)
        seeds.append(np.full(len(documents), seed, np.int64))
    return np.concatenate(seeds), np.concatenate(candidates)
