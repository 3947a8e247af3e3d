"""The text of an article's page as it is copied from a browser, or any text with a headline."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from articles.cleaning import (
    CleanedBody,
    is_prose,
    take_fields,
    unwrapped,
    without_blocks,
    without_controls,
)
from articles.importers.identity import slug_of
from articles.importers.opening import decoded, read_whole, too_long
from articles.importers.records import RecordReader
from articles.importers.source import ByteStream, ParsedRecord, SourceFile

NO_TEXT = "no text found"

_HEADLINE_WORDS = 4
_SUMMARY_WORDS = 6


def read_text(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield the one article of a page's text."""
    data = read_whole(stream, file.options.maximum_record_bytes)
    if data is None:
        reason = too_long(None, file.options.maximum_record_bytes)
        yield ParsedRecord(file.label, 0, None, (reason,))
        return
    text, notes = decoded(data)
    sound, odd = without_controls(text)
    record = page_record(sound, day_first=file.options.day_first)
    if not record:
        yield ParsedRecord(file.label, 0, None, (NO_TEXT,))
        return
    notes += ("control characters removed",) * odd
    yield RecordReader(file, {}).read(record, 1, notes, fallback_id=slug_of(file.name))


def page_record(text: str, *, day_first: bool = True) -> dict[str, Any]:
    r"""Return what a page's text says, by our fields' names; empty when it says nothing.

    The headline is the first line of four words or more before the first paragraph; one short line
    before it is the section. A page that shows only when it was updated was published then.

    Examples
    --------
    >>> page = page_record("Bridge opens\nUpdated 11 July 2011\n\nRelated articles\n\nOther")
    >>> page["title"], page["published"].isoformat(), page["body"]
    ('Bridge opens', '2011-07-11T00:00:00+00:00', [])
    """
    lines = without_blocks(page_lines(text))
    if not lines:
        return {}
    begin = next((number for number, line in enumerate(lines) if is_prose(line)), 1)
    header = take_fields(CleanedBody(tuple(lines[:begin])), header=begin, day_first=day_first)
    above = header.body or tuple(lines[:begin])[:1]
    section, title, below = _headline(above)
    lead = [line for line in below if line != title and len(line.split()) >= _SUMMARY_WORDS]
    page = take_fields(
        replace(header, body=(*lead[1:], *(line for line in lines[begin:] if line != title))),
        header=0,
        day_first=day_first,
    )
    headed = {"title": title, "section": section, "summary": lead[0] if lead else ""}
    return dated(headed | page_fields(page))


def page_fields(page: CleanedBody) -> dict[str, Any]:
    """Return what a page's body tells, by our fields' names."""
    return {
        "body": list(page.body),
        "source": page.source,
        "additional_sources": list(page.additional_sources),
        "caption": page.caption,
        "authors": list(page.authors),
        "tags": list(page.tags),
        "published": page.published,
        "updated": page.updated,
    }


def dated(record: dict[str, Any]) -> dict[str, Any]:
    """Return a page's record with a date: one that shows only its update was published then."""
    return record | {"published": record["published"] or record["updated"]}


def page_lines(text: str) -> list[str]:
    """Return a page's lines; those that were wrapped by hand are joined."""
    found: list[str] = []
    block: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if line.strip():
            block.append(line)
        elif block:
            found += unwrapped(block)
            block = []
    return found


def _headline(lines: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return the section, the headline and what stands below it."""
    if not lines:
        return "", "", ()
    long = (place for place, line in enumerate(lines) if len(line.split()) >= _HEADLINE_WORDS)
    place = next(long, max(range(len(lines)), key=lambda number: len(lines[number])))
    return lines[0] if place == 1 else "", lines[place], lines[place + 1 :]
