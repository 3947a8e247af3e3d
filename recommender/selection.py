"""Selection: what of a ranking is shown, so that nothing stands in a list twice.

What is too far away goes first. Then a story is told once, by the newest of its versions that is
left, and the article's own story not at all. Of what is still as near as copies the better stays.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.tfidf import RowParts
from recommender.comparison import Likeness, Seed
from recommender.conditions import Conditions
from recommender.packed import squared
from recommender.present import Present
from recommender.similarity import NEAR_COPY, calibrated

_SPARE = 4
"""Articles looked at beyond those wanted, because some may be copies of others."""
_AT_A_TIME = 16


class Chosen(NamedTuple):
    """Documents of a list, how near each is, what its age leaves of that, and its score."""

    documents: Array
    likeness: Likeness
    factors: Array
    scores: Array

    @classmethod
    def of(cls, documents: Array) -> "Chosen":
        """Return documents that were not compared with anything: their scores are 0."""
        nothing = np.zeros(len(documents), np.float32)
        likeness = Likeness(nothing, nothing, nothing)
        return cls(documents, likeness, nothing + 1, nothing)

    @property
    def order(self) -> Array:
        """What they are ordered by: similarities, and what their ages leave of them."""
        return np.asarray(self.likeness.similarities * self.factors)

    def taken(self, places: Array) -> "Chosen":
        """Return some of them in this order."""
        likeness = Likeness(*(part[places] for part in self.likeness))
        return Chosen(self.documents[places], likeness, self.factors[places], self.scores[places])


class Selection(NamedTuple):
    """What was chosen, and whether nothing behind the ranking could be chosen, too."""

    chosen: Chosen
    is_settled: bool


def measured(
    present: Present, seed: Seed, documents: Array, factors: Array, parts: RowParts | None = None
) -> Chosen:
    """Return documents with how near they are to a seed."""
    likeness = present.likeness(seed, documents, parts)
    scores = np.asarray(calibrated(likeness.similarities) * factors)
    return Chosen(documents, likeness, factors, scores)


class Selector:
    """Chooses for one seed.

    Parameters
    ----------
    present : Present
        The moment.
    seed : Seed
        What the list is for.
    conditions : Conditions
        What may stand in it.
    least : float
        The score that is needed.
    """

    def __init__(
        self, present: Present, seed: Seed, conditions: Conditions, *, least: float
    ) -> None:
        self._present = present
        self._seed = seed
        self._conditions = conditions
        self._least = least
        self._versions = conditions.request.versions
        self._length = float(np.linalg.norm(seed.row.values))
        self._standing: dict[int, int] = {}

    def select(self, documents: Array, factors: Array, limit: int) -> Selection:
        """Return what of a ranking is shown.

        Parameters
        ----------
        documents : int64 array
            The best first.
        factors : float32 array
            What their ages leave of their scores; none is 0.
        limit : int
            How many at most.
        """
        looked_at = min(limit + _SPARE, len(documents)) if limit else 0
        while True:
            found = self._select(documents[:looked_at], factors[:looked_at], limit)
            if found.is_settled or looked_at == len(documents):
                return found
            looked_at = len(documents)

    def _select(self, documents: Array, factors: Array, limit: int) -> Selection:
        parts = self._present.parts(documents)
        ranked = measured(self._present, self._seed, documents, factors, parts)
        good = ranked.scores >= self._least
        everything = len(documents)
        if not good.all():
            ranked = ranked.taken(np.flatnonzero(good))
            documents = ranked.documents
            parts = self._present.parts(documents)
        near, alike = self._near(parts, ranked)
        shown = ~alike
        if not self._versions:
            shown &= self._stand_for_stories(documents, shown)
        kept: list[int] = []
        for place in np.lexsort((-documents, -ranked.order)).tolist():
            if len(kept) == limit:
                break
            if shown[place] and not (kept and near[place, kept].any()):
                kept.append(place)
        # Behind one that is not good enough there is no other, unless age has a part in it.
        ended = len(documents) < everything and self._conditions.request.half_life is None
        return Selection(ranked.taken(np.array(kept, np.int64)), len(kept) == limit or ended)

    def _near(self, parts: RowParts, ranked: Chosen) -> tuple[Array, Array]:
        """Return which rows are near copies of each other, and which of the seed."""
        products = squared(parts)
        lengths = np.sqrt(np.diagonal(products))
        near = products >= NEAR_COPY * np.outer(lengths, lengths)
        if self._versions:
            return near, np.zeros(len(lengths), bool)
        return near, ranked.likeness.words >= NEAR_COPY * lengths * self._length

    def _stand_for_stories(self, documents: Array, shown: Array) -> Array:
        """Return which of the documents are the ones that stand for their stories (bool)."""
        beginnings = self._present.beginnings(documents)
        stand = self._present.is_told_once(beginnings)
        for place in np.flatnonzero(shown & ~stand).tolist():
            story = int(beginnings[place])
            if story not in self._standing:
                self._standing[story] = self._newest(self._present.story(story), documents[place])
            stand[place] = self._standing[story] == documents[place]
        return stand

    def _newest(self, story: Array, good: int) -> int:
        """Return the newest of a story that may be shown; one of them that may is given."""
        for some in _backwards(story):
            if some[0] == good:
                break
            factors = self._conditions.factors(some)
            allowed = some[factors > 0]
            parts = self._present.parts(allowed)
            ranked = measured(self._present, self._seed, allowed, factors[factors > 0], parts)
            _, alike = self._near(parts, ranked)
            fine = (ranked.scores >= self._least) & (ranked.order > 0) & ~alike
            if fine.any():
                return int(allowed[fine][0])
        return int(good)


def _backwards(documents: Array) -> Iterator[Array]:
    """Yield documents a few at a time, the last first."""
    for stop in range(len(documents), 0, -_AT_A_TIME):
        yield documents[max(stop - _AT_A_TIME, 0) : stop][::-1]
