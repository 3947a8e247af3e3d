"""Warming: a generation answers what readers ask before any of them asks it.

The first answer of each form computes what is kept for the later ones and checks the pages of the
index that it touches, which takes twenty to two hundred times as long as the later ones.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from articles.article import Article
from articles.errors import BackfileError
from index.arrays import DamagedFileError
from recommender.related import RelatedRequest
from search.engine import SearchRequest
from search.grammar import GRAMMAR
from web.served import Served

ARTICLES = 20
"""Articles, from the newest to the oldest, whose blocks are made."""

MOST_SECONDS = 2.0
"""After which nothing more is asked where readers wait: cold answers are better than none."""
LONGEST = 30.0
"""The same where they are answered from another generation meanwhile."""


def warm(
    served: Served, moment: datetime, *, pause: float = 0.0, seconds: float = MOST_SECONDS
) -> None:
    """Ask everything once, as at a moment; changes nothing that can be seen.

    Parameters
    ----------
    served : Served
        What is asked.
    moment : datetime
        When it is, with a time zone.
    pause : float
        Seconds between two questions.
    seconds : float
        After so many nothing more is asked: an import may have left a minute's work.

    Raises
    ------
    DamagedFileError
        When a damaged page of the index is met.
    """
    stop_by = time.monotonic() + seconds
    for ask in _questions(served, moment, seconds / 2):
        if time.monotonic() > stop_by:
            return
        try:
            ask()
        except DamagedFileError:
            raise
        except BackfileError:  # such as a query that takes too long in this archive
            continue
        time.sleep(pause)


def _questions(served: Served, moment: datetime, patience: float) -> Iterator[Callable[[], object]]:
    """Yield calls of some milliseconds each, but for the first, which may take so many seconds."""
    yield partial(served.recommender.catch_up, patience)
    words = served.examples
    plain = SearchRequest(query=f"{words.word} {words.other}", timeline=True)
    for request in (
        *(replace(plain, query=rule.example(words)) for rule in GRAMMAR),
        replace(plain, mode="broaden"),
        replace(plain, sort="newest"),
        replace(plain, recent=True),
        replace(plain, explain=True),
        replace(plain, query=f"{words.word[1:]} {words.other}"),  # a slip
        SearchRequest(timeline=True),
    ):
        yield partial(served.engine.search, request)
    yield partial(served.engine.suggest, words.word[:3], RelatedRequest().limit)
    yield served.coverage.read
    for article in _spread(served):
        yield partial(served.marked, article.id, words.word)
        yield partial(_blocks, served, article, moment)
    yield partial(served.recommender.for_text, words.phrase)


def _blocks(served: Served, article: Article, moment: datetime) -> None:
    with served.deciding(moment) as basis:
        served.blocks.blocks(article, RelatedRequest(), basis)


def _spread(served: Served) -> list[Article]:
    """Return public articles at equal distances, the newest among them."""
    generation = served.generation
    step = max(generation.articles // ARTICLES, 1)
    numbers = range(generation.articles - 1, -1, -step)
    shown = [number for number in numbers if served.visibility.shows(number)]
    return generation.documents.articles(shown[:ARTICLES])
