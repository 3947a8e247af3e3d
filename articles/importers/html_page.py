"""A saved web page -> its article: body by trafilatura, fields from the page's own metadata."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml.html import HtmlElement

from articles.cleaning import (
    CleanedBody,
    is_prose,
    split_paragraphs,
    take_fields,
    without_blocks,
    without_controls,
)
from articles.importers.identity import id_of_url, slug_of
from articles.importers.markup import as_written, has_markup, paragraphs, parse_html
from articles.importers.opening import decoded, read_whole, too_long
from articles.importers.page_blocks import drop_blocks
from articles.importers.page_metadata import head_metadata, page_title, visible_metadata
from articles.importers.records import RecordReader
from articles.importers.source import ByteStream, ParsedRecord, SourceFile
from articles.importers.text_page import NO_TEXT, dated, page_fields

# Without a handler of its own its warnings would go to standard error, amid the progress.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
_KICKER_WORDS = 3
_PROBE = 40
_MOST_ELEMENTS = 10_000
"""Of a page with more, all text is taken: the extractor's time grows with their square."""
_TOOLBAR = re.compile(r"(?:^|\s)[|·•]\s.*\s[|·•]\s")


def read_page(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield the one article of a saved web page."""
    data = read_whole(stream, file.options.maximum_record_bytes)
    if data is None:
        reason = too_long(None, file.options.maximum_record_bytes)
        yield ParsedRecord(file.label, 0, None, (reason,))
        return
    text, notes = _page_text(data)
    sound, odd = without_controls(text)
    notes += ("control characters removed",) * odd
    try:
        record = page_record(sound, day_first=file.options.day_first)
    except Exception as error:  # noqa: BLE001 (whatever a hostile page does to the extractor)
        reason = f"the page cannot be read ({type(error).__name__}: {error})"
        yield ParsedRecord(file.label, 1, None, (reason[:300],))
        return
    if record["body"]:
        reader = RecordReader(file, {})
        yield reader.read(record, 1, notes, fallback_id=slug_of(file.name))
    else:
        name = id_of_url(record.get("url", "")) or slug_of(file.name)
        yield ParsedRecord(file.label, 1, None, (NO_TEXT,), name)


def page_record(page: str, *, day_first: bool = True) -> dict[str, Any]:
    """Return what a page says, by our fields' names; without text its body is empty."""
    tree = parse_html(page)
    head, whole_title = head_metadata(tree), page_title(tree)
    drop_blocks(tree)
    visible = visible_metadata(tree)
    shown = take_fields(CleanedBody(tuple(paragraphs(tree))), day_first=day_first)
    body = without_blocks(_text_of(tree, head.get("body")))
    titles = {whole_title, visible.get("title"), head.get("title"), visible.get("caption")}
    section, lines = _without_kickers([line for line in body if line not in titles])
    cleaned = take_fields(CleanedBody(tuple(lines)), day_first=day_first)
    told = {name: value for name, value in page_fields(cleaned).items() if value}
    first = {"title": whole_title, "section": section}
    known = first | page_fields(shown) | told | visible | head
    return dated(known | {"body": list(cleaned.body)})


def _without_kickers(lines: list[str]) -> tuple[str, list[str]]:
    """Return the section and the lines without the words and toolbars above the first paragraph."""
    begin = next((place for place, line in enumerate(lines) if is_prose(line)), 0)
    above = [line for line in lines[:begin] if not _TOOLBAR.search(line)]
    kickers = [
        line for line in above if len(line.split()) <= _KICKER_WORDS and line[-1] not in ".:"
    ]
    kept = [line for line in above if line not in kickers]
    return kickers[0] if len(kickers) == 1 else "", kept + lines[begin:]


def _text_of(tree: HtmlElement, described: Any) -> list[str]:
    """Return the paragraphs of the page; those of its JSON-LD where the page shows less of them."""
    found = paragraphs(tree)
    if sum(1 for _ in tree.iter()) <= _MOST_ELEMENTS:
        document = trafilatura.bare_extraction(tree, include_comments=False)
        for heading in document.body.iter("head") if document else ():
            heading.tag = "h2"
        chosen = paragraphs(document.body) if document else []
        found = _as_on_page(found, chosen) or chosen
    whole = described if isinstance(described, str) else ""
    text = as_written(whole)
    told = paragraphs(parse_html(text)) if has_markup(text) else split_paragraphs(text)
    return told if sum(map(len, told)) > 2 * sum(map(len, found)) else found


def _as_on_page(lines: list[str], chosen: list[str]) -> list[str]:
    """Return the page's lines whose text the extractor chose.

    It runs the paragraphs of short pages into one and leaves words out, so that it is asked only
    which text is the article's: a paragraph is known by its beginning or its end, a shorter line
    by standing next to what was chosen before.
    """
    text, whole, position = " ".join(chosen), set(chosen), 0
    kept = []
    for line in lines:
        place = position
        if not text.startswith(line, position):
            probes = (line[:_PROBE], line[-_PROBE:]) if len(line) > _PROBE else ()
            place = max((text.find(probe, position) for probe in probes), default=-1)
            if place < 0 and line not in whole:
                continue
        kept.append(line)
        end = text.find(line[-_PROBE:], max(place, position))
        position = end + len(line[-_PROBE:]) + 1 if end >= 0 else position
    return kept


def _page_text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the page's text: as UTF-8 where it can be that, else as the page says of itself."""
    text, notes = decoded(data)
    declared = _CHARSET.search(data[:_HEAD_BYTES]) if notes else None
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii")), ()
        except (LookupError, UnicodeDecodeError):
            pass
    return text, notes
