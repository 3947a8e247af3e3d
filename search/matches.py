"""What a node of a query finds: articles with scores, and how such findings are combined."""

from typing import NamedTuple, Protocol

import numpy as np

from index.arrays import Array

_SAMPLE = 4096
"""Scores that are looked at first where there are very many."""


class Found(Protocol):
    """What a query found, before it is known which part of it is wanted."""

    def total(self) -> int:
        """Return how many documents match."""
        ...

    def best(self, first: int) -> "Matches":
        """Return the ``first`` best documents, best first; equal scores newest first."""
        ...

    def matches(self) -> "Matches":
        """Return all of them."""
        ...


class Matches(NamedTuple):
    """Documents and their scores, each the document's share times the weight of all.

    Attributes
    ----------
    documents : int32 array
        Distinct and ascending, but for what ``best`` returns.
    shares : float32 array
        Greater than 0.
    weight : float
        Not below 0.
    """

    documents: Array
    shares: Array
    weight: float = 1.0

    def scores(self) -> Array:
        """Return the scores (float32)."""
        return self.shares * np.float32(self.weight)

    def total(self) -> int:
        """Return how many documents match."""
        return len(self.documents)

    def matches(self) -> "Matches":
        """Return all of them."""
        return self

    def best(self, first: int) -> "Matches":
        """Return the ``first`` best documents, best first; equal scores newest first."""
        return best(self.documents, self.scores(), first)

    def take(self, places: Array | slice) -> "Matches":
        """Return the matches at these places."""
        return Matches(self.documents[places], self.shares[places], self.weight)

    def replaced(self, others: "Matches") -> "Matches":
        """Return the same documents, those of ``others`` with the scores that they have there."""
        scores = self.scores()
        scores[self.documents.searchsorted(others.documents)] = others.scores()
        return Matches(self.documents, scores)

    def times(self, boost: float) -> "Matches":
        """Return the same documents with other scores."""
        return self if boost == 1 else self._replace(weight=self.weight * boost)


NOTHING = Matches(np.empty(0, np.int32), np.empty(0, np.float32))


def constant(documents: Array, score: float) -> Matches:
    """Return matches that all have one score."""
    return Matches(documents, np.ones(len(documents), np.float32), score)


def best(documents: Array, scores: Array, first: int) -> Matches:
    """Return the ``first`` best, best first, without sorting more than these.

    Equal scores stand newest first, which is from the end, because documents lie by date.
    """
    if first <= 0:
        return NOTHING
    if len(scores) > max(first, _SAMPLE):
        # The best of some documents cannot beat the best of all.
        reaching = (scores >= kth_best(scores[-max(first, _SAMPLE) :], first)).nonzero()[0]
        documents, scores = documents.take(reaching), scores.take(reaching)
    if len(scores) > first:
        limit = kth_best(scores, first)
        above = (scores > limit).nonzero()[0]
        equal = (scores == limit).nonzero()[0]
        places = np.concatenate([above, equal[len(above) - first :]])
        documents, scores = documents.take(places), scores.take(places)
    order = np.lexsort((-documents, -scores))
    return Matches(documents.take(order), scores.take(order))


def kth_best(scores: Array, k: int) -> float:
    """Return the score that ``k`` of these reach; there are at least so many."""
    place = len(scores) - k
    limit: float = np.partition(scores, place)[place]
    return limit


def locate(documents: Array, among: Array) -> tuple[Array, Array]:
    """Return which of ``documents`` stand in ``among``, and where there; both ascend."""
    if not len(among):
        nowhere = np.empty(0, np.int64)
        return nowhere, nowhere
    there = among.searchsorted(documents)
    found = (among.take(there, mode="clip") == documents).nonzero()[0]
    return found, there.take(found)


def summed(documents: Array, values: Array) -> tuple[Array, Array]:
    """Return the distinct documents, ascending, and the sum of the values of each (float32)."""
    distinct, places = np.unique(documents, return_inverse=True)
    return distinct, np.bincount(places, values, len(distinct)).astype(np.float32)
