"""A few rows beside each other: their products, without a matrix as wide as the vocabulary."""

import threading

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.tfidf import Row, RowParts

_SMALL = 24
"""Rows up to which a dense square of products is made at once."""


class _Places(threading.local):
    """For each term a place, of which only those that have just been written mean something."""

    def __init__(self) -> None:
        self._places = np.zeros(0, np.int64)

    def of(self, terms: Array) -> Array:
        """Return the places, at least so many that each of these terms has one."""
        most = int(terms.max()) + 1 if len(terms) else 0
        if len(self._places) < most:
            self._places = np.zeros(most + most // 8, np.int64)
        return self._places


_places = _Places()


def products(row: Row, rows: RowParts) -> Array:
    """Return the product of each of some rows with one (float32).

    Examples
    --------
    >>> rows = RowParts(np.array([0.6, 0.8, 1.0]), np.array([0, 5, 9]), np.array([0, 2, 3]))
    >>> products(Row(np.array([5, 7]), np.array([0.5, 0.5])), rows).tolist()
    [0.4000000059604645, 0.0]
    """
    count, terms = len(rows.ends) - 1, row.terms
    if not len(terms) or not len(rows.terms):
        return np.zeros(count, np.float32)
    places = _places.of(np.append(terms[-1:], rows.terms))
    places[terms] = np.arange(len(terms))
    found = places[rows.terms]
    # A place that was written for other rows may lie anywhere: what stands there tells.
    found[found >= len(terms)] = 0
    shares = np.where(terms[found] == rows.terms, row.values[found], 0) * rows.values
    sums = np.append(0, np.cumsum(shares, dtype=np.float64))[rows.ends]
    return np.diff(sums).astype(np.float32)


def squared(rows: RowParts) -> Array:
    """Return the products of all rows with each other (float32, square).

    Examples
    --------
    >>> rows = RowParts(np.array([0.6, 0.8, 1.0]), np.array([0, 5, 5]), np.array([0, 2, 3]))
    >>> squared(rows).round(2).tolist()
    [[1.0, 0.800000011920929], [0.800000011920929, 1.0]]
    """
    count = len(rows.ends) - 1
    if not len(rows.terms):
        return np.zeros((count, count), np.float32)
    if count > _SMALL:
        wide = sparse.csr_matrix(tuple(rows), shape=(count, int(rows.terms.max()) + 1))
        return np.asarray((wide @ wide.T).toarray(), np.float32)
    places = _places.of(rows.terms)
    places[rows.terms] = np.arange(len(rows.terms))
    dense = np.zeros((count, len(rows.terms)), np.float32)
    dense[np.repeat(np.arange(count), np.diff(rows.ends)), places[rows.terms]] = rows.values
    return np.asarray(dense @ dense.T)
