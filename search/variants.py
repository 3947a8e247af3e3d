"""Which other spellings of a name an archive holds: by the sounds of names, and by a list."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from index.analysis import NAMES, term_of
from index.arrays import Array
from index.generation import Generation
from index.names import FIELD, LIKELY, SURE, UNTOLD
from index.word_fields import NAME_FIELDS, PERSON_FIELDS, TEXT
from search.name_list import NameList
from search.name_word import NameWord
from search.terms import TermReader

FIELDS = frozenset({TEXT, "title", "caption", *PERSON_FIELDS})
"""Fields whose words may be names in several spellings."""
MOST_OTHERS = 12
"""Other spellings that a word is searched in, the commonest."""
SLIP = 2_000
"""A word so many times as common as another that sounds like it was misspelled there: in an archive
that writes "Congress" every day it is no news that it once wrote "Congres"."""
_REMEMBERED = 4096


class _Found(NamedTuple):
    text: str
    codes: Array
    others: tuple[str, ...]


class VariantFinder:
    """Finds other spellings of names in one generation; safe to share between threads.

    A word of the text is looked at where it is a name in this archive, or is not in it at all: then
    only sure names can sound like it. What is an ordinary word of the archive has no part in it.

    Parameters
    ----------
    generation : Generation
        What is searched.
    terms : TermReader
        Knows in how many articles its terms stand.
    names : NameList
        Names in several spellings, and names that only sound alike.
    """

    def __init__(self, generation: Generation, terms: TermReader, names: NameList) -> None:
        self._generation = generation
        self._terms = terms
        self._list = names
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def node(self, field: str, word: str, terms: tuple[str, ...], boost: float) -> NameWord | None:
        """Return a word with its other spellings, None where the archive holds none of them.

        Parameters
        ----------
        field : str
            Where it is searched.
        word : str
            As it was typed.
        terms : tuple of str
            Its terms, one for each language in which they differ; at least one.
        boost : float
            How much it counts.
        """
        found = self._remembered(field, word, terms) if field in FIELDS else None
        if not found:
            return None
        text, codes, others = found
        return NameWord(field, text, codes, asked=word, others=others, boost=boost)

    def _find(self, field: str, word: str, terms: tuple[str, ...]) -> _Found | None:
        asked = self._codes(terms)
        beside = FIELD if field in NAME_FIELDS else self._kinds_beside(asked)
        if not beside:
            return None
        listed = self._listed(field, terms)
        others = self._by_sound(word, beside) | listed
        apart = {*asked, *self._codes(self._named(field).apart_from(terms))}
        codes = np.array(sorted(others.keys() - apart), np.int64)
        chosen = self._commonest(field, asked, codes, np.isin(codes, list(listed)))
        if not len(chosen):
            return None
        shown: dict[str, str] = {}
        for code in chosen.tolist():
            spelling = self._written(code, others[code])
            shown.setdefault(spelling.casefold(), spelling)
        together = np.union1d(np.array(asked, np.int64), chosen)
        commonest = int(together[self._terms.frequencies(field, together).argmax()])
        text = self._generation.terms[commonest]
        return _Found(text, together.astype(np.uint32), tuple(shown.values()))

    def _commonest(self, field: str, asked: Sequence[int], codes: Array, listed: Array) -> Array:
        """Return which other spellings are searched, the commonest first.

        Parameters
        ----------
        field : str
            Where they must stand.
        asked : sequence of int
            The word's own terms.
        codes : int64 array
            The other terms, ascending.
        listed : bool array
            Which of them the list names: these are no slips.
        """
        own = self._terms.frequencies(field, np.array(sorted(asked), np.int64)).sum()
        frequencies = self._terms.frequencies(field, codes)
        standing = np.flatnonzero((frequencies > 0) & (listed | (SLIP * frequencies > own)))
        order = np.argsort(-frequencies[standing], kind="stable")[:MOST_OTHERS]
        found: Array = codes[standing[order]]
        return found

    def _by_sound(self, word: str, kinds: int) -> dict[int, str]:
        """Return the terms that sound like a word, with a spelling of each."""
        names = self._generation.names.like(word.replace("’", "'").removesuffix("'s"))
        return {name.code: name.spelling for name in names if name.kind & kinds}

    def _kinds_beside(self, asked: Sequence[int]) -> int:
        """Return which kinds of names may be other spellings of a word of the text."""
        frequencies = self._generation.frequencies
        kinds = {
            self._generation.names.kind(code) & (SURE | LIKELY | UNTOLD)
            for code in asked
            if frequencies[code]
        }
        if 0 in kinds:
            return 0
        return SURE | LIKELY if SURE in kinds else SURE

    def _listed(self, field: str, terms: tuple[str, ...]) -> dict[int, str]:
        """Return the terms that the list names beside these, with a spelling of each."""
        found: dict[int, str] = {}
        for term, spelling in self._named(field).beside(terms):
            code = self._generation.terms.find(term)
            if code is not None and (field in NAME_FIELDS or self._generation.names.kind(code)):
                found[code] = spelling
        return found

    def _codes(self, terms: Iterable[str]) -> list[int]:
        codes = map(self._generation.terms.find, terms)
        return [code for code in codes if code is not None]

    def _written(self, code: int, spelling: str) -> str:
        """Return how a term is written most often; one that is in no text, as a name is."""
        if self._generation.frequencies[code]:
            return self._generation.written(code)
        return spelling.title() if spelling.islower() else spelling

    def _named(self, field: str) -> "_Terms":
        return self._in_names if field in NAME_FIELDS else self._in_text

    @cached_property
    def _in_text(self) -> "_Terms":
        return _Terms(self._list, self._generation.languages)

    @cached_property
    def _in_names(self) -> "_Terms":
        return _Terms(self._list, (NAMES,))


class _Terms:
    """The terms of the names of a list, in some languages."""

    def __init__(self, names: NameList, languages: Sequence[str]) -> None:
        self._stemmers = [term_of(language) for language in languages]
        self._names = self._by_term(names.names)
        self._apart = self._by_term(names.apart)

    def beside(self, terms: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the terms of all spellings of the names that have any of these."""
        for line in _lines(self._names, terms):
            for spelling in line:
                yield from ((term, spelling) for term in self._terms(spelling))

    def apart_from(self, terms: tuple[str, ...]) -> Iterator[str]:
        """Yield the terms of what is another name than these."""
        for line in _lines(self._apart, terms):
            for spelling in line:
                yield from self._terms(spelling)

    def _by_term(self, lines: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            for term in dict.fromkeys(term for word in line for term in self._terms(word)):
                found.setdefault(term, []).append(line)
        return found

    def _terms(self, word: str) -> list[str]:
        return list(dict.fromkeys(stem(word) for stem in self._stemmers))


def _lines(
    by_term: dict[str, list[tuple[str, ...]]], terms: Iterable[str]
) -> Iterator[tuple[str, ...]]:
    for term in terms:
        yield from by_term.get(term, ())
