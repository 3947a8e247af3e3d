"""Which article a page shows, by its id or by its address."""

from urllib.parse import unquote

from articles.addresses import host_of, split
from articles.message import Message
from recommender.related import UnknownArticleError
from web.addresses import site_address
from web.problems import ParameterError
from web.serving import served, serving

_PAGE = "/articles/"


def asked_id(article_id: str, url: str) -> str:
    """Return the id that was given, or that of the article at the address that was given.

    Raises
    ------
    ParameterError
        When none or both are given.
    UnknownArticleError
        When no article of the archive has that address.
    """
    if bool(article_id) == bool(url):
        raise ParameterError("id", Message("give either the id of an article or its url"))
    return article_id or _id_at(url)


def _id_at(url: str) -> str:
    own = own_id(url, site_address(serving().settings))
    if own:
        return own
    found = served().at_address(url)
    if found is None:
        raise UnknownArticleError(
            Message(
                "No public article has the address “%(url)s”: give the address that the archive "
                "has, or the article’s id.",
                url=url[:200],
            )
        )
    return found


def own_id(url: str, site: str) -> str:
    """Return the id in the address of our own page of an article, empty in any other.

    Examples
    --------
    >>> own_id("http://archive.example/news/articles/a%2F1?q=x", "https://archive.example/news")
    'a/1'
    >>> own_id("https://other.example/articles/a1", "https://archive.example")
    ''
    """
    parts, own = split(url), split(site)
    if parts is None or own is None or host_of(parts) != host_of(own):
        return ""
    root = own.path.rstrip("/") + _PAGE
    return unquote(parts.path.removeprefix(root)) if parts.path.startswith(root) else ""
