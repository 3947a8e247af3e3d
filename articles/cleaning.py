"""What belongs to an article's body and what does not: functions over its paragraphs.

One mechanism for copied text, web pages and the bodies of records: furniture goes, and the lines
that name source, caption, dates, authors and tags go to their fields. The words are in
`articles.furniture`.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise, takewhile
from typing import Literal, NamedTuple

from articles.furniture import BLOCKS, INSERTS, LABELS, LINES, heading_key
from articles.importers.bylines import authors_of
from articles.importers.dates import parse_time

LONGEST_HEADING = 60
LONGEST_LABELLED = 400
HEADER_LINES = 4
NARROWEST_WRAP = 45
LONG_LINE = 100
"""Nobody wraps lines by hand beyond this width, so a longer line is a paragraph."""
_MOST_WORDS = 12

_CONTROLS = bytes({*range(0x20), 0x7F} - {9, 10, 13})
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?= {2,}|\t)")
_SIGN_OFF = re.compile(r"(?:^|\n)\s*(Reuters?|REUTERS?)\s*$")
_SENTENCE_END = re.compile(r"[.։。…]['\"”’»)\]]*$")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b).{0,150}$", re.IGNORECASE)
_DAY_WORD = re.compile(r"(?:on|am|at|le|el|den)\s+", re.IGNORECASE)
_SIGNED = ("By ", "BY ", "Von ", "Par ", "Por ")
_PARTICLES = frozenset(
    ("and", "und", "et", "y", "de", "del", "da", "la", "le", "van", "von", "der", "den", "bin")
)
_PLURALS = frozenset(("sources", "quellen", "fuentes", "источники", "աղբյուրներ", "წყაროები"))


def _alternatives(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace("'", "['’]") for phrase in longest_first)


_DATE_FIELDS = ("updated", "published")
_LABELLED = re.compile(
    r"[\W_]{0,3}(?:"
    + "|".join(
        rf"(?P<{field}>{_alternatives(phrases)})"
        + (r"\b[\s::՝,–-]*" if field in _DATE_FIELDS else r"\s*[::՝]\s*")
        for field, phrases in LABELS.items()
    )
    + r")(?P<value>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_MAY_BE_LABELLED = re.compile(r"[\d::՝]|^(?:By|BY|Von|Par|Por)\s")
_PIPE = re.compile(r"\s+[|·•]\s+")
_LABEL_START = re.compile(
    rf"(?:^|\s)(?P<dated>(?:{_alternatives(LABELS['updated'])})\b)"
    rf"|(?:^|[,.;|·•]\s+)(?P<named>(?:{_alternatives(chain.from_iterable(LABELS.values()))})\s*[::՝])",
    re.IGNORECASE,
)


HeadingKind = Literal["block", "insert", "line"]


class Labelled(NamedTuple):
    """One field's value that stood on a line of the body."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class CleanedBody:
    """The paragraphs of a body, and the fields that lines among them may tell."""

    body: tuple[str, ...]
    source: str = ""
    additional_sources: tuple[str, ...] = ()
    caption: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None


