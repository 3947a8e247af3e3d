"""Which synonyms a word or phrase of a query has, by the lists that editors keep.

One step is made and no more: what is found for a word is that of the lines that hold the word
itself. So lists can lead nowhere in a circle, and a line does what it says and nothing else.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from articles.word_lists import WordKind, WordLine
from index import analysis
from index.generation import Generation
from index.whoosh_api import query
from index.word_fields import NAME_FIELDS, WORD_FIELDS
from search.name_word import NameWord
from search.readings import Readings, Terms
from search.synonym_word import Meaning, SynonymWord

FIELDS = frozenset(WORD_FIELDS) - frozenset(NAME_FIELDS)
"""Fields whose words have synonyms; names of sections and persons have none."""
MOST_MEANINGS = 30
"""Synonyms that one part of a query is searched with, those of the first lines."""
MOST_TOGETHER = 6
"""Words of the longest phrase that has synonyms."""
_REMEMBERED = 4096


class _Synonym(NamedTuple):
    """A word or phrase of a list, and the language that says what its terms are."""

    written: str
    language: str


class SynonymFinder:
    """Finds synonyms for one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    readings : Readings
        Knows the terms of a text.
    lines : iterable of WordLine
        The lists; only their synonyms count.
    """

    def __init__(
        self, generation: Generation, readings: Readings, lines: Iterable[WordLine]
    ) -> None:
        self._generation = generation
        self._readings = readings
        self._asked: dict[tuple[str, Terms], list[_Synonym]] = {}
        for line in lines:
            if line.kind is WordKind.SYNONYMS:
                self._learn(line)
        self._longest = max((len(terms) for _, terms in self._asked), default=0)
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def __bool__(self) -> bool:
        """Say whether there are any synonyms."""
        return bool(self._asked)

    def beginning(self, field: str, words: Sequence[str]) -> int:
        """Return how many words at the beginning are a phrase with synonyms, 0 for none."""
        if field in FIELDS:
            for count in range(min(len(words), self._longest, MOST_TOGETHER), 1, -1):
                text = " ".join(words[:count])
                if self._known(text, self._readings.of(field, text)):
                    return count
        return 0

    def around(
        self, field: str, text: str, node: Any, boost: float, *, phrase: bool = False
    ) -> Any:
        """Return a node with the synonyms of its text; the same where there are none.

        Parameters
        ----------
        field : str
            Where it is searched.
        text : str
            What was typed.
        node : query tree or None
            What was read of it; None for a function word, of which only synonyms are searched.
        boost : float
            How much it counts.
        phrase : bool
            Whether these are several words of the query.
        """
        found = self._remembered(field, text) if field in FIELDS else None
        if not found:
            return node
        name = node if isinstance(node, NameWord) else None
        readings = self._readings.of(field, text)
        several = phrase or any(len(terms) > 1 for terms in readings)
        own = () if node is None and not phrase else self._own(field, text, name)
        chosen = tuple(self._distinct((*own, *found)))
        others = tuple(meaning.written for meaning in chosen if meaning not in own)
        if not others:
            return node
        word = SynonymWord(
            field,
            self._commonest(chosen),
            chosen,
            asked=text,
            others=others,
            name=name,
            phrase=several,
            boost=boost,
        )
        return query.DisjunctionMax([node, word]) if several and node is not None else word

    def _learn(self, line: WordLine) -> None:
        known = self._generation.languages
        languages = [one for one in known if line.language in ("", one)]
        for number, asked in enumerate(line.words):
            rest = line.found or (*line.words[:number], *line.words[number + 1 :])
            synonyms = [_Synonym(written, line.language) for written in rest]
            keys = ((one, _terms(asked, one)) for one in languages)
            for key in dict.fromkeys(keys):
                if key[1]:
                    self._asked.setdefault(key, []).extend(synonyms)

    def _known(self, text: str, readings: Iterable[Terms]) -> list[_Synonym]:
        """Return the synonyms of a text in the languages by which it is read."""
        likely = set(readings)
        found: dict[_Synonym, None] = {}
        for language in self._generation.languages:
            terms = _terms(text, language)
            if terms in likely:
                found.update(dict.fromkeys(self._asked.get((language, terms), ())))
        return list(found)

    def _find(self, field: str, text: str) -> tuple[Meaning, ...]:
        """Return the synonyms of a text that the archive may hold."""
        readings = self._readings.of(field, text)
        found = (self._meaning(field, one) for one in self._known(text, readings))
        return tuple(meaning for meaning in found if meaning)[:MOST_MEANINGS]

    def _own(self, field: str, text: str, name: NameWord | None) -> tuple[Meaning, ...]:
        """Return what was typed as a meaning, nothing where the archive does not hold it."""
        if name is not None:
            return (Meaning(text, tuple(name.codes.tolist())),)
        own = self._of_terms(text, self._readings.of(field, text))
        return () if own is None else (own,)

    def _meaning(self, field: str, synonym: _Synonym) -> Meaning | None:
        readings: Iterable[Terms] = self._readings.of(field, synonym.written)
        if synonym.language:
            readings = [_terms(synonym.written, synonym.language)]
        return self._of_terms(synonym.written, readings)

    def _of_terms(self, written: str, readings: Iterable[Terms]) -> Meaning | None:
        find = self._generation.terms.find
        known = [
            (terms, codes)
            for terms in readings
            if terms and None not in (codes := [find(term) for term in terms])
        ]
        phrases = tuple(terms for terms, codes in known if len(codes) > 1)
        words = {
            code for _, codes in known if len(codes) == 1 for code in codes if code is not None
        }
        return Meaning(written, tuple(sorted(words)), phrases) if known else None

    def _commonest(self, meanings: Iterable[Meaning]) -> str:
        """Return the commonest term of some meanings, a whole phrase where there are only such."""
        codes = sorted({code for meaning in meanings for code in meaning.codes})
        if not codes:
            return " ".join(next(phrase for meaning in meanings for phrase in meaning.phrases))
        frequencies = self._generation.frequencies
        return self._generation.terms[max(codes, key=lambda code: int(frequencies[code]))]

    def _distinct(self, meanings: Sequence[Meaning]) -> Iterator[Meaning]:
        """Yield meanings without those of which every occurrence is one of another, too.

        "Motor car" adds nothing to "car", and "cars" nothing but its own spelling.
        """
        said = [frozenset(self._sequences(meaning)) for meaning in meanings]
        for place, (meaning, own) in enumerate(zip(meanings, said, strict=True)):
            others = (one for one in said if one != own)
            if own not in said[:place] and not any(_covers(other, own) for other in others):
                yield meaning

    def _sequences(self, meaning: Meaning) -> Iterator[Terms]:
        yield from ((self._generation.terms[code],) for code in meaning.codes)
        yield from meaning.phrases


def _terms(text: str, language: str) -> Terms:
    return tuple(map(analysis.term_of(language), analysis.asked(text)))


def _covers(wider: Collection[Terms], narrower: Iterable[Terms]) -> bool:
    """Say whether each of some sequences of terms has one of the others in it."""
    return all(
        any(
            one == whole[start : start + len(one)]
            for one in wider
            for start in range(len(whole) - len(one) + 1)
        )
        for whole in narrower
    )
