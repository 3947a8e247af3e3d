"""Lists of related articles on judged topics: how good they are, and whether copies stand in them.

An article that is relevant to a topic is a seed; what stands in its list counts when it is relevant
to the same topic. Seeds are chosen twice: spread over the ids, as `backfile evaluate related` has
them, and drawn by a seeded generator.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks.related.systems import Lists, Opened
from index.arrays import Array
from index.tfidf import lengths_of
from recommender.similarity import NEAR_COPY
from web.evaluation.comparison import compared
from web.evaluation.measures import RELATED, Values, mean, measured
from web.evaluation.questions import Judged, of_relevant, spread

DEPTH = 400
"""Articles of a list, so that five judged ones are among them."""
FIRST, AMONG_JUDGED = "nDCG@5", "nDCG@5 of judged"


@dataclass(frozen=True, slots=True)
class Quality:
    """nDCG@5 of every topic, over all that is listed and over what was judged alone."""

    topics: Values

    @property
    def first(self) -> float:
        """The mean over all that is listed."""
        return fmean(self.topics[FIRST].values())

    @property
    def judged(self) -> float:
        """The mean over what was judged alone."""
        return fmean(self.topics[AMONG_JUDGED].values())


def drawn(items: Sequence[str], most: int) -> list[str]:
    """Return up to ``most`` items, the same at every time, in the order of the items.

    Examples
    --------
    >>> drawn(["a", "b", "c"], 5)
    ['a', 'b', 'c']
    >>> len(set(drawn(list("abcdefgh"), 3)))
    3
    """
    if len(items) <= most:
        return list(items)
    generator = np.random.default_rng(zlib.crc32("\n".join(items).encode()))
    places = np.sort(generator.choice(len(items), most, replace=False))
    return [items[place] for place in places.tolist()]


def choices(opened: Opened, qrels: Path) -> dict[str, Judged]:
    """Return the seeds of all topics, chosen in two ways."""

    def known(article_id: str) -> bool:
        return opened.generation.columns.document(article_id) is not None

    return {
        "seeds spread": of_relevant(qrels, known, choose=spread),
        "seeds drawn": of_relevant(qrels, known, choose=drawn),
    }


def seeds_of(opened: Opened, chosen: Mapping[str, Judged]) -> list[int]:
    """Return the documents of all seeds, each once, ascending."""
    ids = {question.text for judged in chosen.values() for question in judged.questions}
    return sorted(opened.document(article_id) for article_id in ids)


def quality(opened: Opened, judged: Judged, lists: Mapping[int, Sequence[int]]) -> Quality:
    """Return what the lists of the seeds are worth."""
    rankings = {
        question.id: opened.generation.columns.ids(lists[opened.document(question.text)])
        for question in judged.questions
    }
    names = (FIRST, AMONG_JUDGED)
    values = measured({name: RELATED[name] for name in names}, judged.qrels, rankings)
    groups: dict[str, list[str]] = {}
    for question in judged.questions:
        groups.setdefault(question.group, []).append(question.id)
    return Quality({name: mean(values[name], groups) for name in names})


def p_values(base: Quality, ours: Quality) -> tuple[float, float]:
    """Return how likely chance alone makes such differences: of all, and of what was judged."""
    first, among = (
        compared(name, base.topics[name], ours.topics[name]).p for name in (FIRST, AMONG_JUDGED)
    )
    return first, among


def copies(opened: Opened, lists: Mapping[int, Sequence[int]]) -> int:
    """Return how many pairs of near copies stand in lists, pairs with the seed included."""
    found = 0
    for seed, documents in lists.items():
        near = near_copies(opened, [seed, *documents])
        found += sum(bool(near[one, other]) for one, other in combinations(range(len(near)), 2))
    return found


def near_copies(opened: Opened, documents: Sequence[int]) -> Array:
    """Return which of the documents are near copies of each other (bool, square)."""
    rows = opened.comparison.rows(np.array(documents))
    lengths = lengths_of(rows)
    products = (rows @ rows.T).toarray()
    return np.asarray(products >= NEAR_COPY * np.outer(lengths, lengths))


def listed(lists: Lists, seeds: Sequence[int], depth: int) -> dict[int, list[int]]:
    """Return the list of every seed."""
    return dict(zip(seeds, lists(seeds, depth), strict=True))
