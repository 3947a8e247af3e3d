"""What is shown of a hit: its title, and the passage that holds most of the query, marked."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from articles.article import Article
from index.opening import LONGEST_PASSAGE, opening
from search.marking import Mark, Marker

_LEAD = 60
"""Characters shown before the first match when the passage does not begin its paragraph."""


class Shown(NamedTuple):
    """Escaped HTML in which ``<mark>`` stands around matched words."""

    title: str
    snippet: str


def shown(article: Article, marker: Marker) -> Shown:
    """Return the title and the best passage of an article; without a match, how it begins."""
    texts = [text for text in (article.summary, *article.body, article.caption) if text]
    of_title, *of_texts = marker.find([article.title, *texts], article.language)
    title = marked_html(article.title, of_title, 0, len(article.title))
    most, best, first = 0, 0, 0
    for number, marks in enumerate(of_texts):
        if len({mark.term for mark in marks}) <= most:
            continue
        for place in range(len(marks)):
            worth = _worth(marks, place)
            if worth > most:
                most, best, first = worth, number, place
    if not most:
        return Shown(title, opening(article) if texts else "")
    return Shown(title, _passage(texts[best], of_texts[best], first))


def _worth(marks: Sequence[Mark], place: int) -> int:
    """Return how many different matched terms a passage from this match on holds."""
    start = marks[place].start
    last = start + LONGEST_PASSAGE - _LEAD
    return len({mark.term for mark in marks[place:] if mark.end <= last or mark.start == start})


def _passage(text: str, marks: Sequence[Mark], place: int) -> str:
    first = marks[place].start
    start = 0 if first <= _LEAD else _word_start(text, first - _LEAD)
    stop = _word_end(text, start + LONGEST_PASSAGE, marks[place].end)
    before = "… " if start else ""
    return before + marked_html(text, marks, start, stop) + (" …" if stop < len(text) else "")


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place)
    return space + 1 if 0 <= space < place + _LEAD else place


def _word_end(text: str, place: int, least: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", least, place)
    return space if space > 0 else max(place, least)


def marked_html(text: str, marks: Sequence[Mark], start: int, stop: int) -> str:
    """Return ``text[start:stop]`` as HTML; matches with only blanks between share one mark."""
    runs: list[tuple[int, int]] = []
    for begin, end, _ in marks:
        if begin < start or end > stop:
            continue
        if runs and not text[runs[-1][1] : begin].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    pieces, done = [], start
    for begin, end in runs:
        pieces += [escape(text[done:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        done = end
    return "".join(pieces) + escape(text[done:stop])
