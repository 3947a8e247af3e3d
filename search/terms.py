"""The postings of words over all segments of a generation, in the form in which they are added up.

Segments number their documents from 0 in two bytes; here a list holds the documents of the whole
archive, as the integers that arithmetic needs. What was asked last is kept so.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.arrays import Array, ranges
from index.generation import Generation
from index.word_fields import NAME_FIELDS
from search.matches import Matches
from search.phrases import adjacent
from search.quoted import Beginning
from search.ranking import impacts_of_odds, odds
from search.recent import Recent
from search.scoreboard import Scoreboard, merged

LEAST_KEPT, MOST_KEPT = 48 * 2**20, 2**30
"""Bytes of lists that are kept, 8 for each posting or occurrence, in any archive."""
KEPT_AN_ARTICLE = 512
"""Bytes that are kept for each article within these bounds."""


class Postings(NamedTuple):
    """The articles that hold a word.

    ``documents`` (int32) ascend, ``impacts`` (float32) are those of the index, as long.
    """

    documents: Array
    impacts: Array


class Occurrences(NamedTuple):
    """Where a word stands.

    ``places`` (int64, ascending) are ``document << 32 | position``; ``articles`` is how many
    documents there are among them.
    """

    places: Array
    articles: int


NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32))
IN_NO_PLACE = Occurrences(np.empty(0, np.int64), 0)


class TermReader:
    """Reads the lists of one generation; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._recent = Recent(kept(generation.articles))

    def postings(self, field: str, term: str) -> Postings:
        """Return the articles that hold a term."""
        key = field, term
        found: Postings | None = self._recent.get(key)
        return found or self._recent.keep(key, self._read_postings(field, term))

    def occurrences(self, field: str, term: str, spelling: str | None = None) -> Occurrences:
        """Return where a term stands, only in one spelling (lower case) where that is given."""
        begins = isinstance(term, Beginning)
        key = field, term, spelling, begins
        found: Occurrences | None = self._recent.get(key)
        if found:
            return found
        read = (
            self._read_beginning(field, term)
            if begins
            else self._read_occurrences(field, term, spelling)
        )
        return self._recent.keep(key, read)

    def together(self, field: str, codes: Array) -> Postings:
        """Return the articles that hold any of these terms, as if all were spellings of one."""
        if len(codes) == 1:
            return self.postings(field, self._generation.terms[int(codes[0])])
        key = field, codes.tobytes()
        found: Postings | None = self._recent.get(key)
        return found or self._recent.keep(key, self._read_together(field, codes))

    def all_occurrences(self, field: str, codes: Array) -> Occurrences:
        """Return where any of these terms stands, as if all were spellings of one."""
        key = "places", field, codes.tobytes()
        found: Occurrences | None = self._recent.get(key)
        return found or self._recent.keep(key, self._read_all_occurrences(field, codes))

    def phrase(self, field: str, words: Sequence[str]) -> Occurrences:
        """Return where terms stand side by side; each place is that of the first."""
        key = "phrase", field, tuple(words)
        found: Occurrences | None = self._recent.get(key)
        if found:
            return found
        places = adjacent([self.occurrences(field, word).places for word in words])
        return self._recent.keep(key, Occurrences(places, distinct(places)))

    def frequencies(self, field: str, codes: Array) -> Array:
        """Return in how many articles each of these terms (ascending) stands (int64)."""
        found = np.zeros(len(codes), np.int64)
        for segment in self._generation.segments:
            found += segment.fields[field].frequencies(codes)
        return found

    def _read_postings(self, field: str, term: str) -> Postings:
        code = self._generation.terms.find(term)
        if code is None:
            return NOWHERE
        bases, documents, impacts = [], [], []
        for segment in self._generation.segments:
            postings = segment.fields[field]
            place = postings.place(code)
            if place >= 0:
                bases.append(segment.base)
                documents.append(postings.documents(place))
                impacts.append(postings.impacts(place))
        if not documents:
            return NOWHERE
        numbers = np.concatenate(documents, dtype=np.int32)
        stop = 0
        for base, part in zip(bases, documents, strict=True):
            start, stop = stop, stop + len(part)
            if base:
                numbers[start:stop] += base
        return Postings(numbers, np.concatenate(impacts, dtype=np.float32))

    def _read_together(self, field: str, codes: Array) -> Postings:
        parts = []
        for segment in self._generation.segments:
            postings = segment.fields[field]
            for first, stop in postings.runs(codes):
                documents = _global(postings.documents(first, stop), segment.base)
                parts.append(Matches(documents, odds(postings.impacts(first, stop))))
        if not parts:
            return NOWHERE
        found = merged(parts, Scoreboard(self._generation.articles))
        return Postings(found.documents, impacts_of_odds(found.scores()))

    def _read_occurrences(self, field: str, term: str, spelling: str | None) -> Occurrences:
        code = self._generation.terms.find(term)
        if code is None:
            return IN_NO_PLACE
        ordinal = None if spelling is None else self._ordinal(spelling, code)
        if ordinal == -1:
            return IN_NO_PLACE
        parts: list[Array] = [IN_NO_PLACE.places]
        articles = 0
        for segment in self._generation.segments:
            postings = segment.fields[field]
            place = postings.place(code)
            if place < 0:
                continue
            positions, firsts = postings.occurrences(place)
            documents = postings.documents(place).astype(np.int64) + segment.base
            counts = np.diff(firsts.nonzero()[0], append=len(firsts))
            places = np.repeat(documents << 32, counts) | positions
            if ordinal is not None:
                spellings = postings.spellings(place)
                if spellings is not None:
                    places = places[spellings == ordinal]
                elif ordinal:
                    continue
            articles += len(documents) if ordinal is None else distinct(places)
            parts.append(places)
        return Occurrences(np.concatenate(parts), articles)

    def _read_beginning(self, field: str, letter: str) -> Occurrences:
        generation = self._generation
        table = generation.terms if field in NAME_FIELDS else generation.surfaces
        codes: Array = np.array(table.starting_with(letter), np.int64)
        if table is generation.surfaces:
            codes = np.unique(generation.surface_terms[codes])
        return self._read_all_occurrences(field, codes)

    def _read_all_occurrences(self, field: str, codes: Array) -> Occurrences:
        terms = (self._generation.terms[code] for code in codes.tolist())
        parts = [self._read_occurrences(field, term, None).places for term in terms]
        places = np.sort(np.concatenate([np.empty(0, np.int64), *parts]))
        return Occurrences(places, distinct(places))

    def _ordinal(self, spelling: str, code: int) -> int:
        """Return which spelling of its term this is, -1 when it stands nowhere."""
        surfaces = self._generation.surfaces
        # The same spelling stands there once for each of its terms, which differ by language.
        for place in surfaces.starting_with(spelling):
            if surfaces[place] != spelling:
                break
            if self._generation.surface_terms[place] == code:
                return int(self._generation.surface_ordinals[place])
        return -1


def kept(articles: int) -> int:
    """Return how many bytes of lists are kept for an archive of so many articles."""
    return min(max(LEAST_KEPT, KEPT_AN_ARTICLE * articles), MOST_KEPT)


def within(places: Array, documents: Array) -> Array:
    """Return which of some ascending places lie in these documents (ascending).

    Examples
    --------
    >>> within(np.array([3, 5 << 32, 5 << 32 | 7, 9 << 32]), np.array([5, 8])).tolist()
    [21474836480, 21474836487]
    """
    wanted = documents.astype(np.int64)
    starts = places.searchsorted(wanted << 32)
    lengths = places.searchsorted((wanted + 1) << 32) - starts
    found: Array = places.take(ranges(starts, lengths))
    return found


def _global(documents: Array, base: int) -> Array:
    numbers = documents.astype(np.int32)
    if base:
        numbers += np.int32(base)
    return numbers


def distinct(places: Array) -> int:
    """Return in how many documents these places lie."""
    documents = places >> 32
    return int(np.count_nonzero(np.diff(documents))) + bool(len(documents))
