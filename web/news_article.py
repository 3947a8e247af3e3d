"""An article for machines that read pages: as schema.org describes a NewsArticle."""

from typing import Any

from articles.article import Article

LONGEST_HEADLINE = 110
"""Characters that readers of such descriptions take of a headline."""


def news_article(article: Article, newspaper: str, canonical: str) -> dict[str, Any]:
    """Return the description, without what is not known.

    Parameters
    ----------
    article : Article
        The article.
    newspaper : str
        Its publisher.
    canonical : str
        The address it is best known by.
    """
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shortened(article.title, LONGEST_HEADLINE),
        "description": article.summary,
        "datePublished": article.published.isoformat() if article.published else "",
        "dateModified": article.updated.isoformat() if article.updated else "",
        "author": _named("Person", article.authors) or _named("Organization", (article.source,)),
        "publisher": {"@type": "Organization", "name": newspaper},
        "articleSection": article.section,
        "keywords": list(article.tags),
        "mentions": _named("Person", article.people) + _named("Place", article.places),
        "inLanguage": article.language,
        "url": canonical,
        "mainEntityOfPage": {"@type": "WebPage", "@id": canonical},
    }
    return {name: value for name, value in properties.items() if value}


def _named(kind: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"@type": kind, "name": name} for name in names if name]


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words where it can be.

    Examples
    --------
    >>> shortened("Bridge opens", 12), shortened("Bridge opens again", 15)
    ('Bridge opens', 'Bridge opens…')
    """
    if len(text) <= most:
        return text
    start = text[:most]
    space = start.rfind(" ", most // 2)
    return (start[:space] if space > 0 else start[:-1]) + "…"
