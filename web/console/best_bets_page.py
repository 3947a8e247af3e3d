"""What the pages of best bets show: the queries that have any, and what is decided about one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from pydantic import Field

from articles.audit import span_words
from articles.best_bets import Bet, BetKind, Bets, query_of
from articles.curation_edits import CurationError
from articles.store import Store
from search.engine import SearchRequest
from web.addresses import search_address
from web.best_bets import best_bets
from web.console.curated import CuratedArticle, curated, field_of_moment, over
from web.console.finder import FoundArticle, field_of, found_articles
from web.parameters import Parameters
from web.problems import ParameterError
from web.redirects import allowed
from web.serving import served, serving

ON_A_PAGE = 50


class BestBetsParameters(Parameters):
    """The page of the list of queries."""

    page: int = Field(1, ge=1, le=1_000_000)


class QueryBetsParameters(Parameters):
    """The query that is decided about, and what is looked for."""

    query: str = Field("", max_length=300)
    q: str = ""

    def known(self) -> str:
        """Return the query as it is kept. ParameterError when nothing can be decided about it."""
        try:
            return query_of(self.query)
        except CurationError as error:
            raise ParameterError("query", str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLine:
    """One query, with how much is decided about it and how much of that holds now."""

    query: str
    address: str
    articles: int
    redirects: int
    holding: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BestBetsPage:
    """What ``best_bets.html`` shows: a page of the queries something is decided about."""

    lines: tuple[QueryLine, ...]
    total: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectLine:
    """One redirect of a query; ``field`` is its address as forms send it."""

    address: str
    field: str
    begins: str
    ends: str
    span: str
    state: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryBetsPage:
    """What ``query_bets.html`` shows: the best bets and redirects of a query.

    ``found`` answers what was looked for, ``decided`` are the articles that stand there already.
    ``search`` is the search as readers make it, ``action`` where the forms are sent.
    """

    query: str
    q: str
    articles: tuple[CuratedArticle, ...]
    redirects: tuple[RedirectLine, ...]
    found: tuple[FoundArticle, ...]
    decided: frozenset[str]
    search: str
    action: str


def best_bets_page(parameters: BestBetsParameters, store: Store, now: datetime) -> BestBetsPage:
    """Return a page of the list."""
    here, total = parameters.page, store.best_bets.queries()
    listed = store.best_bets.listed(offset=(here - 1) * ON_A_PAGE, limit=ON_A_PAGE)
    more = total > here * ON_A_PAGE
    return BestBetsPage(
        lines=tuple(_line(bets, now) for bets in listed),
        total=total,
        previous=url_for("console.best_bets", page=here - 1) if here > 1 else "",
        next=url_for("console.best_bets", page=here + 1) if more else "",
    )


def query_bets_page(parameters: QueryBetsParameters, now: datetime) -> QueryBetsPage:
    """Return the page of a query."""
    query, kept = parameters.known(), serving()
    bets = kept.store.best_bets.of(query)
    articles = [(bet.target, bet.span) for bet in bets if bet.kind is BetKind.ARTICLE]
    request = SearchRequest(query=query)
    shown = best_bets(request, 0, kept.store, served(), kept.settings, now)
    return QueryBetsPage(
        query=query,
        q=parameters.q,
        articles=curated(
            articles, now, shown=shown.ids, holding="shown now", waiting="hidden everywhere"
        ),
        redirects=tuple(_redirects(bets, shown.redirect, now)),
        found=found_articles(parameters.q, now),
        decided=frozenset(article_id for article_id, _ in articles),
        search=search_address(q=query),
        action=url_for("console.change_bets", query=query, q=parameters.q or None),
    )


def _line(bets: Bets, now: datetime) -> QueryLine:
    articles = sum(bet.kind is BetKind.ARTICLE for bet in bets)
    return QueryLine(
        query=bets[0].query,
        address=url_for("console.bets_of", query=bets[0].query),
        articles=articles,
        redirects=len(bets) - articles,
        holding=sum(bet.span.holds(now) for bet in bets),
    )


def _redirects(bets: Bets, followed: str, now: datetime) -> Iterator[RedirectLine]:
    for bet in bets:
        if bet.kind is BetKind.REDIRECT:
            holds = bet.target == followed
            yield RedirectLine(
                address=bet.target,
                field=field_of(bet.target),
                begins=field_of_moment(bet.span.begins),
                ends=field_of_moment(bet.span.ends),
                span=span_words(bet.span),
                state=over(bet.span, now) or _state(bet, holds=holds),
                holds=holds,
            )


def _state(bet: Bet, *, holds: bool) -> str:
    if holds:
        return "readers go there now"
    if not allowed(bet.target, serving().settings):
        return "not followed: the settings name no such site"
    return "not followed: another one holds before it"
