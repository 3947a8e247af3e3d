"""A preference for recent articles that is bounded: it orders what is about equally good.

The score of an article is multiplied by ``1 + MOST * 2 ** -(age / HALF_LIFE)``, where the age
counts from the newest article of the archive and its first `FRESH` days do not count. The form is
that of common decay functions of search engines; here the factor has a floor of 1 instead of 0, so
that an article whose score is more than `MOST` above another one's is never behind it. An article
whose headline holds the words of the query as they were asked counts as new, however old it is.
"""

from typing import Any

import numpy as np

from index.arrays import Array
from index.columns import UNDATED
from index.generation import Generation
from index.whoosh_api import query
from search.executor import Executor
from search.matches import Matches, best
from search.reason import Reason

MOST = 0.25
"""The part of its score that the newest article gains."""
_DAY = 86_400
FRESH = 30 * _DAY
"""Seconds in which an article does not age."""
HALF_LIFE = 360 * _DAY
"""Seconds in which what an article gains is halved."""


class Recency:
    """What the articles of one generation gain; safe to share between threads."""

    def __init__(self, generation: Generation, executor: Executor) -> None:
        self._executor = executor
        self._factors = factors(generation.columns.published)

    def preferred(self, matches: Matches, words: list[Any], first: int) -> Matches:
        """Return the ``first`` best of matches, with the scores that they then have."""
        return best(matches.documents, matches.scores() * self.of(matches.documents, words), first)

    def of(self, documents: Array, words: list[Any]) -> Array:
        """Return by what the scores of documents are multiplied (float32).

        Parameters
        ----------
        documents : int32 array
            In any order.
        words : list of query.Term
            The plain words of the query in their order.
        """
        gained: Array = self._factors.take(documents)
        if words:
            asked = query.Phrase("title", [word.text for word in words], slop=1)
            exact = self._executor.find(asked).documents
            gained[np.isin(documents, exact)] = 1 + MOST
        return gained


def factors(published: Array) -> Array:
    """Return by what the score of each document is multiplied (float32); undated ones gain nothing.

    Parameters
    ----------
    published : int64 array
        Seconds since 1970, ascending; `UNDATED` for none.
    """
    if not len(published):
        return np.ones(0, np.float32)
    ages = np.maximum(published[-1].astype(np.float64) - published - FRESH, 0)
    gained = 1 + MOST * np.exp2(-ages / HALF_LIFE)
    return np.where(published == UNDATED, 1, gained).astype(np.float32)


def reason_of(score: float, factor: float) -> Reason | None:
    """Return what a hit gained by being recent, None when that is nothing."""
    gained = score * (1 - 1 / factor)
    return Reason(kind="recency", text="recent", score=gained) if gained > 0 else None
