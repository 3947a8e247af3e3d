"""What was reported before and after an article of the same events, step by step."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from index.arrays import Array
from index.columns import UNDATED
from recommender.present import Present

MOST_SKIPPED = 100
"""Stories of a running one that are looked at for those that are still public."""

Allowed = Callable[[Array], Array]
"""Says which documents may be told (bool)."""


def earlier(present: Present, document: int, allowed: Allowed) -> Iterator[int]:
    """Yield what was reported before a document, the latest first, one version of each story."""
    before = int(present.published(np.array([document]))[0])
    for number in _told(present, present.earlier(_story(present, document)), allowed):
        if UNDATED != before > int(present.published(np.array([number]))[0]):
            yield number


def later(present: Present, document: int, allowed: Allowed) -> Iterator[int]:
    """Yield what was reported after a document, the earliest first, one version of each story."""
    after = int(present.published(np.array([document]))[0])
    for number in _told(present, present.later(_story(present, document)), allowed):
        if int(present.published(np.array([number]))[0]) > after != UNDATED:
            yield number


def _story(present: Present, document: int) -> int:
    return int(present.beginnings(np.array([document]))[0])


def _told(present: Present, stories: Iterator[int], allowed: Allowed) -> Iterator[int]:
    """Yield the first version of each story that may be told."""
    for story in islice(stories, MOST_SKIPPED):
        versions = present.story(story)
        yield from versions[allowed(versions)][:1].tolist()


def by_nearness(present: Present, document: int, found: list[int]) -> list[int]:
    """Return documents in the order of the days between them and one."""
    dates = present.published(np.array([document, *found], np.int64))
    order = np.argsort(np.abs(dates[1:] - dates[0]), kind="stable")
    return [found[place] for place in order.tolist()]
