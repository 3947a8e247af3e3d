"""What a newspaper's readers, pages and programs ask of an archive in one mixture."""

from collections.abc import Sequence
from itertools import cycle
from urllib.parse import quote, urlencode

import numpy as np

from benchmarks.load import searches

SEED = 88
ARTICLES = 2_000
"""Articles that are asked for; of the commonest every twentieth request is."""
FLATTENED = 10
"""Added to an article's rank before it is taken as Zipf's law has it."""
SHARES = {
    "page-blocks": 30,
    "article page": 12,
    "related": 10,
    "search page": 16,
    "search": 12,
    "facets": 8,
    "suggestions": 7,
    "feed": 5,
}
"""Of a hundred requests so many are of each kind."""


def mixture(ids: Sequence[str], topics: Sequence[str], length: int) -> list[str]:
    """Return addresses in the order in which they are asked, the same ones each time.

    Parameters
    ----------
    ids : sequence of str
        Articles, those first that are read most.
    topics : sequence of str
        What readers search for.
    length : int
        How many addresses.
    """
    rng = np.random.default_rng(SEED)
    chance = 1 / (np.arange(len(ids)) + FLATTENED)
    drawn = iter(rng.choice(len(ids), length, p=chance / chance.sum()).tolist())
    asked = {
        "search page": cycle(searches(topics, "/search")),
        "search": cycle(searches(topics, "/api/v1/search", facets="false")),
        "facets": cycle(searches(topics, "/api/v1/search", size="5")),
        "suggestions": cycle(_typed(topics)),
        "feed": cycle(_feeds(topics)),
    }
    kinds = rng.choice(list(SHARES), length, p=np.array(list(SHARES.values())) / 100)
    return [
        next(asked[kind]) if kind in asked else _of_article(kind, ids[next(drawn)])
        for kind in kinds.tolist()
    ]


def kind_of(path: str) -> str:
    """Return of which kind an address is.

    Examples
    --------
    >>> kind_of("/api/v1/search?q=bridge&size=5"), kind_of("/articles/a1")
    ('facets', 'article page')
    """
    if path.startswith("/api/v1/page-blocks"):
        return "page-blocks"
    if path.startswith("/api/v1/articles/"):
        return "related"
    if path.startswith("/articles/"):
        return "article page"
    if path.startswith("/api/v1/search"):
        return "search" if "facets=false" in path else "facets"
    if path.startswith("/api/v1/suggest"):
        return "suggestions"
    return "feed" if path.startswith("/search.") else "search page"


def _of_article(kind: str, article_id: str) -> str:
    name = quote(article_id, safe="")
    if kind == "page-blocks":
        return f"/api/v1/page-blocks?id={name}"
    return f"/api/v1/articles/{name}/related" if kind == "related" else f"/articles/{name}"


def _typed(topics: Sequence[str]) -> list[str]:
    """Return what is asked while the first word of each topic is typed."""
    words = [topic.split()[0] for topic in topics if topic.split()]
    return [
        f"/api/v1/suggest?{urlencode({'q': word[:length]})}"
        for word in words
        for length in range(2, min(len(word), 6) + 1)
    ]


def _feeds(topics: Sequence[str]) -> list[str]:
    forms = ("rss", "atom", "json")
    return [
        f"/search.{forms[place % 3]}?{urlencode({'q': ' '.join(topic.split()[:2])})}"
        for place, topic in enumerate(topics)
    ]
