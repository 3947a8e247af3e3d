"""Phrases: in which articles words stand in order, and how often."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import _sparsetools

from index.arrays import Array

_POSITION_BITS = 32


def adjacent(words: Sequence[Array]) -> Array:
    """Return where the first of several words stands with all others right behind it.

    Parameters
    ----------
    words : sequence of int64 array
        The places of each word, ``document << 32 | position``, ascending.

    Returns
    -------
    int64 array
        Places, ascending.

    Examples
    --------
    >>> adjacent([np.array([3, 9, 20]), np.array([4, 11, 21])]).tolist()
    [3, 20]
    """
    # The rarest first: what is left of it is looked for in all others.
    order = sorted(range(len(words)), key=lambda number: len(words[number]))
    found = words[order[0]] - order[0]
    for number in order[1:]:
        if not len(found):
            break
        found = common(found + number, words[number]) - number
    return found


def common(few: Array, many: Array) -> Array:
    """Return what is in both of two ascending arrays of distinct integers (int64).

    ``many`` is at least as long as ``few``.
    """
    if 8 * len(few) < len(many):
        there = many.take(many.searchsorted(few), mode="clip")
        both: Array = few[there == few]
        return both
    # The product of two sparse rows: one step through both, in a quarter of the time of sorting.
    span = np.array([0, 0])
    places, values = np.empty(len(few), np.int64), np.empty(len(few), np.int8)
    ones = np.ones(len(many), np.int8)
    _sparsetools.csr_elmul_csr(
        1,
        np.iinfo(np.int64).max,
        np.array([0, len(few)]),
        few,
        ones,
        np.array([0, len(many)]),
        many,
        ones,
        span,
        places,
        values,
    )
    return places[: span[1]]


def following(ends: Array, word: Array, slop: int) -> Array:
    """Return where a word stands at most ``slop`` places behind one of ``ends``.

    Parameters
    ----------
    ends, word : int64 array
        Places, ascending.
    slop : int
        1 or more, and less than the positions that no document has.

    Examples
    --------
    >>> following(np.array([3, 9, 20]), np.array([5, 9, 12, 21]), 2).tolist()
    [5, 21]
    """
    reach = np.empty(len(ends) + 1, np.int64)
    reach[0] = -1  # of nothing before the first
    np.add(ends, slop, out=reach[1:])
    return word[reach.take(ends.searchsorted(word)) >= word]


def counted(places: Array) -> tuple[Array, Array]:
    """Return the documents of places (int32, ascending), and how many each has (int64)."""
    documents = (places >> _POSITION_BITS).astype(np.int32)
    if not len(documents):
        return documents, np.empty(0, np.int64)
    starts = np.append(0, (documents[1:] != documents[:-1]).nonzero()[0] + 1)
    return documents.take(starts), np.diff(starts, append=len(documents))
