"""The scores of all documents at once: how long lists are added up, merged and compared.

A scoreboard belongs to one thread and to one step of one query; what it holds is gone when it is
next cleared.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import _sparsetools

from index.arrays import Array
from search.matches import NOTHING, Matches, best, kth_best, locate, summed

_LEAST = 1e-30
"""Weight of matches that shall count nothing: a score of 0 would be none at all."""
SPARSE = 32
"""Lists that are together so many times shorter than the archive are merged by sorting."""
_SAMPLE = 2048
"""Documents whose scores tell how good the best must be."""


class Scoreboard:
    """A score for each document of an archive.

    Parameters
    ----------
    articles : int
        How many documents there are.
    """

    def __init__(self, articles: int) -> None:
        self.scores = np.zeros(articles, np.float32)
        self._flags = np.empty(articles, bool)
        self._span = np.zeros(2, np.int32)
        self._weight = np.ones(1, np.float32)

    def clear(self) -> None:
        """Forget all scores."""
        self.scores.fill(0)

    def add(self, matches: Matches) -> None:
        """Add the scores of one finding."""
        self._span[1] = len(matches.documents)
        self._weight[0] = max(matches.weight, _LEAST)
        # A product with a matrix of one column: numpy's own indexed addition takes three times as
        # long.
        _sparsetools.csc_matvec(
            len(self.scores),
            1,
            self._span,
            matches.documents,
            matches.shares,
            self._weight,
            self.scores,
        )

    def reaching(self, threshold: float, start: int, stop: int) -> Array:
        """Return the documents of a range with at least this score, which is more than 0."""
        flags = self._flags[start:stop]
        if threshold > 0:
            np.greater_equal(self.scores[start:stop], threshold, out=flags)
        else:
            np.greater(self.scores[start:stop], 0, out=flags)
        documents = flags.nonzero()[0]
        return documents + start if start else documents

    def matches(self, start: int, stop: int) -> Matches:
        """Return the documents of a range that have a score."""
        documents = self.reaching(0, start, stop).astype(np.int32)
        return Matches(documents, self.scores.take(documents))

    def count(self, start: int, stop: int) -> int:
        """Return how many documents of a range have a score."""
        flags = self._flags[start:stop]
        np.greater(self.scores[start:stop], 0, out=flags)
        return int(np.count_nonzero(flags))

    def scores_at(self, documents: Array, matches: Matches) -> Array:
        """Return the scores that ``matches`` give these documents (float32), 0 where it has none.

        Clears the board where that is the shorter way.
        """
        others = matches.documents
        if not len(others) or not len(documents):
            return np.zeros(len(documents), np.float32)
        weight = np.float32(max(matches.weight, _LEAST))
        first, last = int(others[0]), int(others[-1])
        if last - first + 1 == len(others):  # days, or everything
            scores = np.zeros(len(documents), np.float32)
            start, stop = documents.searchsorted(np.array([first, last + 1], np.int32))
            scores[start:stop] = matches.shares.take(documents[start:stop] - first)
            return scores * weight
        if 20 * len(documents) < len(others) + len(self.scores) // 10:
            scores = np.zeros(len(documents), np.float32)
            found, there = locate(documents, others)
            scores[found] = matches.shares.take(there)
            return scores * weight
        self.clear()
        self.add(matches)
        return self.scores.take(documents)


class Scored:
    """What a scoreboard holds of a query: a `Found` until the board is next cleared.

    Parameters
    ----------
    board : Scoreboard
        Holds the scores of the whole query.
    parts : sequence of Matches
        What was added.
    window : range
        The documents that are wanted.
    """

    def __init__(self, board: Scoreboard, parts: Sequence[Matches], window: range) -> None:
        self._board = board
        self._parts = parts
        self._window = window.start, window.stop

    def total(self) -> int:
        """Return how many documents match."""
        return self._board.count(*self._window)

    def best(self, first: int) -> Matches:
        """Return the ``first`` best documents, best first; equal scores newest first."""
        if first <= 0:
            return NOTHING
        documents = self._board.reaching(self._threshold(first), *self._window)
        return best(documents, self._board.scores.take(documents), first)

    def matches(self) -> Matches:
        """Return all matches."""
        return self._board.matches(*self._window)

    def _threshold(self, first: int) -> float:
        """Return a score that the ``first`` best reach: the worst of so many of one part.

        Of the weightiest part, because its documents are among the best most often.
        """
        likely = NOTHING
        start, stop = self._window
        for part in sorted(self._parts, key=lambda part: -part.weight):
            if len(part.documents) >= first:
                likely = part
                break
        documents = likely.documents
        if (start, stop) != (0, len(self._board.scores)):
            inside = documents.searchsorted(np.array([start, stop], np.int32))
            documents = documents[inside[0] : inside[1]]
        documents = documents[-max(_SAMPLE, first) :]
        if len(documents) < first:
            return 0.0
        return kth_best(self._board.scores.take(documents), first)


def both(parts: Sequence[Matches], board: Scoreboard) -> Matches:
    """Return what is in all parts; scores add up."""
    ordered = sorted(parts, key=lambda part: len(part.documents))
    found = Matches(ordered[0].documents, ordered[0].scores())
    for part in ordered[1:]:
        others = board.scores_at(found.documents, part)
        places = others.nonzero()[0]
        found = Matches(
            found.documents.take(places), found.shares.take(places) + others.take(places)
        )
    return found


def either(parts: Sequence[Matches], board: Scoreboard) -> Matches:
    """Return what is in any part; scores add up."""
    return parts[0] if len(parts) == 1 else merged(parts, board)


def merged(parts: Sequence[Matches], board: Scoreboard) -> Matches:
    """Return all documents of some lists, in each of which one may stand several times."""
    if is_sparse(parts, board):
        documents = np.concatenate([part.documents for part in parts])
        scores = [part.shares * np.float32(max(part.weight, _LEAST)) for part in parts]
        return Matches(*summed(documents, np.concatenate(scores)))
    board.clear()
    for part in parts:
        board.add(part)
    return board.matches(0, len(board.scores))


def is_sparse(parts: Sequence[Matches], board: Scoreboard) -> bool:
    """Say whether parts are so short that a look at every document costs more than sorting."""
    return SPARSE * sum(len(part.documents) for part in parts) < len(board.scores)


def without(found: Matches, unwanted: Matches, board: Scoreboard) -> Matches:
    """Return what is not in the other."""
    return found.take((board.scores_at(found.documents, unwanted) == 0).nonzero()[0])


def with_bonus(found: Matches, other: Matches, board: Scoreboard) -> Matches:
    """Return the same documents; where they are in the other, too, its scores are added."""
    return Matches(found.documents, found.scores() + board.scores_at(found.documents, other))


def inside(found: Matches, needed: Matches, board: Scoreboard) -> Matches:
    """Return what is in the other, too, with scores of its own."""
    return found.take(board.scores_at(found.documents, needed).nonzero()[0])
