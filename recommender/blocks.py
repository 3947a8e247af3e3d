"""The three blocks of a page: Related, Editor's choice, Popular; no story stands in them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from index.generation import Generation
from index.visibility import Visibility
from recommender.fallback import BlockItem, Candidates, Chain, Reason, Shelf, Step
from recommender.recommender import Recommender
from recommender.related import RelatedRequest

Window = Literal["hour", "day", "week", "month", "all", "trending"]
WINDOWS: tuple[tuple[Window, Reason], ...] = (
    ("trending", Reason.TRENDING),
    ("day", Reason.POPULAR),
    ("week", Reason.POPULAR),
    ("month", Reason.POPULAR),
    ("all", Reason.POPULAR),
)
"""The lists that fill Popular, one after the other while there is room."""


class ReadArticle(Protocol):
    """An article of a list of those read most."""

    @property
    def id(self) -> str: ...  # noqa: D102


class Popularity(Protocol):
    """What is read most, as it was counted last."""

    @property
    def version(self) -> str: ...  # noqa: D102
    def of(self, window: Window, section: str = "") -> Sequence[ReadArticle]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class NothingRead:
    """What is read most where nobody has read anything yet."""

    version: str = ""

    def of(self, window: Window, section: str = "") -> Sequence[ReadArticle]:  # noqa: ARG002
        """Return nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one page; no article and no story stands in them twice."""

    related: tuple[BlockItem, ...] = ()
    editors_choice: tuple[BlockItem, ...] = ()
    popular: tuple[BlockItem, ...] = ()


class BlockMaker:
    """Makes the blocks of pages; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What articles are from.
    visibility : Visibility
        Says which of them are hidden now.
    recommender : Recommender
        Knows what is similar.
    """

    def __init__(
        self, generation: Generation, visibility: Visibility, recommender: Recommender
    ) -> None:
        self._generation = generation
        self._candidates = Candidates(generation, visibility)
        self._chain = Chain(recommender, self._candidates)

    def related(
        self, article: Article, request: RelatedRequest, curation: Curation, now: datetime
    ) -> tuple[BlockItem, ...]:
        """Return what stands beside an article; empty only where the archive has nothing else."""
        shelf = self._shelf(article, curation, now)
        for other in request.without:
            shelf.put(other)
        return shelf.fill(self._chain.steps(article, request, curation, now), request.limit)

    def blocks(
        self,
        article: Article | None,
        request: RelatedRequest,
        curation: Curation,
        popularity: Popularity,
        now: datetime,
        *,
        section: str = EVERYWHERE,
    ) -> Blocks:
        """Return all blocks of an article's page, or of one that shows none.

        Editor's choice is that of the section, of the article's where none is given.
        """
        shelf = self._shelf(article, curation, now)
        related: tuple[BlockItem, ...] = ()
        if article is not None:
            steps = self._chain.steps(article, request, curation, now)
            related = shelf.fill(steps, request.limit)
        chosen = section or (article.section if article else EVERYWHERE)
        size = curation.choice(chosen if chosen in curation.choices else EVERYWHERE).size
        return Blocks(
            related,
            shelf.fill(
                self._choice_steps(article, chosen, request, curation, popularity, now), size
            ),
            shelf.fill(self._popular_steps(article, section, request, popularity), request.limit),
        )

    def _shelf(self, article: Article | None, curation: Curation, now: datetime) -> Shelf:
        """Return a shelf on which the article and what is hidden beside it cannot stand."""
        shelf = Shelf(self._generation)
        if article is not None:
            shelf.put(article.id)
        for hidden in sorted(curation.hidden(article.id if article else EVERYWHERE, now)):
            shelf.put(hidden)
        return shelf

    def _choice_steps(
        self,
        article: Article | None,
        section: str,
        request: RelatedRequest,
        curation: Curation,
        popularity: Popularity,
        now: datetime,
    ) -> Iterator[Step]:
        request = RelatedRequest(any_language=request.any_language)
        for name in dict.fromkeys((section, EVERYWHERE)):
            yield Reason.EDITORS_CHOICE, self._candidates.cards(curation.choice(name).ids(now))
        if curation.choice(section).backfill:
            read = popularity.of("trending", section)
            yield Reason.TRENDING, self._candidates.cards(one.id for one in read)
            yield from self._newest(article, section, request)

    def _popular_steps(
        self,
        article: Article | None,
        section: str,
        request: RelatedRequest,
        popularity: Popularity,
    ) -> Iterator[Step]:
        request = RelatedRequest(any_language=request.any_language)
        for window, reason in WINDOWS:
            read = popularity.of(window, section)
            yield reason, self._candidates.cards(one.id for one in read)
        yield from self._newest(article, section, request)

    def _newest(
        self, article: Article | None, section: str, request: RelatedRequest
    ) -> Iterator[Step]:
        if section:
            yield Reason.SAME_SECTION, self._candidates.newest(section, request, article)
        yield Reason.NEWEST, self._candidates.newest("", request, article)
