"""What the pages show that say why an article is found, or stands beside another, or not."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from pydantic import Field

from articles.article import Article
from recommender.blocks import Decided
from web.console.article_page import ArticleParameters
from web.console.finder import FoundArticle, found_articles, named
from web.console.pins_page import require_article
from web.served import Served
from web.serving import Serving
from web.whys import Moment, Why, asked_search, why_beside, why_found

LONGEST_ASKED = 2_048


class WhyParameters(ArticleParameters):
    """The article, and what is asked of it: a query or an address, or another article."""

    q: str = Field("", max_length=LONGEST_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    """What ``why.html`` shows: a question about an article, and its answer where one was asked.

    ``other`` is the article that was taken for the one that is meant, ``unknown`` says that none
    is. ``beside`` tells the two questions apart; ``action`` is where the form goes.
    """

    parameters: WhyParameters
    article: FoundArticle
    why: Why | None
    action: str
    beside: bool = False
    other: FoundArticle | None = None
    unknown: bool = False


def found_page(
    asked: WhyParameters, article: Article, kept: Serving, served: Served | None, now: datetime
) -> WhyPage:
    """Return the page that says why a search finds an article; raises as `asked_search`."""
    why = None
    if text := asked.q.strip():
        moment = Moment(served=served, store=kept.store, settings=kept.settings, now=now)
        why = why_found(article, asked_search(text, kept.settings), moment)
    return WhyPage(
        parameters=asked,
        article=named(article, now),
        why=why,
        action=url_for("console.why_found"),
    )


def beside_page(
    asked: WhyParameters, article: Article, kept: Serving, served: Served, basis: Decided
) -> WhyPage:
    """Return the page that says why another article stands beside one."""
    now, why = basis.now, None
    others = [one for one in found_articles(asked.q, now) if one.id != article.id]
    if others:
        moment = Moment(served=served, store=kept.store, settings=kept.settings, now=now)
        why = why_beside(article, require_article(others[0].id), basis, moment)
    return WhyPage(
        parameters=asked,
        article=named(article, now),
        why=why,
        action=url_for("console.why_beside"),
        beside=True,
        other=others[0] if others else None,
        unknown=bool(asked.q.strip()) and not others,
    )