def without_controls(text: str) -> tuple[str, bool]:
    r"""Return the text in NFC without what no text holds, and whether such characters were in it.

    Control characters, lone surrogates and noncharacters count; soft hyphens and other invisible
    marks go without a word.

    Examples
    --------
    >>> without_controls("a\x00b\ud800c")
    ('abc', True)
    """
    if text.isascii():
        data = text.encode()
        left = data.translate(None, _CONTROLS)
        return (text, False) if len(left) == len(data) else (left.decode(), True)
    sound, odd = _ODD.subn("", text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", sound)), odd > 0


def split_paragraphs(text: str) -> list[str]:
    r"""Return the paragraphs of plain text.

    Blank lines and indented lines begin one. Within one, hard-wrapped lines are joined, while each
    line is a paragraph where one is longer than anybody wraps.

    Examples
    --------
    >>> split_paragraphs("It\nrained.\n   The river\nrose.\n\nEnd")
    ['It rained.', 'The river rose.', 'End']
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks: Iterable[str] = _BREAK.split(text)
    if max(map(len, text.split("\n"))) > LONG_LINE:
        blocks = chain.from_iterable(map(_lines_or_block, blocks))
    return [paragraph for block in blocks if (paragraph := " ".join(block.split()))]


def _lines_or_block(block: str) -> list[str]:
    wrapped = block.split("\n")
    return wrapped if max(map(len, wrapped)) > LONG_LINE else [block]


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Return lines that stand together, those joined that were wrapped by hand.

    Lines are taken as wrapped when there are three or more of them, none longer than anybody
    wraps; one goes on in the next when the next one's first word would not have fitted.

    Examples
    --------
    >>> unwrapped(["A line of the poem", "ends where it ends"])
    ['A line of the poem', 'ends where it ends']
    """
    written = [" ".join(line.split()) for line in lines]
    width = max(map(len, written), default=0)
    if len(written) < 3 or not NARROWEST_WRAP <= width <= LONG_LINE:
        return list(filter(None, written))
    joined = written[:1]
    for before, line, raw in zip(written, written[1:], lines[1:], strict=False):
        full = len(before) + 1 + len(line.split(" ", 1)[0]) > width
        if full and not raw.startswith(("  ", "\t")) and heading_kind(before) is None:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return list(filter(None, joined))


def split_sign_off(text: str) -> tuple[str, str]:
    r"""Return the text without the agency's name that ends a wire story, and that name.

    Examples
    --------
    >>> split_sign_off("It rained.\n Reuter")
    ('It rained.', 'Reuter')
    """
    signed = _SIGN_OFF.search(text[-20:])
    if not signed:
        return text, ""
    return text[: len(text) - len(signed.group())], signed.group(1).capitalize()


def heading_kind(line: str) -> HeadingKind | None:
    """Say what a line is when it is all that stands there; None for text.

    Examples
    --------
    >>> heading_kind("Editor’s choice"), heading_kind("Popular music is loud.")
    ('block', None)
    """
    if len(line) > LONGEST_HEADING:
        return None
    key = heading_key(line)
    if key in BLOCKS:
        return "block"
    if key in INSERTS:
        return "insert"
    return "line" if key in LINES else None


def is_prose(line: str) -> bool:
    """Say whether a line is a paragraph rather than a heading, a teaser's title or a menu."""
    return len(line) >= 160 or (len(line) >= 40 and bool(_SENTENCE_END.search(line)))


def without_blocks(lines: Sequence[str]) -> list[str]:
    """Return the lines without those of blocks, menus and toolbars.

    A block's heading ends the article once it has begun; an insert's heading hides what follows up
    to where the text goes on: with prose at once, or with two paragraphs of it. Before the article
    only the heading goes.
    """
    kept: list[str] = []
    resumes = [place for place, pair in enumerate(pairwise(map(is_prose, lines))) if all(pair)]
    begun, position = False, 0
    while position < len(lines):
        line = lines[position]
        kind = heading_kind(line)
        position += 1
        if kind:
            following = bisect_left(resumes, position)
            resumed = resumes[following] if following < len(resumes) else None
            if kind == "insert" and position < len(lines) and is_prose(lines[position]):
                resumed = position
            position = text_after(kind, position, resumed, len(lines), begun=begun)
        elif not _COPYRIGHT.match(line):
            kept.append(line)
            begun = begun or is_prose(line)
    return kept


def text_after(
    kind: HeadingKind, position: int, resumed: int | None, end: int, *, begun: bool
) -> int:
    """Return where the text goes on after a heading: at ``end`` when it does not.

    Parameters
    ----------
    kind : {'block', 'insert', 'line'}
        What the heading heads.
    position : int
        The place behind the heading.
    resumed : int or None
        The first place from there on where two paragraphs of prose stand together.
    end : int
        The place behind the last line.
    begun : bool
        Whether prose stands before the heading; without any, menus hold such words.
    """
    if kind == "line" or (not begun and (kind == "insert" or resumed is not None)):
        return position
    return end if kind == "block" or resumed is None else resumed


def take_fields(
    given: CleanedBody,
    *,
    at_ends: bool = False,
    header: int = HEADER_LINES,
    day_first: bool = True,
) -> CleanedBody:
    """Take the lines that belong to fields out of the body; fields that are given keep their value.

    Parameters
    ----------
    given : CleanedBody
        The body, and the fields as they are known from elsewhere.
    at_ends : bool
        Whether only lines with which the body begins or ends, and whose field is empty, are taken:
        a body that is no page's may have a list in it. All lines are a page's.
    header : int
        Among so many lines at the beginning of a page one that is only a day tells when it was
        published; further down it may head a part of a chronicle.
    day_first : bool
        Whether 03/04/2011 is in April.

    Examples
    --------
    >>> body = ("It rained.", "source: City Desk; additional sources: Radio One")
    >>> take_fields(CleanedBody(body)).source
    'City Desk'
    """
    lines = given.body
    if at_ends:

        def fits(line: str) -> bool:
            parts = _labelled_parts(line, day_first, begins=False)
            return bool(parts) and not any(getattr(given, part.field) for part in parts)

        begin = sum(1 for _ in takewhile(fits, lines))
        end = len(lines) - sum(1 for _ in takewhile(fits, reversed(lines[begin:])))
    else:
        begin = end = len(lines)
    body: list[str] = []
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        begins = not at_ends and number < header
        inside = begin <= number < end
        parts = [] if inside else _labelled_parts(line, day_first, begins=begins)
        for part in parts:
            found.setdefault(part.field, part.value)
        if not parts:
            body.append(line)
    if not found:
        return given
    source, *more = _listed(found.get("source", ""), ";") or [""]
    additional = (*more, *_listed(found.get("additional_sources", ""), ";,"))
    return CleanedBody(
        body=tuple(body),
        source=given.source or source,
        additional_sources=given.additional_sources or additional,
        caption=given.caption or found.get("caption", ""),
        authors=given.authors or authors_of(found.get("authors", "")),
        tags=given.tags or tuple(_listed(found.get("tags", ""), ";,")),
        published=given.published or _day(found.get("published", ""), day_first),
        updated=given.updated or _day(found.get("updated", ""), day_first),
    )


def _labelled_parts(paragraph: str, day_first: bool, *, begins: bool) -> list[Labelled]:
    """Return the fields that a line is made of; empty when any part of it is text."""
    if len(paragraph) > LONGEST_LABELLED:
        return []
    if not begins and not _MAY_BE_LABELLED.search(paragraph, 0, LONGEST_HEADING):
        return []
    if not (begins or _LABELLED.match(paragraph) or paragraph.startswith(_SIGNED)):
        return []
    for parts in (_split_at_labels(paragraph), _PIPE.split(paragraph), [paragraph]):
        known = [_labelled(part, day_first, begins) for part in parts]
        if all(known):
            return [part for part in known if part]
    return []


def _split_at_labels(paragraph: str) -> list[str]:
    starts = [match.start(match.lastgroup or 0) for match in _LABEL_START.finditer(paragraph)]
    parts = [paragraph[start:end] for start, end in pairwise([0, *starts, len(paragraph)])]
    return [part for piece in parts if (part := piece.strip(" ,;|·•"))]


def _labelled(line: str, day_first: bool, begins: bool) -> Labelled | None:
    match = _LABELLED.match(line)
    if match is None:
        if _is_signature(line):
            return Labelled("authors", line)
        named = begins and len(line) <= LONGEST_HEADING and _day(line, day_first)
        return Labelled("published", line) if named else None
    value = match["value"].strip()
    if line.startswith("(") and value.endswith(")"):
        value = value[:-1]
    field = next(name for name in LABELS if match[name])
    if field in _DATE_FIELDS:
        return Labelled(field, value) if _day(value, day_first) else None
    if field in ("source", "additional_sources", "authors") and len(value.split()) > _MOST_WORDS:
        return None
    if field == "source" and heading_key(match[field]) in _PLURALS:
        value = value.replace(",", ";")
    value = value if field == "caption" else value.strip(" .;")
    return Labelled(field, value) if value else None


def _is_signature(line: str) -> bool:
    words = line.split()[1:]
    return (
        line.startswith(_SIGNED)
        and len(line) <= LONGEST_HEADING
        and 0 < len(words) <= _MOST_WORDS
        and words[0] not in _PARTICLES
        and not _SENTENCE_END.search(line)
        and all(word[0].isupper() or word.strip(",") in _PARTICLES for word in words)
    )


def _day(value: str, day_first: bool) -> datetime | None:
    words = _DAY_WORD.sub("", value.strip(" .,;"), count=1)
    return parse_time(words, day_first=day_first, lenient=False)


def _listed(value: str, separators: str) -> list[str]:
    return [name for part in re.split(f"[{separators}]", value) if (name := part.strip(" ."))]
