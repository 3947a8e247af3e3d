"""The three blocks of a page: Related, Editor's choice, Popular; no story stands in them twice."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from index.generation import Generation
from index.visibility import Visibility
from recommender.fallback import Archive, Chain, Step, fill
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from recommender.shelf import BlockItem, Candidates, Kinship, Reason, Shelf

Window = Literal["hour", "day", "week", "month", "all", "trending"]
WINDOWS: tuple[tuple[Window, Reason], ...] = (
    ("trending", Reason.TRENDING),
    ("day", Reason.POPULAR),
    ("week", Reason.POPULAR),
    ("month", Reason.POPULAR),
    ("all", Reason.POPULAR),
)
"""The lists that fill Popular, one after the other while there is room."""
MOST_KEPT = 256
"""Pairs of Editor's choice and Popular that are kept while nothing they depend on changes."""
_SPARE = 3
"""Candidates beyond those that what stands beside them can exclude one for one."""


class ReadArticle(Protocol):
    """An article of a list of those read most."""

    @property
    def id(self) -> str: ...  # noqa: D102


class Popularity(Protocol):
    """What is read most, as it was counted last; equal versions have equal lists."""

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
class Decided:
    """What editors have decided and readers have read, at a moment.

    ``stamp`` is equal only where all that blocks depend on, the visible articles too, is equal.
    """

    curation: Curation
    popularity: Popularity
    now: datetime
    stamp: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one page; no article and no story stands in them twice."""

    related: tuple[BlockItem, ...] = ()
    editors_choice: tuple[BlockItem, ...] = ()
    popular: tuple[BlockItem, ...] = ()


class _Place(NamedTuple):
    """All that Editor's choice and Popular of a page depend on beside what stands there already."""

    section: str
    popular_section: str
    language: str | None
    size: int
    limit: int
    spare: int


