"""Running stories: of each story the one that goes on with it, where there is one.

A strike begins, goes on and ends: three stories of one running story. Each is followed by at most
one and follows at most one, so that what comes next of an article comes before that one, too.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile
from index.columns import UNDATED
from recommender.neighbours import Neighbours

LEAST, BASE, STEP = 0.28, 0.08, 0.14
"""Of `least_similarity`; by reading pairs of a small archive and of a year of an agency's news."""
STRANGERS = 50
"""One article in so many is about the same subjects as any other."""
LONGEST_PAUSE = 1_100
"""Days after which a running story has ended."""
_DAY = 86_400


def least_similarity(between: Array, articles: int) -> Array:
    """Return how similar two articles must be to belong to one running story (float64).

    ``.08 + .14 log10(between + articles / 50)``, never less than .28: the more articles there are
    between two, and in the archive, the nearer the nearest stranger comes, so the nearer one must
    be that is none.

    Parameters
    ----------
    between : int array
        How far apart two articles lie in the order of dates.
    articles : int
        How many the archive has.

    Examples
    --------
    >>> least_similarity(np.array([1, 100]), 138).round(2).tolist()
    [0.28, 0.36]
    >>> least_similarity(np.array([1, 10_000]), 80_000).round(2).tolist()
    [0.53, 0.65]
    """
    strangers = np.maximum(between + articles / STRANGERS, 1)
    return np.asarray(np.maximum(LEAST, BASE + STEP * np.log10(strangers)))


def sequels_of(neighbours: Neighbours, stories: Array, published: Array) -> Array:
    """Return the first article of the story that goes on with each story (int32).

    It is -1 where none does, and for all articles that are not the first of their story. Of all
    pairs that are similar enough those with the fewest days between them are joined first, of
    these the most similar.

    Parameters
    ----------
    neighbours : Neighbours
        The nearest of every article.
    stories : int32 array of shape (articles,)
        The first article of each one's story.
    published : int64 array of shape (articles,)
        Seconds, ascending; `UNDATED` for none.

    Examples
    --------
    >>> near = Neighbours(np.array([[1], [0], [1]], np.int32), np.array([[0.9]] * 3, np.float32))
    >>> sequels_of(near, np.arange(3), np.array([0, 60, 120])).tolist()
    [1, 2, -1]
    """
    articles = len(stories)
    ones, places = np.nonzero((neighbours.documents >= 0) & (neighbours.similarities >= LEAST))
    others = neighbours.documents[ones, places]
    similarities = neighbours.similarities[ones, places]
    ends = np.sort(np.stack([stories[ones], stories[others]]), axis=0)
    earlier, later = published[ends]
    kept = (earlier != UNDATED) & (earlier < later)
    kept &= similarities >= least_similarity(ends[1] - ends[0], articles)
    days = np.where(kept, later - np.where(kept, earlier, later), 0) // _DAY
    kept &= days <= LONGEST_PAUSE
    first, second = ends[:, kept]
    order = np.lexsort((second, first, -similarities[kept], days[kept]))
    sequels = np.full(articles, -1, np.int32)
    has_prequel = np.zeros(articles, bool)
    for one, other in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if sequels[one] < 0 and not has_prequel[other]:
            sequels[one], has_prequel[other] = other, True
    return sequels


class StoredRunningStories:
    """The running stories of a generation; safe to share between threads.

    Generations of before have none.
    """

    def __init__(self, file: ArrayFile) -> None:
        self._file = file if "related.sequels" in file else None

    @cached_property
    def _after(self) -> Array:
        return self._file["related.sequels"].all() if self._file else np.empty(0, np.int32)

    @cached_property
    def _before(self) -> Array:
        before = np.full(len(self._after), -1, np.int32)
        with_sequel = np.flatnonzero(self._after >= 0)
        before[self._after[with_sequel]] = with_sequel
        return before

    def sequels(self) -> Array:
        """Return the story that goes on with each (int32), as `sequels_of` does; empty without."""
        return self._after

    def next(self, story: int) -> int:
        """Return the first article of the next story, -1 when there is none."""
        return int(self._after[story]) if story < len(self._after) else -1

    def previous(self, story: int) -> int:
        """Return the first article of the previous story, -1 when there is none."""
        return int(self._before[story]) if story < len(self._before) else -1

    def later(self, story: int) -> Iterator[int]:
        """Yield the first article of each later story, the next one first."""
        return self._along(self._after, story)

    def earlier(self, story: int) -> Iterator[int]:
        """Yield the first article of each earlier story, the previous one first."""
        return self._along(self._before, story)

    def _along(self, steps: Array, story: int) -> Iterator[int]:
        while story < len(steps) and (story := int(steps[story])) >= 0:
            yield story
