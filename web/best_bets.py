"""What editors have chosen for a search: the articles that stand first, and where it leads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from articles.article import Article
from articles.asked_queries import normalised
from articles.best_bets import BetKind, targets
from articles.curation import EVERYWHERE, PinKind
from articles.store import Store
from index.opening import opening
from recommender.related import UnknownArticleError
from search.engine import FACETS, Hit, SearchRequest
from web.redirects import allowed
from web.served import Served
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class BestBets:
    """What is chosen for one page of a search.

    ``hits`` stand before all others, on the first page; ``ids`` are those that stand there, on
    every page, so that none of them comes twice. ``redirect`` is an address, empty for none.
    """

    hits: tuple[Hit, ...] = ()
    ids: frozenset[str] = frozenset()
    redirect: str = ""

    def others(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """Return the hits that are no best bets."""
        return tuple(hit for hit in hits if hit.id not in self.ids)


NOTHING = BestBets()


def best_bets(
    asked: SearchRequest,
    offset: int,
    store: Store,
    served: Served,
    settings: Settings,
    now: datetime,
) -> BestBets:
    """Return what is chosen for a search by relevance without filters, nothing for any other.

    Parameters
    ----------
    asked : SearchRequest
        The search.
    offset : int
        How many hits stand before the page.
    store, served, settings
        Where decisions are kept, what answers, and which sites readers may be sent to.
    now : datetime
        The moment at which decisions must hold.
    """
    query = normalised(asked.query) if _plain(asked) else ""
    bets = store.best_bets.of(query) if query else ()
    if not bets:
        return NOTHING
    hidden = {
        pin.target_id
        for pin in store.curation.pins(EVERYWHERE)
        if pin.kind is PinKind.HIDE and pin.span.holds(now)
    }
    chosen = [one for one in targets(bets, BetKind.ARTICLE, now) if one not in hidden]
    hits = tuple(_hits(chosen, asked.query, served))
    redirects = (
        address for address in targets(bets, BetKind.REDIRECT, now) if allowed(address, settings)
    )
    first = not offset
    return BestBets(
        hits=hits if first else (),
        ids=frozenset(hit.id for hit in hits),
        redirect=next(redirects, "") if first else "",
    )


def _plain(asked: SearchRequest) -> bool:
    """Say whether hits are sorted by relevance and nothing is filtered."""
    filtered = (
        asked.published_from or asked.published_to or any(getattr(asked, name) for name in FACETS)
    )
    return asked.sort == "relevance" and not filtered


def _hits(ids: Iterable[str], query: str, served: Served) -> Iterator[Hit]:
    """Yield those of the articles that readers may see, by the rule that holds everywhere."""
    for article_id in ids:
        try:
            marked = served.marked(article_id, query)
        except UnknownArticleError:
            continue
        yield _hit(marked.article, marked.title)


def _hit(article: Article, title: str) -> Hit:
    return Hit(
        id=article.id,
        url=article.url,
        title=article.title,
        marked_title=title,
        snippet=opening(article),
        section=article.section,
        source=article.source,
        authors=article.authors,
        language=article.language,
        published=article.published,
        updated=article.updated,
        score=0.0,
    )
