"""Every route of the application: an address that fits it, and who may call it."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask

from articles.api_keys import Scope
from articles.users import Role
from web.console.roles import NEEDED, OPEN

SAMPLES = {
    "article_id": "bridge 1/ä",
    "name": "cms",
    "value": "Politics",
    "code": "ru",
    "filename": "style.css",
}
"""What stands in an address for each argument of a route."""
KINDS = {"feeds.feed": "rss", "feeds.export": "csv", "block_files.block_file": "blocks.js"}
SECTIONS = "sections"
SIGNED, NUMBERS, EVERYBODY = "signed", "numbers", "everybody"
"""Who may call besides users and keys: signed calls, the named addresses, anybody."""
ACCESS: dict[str, Role | Scope | str] = {
    "writing.write_articles": Scope.WRITE_ARTICLES,
    "writing.write_article": Scope.WRITE_ARTICLES,
    "writing.withdraw_article": Scope.WRITE_ARTICLES,
    "writing.receive_webhook": SIGNED,
    "counting.count_events": Scope.WRITE_COUNTING,
    "watching.metrics": NUMBERS,
    **dict.fromkeys(
        (
            *("api.article", "api.coverage", "api.healthz", "api.related_by_address"),
            *("api.related_to_text", "api.search", "api.suggest"),
            *("block_files.block_file", "blocks.batch", "blocks.editors_choice"),
            *("blocks.page_blocks_of", "blocks.related"),
            *("counting.count_click", "counting.count_view", "counting.count_view_by_image"),
            *("feeds.export", "feeds.feed", "feeds.opensearch", "openapi"),
            *("pages.advanced", "pages.advanced_search", "pages.article", "pages.browse"),
            *("pages.coverage", "pages.help_page", "pages.language", "pages.search"),
            *("pages.start", "pages.suggest", "pages.value", "pages.values"),
            *("popular.also_read", "popular.popular", "static", "watching.readyz"),
        ),
        EVERYBODY,
    ),
    **NEEDED,
    **dict.fromkeys(OPEN, EVERYBODY),
}
"""Who may call each view; a view that is not named here fails the tests."""


class Call(NamedTuple):
    """A method on an address, and the view that answers."""

    endpoint: str
    method: str
    address: str


def calls(app: Flask) -> Iterator[Call]:
    """Yield every method on every route of an application."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        kinds = {"kind": KINDS.get(rule.endpoint, SECTIONS)}
        given = SAMPLES | kinds | ({"name": "blocks.js"} if "block_file" in rule.endpoint else {})
        values = {name: given[name] for name in rule.arguments}
        address = adapter.build(rule.endpoint, values)
        for method in sorted(rule.methods or ()):
            if method != "OPTIONS":
                yield Call(rule.endpoint, method, address)
