"""A draft in HTML, as the recommender reads it: of the same length, without its markup."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from recommender.drafts import Draft
from recommender.passage import Span

_BEGINNING = re.compile(r"<(?:!--|[!?]|/?[A-Za-z])|&#?[A-Za-z0-9]{1,32};")
_TAG = re.compile(r"""<(/?)([A-Za-z][^\s/>]*+)(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_SIMPLE_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)[^>]*+>")
_ADDRESS = re.compile(
    r"""(?<![\w-])href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_HIDDEN = frozenset(("script", "style", "template", "textarea", "title", "iframe", "noscript"))
"""What they hold is not read."""
_UNLINKABLE = frozenset(("button", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "select"))
"""What they hold is read, but no link is set in it."""
_MOST_LINKED = 1_000
_OWN = re.compile(r".*/articles/([^/?#]+)", re.DOTALL)


class _Piece(NamedTuple):
    """A piece of markup: where it stands, and the name of the tag, with a stroke if it ends it."""

    start: int
    end: int
    name: str = ""


def draft_of(html: str) -> Draft:
    """Return the draft that HTML holds, every place in its text being that in the HTML.

    Markup is made blank, so that nothing of it is read and no phrase reaches across it. A phrase
    can be made a link where it stands, whatever stands around it. Nothing is repaired: what is not
    closed reaches to the end.

    Examples
    --------
    >>> draft = draft_of('<p>The <a href="/x">bridge</a> &amp; the toll</p>')
    >>> draft.text.split(), draft.linked, draft.text.index("toll")
    (['The', 'bridge', 'the', 'toll'], frozenset({'/x'}), 41)
    """
    text: list[str] = []
    barred: list[Span] = []
    linked: set[str] = set()
    open_tags: dict[str, int] = {}
    done = 0
    for start, end, tag in _pieces(html):
        text += [html[done:start], _blank(html[start:end])]
        done = end
        closes, name = tag.startswith("/"), tag.removeprefix("/")
        if name == "a" and not closes and len(linked) < _MOST_LINKED:
            linked.update(_addresses(html[start:end]))
        if name == "a" or name in _UNLINKABLE:
            if name in open_tags:
                barred.append(Span(open_tags.pop(name), start))
            if not closes:
                open_tags[name] = end
    text.append(html[done:])
    barred += (Span(start, len(html)) for start in open_tags.values())
    return Draft(text="".join(text), barred=tuple(barred), linked=frozenset(linked))


def _pieces(html: str) -> Iterator[_Piece]:
    """Yield what is no text, in order; tags that hold nothing to be read with all they hold."""
    place, tag = 0, _TAG
    while beginning := _BEGINNING.search(html, place):
        start = beginning.start()
        if beginning.group().startswith("&"):
            place = beginning.end()
            yield _Piece(start, place)
            continue
        if beginning.group() == "<!--":
            place = _behind(html, "-->", beginning.end())
            yield _Piece(start, place)
            continue
        found = tag.match(html, start)
        if found is None and tag is _TAG:
            # A quotation that never ends: from here on tags end where they can.
            found = _SIMPLE_TAG.match(html, start)
            tag = _TAG if found is None else _SIMPLE_TAG
        place = found.end() if found else _behind(html, ">", start)
        name = (found[1] + found[2]).lower() if found else ""
        if name in _HIDDEN:
            closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(html, place)
            place = _behind(html, ">", closing.start()) if closing else len(html)
            name = ""
        yield _Piece(start, place, name)


def _behind(html: str, end: str, place: int) -> int:
    found = html.find(end, place)
    return len(html) if found < 0 else found + len(end)


def _blank(piece: str) -> str:
    """Return what stands for markup: line ends, and for a letter what no phrase stands beside."""
    if not piece.startswith("&"):
        return "\n" * len(piece)
    return ("&" if unescape(piece).isalnum() else " ") * len(piece)


def _addresses(tag: str) -> Iterator[str]:
    """Yield the address of a link, and the id of the article if it is one of this archive."""
    found = _ADDRESS.search(tag)
    if not found:
        return
    address = unescape(next(group for group in (*found.groups(), "") if group is not None)).strip()
    yield address.partition("#")[0]
    try:
        path = urlsplit(address).path
    except ValueError:
        return
    if own := _OWN.fullmatch(path):
        yield unquote(own[1])