class _Others(NamedTuple):
    """What may stand in Editor's choice, the first ``choices``, and in Popular, the others.

    ``is_all`` is whether nothing else may.
    """

    candidates: Candidates
    choices: int
    is_all: bool


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
        self._archive = Archive(generation, visibility)
        self._chain = Chain(recommender, self._archive)
        self._kinship = Kinship(generation)
        self._lock = threading.Lock()
        self._stamp = ""
        self._others: dict[_Place, _Others] = {}

    def related(
        self, article: Article, request: RelatedRequest, decided: Decided
    ) -> tuple[BlockItem, ...]:
        """Return what stands beside an article; empty only where the archive has nothing else."""
        return self._related(self._shelf(article, request, decided), article, request, decided)

    def editors_choice(
        self, section: str, decided: Decided, *, limit: int | None = None
    ) -> tuple[BlockItem, ...]:
        """Return the editor's choice of a section, as it stands on a page of no article."""
        place = _place(None, section, RelatedRequest(limit=0), decided, size=limit)
        return self._two(Shelf(self._kinship, _hidden(None, decided)), place, None, decided)[0]

    def blocks(
        self,
        article: Article | None,
        request: RelatedRequest,
        decided: Decided,
        *,
        section: str = EVERYWHERE,
    ) -> Blocks:
        """Return all blocks of an article's page, or of one that shows none.

        Editor's choice is that of the section, of the article's where none is given.
        """
        shelf = self._shelf(article, request, decided)
        related: tuple[BlockItem, ...] = ()
        if article is not None:
            related = self._related(shelf, article, request, decided)
        place = _place(article, section, request, decided)
        return Blocks(related, *self._two(shelf, place, article, decided))

    def _shelf(self, article: Article | None, request: RelatedRequest, decided: Decided) -> Shelf:
        """Return a shelf on which the article and what is hidden beside it cannot stand."""
        own = (article.id,) if article else ()
        return Shelf(self._kinship, (*own, *request.without, *_hidden(article, decided)))

    def _related(
        self, shelf: Shelf, article: Article, request: RelatedRequest, decided: Decided
    ) -> tuple[BlockItem, ...]:
        steps = self._chain.steps(article, request, decided.curation, decided.now)
        return tuple(fill(shelf, self._kinship, steps, request.limit))

    def _two(
        self, shelf: Shelf, place: _Place, article: Article | None, decided: Decided
    ) -> tuple[tuple[BlockItem, ...], tuple[BlockItem, ...]]:
        """Return Editor's choice and Popular, of what does not stand on the shelf already."""
        while True:
            candidates, choices, is_all = self._kept(place, article, decided)
            taken = shelf.taken(candidates)
            choice = candidates.first(taken, range(choices), place.size)
            rest = range(choices, len(candidates.items))
            popular = candidates.first(taken, rest, place.limit)
            if is_all or (len(choice), len(popular)) == (place.size, place.limit):
                return tuple(choice), tuple(popular)
            place = place._replace(spare=2 * place.spare)

    def _kept(self, place: _Place, article: Article | None, decided: Decided) -> _Others:
        """Return the candidates of a place; they are made anew when what they depend on changes."""
        with self._lock:
            if self._stamp != decided.stamp:
                self._stamp, self._others = decided.stamp, {}
            kept, others = self._others, self._others.get(place)
        if others is None:
            others = self._make(place, article, decided)
            with self._lock:
                if len(kept) >= MOST_KEPT:
                    del kept[next(iter(kept))]
                kept[place] = others
        return others

    def _make(self, place: _Place, article: Article | None, decided: Decided) -> _Others:
        hidden = sorted(decided.curation.hidden(EVERYWHERE, decided.now))
        choices, popular = place.size + place.spare, place.size + place.limit + place.spare
        steps = self._choice_steps(article, place, decided)
        items = fill(Shelf(self._kinship, hidden), self._kinship, steps, choices)
        steps = self._popular_steps(article, place, decided)
        others = fill(Shelf(self._kinship, hidden), self._kinship, steps, popular)
        is_all = len(items) < choices and len(others) < popular
        return _Others(Candidates(items + others, self._kinship), len(items), is_all)

    def _choice_steps(
        self, article: Article | None, place: _Place, decided: Decided
    ) -> Iterator[Step]:
        curation = decided.curation
        for name in dict.fromkeys((place.section, EVERYWHERE)):
            ids = curation.choice(name).ids(decided.now)
            yield Step(Reason.EDITORS_CHOICE, self._archive.cards(ids))
        if curation.choice(_decided_section(curation, place.section)).backfill:
            read = decided.popularity.of("trending", place.section)
            yield Step(Reason.TRENDING, self._archive.cards(one.id for one in read))
            yield from self._newest(article, place.section, place)

    def _popular_steps(
        self, article: Article | None, place: _Place, decided: Decided
    ) -> Iterator[Step]:
        for window, reason in WINDOWS:
            read = decided.popularity.of(window, place.popular_section)
            yield Step(reason, self._archive.cards(one.id for one in read))
        yield from self._newest(article, place.popular_section, place)

    def _newest(self, article: Article | None, section: str, place: _Place) -> Iterable[Step]:
        request = RelatedRequest(any_language=place.language is None)
        if section:
            yield Step(Reason.SAME_SECTION, self._archive.newest(section, request, article))
        yield Step(Reason.NEWEST, self._archive.newest("", request, article))


def _place(
    article: Article | None,
    section: str,
    request: RelatedRequest,
    decided: Decided,
    *,
    size: int | None = None,
) -> _Place:
    chosen = section or (article.section if article else EVERYWHERE)
    if size is None:
        size = decided.curation.choice(_decided_section(decided.curation, chosen)).size
    beside = request.limit + len(request.without) + len(_hidden(article, decided))
    language = article.language if article and not request.any_language else None
    return _Place(chosen, section, language, size, request.limit, beside + 1 + _SPARE)


def _decided_section(curation: Curation, section: str) -> str:
    """Return the section whose choice holds: its own, or that of all where it has none."""
    return section if section in curation.choices else EVERYWHERE


def _hidden(article: Article | None, decided: Decided) -> tuple[str, ...]:
    """Return what must not stand beside an article, or anywhere."""
    return tuple(
        sorted(decided.curation.hidden(article.id if article else EVERYWHERE, decided.now))
    )
