"""The addresses that pages lead to, made in one place so that all of them agree."""

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from flask import request, url_for

from web.settings import Settings

KINDS = {
    "sections": "section",
    "authors": "author",
    "sources": "source",
    "people": "person",
    "places": "place",
    "tags": "tag",
}
"""The word in an address for each facet whose values have pages."""
_KIND_OF = {name: kind for kind, name in KINDS.items()}
_NO_PATH = frozenset({".", ".."})
"""Values that no browser leaves as they are at the end of an address."""


def path_of(endpoint: str, **values: Hashable) -> str:
    """Return what `flask.url_for` returns within a request; a page has many addresses twice."""
    return _path_of(request.script_root, endpoint, tuple(values.items()))


@lru_cache(4096)
def _path_of(_root: str, endpoint: str, values: tuple[tuple[str, Hashable], ...]) -> str:
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]


def site_address(settings: Settings) -> str:
    """Return where readers reach this service, without a slash at the end."""
    return settings.site_url or request.host_url.rstrip("/")


def article_address(site: str, article_id: str) -> str:
    """Return where an article's page is, of a service that is reached at ``site``.

    Examples
    --------
    >>> article_address("https://archive.example", "2011/07 a")
    'https://archive.example/articles/2011%2F07%20a'
    """
    return f"{site}/articles/{quote(article_id, safe='', errors='replace')}"


def search_address(**parameters: str) -> str:
    """Return the address of a search."""
    return path_of("pages.search", **parameters)


def days_address(first: date, last: date, **filters: str) -> str:
    """Return the address of the search for the articles of some days."""
    return search_address(**filters, **{"from": first.isoformat(), "to": last.isoformat()})


def feed_address(**filters: str) -> str:
    """Return the address of the Atom feed of the articles within some filters."""
    return path_of("feeds.feed", kind="atom", **filters)


def list_address(name: str, **parameters: str | int) -> str:
    """Return the address of the list of all values of a facet."""
    return path_of("pages.values", kind=_KIND_OF[name], **parameters)


def value_address(name: str, value: str) -> str:
    """Return the address of the page of one value of a facet."""
    if value in _NO_PATH:
        return search_address(**{name: value})
    return path_of("pages.value", kind=_KIND_OF[name], value=value)
