"""What stands in the blocks of a page, so that no story stands there twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.generation import Generation
from recommender.lists import StoredLists
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


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """What tells whether articles are of one story.

    Attributes
    ----------
    ids : tuple of str
        The articles.
    stories : int64 array
        The number of each one's story, below 0 where nobody knows it.
    rows : scipy.sparse.csr_matrix
        Their TF-IDF rows.
    lengths : float32 array
        The lengths of the rows.
    """

    ids: tuple[str, ...]
    stories: Array
    rows: sparse.csr_matrix
    lengths: Array


class Kinship:
    """Says which articles of a generation are versions or near copies; safe to share."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lists = StoredLists(generation.related)

    def of(self, ids: Iterable[str]) -> Kin:
        """Return what tells of each of some articles whether it is of a story with others."""
        kept = tuple(ids)
        found = [self._generation.columns.document(article_id) for article_id in kept]
        known = [document for document in found if document is not None]
        rows = self._generation.rows.rows(known)
        stories = self._lists.beginnings(np.array(known, np.int64)).astype(np.int64)
        if len(known) < len(kept):
            # An article that the generation has not shares no word with any.
            places = np.array(
                [place for place, document in enumerate(found) if document is not None]
            )
            counts = np.zeros(len(kept) + 1, np.int64)
            counts[places.astype(np.int64) + 1] = np.diff(rows.indptr)
            parts = (rows.data, rows.indices, np.cumsum(counts))
            rows = sparse.csr_matrix(parts, shape=(len(kept), rows.shape[1]))
            all_stories = np.full(len(kept), -1, np.int64)
            all_stories[places.astype(np.int64)] = stories
            stories = all_stories
        owners = np.repeat(np.arange(len(kept)), np.diff(rows.indptr))
        squares = np.bincount(owners, rows.data.astype(np.float64) ** 2, len(kept))
        return Kin(kept, stories, rows, np.sqrt(squares).astype(np.float32))


class Candidates:
    """Items that may stand in a block, in order, with what tells which exclude each other.

    Two exclude each other when they are one article, versions of one story, or near copies by the
    cosine of their words.

    Parameters
    ----------
    items : sequence of BlockItem
        The best first.
    kinship : Kinship
        Asked about them once.

    Attributes
    ----------
    excluded : bool array of shape (items, items)
        What each excludes.
    """

    def __init__(self, items: Sequence[BlockItem], kinship: Kinship) -> None:
        self.items = tuple(items)
        kin = kinship.of(item.article.id for item in items)
        self._ids, self._stories, self._lengths = kin.ids, kin.stories, kin.lengths
        # By the terms that they have alone: all of an archive's would be megabytes.
        self._terms, places = np.unique(kin.rows.indices, return_inverse=True)
        shape = (len(items), len(self._terms))
        rows = sparse.csr_matrix((kin.rows.data, places, kin.rows.indptr), shape=shape)
        self._columns = rows.T.tocsr()
        self.excluded = self.excluded_by(kin)

    def excluded_by(self, kin: Kin) -> Array:
        """Return which of them each of some articles excludes (bool, one row for each of these)."""
        found = (kin.stories[:, None] == self._stories) & (self._stories >= 0)
        if not set(kin.ids).isdisjoint(self._ids):
            found |= np.array([[one == other for other in self._ids] for one in kin.ids])
        if len(self._terms):
            places = np.searchsorted(self._terms, kin.rows.indices)
            places[places == len(self._terms)] = 0
            data = np.where(self._terms[places] == kin.rows.indices, kin.rows.data, 0)
            shape = (len(kin.ids), len(self._terms))
            rows = sparse.csr_matrix((data, places, kin.rows.indptr), shape=shape)
            least = NEAR_COPY * kin.lengths[:, None] * self._lengths
            found |= ((rows @ self._columns).toarray() >= least) & (least > 0)
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
    kinship : Kinship
        Knows which articles are of one story.
    elsewhere : iterable of str
        Articles that may not stand here, and neither may versions of them.
    """

    def __init__(self, kinship: Kinship, elsewhere: Iterable[str] = ()) -> None:
        self._kinship = kinship
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
        kin = self._kinship.of(self._ids)
        return np.asarray(candidates.excluded_by(kin).any(axis=0))
