"""What a page says of its article apart from the text: JSON-LD, meta elements, visible marks."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from articles.cleaning import is_prose
from articles.importers.bylines import authors_of
from articles.importers.dates import parse_time
from articles.importers.json_ld import article_node, first_text, texts
from articles.importers.markup import figure_caption, paragraphs

_DATED = ("published", "updated")
_LONGEST_MARK = 200
_LONGEST_LABEL = 30
_MOST_ON_A_LINE = 8
_SITE = re.compile(r"\s+(?:[|–—·»]|-)\s+[^|–—·»]{2,40}$")
_UPDATED = re.compile(r"updat|modif|aktualis|revis", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|authors?)(?:[_-]+(?:names?|link))?(?=\s|$)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_PUBLISHED_METAS = (
    "article:published_time", "datepublished", "publishdate", "publish-date", "pubdate", "date",
    "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_UPDATED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified",
    "dcterms.modified", "lastmod",
)  # fmt: skip


def head_metadata(tree: HtmlElement) -> dict[str, Any]:
    """Return what JSON-LD and meta elements say, by our fields' names; absent where they do not."""
    node, metas = article_node(tree), _metas(tree)

    def meta(*names: str) -> list[str]:
        return next((metas[name] for name in names if name in metas), [])

    image = node.get("image")
    images = image if isinstance(image, list) else [image]
    return _known(
        url=_canonical(tree, node, meta("og:url")),
        title=first_text(node.get("headline")),
        summary=first_text(node.get("description"), meta("og:description", "description")),
        section=first_text(node.get("articleSection"), meta("article:section", "section")),
        published=_time(texts(node.get("datePublished")) + meta(*_PUBLISHED_METAS)),
        updated=_time(texts(node.get("dateModified")) + meta(*_UPDATED_METAS)),
        authors=_names(texts(node.get("author")) or meta("author", "article:author", "dc.creator")),
        tags=_tags(texts(node.get("keywords")))
        or metas.get("article:tag")
        or _tags(meta("keywords", "news_keywords")),
        source=first_text(node.get("sourceOrganization"), meta("dc.source", "dcterms.source")),
        caption=first_text(*(item.get("caption") for item in images if isinstance(item, dict))),
        language=first_text(
            tree.get("lang"),
            tree.get("xml:lang"),
            node.get("inLanguage"),
            meta("og:locale", "content-language"),
        ),
        body=first_text(node.get("articleBody")) and node.get("articleBody"),
    )


def visible_metadata(tree: HtmlElement) -> dict[str, Any]:
    """Return what the page shows of its article, by our fields' names; absent where it does not.

    The page must be rid of its menus and blocks. What marks authors, dates, section and tags is
    taken out of the tree with the captions, because it is no part of the text.
    """
    found: dict[str, list[str]] = {
        name: [] for name in ("published", "updated", "authors", "section", "tags")
    }
    marks = []
    for element in tree.iter("*"):
        field = _marked_field(element)
        text = " ".join(element.text_content().split()) if field else ""
        if not field or len(text) > _LONGEST_MARK or _in_sentence(element):
            continue
        given = [element.get("datetime"), element.get("content")] if field in _DATED else []
        found[field] += filter(None, [*given, text])
        marks.append(_line_of(element) if element.tag == "time" else element)
    title = _heading(tree)
    for mark in marks:
        if mark.getparent() is not None and mark.find(".//h1") is None:
            mark.drop_tree()
    names = (name for text in found["authors"] for name in authors_of(text))
    return _known(
        title=title,
        caption=figure_caption(tree),
        section=first_text(found["section"]),
        tags=found["tags"],
        authors=list(dict.fromkeys(names)),
        published=_time(found["published"]),
        updated=_time(found["updated"]),
    )


def page_title(tree: HtmlElement) -> str:
    """Return the title of the page as a whole without the site's name, empty when it has none."""
    metas = _metas(tree)
    named = first_text(metas.get("og:title"), metas.get("twitter:title"))
    title = tree.find(".//title")
    return named or (
        _SITE.sub("", " ".join(title.text_content().split())) if title is not None else ""
    )


def _marked_field(element: HtmlElement) -> str:
    """Return the field whose value an element marks, empty when it marks none."""
    mark = (element.get("itemprop") or "").casefold()
    relation = (element.get("rel") or "").casefold().split()
    names = f"{element.get('class') or ''} {mark}"
    if element.tag == "time" or mark in ("datepublished", "datemodified"):
        parent = element.getparent()
        near = f"{names} {element.text or ''} {parent.text or ''} {parent.get('class') or ''}"
        previous = element.getprevious()
        if previous is not None:
            near += (previous.tail or "").strip() or previous.text or ""
        return "updated" if _UPDATED.search(near) else "published"
    if "category" in relation or mark == "articlesection":
        return "section"
    if "tag" in relation:
        return "tags"
    return "authors" if "author" in relation or _BYLINE.search(names) else ""


def _in_sentence(element: HtmlElement) -> bool:
    """Say whether the element is a part of the article's text, as the day of an event is."""
    line = next(element.iterancestors("p", "li", "td", "dd", "blockquote"), None)
    if line is not None and is_prose(" ".join(line.text_content().split())):
        return True
    before, parent = element.getprevious(), element.getparent()
    beside = (element.tail, parent.text if before is None else before.tail)
    return any(len((text or "").strip()) > _LONGEST_LABEL for text in beside)


def _line_of(time: HtmlElement) -> HtmlElement:
    """Return the line that says a time, which is more than the time where a label goes with it."""
    parent = time.getparent()
    if len(parent) > _MOST_ON_A_LINE:
        return time
    short = len(parent.text_content()) <= len(time.text_content()) + _LONGEST_LABEL
    return parent if short and parent.tag in ("p", "span", "div", "li") else time


def _heading(tree: HtmlElement) -> str:
    headings = [*tree.iterfind(".//article//h1"), *tree.iterfind(".//main//h1"), *tree.iter("h1")]
    return next((text for heading in headings if (text := " ".join(paragraphs(heading)))), "")


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        names = map(element.get, ("property", "name", "itemprop", "http-equiv"))
        name = next(filter(None, names), None)
        content = " ".join((element.get("content") or "").split())
        if name and content:
            found.setdefault(name.strip().casefold(), []).append(content)
    return found


def _canonical(tree: HtmlElement, node: dict[str, Any], shared: Iterable[str]) -> str:
    links = [
        link.get("href") or ""
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").casefold().split()
    ]
    whole = node.get("mainEntityOfPage")
    pages = [whole.get("@id") or whole.get("url")] if isinstance(whole, dict) else [whole]
    candidates = (*links, *shared, *texts(node.get("url")), *texts(pages))
    return next((link.strip() for link in candidates if _ADDRESS.match(link.strip())), "")


def _time(candidates: Iterable[str]) -> datetime | str:
    """Return the first that is a date, else the first as it is written, to be reported."""
    written = list(candidates)
    times = (parse_time(text) for text in written)
    return next((time for time in times if time), next(iter(written), ""))


def _names(written: Iterable[str]) -> list[str]:
    names = (name for text in written if not _ADDRESS.match(text) for name in authors_of(text))
    return list(dict.fromkeys(names))


def _tags(written: list[str]) -> list[str]:
    """Return tags; a single text lists them with commas."""
    return (
        [tag.strip() for text in written for tag in text.split(",")]
        if len(written) == 1
        else written
    )


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
