"""What stands in the blocks of a page, so that no story stands there twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.tfidf import RowParts
from recommender.present import Present
from recommender.related import RelatedArticle
from recommender.similarity import NEAR_COPY


class Reason(StrEnum):
    """Why an article stands in a block."""

    PINNED = "pinned"
    SIMILAR = "similar"
    SAME_STORY = "same_story"
    SAME_SECTION = "same_section"
    NEWEST = "newest"
    EDITORS_CHOICE = "editors_choice"
    POPULAR = "popular"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True)
class BlockItem:
    """One article of a block, and why it stands there."""

    article: RelatedArticle
    reason: Reason


class Kin(NamedTuple):
    """What tells whether articles are of one story.

    Attributes
    ----------
    ids : tuple of str
        The articles.
    stories : int64 array
        The number of each one's story, below 0 where nobody knows it.
    parts : RowParts
        Their TF-IDF rows.
    """

    ids: tuple[str, ...]
    stories: Array
    parts: RowParts

    @property
    def owners(self) -> Array:
        """The place among the articles of the owner of each value of the rows."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.parts.ends))

    @property
    def lengths(self) -> Array:
        """The length of each row."""
        squares = np.square(self.parts.values, dtype=np.float64)
        return np.sqrt(np.bincount(self.owners, squares, len(self.ids)))


def kin_of(present: Present, ids: Iterable[str]) -> Kin:
    """Return what tells of each of some articles whether it is of a story with others.

    An article that is not public, or not known, is of a story with itself alone.
    """
    kept = tuple(ids)
    found = [present.document(article_id) for article_id in kept]
    known = np.array([document for document in found if document is not None], np.int64)
    stories, parts = present.beginnings(known).astype(np.int64), present.parts(known)
    if len(known) < len(kept):
        there = np.array([document is not None for document in found], bool)
        every, counts = np.full(len(kept), -1, np.int64), np.zeros(len(kept), np.int64)
        every[there], counts[there] = stories, np.diff(parts.ends)
        stories, parts = every, parts._replace(ends=np.append(0, np.cumsum(counts)))
    return Kin(kept, stories, parts)


class Candidates:
    """Items that may stand in a block, in order, with what tells which exclude each other.

    Two exclude each other when they are one article, versions of one story, or near copies by the
    cosine of their words.

    Parameters
    ----------
    items : sequence of BlockItem
        The best first.
    present : Present
        The moment.

    Attributes
    ----------
    excluded : bool array of shape (items, items)
        What each excludes.
    """

    def __init__(self, items: Sequence[BlockItem], present: Present) -> None:
        self.items = tuple(items)
        kin = kin_of(present, (item.article.id for item in items))
        self._ids, self._stories, self._lengths = kin.ids, kin.stories, kin.lengths
        # By the terms that they have alone: all of an archive's would be megabytes.
        self._terms, places = np.unique(kin.parts.terms, return_inverse=True)
        shape = (len(items), len(self._terms))
        self._rows = sparse.csr_matrix((kin.parts.values, places, kin.parts.ends), shape=shape)
        self.excluded = self.excluded_by(kin)

    def excluded_by(self, kin: Kin) -> Array:
        """Return which of them each of some articles excludes (bool, one row for each of these)."""
        found = (kin.stories[:, None] == self._stories) & (self._stories >= 0)
        if not set(kin.ids).isdisjoint(self._ids):
            found |= np.array([[one == other for other in self._ids] for one in kin.ids])
        if len(self._terms):
            places = np.searchsorted(self._terms, kin.parts.terms)
            places[places == len(self._terms)] = 0
            shared = self._terms[places] == kin.parts.terms
            dense = np.zeros((len(kin.ids), len(self._terms)), np.float32)
            dense[kin.owners[shared], places[shared]] = kin.parts.values[shared]
            least = NEAR_COPY * kin.lengths[:, None] * self._lengths
            found |= (least <= (self._rows @ dense.T).T) & (least > 0)
        return np.asarray(found)

    def first(self, taken: Array, places: Iterable[int], limit: int) -> list[BlockItem]:
        """Return the first of some that are not taken; what they exclude is taken then."""
        chosen: list[BlockItem] = []
        for place in places:
            if len(chosen) == limit:
                break
            if not taken[place]:
                chosen.append(self.items[place])
                taken |= self.excluded[place]
        return chosen


class Shelf:
    """Takes items that are of no story which stands on it, or elsewhere, already.

    Parameters
    ----------
    present : Present
        The moment.
    elsewhere : iterable of str
        Articles that may not stand here, and neither may versions of them.
    """

    def __init__(self, present: Present, elsewhere: Iterable[str] = ()) -> None:
        self.present = present
        self._ids = list(dict.fromkeys(elsewhere))

    def put(self, items: Iterable[BlockItem]) -> None:
        """Put items there of which it is known that they may stand."""
        self._ids += [item.article.id for item in items]

    def choose(self, candidates: Candidates, limit: int) -> list[BlockItem]:
        """Return the first items that may stand, and put them there."""
        chosen = candidates.first(self.taken(candidates), range(len(candidates.items)), limit)
        self.put(chosen)
        return chosen

    def taken(self, candidates: Candidates) -> Array:
        """Return which candidates may not stand here (bool)."""
        if not self._ids or not candidates.items:
            return np.zeros(len(candidates.items), bool)
        kin = kin_of(self.present, self._ids)
        return np.asarray(candidates.excluded_by(kin).any(axis=0))
