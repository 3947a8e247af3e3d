"""The three blocks of a page: Related, Editor's choice, Popular; no story stands in them twice."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from recommender.fallback import Chain, Offer, chosen_in, filled, offer
from recommender.popular import PopularLists, Window
from recommender.recipes import CHAIN, Step
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from recommender.shelf import BlockItem, Candidates, Reason, Shelf

WINDOWS: tuple[tuple[Window, Reason], ...] = (
    ("trending", Reason.TRENDING),
    ("day", Reason.POPULAR),
    ("week", Reason.POPULAR),
    ("month", Reason.POPULAR),
    ("all", Reason.POPULAR),
)
"""The lists that fill Popular, one after the other while there is room."""
MOST_KEPT = 128
"""Pairs of Editor's choice and Popular that are kept while nothing they depend on changes."""
_SPARE = 3
"""Candidates beyond those that what stands beside them can exclude one for one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What editors have decided and readers have read, at a moment.

    ``stamp`` is equal only where all that blocks depend on, the visible articles too, is equal.
    """

    curation: Curation
    popularity: PopularLists
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
    recommender : Recommender
        Knows what is similar, and what is public now.
    """

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self._chain = Chain(recommender)
        self._lock = threading.Lock()
        self._stamp = ""
        self._others: dict[_Place, _Others] = {}

    def related(
        self,
        article: Article,
        request: RelatedRequest,
        decided: Decided,
        *,
        chain: Sequence[Step] = CHAIN,
    ) -> tuple[BlockItem, ...]:
        """Return what stands beside an article; empty only where the archive has nothing else.

        Without the last steps of the ``chain`` it may be shorter than was asked for.
        """
        shelf = self._shelf(article, request, decided)
        return self._related(shelf, article, request, decided, chain)

    def editors_choice(
        self, section: str, decided: Decided, *, limit: int | None = None
    ) -> tuple[BlockItem, ...]:
        """Return the editor's choice of a section, as it stands on a page of no article."""
        request = RelatedRequest(limit=0)
        place = _place(None, section, request, decided, size=limit)
        return self._two(self._shelf(None, request, decided), place, decided)[0]

    def blocks(
        self,
        article: Article | None,
        request: RelatedRequest,
        decided: Decided,
        *,
        section: str = EVERYWHERE,
        chain: Sequence[Step] = CHAIN,
    ) -> Blocks:
        """Return all blocks of an article's page, or of one that shows none.

        Editor's choice is that of the section, of the article's where none is given.
        """
        shelf = self._shelf(article, request, decided)
        related: tuple[BlockItem, ...] = ()
        if article is not None:
            related = self._related(shelf, article, request, decided, chain)
        place = _place(article, section, request, decided)
        return Blocks(related, *self._two(shelf, place, decided))

    def _shelf(self, article: Article | None, request: RelatedRequest, decided: Decided) -> Shelf:
        """Return a shelf on which the article and what is hidden beside it cannot stand."""
        own = (article.id,) if article else ()
        elsewhere = (*own, *request.without, *_hidden(article, decided))
        return Shelf(self._recommender.present(), elsewhere)

    def _related(
        self,
        shelf: Shelf,
        article: Article,
        request: RelatedRequest,
        decided: Decided,
        chain: Sequence[Step],
    ) -> tuple[BlockItem, ...]:
        offers = self._chain.offers(article, request, decided.curation, decided.now, chain)
        return tuple(filled(shelf, offers, request.limit))

    def _two(
        self, shelf: Shelf, place: _Place, decided: Decided
    ) -> tuple[tuple[BlockItem, ...], tuple[BlockItem, ...]]:
        """Return Editor's choice and Popular, of what does not stand on the shelf already."""
        while True:
            candidates, choices, is_all = self._kept(place, decided)
            taken = shelf.taken(candidates)
            choice = candidates.first(taken, range(choices), place.size)
            rest = range(choices, len(candidates.items))
            popular = candidates.first(taken, rest, place.limit)
            if is_all or (len(choice), len(popular)) == (place.size, place.limit):
                return tuple(choice), tuple(popular)
            place = place._replace(spare=2 * place.spare)

    def _kept(self, place: _Place, decided: Decided) -> _Others:
        """Return the candidates of a place; they are made anew when what they depend on changes."""
        with self._lock:
            if self._stamp != decided.stamp:
                self._stamp, self._others = decided.stamp, {}
            kept, others = self._others, self._others.get(place)
        if others is None:
            others = self._make(place, decided)
            with self._lock:
                if len(kept) >= MOST_KEPT:
                    del kept[next(iter(kept))]
                kept[place] = others
        return others

    def _make(self, place: _Place, decided: Decided) -> _Others:
        present = self._recommender.present()
        hidden = sorted(decided.curation.hidden(EVERYWHERE, decided.now))
        choices, popular = place.size + place.spare, place.size + place.limit + place.spare
        items = filled(Shelf(present, hidden), self._choice_offers(place, decided), choices)
        others = filled(Shelf(present, hidden), self._popular_offers(place, decided), popular)
        is_all = len(items) < choices and len(others) < popular
        return _Others(Candidates(items + others, present), len(items), is_all)

    def _choice_offers(self, place: _Place, decided: Decided) -> Iterator[Offer]:
        curation, cards = decided.curation, self._recommender.cards
        yield offer(Reason.EDITORS_CHOICE, cards(chosen_in(curation, place.section, decided.now)))
        if curation.choice(_decided_section(curation, place.section)).backfill:
            read = decided.popularity.of("trending", place.section)
            yield offer(Reason.TRENDING, cards([one.id for one in read]))
            yield from self._newest(place.section, place.language)

    def _popular_offers(self, place: _Place, decided: Decided) -> Iterator[Offer]:
        for window, reason in WINDOWS:
            read = decided.popularity.of(window, place.popular_section)
            yield offer(reason, self._recommender.cards([one.id for one in read]))
        yield from self._newest(place.popular_section, place.language)

    def _newest(self, section: str, language: str | None) -> Iterable[Offer]:
        own, newest = RelatedRequest(language=language), self._recommender.newest
        if section:
            yield Offer(Reason.SAME_SECTION, lambda count: newest(section, own, limit=count))
        yield Offer(Reason.NEWEST, lambda count: newest("", own, limit=count))
        if language is not None:
            yield Offer(Reason.NEWEST, lambda count: newest("", limit=count))


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
    language = request.language or language
    return _Place(chosen, section, language, size, request.limit, beside + 1 + _SPARE)


def _decided_section(curation: Curation, section: str) -> str:
    """Return the section whose choice holds: its own, or that of all where it has none."""
    return section if section in curation.choices else EVERYWHERE


def _hidden(article: Article | None, decided: Decided) -> tuple[str, ...]:
    """Return what must not stand beside an article, or anywhere."""
    beside = article.id if article else EVERYWHERE
    return tuple(sorted(decided.curation.hidden(beside, decided.now)))
