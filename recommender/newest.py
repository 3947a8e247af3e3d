"""The newest articles: what is shown where nothing is near enough."""

from collections.abc import Iterator

import numpy as np

from index.arrays import Array
from index.tfidf import Row
from recommender.conditions import Conditions
from recommender.packed import products
from recommender.present import Present
from recommender.similarity import NEAR_COPY

_AT_A_TIME = 32
_MOST_READ = 4_096
"""Articles that are looked at, beyond which all are copies of what is listed."""


def newest(
    present: Present, documents: Array, conditions: Conditions, limit: int, *, besides: int | None
) -> Array:
    """Return the newest of some documents that may be shown, the newest first (int64).

    No two of them are near copies of each other or of one story, and none is a near copy of what
    they stand beside.

    Parameters
    ----------
    present : Present
        The moment.
    documents : int64 array
        By date, the oldest first.
    conditions : Conditions
        What may be shown.
    limit : int
        How many at most.
    besides : int, optional
        The document beside which they stand.
    """
    kept: list[int] = []
    stories: set[int] = set()
    beside = [] if besides is None else [besides]
    for some in _backwards(documents[-_MOST_READ:]):
        allowed = some[conditions.factors(some) > 0]
        for document, story in zip(
            allowed.tolist(), present.beginnings(allowed).tolist(), strict=True
        ):
            if len(kept) == limit:
                return np.array(kept, np.int64)
            if story not in stories and not _is_copy(present, document, [*beside, *kept]):
                kept.append(document)
                stories.add(story)
    return np.array(kept[:limit], np.int64)


def _is_copy(present: Present, document: int, others: list[int]) -> bool:
    rows = present.parts(np.array([document, *others], np.int64))
    own = slice(rows.ends[1])
    found = products(Row(rows.terms[own], rows.values[own]), rows)
    squares = np.append(0, np.cumsum(np.square(rows.values, dtype=np.float64)))[rows.ends]
    lengths = np.sqrt(np.diff(squares))
    near = found[1:] >= NEAR_COPY * lengths[0] * lengths[1:]
    return bool((near & (found[1:] > 0)).any())


def _backwards(documents: Array) -> Iterator[Array]:
    for stop in range(len(documents), 0, -_AT_A_TIME):
        yield documents[max(stop - _AT_A_TIME, 0) : stop][::-1]
