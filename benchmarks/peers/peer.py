"""The role of an engine that is measured."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from articles.article import Article
from benchmarks.questions import Family, Question

FACETS = ("section", "source", "author", "language")
"""Fields whose values the other engines count; Backfile counts all of its own."""
TITLE_WEIGHT = 2.0
"""What a word of the title counts, in every engine that can weigh fields."""


class Answer(NamedTuple):
    """The ids of the hits, best first, and for facets the counts of values by field."""

    ids: Sequence[str]
    facets: Mapping[str, Mapping[str, int]] = MappingProxyType({})


class Peer(Protocol):
    """An engine with an index in a folder of its own.

    ``families`` are the kinds of questions that it answers. A peer is built in one process and
    opened in another.
    """

    families: frozenset[Family]

    def build(self, articles: Iterable[Article]) -> None:
        """Index and store all articles, and return when they lie on the disk."""
        ...

    def open(self) -> None:
        """Open what was built."""
        ...

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return what is timed: a call that parses the question's text, searches and reads ids."""
        ...

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        ...

    def close(self) -> None:
        """Release what ``open`` or ``build`` took."""
        ...


def text_of(article: Article) -> str:
    """Return what is indexed beside the title."""
    return "\n".join(filter(None, (article.summary, *article.body)))
