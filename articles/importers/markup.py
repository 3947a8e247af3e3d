"""HTML -> paragraphs, without network, entities or scripts."""

import re
from html import unescape

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from articles.cleaning import unwrapped

_PARSER = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
_MARKUP = re.compile(
    r"</(?:p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|blockquote|figure|table|sup|sub|font|"
    r"section|article|script|style)\s*>|<(?:br|hr)\s*/>|<(?:br|p)>|<img\s",
    re.IGNORECASE,
)
_UPPER_TICKER = re.compile(r"<(?:BR|P)>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "head", "iframe", "object", "svg", "button")
)
_CAPTION = re.compile(r"(?:^|[\s_-])caption(?:[_-]+text)?(?=\s|$)", re.IGNORECASE)
_LONGEST_CAPTION = 1000
_LINE_BREAK = "\x1f"
_SEPARATORS = {"br": _LINE_BREAK, "lb": _LINE_BREAK, "td": " ", "th": " ", "cell": " "}
_CELLS = frozenset(("td", "th", "cell"))
_PARAGRAPH_BREAK = re.compile(r"\x1f[^\S\x1f]*\x1f\s*|\n[^\S\n\x1f]*\n\s*")
_BLOCKS = frozenset(
    (  # noqa: SIM905 (a table of 50 names)
        "address article aside blockquote body caption center dd details div dl dt fieldset figure "
        "figcaption footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre "
        "section summary table tbody tfoot thead title tr ul item list quote row doc"
    ).split()
)


def has_markup(text: str) -> bool:
    """Say whether the text is HTML rather than text that holds angle brackets.

    Examples
    --------
    >>> has_markup("<p>It rained.</p>"), has_markup("STANDARD OIL <SRD> RISES"), has_markup("1 < 2")
    (True, False, False)
    """
    return "<" in text and any(
        not _UPPER_TICKER.fullmatch(found.group()) for found in _MARKUP.finditer(text)
    )


def as_written(text: str) -> str:
    """Return the text with its character references resolved."""
    return unescape(text) if "&" in text and _ENTITY.search(text) else text


def plain(text: str) -> str:
    """Return one line of text without markup and character references.

    Examples
    --------
    >>> plain("Caf&eacute; <em>Bridge</em> opens"), plain("AT&T <T>")
    ('Café Bridge opens', 'AT&T <T>')
    """
    if has_markup(text):
        text = " ".join(paragraphs(parse_html(text)))
    return " ".join(as_written(text).split())


def parse_html(text: str) -> HtmlElement:
    """Return the tree of a page or of a piece of one; an empty tree when nothing can be parsed."""
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, ValueError):
        return document_fromstring(b"<html></html>", parser=_PARSER)


def paragraphs(tree: HtmlElement) -> list[str]:
    """Return the text of the tree, one paragraph for each block and each line that is broken.

    Lines that were wrapped by hand are joined.

    Examples
    --------
    >>> paragraphs(parse_html("<div>One <b>two</b><p>three<br>four<br><br>five</p>six</div>"))
    ['One two', 'three', 'four', 'five', 'six']
    """
    found: list[str] = []
    run: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if tag in _BLOCKS or (tag in _CELLS and _lays_out(element)):
            found += _PARAGRAPH_BREAK.split("".join(run))
            run.clear()
        if event == "end":
            if element.tail and element is not tree:
                run.append(element.tail)
        elif tag in _UNSEEN:
            walk.skip_subtree()
        else:
            run.append(_SEPARATORS.get(tag, ""))
            run.append(element.text or "")
    found += _PARAGRAPH_BREAK.split("".join(run))
    return [line for piece in found for line in unwrapped(piece.split(_LINE_BREAK))]


def _lays_out(cell: HtmlElement) -> bool:
    """Say whether a cell is a part of the page rather than of a table of figures."""
    return any(inner.tag in _BLOCKS or inner.tag == "br" for inner in cell)


def figure_caption(tree: HtmlElement) -> str:
    """Return the first figure's caption, and take all captions out of the tree."""
    captions = [
        element
        for element in tree.iter("figcaption", "p", "div", "span")
        if element.tag == "figcaption" or _CAPTION.search(element.get("class") or "")
    ]
    texts = [" ".join(paragraphs(caption)) for caption in captions]
    for caption in captions:
        if caption.getparent() is not None:
            caption.drop_tree()
    return next((text for text in texts if 0 < len(text) <= _LONGEST_CAPTION), "")
