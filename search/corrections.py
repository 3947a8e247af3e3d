"""Which spelling a reader meant: words of a query that hardly stand in the archive, and others.

A noisy channel: of all spellings ``c`` near a typed word ``w`` the one is meant that has the
greatest ``P(c) P(w | c)``. The textbook counts occurrences for ``P(c)``; here it is the part of the
articles that hold ``c``, and rises where they hold the other words of the query as well. That ``w``
itself is meant is one of the possibilities, also where it stands in no article.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from html import escape
from itertools import pairwise
from math import exp, log
from typing import Any, NamedTuple

import numpy as np

from index import spaceless
from index.analysis import NAMES, term_of
from index.arrays import Array
from index.generation import Generation
from index.whoosh_api import query
from index.word_fields import TEXT, WORD_FIELDS
from search.lookalikes import Lookalikes
from search.matches import locate
from search.phrases import adjacent, counted
from search.plain_words import PlainWord, as_capitalised, plain_words
from search.query import leaves_of
from search.slips import BLANK, LIKELY_SLIP, cost
from search.terms import TermReader

RARE = 500
"""Only a word is corrected that stands in at most one of so many articles."""
SHORTEST = 4
"""Letters that a word has at least that is corrected: shorter ones are mostly abbreviations."""
LONG = 6
"""Letters from which on a word may have two slips."""
ABSENT = 0.08
"""Articles that a word of five letters is taken to have that the archive does not hold."""
ABSENT_A_LETTER = 1.5
"""By how much that is less of a word with one letter more, in natural logarithms."""
MARGIN = 1.0
"""How much better a spelling must be than the word as it was typed, in natural logarithms."""
CONFIDENT = 0.7
"""How much better than the next one it must be to be searched without asking."""
SPREAD = 0.3
"""0 to take other words of the query for independent of each other, 1 for one and the same."""
APART = -1.0
"""The least that another word says: two words of a query need not stand in one article."""
UNSEEN = 0.1
"""Articles that are added where those are counted that hold two words."""
MOST_COMPARED = 24
"""Spellings whose slips are looked at one by one."""
MOST_IN_CONTEXT = 6
"""Spellings that are looked for beside the other words of the query."""
MOST_OTHERS = 3
"""Other words of the query that are looked at, the rarest."""
MOST_WORDS = 12
"""Plain words of a query that are looked at."""
LONGEST = 32
"""Letters of the longest word that is corrected."""
_REMEMBERED = 1024


class CorrectedWord(NamedTuple):
    """What should stand instead of ``text[start:stop]``.

    ``confident`` says that no other spelling is nearly as likely.
    """

    start: int
    stop: int
    text: str
    confident: bool


class _Spelling(NamedTuple):
    """A spelling that may be meant: in how many articles it stands (estimated), and its cost."""

    text: str
    terms: tuple[str, ...]
    articles: float
    cost: float


class Corrector:
    """Corrects the queries of one generation; safe to share between threads."""

    def __init__(self, generation: Generation, terms: TermReader) -> None:
        self._generation = generation
        self._terms = terms
        self._articles = max(generation.articles, 1)
        self._rare = max(1, self._articles // RARE)
        self._lookalikes = Lookalikes(generation)
        self._spellings = lru_cache(_REMEMBERED)(self._find_spellings)
        self._as_one = lru_cache(_REMEMBERED)(self._find_as_one)

    def words(self, text: str, tree: Any) -> tuple[CorrectedWord, ...]:
        """Return what should be corrected of a query, in order; nothing is changed here.

        Parameters
        ----------
        text : str
            The query as it was typed.
        tree : query.Query
            What was read of it.
        """
        wanted = [
            leaf
            for leaf in leaves_of(tree, wanted_only=True)
            if type(leaf) is query.Term and leaf.fieldname in WORD_FIELDS
        ]
        rare = any(self._count(leaf) <= self._rare for leaf in wanted)
        if not rare and not any(self._as_one(*pair) for pair in pairwise(text.lower().split())):
            return ()
        words = [(word, _leaves(self._readings(word.text), wanted)) for word in _some(text)]
        words = [(word, leaves) for word, leaves in words if leaves]
        found: list[CorrectedWord] = []
        for number, (word, leaves) in enumerate(words):
            if found and word.start < found[-1].stop:
                continue
            others = [leaf for leaf in wanted if leaf not in leaves and leaf.fieldname == TEXT]
            correction = self._correction(word, leaves, others)
            if correction is None and number + 1 < len(words):
                correction = self._joined(text, word, *words[number + 1])
            if correction:
                found.append(correction)
        return tuple(found)

    def _correction(
        self, word: PlainWord, leaves: Sequence[Any], others: Sequence[Any]
    ) -> CorrectedWord | None:
        typed = word.text.lower().replace("’", "'")
        if not SHORTEST <= len(typed) <= LONGEST or spaceless.holds(typed):
            return None
        standing = max(map(self._count, leaves))
        if standing > self._rare:
            return None
        own = {leaf.text for leaf in leaves}
        spellings = [s for s in self._spellings(typed) if own.isdisjoint(s.terms)]
        if any(leaf.fieldname != TEXT for leaf in leaves):
            spellings = [spelling for spelling in spellings if len(spelling.terms) == 1]
        beside = self._beside(others)
        best, next_best, text = -np.inf, -np.inf, ""
        terms: tuple[str, ...] = ()
        for spelling in spellings[:MOST_IN_CONTEXT]:
            likelihood = log(spelling.articles / self._articles) - spelling.cost
            if beside:
                likelihood += self._context(self._documents(spelling), beside)
            if likelihood > best:
                if terms != spelling.terms:
                    next_best = best
                best, text, terms = likelihood, spelling.text, spelling.terms
            elif terms != spelling.terms:
                next_best = max(next_best, likelihood)
        absent = ABSENT * exp(-ABSENT_A_LETTER * (len(typed) - 5))
        as_typed = log((standing + absent) / self._articles)
        if standing and beside:
            documents = [self._terms.postings(x.fieldname, x.text).documents for x in leaves]
            as_typed += self._context(np.unique(np.concatenate(documents)), beside)
        if best < as_typed + MARGIN:
            return None
        shown = as_capitalised(text, word.text)
        return CorrectedWord(word.start, word.stop, shown, best >= next_best + CONFIDENT)

    def _joined(
        self, text: str, word: PlainWord, following: PlainWord, leaves: Sequence[Any]
    ) -> CorrectedWord | None:
        """Return the correction of two words that are meant to be one."""
        if not text[word.stop : following.start].isspace() or not leaves:
            return None
        spelling = self._as_one(word.text.lower(), following.text.lower())
        if spelling is None:
            return None
        readings = self._readings(word.text)
        pairs = [(own, leaf.text) for own in readings for leaf in leaves if leaf.fieldname == TEXT]
        apart = max((len(self._together(pair)) for pair in pairs), default=self._articles)
        as_typed = log((apart + ABSENT) / self._articles)
        likelihood = log(spelling.articles / self._articles) - spelling.cost
        if likelihood < as_typed + MARGIN:
            return None
        return CorrectedWord(
            word.start, following.stop, as_capitalised(spelling.text, word.text), confident=True
        )

    def _find_as_one(self, first: str, second: str) -> _Spelling | None:
        """Return two words as one, None where the archive holds it too seldom to be meant."""
        if not (first.isalpha() and second.isalpha()):
            return None
        number = self._generation.surfaces.find(first + second)
        if number is None or self._standing[number] <= ABSENT * exp(BLANK + MARGIN):
            return None
        return self._spelling(number, BLANK)

    def _find_spellings(self, typed: str) -> tuple[_Spelling, ...]:
        """Return the likeliest spellings without regard to other words, the likeliest first."""
        numbers, distances = self._lookalikes.near(typed, 2 if len(typed) >= LONG else 1)
        likely = np.log(self._standing[numbers]) - distances * LIKELY_SLIP
        first = (-likely).argsort(kind="stable")[:MOST_COMPARED]
        table = self._generation.surfaces
        found = [
            self._spelling(number, cost(typed, table[number])) for number in numbers[first].tolist()
        ]
        found.sort(key=_unlikeliness)
        least = _unlikeliness(found[0]) if found else np.inf
        found += self._split(typed, float(least))
        return tuple(sorted(found, key=_unlikeliness))

    def _split(self, typed: str, least: float) -> Iterable[_Spelling]:
        """Yield pairs of words that stand side by side and make the typed one without a blank."""
        table, codes = self._generation.surfaces, self._generation.surface_terms
        for place in range(2, len(typed) - 1):
            numbers = [table.find(part) for part in (typed[:place], typed[place:])]
            if any(number is None for number in numbers):
                continue
            terms = tuple(self._generation.terms[int(codes[number])] for number in numbers)
            rarer = min(float(self._standing[number]) for number in numbers)
            if BLANK - log(rarer) > least:
                continue
            together = len(self._together(terms))
            if together:
                yield _Spelling(f"{typed[:place]} {typed[place:]}", terms, together, BLANK)

    def _spelling(self, number: int, slips: float) -> _Spelling:
        code = int(self._generation.surface_terms[number])
        text = self._generation.surfaces[number]
        standing = float(self._standing[number])
        return _Spelling(text, (self._generation.terms[code],), standing, slips)

    @cached_property
    def _standing(self) -> Array:
        """In how many articles each spelling stands: its part of those of its term (float64)."""
        codes, totals = self._generation.surface_terms, self._generation.surface_totals
        of_terms = np.bincount(codes, totals, len(self._generation.terms))
        standing = self._generation.frequencies[codes] * totals / of_terms[codes]
        return np.maximum(standing, 1 / 16)

    def _beside(self, others: Sequence[Any]) -> list[Array]:
        """Return the articles of the other words of the query, those of the rarest."""
        lists = (self._terms.postings(TEXT, leaf.text).documents for leaf in others)
        return sorted((one for one in lists if len(one)), key=len)[:MOST_OTHERS]

    def _context(self, documents: Array, beside: Sequence[Array]) -> float:
        """Return how much oftener than by chance these articles hold other words (logarithm)."""
        total = 0.0
        for other in beside:
            fewer, more = sorted((documents, other), key=len)
            together = len(locate(fewer, more)[0])
            by_chance = len(documents) * len(other) / self._articles
            total += max(log((together + UNSEEN) / (by_chance + UNSEEN)), APART)
        return total / float(len(beside) ** SPREAD)

    def _documents(self, spelling: _Spelling) -> Array:
        if len(spelling.terms) == 1:
            return self._terms.postings(TEXT, spelling.terms[0]).documents
        return self._together(spelling.terms)

    def _together(self, terms: Sequence[str]) -> Array:
        """Return the articles in which these terms stand side by side."""
        places = [self._terms.occurrences(TEXT, term).places for term in terms]
        return counted(adjacent(places))[0]

    def _count(self, leaf: Any) -> int:
        return len(self._terms.postings(leaf.fieldname, leaf.text).documents)

    def _readings(self, word: str) -> set[str]:
        """Return the terms that a word may have in this archive."""
        return {term_of(language)(word) for language in (NAMES, *self._generation.languages)}


def with_words(text: str, words: Sequence[CorrectedWord]) -> tuple[str, str]:
    """Return a query with its words corrected, and as escaped HTML with ``<em>`` around these.

    Examples
    --------
    >>> with_words("brigde & toll", [CorrectedWord(0, 6, "bridge", True)])
    ('bridge & toll', '<em>bridge</em> &amp; toll')
    """
    meant, marked, done = "", "", 0
    for start, stop, spelling, _ in words:
        meant += text[done:start] + spelling
        marked += f"{escape(text[done:start])}<em>{escape(spelling)}</em>"
        done = stop
    return meant + text[done:], marked + escape(text[done:])


def _unlikeliness(spelling: _Spelling) -> float:
    return spelling.cost - log(spelling.articles)


def _some(text: str) -> list[PlainWord]:
    return [word for word, _ in zip(plain_words(text), range(MOST_WORDS), strict=False)]


def _leaves(readings: set[str], wanted: Iterable[Any]) -> list[Any]:
    """Return the nodes of a query that a word with these readings may have become."""
    return [leaf for leaf in wanted if leaf.text in readings]
