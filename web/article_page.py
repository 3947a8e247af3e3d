"""What the article page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from articles.article import Article
from recommender.related import RelatedArticle
from web.formatting import order, web_address
from web.search_page import Choice
from web.settings import Settings

MOST_VERSIONS = 10
"""Versions of one story that a page names."""


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """One entry of the Related block: the article, and in words why it stands there."""

    article: RelatedArticle
    order: str
    shares: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What ``article.html`` shows.

    ``subjects`` are the tags, people and places, each with links to what else is about them.
    ``canonical`` is the article on the newspaper's own site, or this page when it has none there.
    """

    article: Article
    related: tuple[RelatedLine, ...]
    versions: tuple[RelatedLine, ...]
    authors: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    subjects: tuple[tuple[str, tuple[Choice, ...]], ...]
    own_site: str
    canonical: str
    news_article: dict[str, Any]


def article_page(
    article: Article,
    related: Sequence[RelatedArticle],
    versions: Sequence[RelatedArticle],
    settings: Settings,
) -> ArticlePage:
    """Return the page of an article beside its related ones and the versions of its story."""
    own_site = web_address(article.url)
    path = url_for("pages.article", article_id=article.id)
    canonical = own_site or (settings.site_url or request.host_url.rstrip("/")) + path
    sources = filter(None, (article.source, *article.additional_sources))
    subjects = {"tag": article.tags, "person": article.people, "place": article.places}
    headings = {"tag": "Subjects", "person": "People", "place": "Places"}
    return ArticlePage(
        article=article,
        related=tuple(_lines(article, related)),
        versions=tuple(_lines(article, versions[:MOST_VERSIONS])),
        authors=tuple(_filtered("author", article.authors)),
        sources=tuple(_filtered("source", sources)),
        subjects=tuple(
            (headings[field], tuple(_about(field, values)))
            for field, values in subjects.items()
            if values
        ),
        own_site=own_site,
        canonical=canonical,
        news_article=_news_article(article, settings.site_name, canonical),
    )


def _lines(article: Article, items: Iterable[RelatedArticle]) -> Iterable[RelatedLine]:
    for item in items:
        shares = ", ".join(item.terms[:3])
        yield RelatedLine(item, order(item.published, article.published), shares)


def _filtered(name: str, values: Iterable[str]) -> Iterable[Choice]:
    for value in values:
        filters: dict[str, Any] = {name: value}
        yield Choice(value, url_for("pages.search", **filters))


def _about(field: str, values: Iterable[str]) -> Iterable[Choice]:
    for value in values:
        words = value.replace('"', " ")
        yield Choice(value, url_for("pages.search", q=f'{field}:"{words}"'))


def _news_article(article: Article, site_name: str, canonical: str) -> dict[str, Any]:
    """Return the article as schema.org has it, without the fields that are not known."""
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "datePublished": article.published.isoformat() if article.published else "",
        "dateModified": article.updated.isoformat() if article.updated else "",
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "Organization", "name": site_name},
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": article.language,
        "mainEntityOfPage": canonical,
    }
    return {name: value for name, value in properties.items() if value}
