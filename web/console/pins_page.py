"""What the pages of pins and hides show: where there are any, and those beside one article."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field

from articles.article import Article
from articles.curation import EVERYWHERE, Curation, PinKind, edition_of
from articles.message import Message
from recommender.blocks import Decided
from recommender.related import RelatedRequest, UnknownArticleError
from web.console.curated import BlockLine, CuratedArticle, block_lines, curated
from web.console.finder import FoundArticle, found_articles, named
from web.parameters import Parameters
from web.serving import served, serving

ON_A_PAGE = 50


class PinsParameters(Parameters):
    """What is looked for, and the page of the list of articles with pins or hides."""

    q: str = ""
    page: int = Field(1, ge=1, le=1_000_000)


class ArticlePinsParameters(Parameters):
    """The article beside which things stand, none for every one, and what is looked for."""

    id: str = EVERYWHERE
    q: str = ""

    def address(self, **values: Any) -> str:
        """Return the address of these pins."""
        given = {"id": self.id or None, "q": self.q or None}
        return url_for("console.pins_of", **given | values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedBeside:
    """One article beside which something is pinned or hidden, and how much that is."""

    article: FoundArticle
    address: str
    pins: int
    hides: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PinsPage:
    """What ``pins.html`` shows: a page of the articles with pins or hides.

    ``everywhere`` counts what is hidden beside every article; ``found`` answers what was looked
    for, each with the address of its pins.
    """

    parameters: PinsParameters
    beside: tuple[PinnedBeside, ...]
    total: int
    everywhere: int
    found: tuple[tuple[FoundArticle, str], ...]
    previous: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePinsPage:
    """What ``article_pins.html`` shows: what is pinned and hidden beside an article.

    ``article`` is None where things are hidden beside every one. ``related`` is its Related block
    as readers see it now, with those that are pinned marked.
    """

    parameters: ArticlePinsParameters
    article: FoundArticle | None
    edition: str
    pins: tuple[CuratedArticle, ...]
    hides: tuple[CuratedArticle, ...]
    related: tuple[BlockLine, ...]
    found: tuple[FoundArticle, ...]
    decided: frozenset[str]
    address: str


def pins_page(parameters: PinsParameters, curation: Curation, now: datetime) -> PinsPage:
    """Return the list of articles beside which something is pinned or hidden."""
    ids = sorted(curation.pins.keys() - {EVERYWHERE})
    here = parameters.page
    return PinsPage(
        parameters=parameters,
        beside=tuple(
            _beside(article_id, curation, now)
            for article_id in ids[(here - 1) * ON_A_PAGE : here * ON_A_PAGE]
        ),
        total=len(ids),
        everywhere=len(curation.pins.get(EVERYWHERE, ())),
        found=tuple(
            (one, url_for("console.pins_of", id=one.id))
            for one in found_articles(parameters.q, now)
        ),
        previous=url_for("console.pins", page=here - 1) if here > 1 else "",
        next=url_for("console.pins", page=here + 1) if len(ids) > here * ON_A_PAGE else "",
    )


def article_pins_page(parameters: ArticlePinsParameters, basis: Decided) -> ArticlePinsPage:
    """Return the page of what is pinned and hidden beside an article.

    Raises
    ------
    UnknownArticleError
        When the store has no such article.
    """
    curation, now = basis.curation, basis.now
    article = require_article(parameters.id) if parameters.id else None
    asked = RelatedRequest(limit=serving().settings.related_limit)
    items = served().blocks.related(article, asked, basis) if article else ()
    decided = curation.pins.get(parameters.id, ())
    shown = {item.article.id for item in items}
    by_kind = {
        kind: [(one.target_id, one.span) for one in decided if one.kind is kind] for kind in PinKind
    }
    hidden = curation.hidden(parameters.id, now)
    pinned = {one for one, _ in by_kind[PinKind.PIN]}
    return ArticlePinsPage(
        parameters=parameters,
        article=named(article, now) if article else None,
        edition=edition_of(decided),
        pins=curated(
            by_kind[PinKind.PIN],
            now,
            shown=shown,
            holding="shown now",
            waiting="not shown: hidden everywhere, a version of another, or the block is full",
        ),
        hides=curated(
            by_kind[PinKind.HIDE],
            now,
            shown=hidden,
            holding="hidden now",
            waiting="",
        ),
        related=block_lines(items, now, decided=pinned),
        found=tuple(one for one in found_articles(parameters.q, now) if one.id != parameters.id),
        decided=frozenset(one.target_id for one in decided),
        address=url_for("console.change_pins", id=parameters.id or None, q=parameters.q or None),
    )


def require_article(article_id: str) -> Article:
    """Return an article of the store, public or not.

    Raises
    ------
    UnknownArticleError
        When there is none of that id.
    """
    article = serving().store.get(article_id)
    if article is None:
        raise UnknownArticleError(Message("No article has the id “%(id)s”.", id=article_id[:200]))
    return article


def _beside(article_id: str, curation: Curation, now: datetime) -> PinnedBeside:
    decided = curation.pins[article_id]
    article = serving().store.get(article_id) or Article(id=article_id, title=article_id)
    pins = sum(one.kind is PinKind.PIN for one in decided)
    return PinnedBeside(
        article=named(article, now),
        address=url_for("console.pins_of", id=article_id),
        pins=pins,
        hides=len(decided) - pins,
    )
