"""The JSON-LD of a page, as it is found on real pages: with comments, commas too many and nulls."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

_LONGEST = 2**20
_MOST_NODES = 10_000
_STRING = r'("(?:[^"\\]|\\.)*+"?)'  # to the end where it is not closed, so in linear time

_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?", re.DOTALL)
_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_WRAPPED = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|\]\]>|//\]\]>)?[\s;]*$")
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|Analysis|Opinion|LiveBlog)")
_PAGE = re.compile(r"(?:WebPage|ItemPage)$")
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def article_node(tree: HtmlElement) -> dict[str, Any]:
    """Return the node that describes the article, its references resolved; empty when none does."""
    nodes = [node for script in _scripts(tree) for node in _nodes(_parsed(script))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    for kind in (_ARTICLE, _PAGE):
        for node in nodes:
            if any(kind.search(name) for name in texts(node.get("@type"))):
                return {key: _resolved(value, by_id) for key, value in node.items()}
    return {}


def texts(value: Any) -> list[str]:
    """Return the texts that a JSON-LD value holds, in its order: its own, or those of its names.

    Examples
    --------
    >>> texts([{"@type": "Person", "name": "Ines Dovrak"}, None, "Tomas Hale"])
    ['Ines Dovrak', 'Tomas Hale']
    """
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        named = item
        if isinstance(item, dict):
            named = next((item[key] for key in ("name", "@value") if item.get(key)), None)
        first = named[0] if isinstance(named, list) and named else named
        if isinstance(first, str) and (text := " ".join(first.split())):
            found.append(text)
    return found


def first_text(*values: Any) -> str:
    """Return the first text of the first value that holds any, empty when none does."""
    return next((text for value in values for text in texts(value)), "")


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().casefold()
        if kind == "application/ld+json" and script.text and len(script.text) <= _LONGEST:
            yield script.text


def _parsed(script: str) -> Any:
    text = _WRAPPED.sub("", script)
    for attempt in (text, _COMMA.sub(r"\1", _COMMENT.sub(r"\1", text))):
        try:
            return _DECODER.decode(attempt.strip())
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a document: itself, those of its lists and graphs, what it is about."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, list):
            waiting = node + waiting
        elif isinstance(node, dict):
            yield node
            waiting += [
                node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node
            ]


def _resolved(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value]
    if isinstance(value, dict) and set(value) <= {"@id", "@type"}:
        return (
            by_id.get(value.get("@id", ""), value) if isinstance(value.get("@id"), str) else value
        )
    return value
