"""What the article page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from articles.article import Article
from recommender.related import RelatedArticle, RunningStory
from recommender.shelf import BlockItem, Reason
from search.engine import MarkedArticle
from web.addresses import path_of, search_address, site_address
from web.blocks.reasons import reason_text
from web.citations import FORMATS, Citation, citation_of, parts_in_words
from web.formatting import order, web_address
from web.locales import gettext, say
from web.news_article import news_article
from web.search_page import Choice
from web.settings import Settings

MOST_VERSIONS = 10
"""Versions of one story that a page names."""
MOST_WORDS = 8
"""Marked words that a page names."""


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """One entry of the Related block: the article, and in words why it stands there.

    ``reason`` is empty where ``shares``, the words that it shares, say why.
    """

    article: RelatedArticle
    order: str
    shares: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What ``article.html`` shows.

    ``texts`` are those of the article as escaped HTML, with the words of ``query`` marked, which is
    empty where the reader does not come from a search; ``words`` names them. ``running`` has what
    was reported before and after. ``subjects`` are the tags, people and places, each with links to
    what else is about them. ``canonical`` is the article on the newspaper's own site, or this page
    when it has none there. ``citation`` has its parts in words, ``downloads`` has it for programs.
    """

    article: Article
    texts: MarkedArticle
    query: str
    words: str
    running: RunningStory
    related: tuple[RelatedLine, ...]
    versions: tuple[RelatedLine, ...]
    authors: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    subjects: tuple[tuple[str, tuple[Choice, ...]], ...]
    own_site: str
    canonical: str
    citation: tuple[str, ...]
    downloads: tuple[Choice, ...]
    news_article: dict[str, Any]


def article_page(
    marked: MarkedArticle,
    query: str,
    running: RunningStory,
    related: Sequence[BlockItem],
    versions: Sequence[RelatedArticle],
    settings: Settings,
    today: date,
) -> ArticlePage:
    """Return the page of an article, beside what came before and after it and what is related."""
    article = marked.article
    own_site = web_address(article.url)
    path = path_of("pages.article", article_id=article.id)
    canonical = own_site or site_address(settings) + path
    headings = {
        "tag": (gettext("Subjects"), article.tags),
        "person": (gettext("People"), article.people),
        "place": (gettext("Places"), article.places),
    }
    return ArticlePage(
        article=article,
        texts=marked,
        query=query,
        words=", ".join(marked.words[:MOST_WORDS]),
        running=running,
        related=tuple(_reasoned_lines(article, related)),
        versions=tuple(_lines(article, versions[:MOST_VERSIONS])),
        authors=_filtered("author", article.authors),
        sources=_filtered("source", (article.source, *article.additional_sources)),
        subjects=tuple(
            (heading, _filtered(name, values))
            for name, (heading, values) in headings.items()
            if any(values)
        ),
        own_site=own_site,
        canonical=canonical,
        citation=parts_in_words(cited(article, settings, today)),
        downloads=tuple(
            Choice(say(written.name), path_of("pages.article", article_id=article.id, cite=name))
            for name, written in FORMATS.items()
        ),
        news_article=news_article(article, settings.site_name, canonical),
    )


def cited(article: Article, settings: Settings, today: date) -> Citation:
    """Return the citation of an article that is read today."""
    site = site_address(settings)
    return citation_of(article, settings.site_name, site=site, accessed=today)


def _lines(article: Article, items: Iterable[RelatedArticle]) -> Iterable[RelatedLine]:
    for item in items:
        shares = ", ".join(item.terms[:3])
        yield RelatedLine(item, order(item.published, article.published), shares)


def _reasoned_lines(article: Article, items: Iterable[BlockItem]) -> Iterable[RelatedLine]:
    for item in items:
        (line,) = _lines(article, [item.article])
        if item.reason is Reason.SIMILAR:
            yield line
        else:
            yield replace(line, shares="", reason=reason_text(item.reason, item.article))


def _filtered(name: str, values: Iterable[str]) -> tuple[Choice, ...]:
    """Return for each value a link to all articles that have it."""
    return tuple(Choice(value, search_address(**{name: value})) for value in values if value)
