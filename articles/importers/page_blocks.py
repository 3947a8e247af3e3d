"""Takes menus, blocks, toolbars and notices out of a page before its text is looked for."""

import re
from itertools import pairwise

from lxml.html import HtmlElement

from articles.cleaning import (
    CleanedBody,
    HeadingKind,
    heading_kind,
    is_prose,
    take_fields,
    text_after,
)
from articles.importers.markup import paragraphs

_TAGS = frozenset(
    (  # noqa: SIM905 (a table)
        "nav aside footer form button script style noscript template iframe object svg dialog menu "
        "select textarea amp-sidebar amp-social-share amp-ad amp-consent amp-user-notification "
        "amp-analytics amp-iframe"
    ).split()
)
_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu")
)
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|share|sharing|sharedaddy|social|comments?|disqus|related|"
    r"newsletter|breadcrumbs?|sidebar|popular|trending|toolbar|skip-link|advert|advertisement|promo|"
    r"menu|navbar|recommended|subscribe)(?=$|[\s_-])",
    re.IGNORECASE,
)
_WHOLE = frozenset(("html", "body", "main", "article"))
_MOST_HEADINGS = 100
_MOST_SIBLINGS = 2_000
_TEXT_TAGS = frozenset(("p", "li", "td", "blockquote"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def drop_blocks(tree: HtmlElement) -> None:
    """Take out of the tree whatever is not the article.

    An element goes for what it is (navigation, footer, form), for its name when it holds no
    headline and less than half of the page's text, or because it stands under the heading of a
    block. A block without an element of its own goes with all that follows it.
    """
    for element in list(tree.iter("*")):
        if element.tag == "footer" and _tells_fields(element):
            element.tag = "div"
        elif _is_furniture(element):
            _drop(element)
    half = len(tree.text_content()) / 2
    for element in list(tree.iter("div", "section", "ul", "ol", "header", "p")):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        named = _NAMES.search(names) and not _holds_headline(element)
        if named and len(element.text_content()) < half:
            _drop(element)
    begun, headings = False, 0
    for element in list(tree.iter("*")):
        if element.getparent() is None or headings == _MOST_HEADINGS:
            continue
        if (element.tag in _HEADINGS or len(element) == 0) and _heading_of(element):
            headings += 1
            _drop_headed(element, begun=begun)
        begun = begun or (element.tag in _TEXT_TAGS and is_prose(_text(element)))


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in _TAGS or (element.get("role") or "").casefold() in _ROLES:
        return element.tag not in _WHOLE
    within = element.tag == "header" and next(element.iterancestors("article"), None) is None
    return within and not _holds_headline(element)


def _tells_fields(footer: HtmlElement) -> bool:
    """Say whether it is an article's own and has a line such as "source: ..."."""
    if next(footer.iterancestors("article"), None) is None:
        return False
    lines = tuple(paragraphs(footer))
    return len(take_fields(CleanedBody(lines), header=0).body) < len(lines)


def _holds_headline(element: HtmlElement) -> bool:
    return element.tag in _WHOLE or element.find(".//h1") is not None


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _drop_headed(heading: HtmlElement, *, begun: bool) -> None:
    """Take out the block that the element heads, unless it is a word in a sentence.

    ``begun`` says whether the page has text before. An element goes whole with the heading that it
    begins with; it must not be the article, so before the text it may hold no two paragraphs that
    stand together, nor anywhere for a heading that also stands amid articles.
    """
    text, kind, parent = _text(heading), _heading_of(heading), heading.getparent()
    if kind is None or len(parent) > _MOST_SIBLINGS:
        return
    while parent.tag not in _WHOLE and parent.getparent() is not None and _text(parent) == text:
        heading, parent = parent, parent.getparent()
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        return
    before = (text for sibling in heading.itersiblings(preceding=True) if (text := _text(sibling)))
    after = list(heading.itersiblings())
    resumed = next(
        (place for place, pair in enumerate(pairwise(map(_is_text, after))) if all(pair)), None
    )
    nearest = next(before, "")
    first = kind != "line" and not nearest and not _holds_headline(parent)
    if first and ((kind == "block" and begun) or resumed is None):
        _drop(parent)
        return
    if kind == "insert":
        resumed = next((place for place, sibling in enumerate(after) if _is_text(sibling)), None)
    begun = is_prose(nearest) or any(map(is_prose, before))
    for element in (heading, *after[: text_after(kind, 0, resumed, len(after), begun=begun)]):
        _drop(element)


def _is_text(element: HtmlElement) -> bool:
    """Say whether an element is prose that is not for the most part links."""
    linked = sum(len(_text(link)) for link in element.iter("a"))
    text = _text(element)
    return is_prose(text) and linked < len(text) / 2


def _heading_of(element: HtmlElement) -> HeadingKind | None:
    text = _text(element) if element.text or len(element) else ""
    return heading_kind(text) if text else None


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
