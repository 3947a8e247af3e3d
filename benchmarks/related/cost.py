"""What lists cost: of the whole archive, exactly and by candidates, and of one article."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.process import timed
from benchmarks.related.systems import Opened, exact
from index.build_step import BuildContext
from index.tfidf import lengths_of
from recommender.lists import LISTED, RelatedLists, StoredLists
from recommender.neighbours import Archive, all_neighbours, days_of
from recommender.related import RelatedRequest
from recommender.similarity import blended
from recommender.themes import StoredThemes

ENTERED = "new article, lists it enters"
PLACES = 5
"""Places of a list that a site shows."""
COMPARED = 1_000
"""Articles whose stored lists are compared with exact ones."""
EXACTLY = 1_024
"""Articles whose exact lists are timed; all others cost as much."""
_AT_A_TIME = 64


class Times(NamedTuple):
    """Milliseconds of many calls."""

    median: float
    p95: float


class Spent(NamedTuple):
    """Seconds by the clock, and of the processor, which other work on the machine changes less."""

    seconds: float
    processor: float


class TimedLists:
    """The build's step of related articles, timed."""

    def __init__(self, threads: int) -> None:
        self._step = RelatedLists(threads=threads)
        self.spent = Spent(0, 0)

    def __call__(self, context: BuildContext) -> None:
        """Add the lists."""
        self.spent = spent(lambda: self._step(context))


def evenly(count: int, articles: int) -> list[int]:
    """Return so many documents at equal distances, all when there are fewer.

    Examples
    --------
    >>> evenly(3, 10)
    [0, 3, 6]
    """
    count = min(count, articles)
    return [place * articles // count for place in range(count)]


def recall(stored: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> float:
    """Return which part of the exact lists stands in the stored ones.

    Examples
    --------
    >>> recall([[1, 2], []], [[2, 3], []])
    0.5
    """
    found = sum(len(set(one) & set(other)) for one, other in zip(stored, wanted, strict=True))
    return found / sum(map(len, wanted))


def recall_of_lists(opened: Opened) -> float:
    """Return the recall of the stored lists at five, over articles at equal distances."""
    lists = StoredLists(opened.generation.related)
    documents = evenly(COMPARED, opened.generation.articles)
    stored = [lists.of(document).documents[0, :PLACES].tolist() for document in documents]
    return recall(stored, [exact(opened, document, PLACES) for document in documents])


def archive_of(opened: Opened) -> Archive:
    """Return what the build compared articles by."""
    generation = opened.generation
    every = np.arange(generation.articles)
    rows = opened.comparison.rows(every)
    themes = StoredThemes(generation.related, generation.articles).of_documents(every)
    columns = generation.columns
    days = days_of(columns.published)
    return Archive(rows, lengths_of(rows), days, np.asarray(themes), columns.languages)


def seconds_by_candidates(archive: Archive, threads: int) -> Spent:
    """Return what the lists of all articles take by candidates."""
    return spent(lambda: _exhausted(all_neighbours(archive, LISTED, threads=threads)))


def seconds_exactly(archive: Archive) -> Spent:
    """Return what the lists of all articles would take exactly, from a part of them."""
    articles = archive.rows.shape[0]
    documents = evenly(EXACTLY, articles)
    columns = archive.rows.T.tocsr()

    def lists() -> None:
        for start in range(0, len(documents), _AT_A_TIME):
            some = documents[start : start + _AT_A_TIME]
            similarities = (archive.rows[some] @ columns).toarray()
            if archive.themes.shape[1]:
                similarities = blended(similarities, archive.themes[some] @ archive.themes.T)
            similarities[np.arange(len(some)), some] = -1
            best = np.argpartition(-similarities, min(LISTED, articles - 1), axis=1)[:, :LISTED]
            np.take_along_axis(similarities, best, 1).argsort(axis=1)

    found, share = spent(lists), articles / len(documents)
    return Spent(found.seconds * share, found.processor * share)


def spent(work: Callable[[], object]) -> Spent:
    """Return what a piece of work takes."""
    processor = time.process_time()
    seconds = timed(work) / 1e3
    return Spent(seconds, time.process_time() - processor)


def times(calls: Iterable[Callable[[], object]]) -> Times:
    """Return median and 95th percentile of the calls, the first made once before."""
    calls = list(calls)
    calls[0]()
    each = sorted(map(timed, calls))
    return Times(statistics.median(each), each[int(len(each) * 0.95)])


def of_one_article(opened: Opened, count: int) -> dict[str, Times]:
    """Return what one article costs: a new one with the lists it enters, and asking for some."""
    documents = evenly(count, opened.generation.articles)
    articles = opened.generation.documents.articles(np.array(documents))
    texts = ["\n".join((article.title, *article.body)) for article in articles]
    recommender = opened.recommender
    found = {
        ENTERED: times(partial(recommender.entered, text) for text in texts),
        "new article, its own list": times(partial(recommender.for_text, text) for text in texts),
    }
    requests = {
        "stored list": RelatedRequest(),
        "background": RelatedRequest(mode="background"),
        "half-life of 30 days": RelatedRequest(half_life=30),
        "versions in the list": RelatedRequest(versions=True),
    }
    for name, request in requests.items():
        found[name] = times(
            partial(recommender.for_article, article.id, request) for article in articles
        )
    found["versions of the story"] = times(
        partial(recommender.versions, article.id) for article in articles
    )
    return found


def _exhausted(items: Iterable[object]) -> None:
    for _ in items:
        pass
