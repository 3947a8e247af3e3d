"""Backfile's own builder and engine, under the same role as all others."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from articles.article import Article
from benchmarks.peers.peer import Answer
from benchmarks.questions import LIMIT, Family, Question
from index.builder import build
from index.publish import Generations
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.proximity import PairWeights


class Backfile:
    """A generation without related lists, and the embedded engine over it.

    Parameters
    ----------
    folder : Path
        Where the generations lie.
    processes : int
        How many processes build.
    """

    families = frozenset(Family)

    def __init__(self, folder: Path, *, processes: int = 1) -> None:
        self._generations = Generations(folder)
        self._processes = processes
        self._engine: Any = None

    def build(self, articles: Iterable[Article]) -> None:
        """Build and publish a generation."""
        with self._generations.locked():
            folder = self._generations.begin()[0]
            build(folder, articles, processes=self._processes)
            self._generations.publish(folder)

    def open(self) -> None:
        """Open the generation."""
        generation = self._generations.open_current()
        self._engine = EmbeddedEngine(
            generation, Visibility(generation), pairs=PairWeights(ordered=0, close=0)
        )

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        search, rank = self._engine.search, self._engine.rank

        def ids() -> Answer:
            return Answer(list(rank(request(question)).ids))

        def whole() -> Answer:
            found = search(request(question))
            counts = {
                facet.name: {count.value: count.count for count in facet.counts}
                for facet in found.facets
            }
            return Answer([hit.id for hit in found.hits], counts)

        return whole if question.family in {Family.FACETS, Family.SNIPPETS} else ids

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        total: int = self._engine.search(request(question)).total
        return total

    def close(self) -> None:
        """Release the generation."""
        if self._engine:
            self._engine.close()


def request(question: Question) -> SearchRequest:
    """Return the request that asks a question."""
    text = question.text
    if question.family is Family.PHRASE:
        text = f'"{text}"'
    elif question.family is Family.PREFIX:
        text += "*"
    return SearchRequest(
        query=text,
        match="all" if question.family is Family.ALL else "any",
        published_from=question.first,
        published_to=question.last,
        offset=question.offset,
        limit=LIMIT,
        facets=question.family is Family.FACETS,
        snippets=question.family is Family.SNIPPETS,
    )
