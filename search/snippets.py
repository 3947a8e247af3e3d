"""What is shown of a hit: the passage that holds most of the query, its words marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from articles.article import Article
from index import analysis
from index.opening import LONGEST_PASSAGE, opening

_LEAD = 60
"""Characters shown before the first match when the passage does not begin its paragraph."""
Phrase = tuple[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A text with the places of its matches: (start, end, term), in order."""

    text: str
    matches: list[tuple[int, int, str]]


class Highlighter:
    """Marks the words of one query; a word of a phrase counts only inside the phrase.

    Parameters
    ----------
    words : iterable of str
        Terms that match wherever they stand.
    phrases : sequence of (terms, slop)
        Terms that match in this order, each at most ``slop`` tokens behind the one before.
    """

    def __init__(self, words: Iterable[str], phrases: Sequence[Phrase]) -> None:
        self._words = frozenset(words)
        self._phrases = tuple(phrases)
        self._interesting = self._words.union(*(terms for terms, _ in self._phrases))

    def title(self, article: Article) -> str:
        """Return the title as HTML with its matches marked."""
        return _marked(self._paragraph(article.title, article.language), 0, len(article.title))

    def snippet(self, article: Article) -> str:
        """Return the best passage of an article as HTML; without a match, how it begins."""
        texts = [text for text in (article.summary, *article.body) if text]
        if not texts:
            return ""
        best = (0, -1, _Paragraph(texts[0], []), 0)
        for order, text in enumerate(texts):
            paragraph = self._paragraph(text, article.language)
            for place in range(len(paragraph.matches)):
                worth = self._worth(paragraph, place)
                if worth > best[0]:
                    best = (worth, order, paragraph, place)
        _, _, paragraph, place = best
        if not paragraph.matches:
            return opening(article)
        return _passage(paragraph, place)

    def _worth(self, paragraph: _Paragraph, place: int) -> int:
        """Return how many different matched terms a passage from this match on holds."""
        start = paragraph.matches[place][0]
        return len(
            {
                term
                for begin, end, term in paragraph.matches[place:]
                if end - start <= LONGEST_PASSAGE - _LEAD or begin == start
            }
        )

    def _paragraph(self, text: str, language: str) -> _Paragraph:
        term = analysis.term_of(analysis.primary_language(language))
        found = [(start, end, term(token)) for start, end, token in analysis.spans(text)]
        kept = {place for place, match in enumerate(found) if match[2] in self._words}
        for terms, slop in self._phrases:
            kept.update(_phrase_places(found, terms, slop))
        return _Paragraph(text, [found[place] for place in sorted(kept)])


def _phrase_places(
    found: Sequence[tuple[int, int, str]], terms: Sequence[str], slop: int
) -> Iterable[int]:
    """Yield the places of all tokens that take part in an occurrence of a phrase."""
    for start, match in enumerate(found):
        if match[2] != terms[0]:
            continue
        places = [start]
        for term in terms[1:]:
            here = places[-1]
            following = range(here + 1, min(here + slop, len(found) - 1) + 1)
            following_place = next((p for p in following if found[p][2] == term), None)
            if following_place is None:
                break
            places.append(following_place)
        else:
            yield from places


def _passage(paragraph: _Paragraph, place: int) -> str:
    text, first = paragraph.text, paragraph.matches[place][0]
    start = 0 if first <= _LEAD else _word_start(text, first - _LEAD)
    stop = _word_end(text, start + LONGEST_PASSAGE, paragraph.matches[place][1])
    before = "… " if start else ""
    return before + _marked(paragraph, start, stop) + (" …" if stop < len(text) else "")


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place)
    return space + 1 if 0 <= space < place + _LEAD else place


def _word_end(text: str, place: int, least: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", least, place)
    return space if space > 0 else max(place, least)


def _marked(paragraph: _Paragraph, start: int, stop: int) -> str:
    """Return ``text[start:stop]`` as HTML; matches with only blanks between share one mark."""
    text, pieces, done = paragraph.text, [], start
    runs: list[tuple[int, int]] = []
    for begin, end, _ in paragraph.matches:
        if begin < start or end > stop:
            continue
        if runs and not text[runs[-1][1] : begin].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    for begin, end in runs:
        pieces += [escape(text[done:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        done = end
    return "".join(pieces) + escape(text[done:stop])
