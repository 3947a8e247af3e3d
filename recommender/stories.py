"""Stories: articles of an archive that are versions of one another.

A wire sends a story again and again, a little longer or corrected. Every article belongs to the
story of the earliest one that it is a version of. All of a story are versions of its first
one, so that daily reports that resemble each other from day to day do not become one story.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from index.arrays import Array
from recommender.neighbours import Pairs


def stories_of(pairs: Iterable[Pairs], articles: int) -> Array:
    """Return the first article of each one's story, itself where it has no earlier copy (int32).

    Parameters
    ----------
    pairs : iterable of Pairs
        Versions, in either order, some perhaps twice.
    articles : int
        How many there are, by date.

    Examples
    --------
    >>> pairs = [Pairs(np.array([1, 3, 4]), np.array([0, 1, 1]))]
    >>> stories_of(pairs, 5).tolist()
    [0, 0, 2, 3, 4]
    """
    earlier: dict[int, set[int]] = defaultdict(set)
    for found in pairs:
        for one, other in zip(found.ones.tolist(), found.others.tolist(), strict=True):
            earlier[max(one, other)].add(min(one, other))
    first = np.arange(articles, dtype=np.int32)
    for article in sorted(earlier):
        beginnings = [copy for copy in earlier[article] if first[copy] == copy]
        if beginnings:
            first[article] = min(beginnings)
    return first
