"""Where the words that a query means stand in the texts of an article."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from index import analysis, spaceless
from search.marks import Marks, Phrase
from search.quoted import Beginning

_SOLID = re.compile(r"\S*")
_APART = frozenset(' \n\t"“”„«»()[]-–—/')
"""Characters that stand in no token: what follows them begins one."""

_FIRST_SPACELESS = "\u0e00"
"""Thai is the first of the scripts without spaces."""


class Mark(NamedTuple):
    """A token that is marked: where it begins and ends in its text, and its term."""

    start: int
    end: int
    term: str


class Marker:
    """Finds what is to be marked; a word of a phrase counts only inside the phrase.

    Parameters
    ----------
    marks : Marks
        What is to be marked.
    beginnings : tuple of str or None
        How all words of it can begin, in lower case; None when that is not known, and every token
        is looked at.
    """

    def __init__(self, marks: Marks, beginnings: tuple[str, ...] | None = None) -> None:
        self._marks = marks
        self._beginnings = beginnings

    def find(self, texts: Sequence[str], language: str) -> list[list[Mark]]:
        """Return the marks of each text, in order."""
        language = analysis.primary_language(language)
        if self._beginnings is None:
            return [self._read(text, language) for text in texts]
        joined = "\n".join(texts)
        comparable = written(joined)
        if len(comparable) != len(joined):
            return [self._read(text, language) for text in texts]
        places = self._likely(comparable)
        if not self._marks.phrases and not spaceless.holds(joined):
            return _apart(texts, self._look(joined, places, language))
        found: list[list[Mark]] = []
        number = start = 0
        for text in texts:
            stop = start + len(text)
            behind = bisect_left(places, stop, number)
            if behind == number:
                found.append([])
            elif spaceless.holds(text) or self._may_hold_a_phrase(comparable[start:stop]):
                found.append(self._read(text, language))
            else:
                here = [place - start for place in places[number:behind]]
                found.append(self._look(text, here, language))
            start, number = stop + 1, behind
        return found

    def _may_hold_a_phrase(self, text: str) -> bool:
        """Say whether a text in lower case may hold a phrase: all words of it, if it is written."""
        return any(
            not phrase.written or all(word in text for word in phrase.words)
            for phrase in self._marks.phrases
        )

    def _likely(self, text: str) -> list[int]:
        """Return where in a text in lower case a word that is meant may begin, in order."""
        places: list[int] = []
        for beginning in self._beginnings or ():
            spaced = beginning < _FIRST_SPACELESS
            place = text.find(beginning)
            while place >= 0:
                before = text[place - 1] if place else ""
                # No token begins behind a letter, but where a script without spaces begins or ends.
                if not (spaced and before.isalpha() and before < _FIRST_SPACELESS):
                    places.append(place)
                place = text.find(beginning, place + 1)
        places.sort()
        return places

    def _look(self, text: str, places: Sequence[int], language: str) -> list[Mark]:
        """Return the marks among the tokens at these places."""
        terms, term_of = self._marks.terms, analysis.term_of(language)
        piece = analysis.piece_of(text)
        found: list[Mark] = []
        done = 0
        for place in places:
            if place < done:
                continue
            tokens: Iterable[re.Match[str]]
            if not place or text[place - 1] in _APART:
                token = piece.match(text, place)
                tokens = [token] if token else []
            else:  # this may be the inside of a token: what stands between blanks is read whole
                start = max(text.rfind(" ", 0, place) + 1, text.rfind("\n", 0, place) + 1, done)
                done = _SOLID.match(text, place).end()  # type: ignore[union-attr]
                tokens = piece.finditer(text, start, done)
            for token in tokens:
                done = max(done, token.end())
                term = term_of(token.group())
                if term in terms:
                    found.append(Mark(*token.span(), term))
        return found

    def _read(self, text: str, language: str) -> list[Mark]:
        """Return the marks among all tokens."""
        term_of = analysis.term_of(language)
        tokens = [Mark(start, end, term_of(token)) for start, end, token in analysis.spans(text)]
        terms = [token.term for token in tokens]
        kept = {
            place: token for place, token in enumerate(tokens) if token.term in self._marks.terms
        }
        for letter in self._marks.letters:
            for place, token in enumerate(tokens):
                if text.startswith(letter, token.start):
                    kept.setdefault(place, token._replace(end=token.start + len(letter)))
        for phrase in self._marks.phrases:
            words = terms
            if phrase.written:
                words = [written(text[token.start : token.end]) for token in tokens]
            for place, word in _phrase_places(words, phrase):
                token = tokens[place]
                if isinstance(word, Beginning):
                    token = token._replace(end=token.start + len(word))
                kept.setdefault(place, token)
        return [kept[place] for place in sorted(kept)]


def _apart(texts: Sequence[str], marks: Sequence[Mark]) -> list[list[Mark]]:
    """Return the marks of each of some texts, given those of all of them joined by line ends."""
    found: list[list[Mark]] = [[] for _ in texts]
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    for start, end, term in marks:
        number = bisect_right(starts, start) - 1
        found[number].append(Mark(start - starts[number], end - starts[number], term))
    return found


def written(text: str) -> str:
    """Return a text as spellings are compared: in lower case, with one apostrophe."""
    return text.lower().replace("’", "'")


def _phrase_places(words: Sequence[str], phrase: Phrase) -> Iterator[tuple[int, str]]:
    """Yield the places of all words that take part in an occurrence of a phrase, and these."""
    for start, word in enumerate(words):
        if not _fits(word, phrase.words[0]):
            continue
        places = [start]
        for wanted in phrase.words[1:]:
            here = places[-1]
            following = range(here + 1, min(here + phrase.slop, len(words) - 1) + 1)
            place = next((place for place in following if _fits(words[place], wanted)), None)
            if place is None:
                break
            places.append(place)
        else:
            yield from zip(places, phrase.words, strict=True)


def _fits(word: str, wanted: str) -> bool:
    return wanted.fits(word) if isinstance(wanted, Beginning) else word == wanted
