"""Finding the article that an editor means: by its id, its address, or words that it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from articles.article import Article
from search.engine import SearchRequest
from web.addresses import path_of, site_address
from web.blocks.lookup import own_id
from web.parameters import check_length
from web.serving import served, serving
from web.standing import hidden_because

MOST_FOUND = 10
"""Articles that one search of an editor's lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article of the store as the console names it.

    ``field`` is the id as forms send it, ``state`` why readers cannot see it, empty when they can.
    """

    id: str
    field: str
    title: str
    address: str
    published: datetime | None
    section: str
    language: str
    state: str


def field_of(article_id: str) -> str:
    """Return an id as forms send it: browsers would change the line ends in one.

    Examples
    --------
    >>> field_of("2011/bridge opens")
    '2011%2Fbridge%20opens'
    """
    return quote(article_id, safe="", errors="replace")


def found_articles(text: str, now: datetime) -> tuple[FoundArticle, ...]:
    """Return the articles that may be meant, the surest first; public ones by their words, too.

    Raises
    ------
    ParameterError
        When the text is longer than any query may be.
    """
    text = text.strip()
    if not text:
        return ()
    check_length(text, serving().settings)
    found: dict[str, FoundArticle] = {}
    for article_id in _ids(text):
        known = not article_id or article_id in found
        article = None if known else serving().store.get(article_id)
        if article is not None:
            found[article_id] = named(article, now)
    return tuple(found.values())[:MOST_FOUND]


def named(article: Article, now: datetime) -> FoundArticle:
    """Return an article as the console names it."""
    return FoundArticle(
        id=article.id,
        field=field_of(article.id),
        title=article.title or "Without a headline",
        address=path_of("pages.article", article_id=article.id),
        published=article.published,
        section=article.section,
        language=article.language,
        state=hidden_because(article, now),
    )


def _ids(text: str) -> Iterator[str]:
    yield text
    if "://" in text:
        yield own_id(text, site_address(serving().settings))
        yield served().at_address(text) or ""
    else:
        request = SearchRequest(query=text, limit=MOST_FOUND, facets=False, snippets=False)
        yield from served().engine.rank(request).ids
