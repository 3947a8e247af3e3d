"""What is suggested to a reader who types, and where each suggestion leads."""

from typing import Any

from flask import Response, url_for

from search.engine import Suggestion
from search.suggestions import mixed
from web.serving import served, serving

SECONDS = 60
"""For which a browser or a proxy may keep what was suggested."""


def suggestions(typed: str, limit: int) -> list[Suggestion]:
    """Return at most so many suggestions: past queries, names, headlines."""
    found = served().engine.suggest(typed, limit)
    queries = serving().query_log.past().suggest(typed, limit)
    names = [suggestion for suggestion in found if suggestion.kind != "title"]
    titles = [suggestion for suggestion in found if suggestion.kind == "title"]
    return mixed(queries, names, titles, limit)


def address(suggestion: Suggestion) -> str:
    """Return where a suggestion leads: to its article, or to a search."""
    if suggestion.kind == "title":
        return url_for("pages.article", article_id=suggestion.article_id)
    if suggestion.kind == "query":
        return url_for("pages.search", q=suggestion.text)
    chosen: dict[str, Any] = {suggestion.kind: suggestion.text}
    return url_for("pages.search", **chosen)


def kept_shortly(response: Response) -> Response:
    """Let browsers and proxies keep an answer for a minute: readers type the same beginnings."""
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
