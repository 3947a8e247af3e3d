"""Words that stand for several: which terms of the archive a pattern, a word or a range means.

Patterns are compared with words as they are written, in lower case, not with stems: "running*"
finds what "run" is the stem of, because "running" is one of its words.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.postings import NAME_FIELDS
from index.strings import StringTable
from index.whoosh_api import query, variations
from search.spellings import Letters
from search.terms import TermReader

MAXIMUM_WORDS = 500
"""Terms that one pattern or word may stand for; the commonest are taken."""
MOST_EDITS = 2
"""Letters by which a word may differ from the one that was asked for."""
_REMEMBERED = 256
_Find = Callable[..., Array]


class Expansion(query.Query):  # type: ignore[misc]
    """A node of the query tree: any of these terms, as if they were spellings of one word.

    ``codes`` (uint32, ascending) names the terms; ``cut`` says that there were more than taken.
    """

    def __init__(
        self, field: str, text: str, codes: Array, *, boost: float = 1.0, cut: bool = False
    ) -> None:
        self.fieldname = field
        self.text = text
        self.codes = codes
        self.boost = boost
        self.cut = cut

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Expansion)
            and (self.fieldname, self.text, self.boost, self.cut)
            == (other.fieldname, other.text, other.boost, other.cut)
            and np.array_equal(self.codes, other.codes)
        )

    def __hash__(self) -> int:
        return hash((self.fieldname, self.text))

    def __repr__(self) -> str:
        return f"Expansion({self.fieldname!r}, {self.text!r}, {len(self.codes)} terms)"


class Expander:
    """Expands nodes for one generation; safe to share between threads."""

    def __init__(self, generation: Generation, terms: TermReader) -> None:
        self._generation = generation
        self._terms = terms
        self._remembered = lru_cache(_REMEMBERED)(self._codes)

    def pattern(self, field: str, pattern: str, boost: float) -> Expansion:
        """Return the words that match a pattern with ``*`` and ``?``."""
        pattern = pattern.lower()
        return self._expansion(self._matching, field, (pattern,), pattern, boost)

    def fuzzy(self, field: str, text: str, edits: int, kept: int, boost: float) -> Expansion:
        """Return the words at most so many letters from one, which have its first ``kept``."""
        asked = text.lower(), min(edits, MOST_EDITS), max(kept, 1)
        return self._expansion(self._near, field, asked, f"{text}~", boost)

    def node(self, node: Any) -> Expansion:
        """Return what a multiple term of Whoosh's stands for."""
        field, boost = node.fieldname, node.boost
        match node:
            case query.Prefix():
                return self.pattern(field, f"{node.text}*", boost)
            case query.Wildcard():
                return self.pattern(field, node.text, boost)
            case query.FuzzyTerm():
                return self.fuzzy(field, node.text, node.maxdist, node.prefixlength, boost)
            case query.Variations():
                words = tuple(sorted({node.text, *variations(node.text)}))
                return self._expansion(self._listed, field, words, node.text, boost)
            case query.TermRange():
                ends = node.start, node.end, node.startexcl, node.endexcl
                return self._expansion(self._between, field, ends, str(node), boost)
        raise TypeError(f"{type(node).__name__} names no words")

    def _expansion(
        self, find: _Find, field: str, asked: tuple[Any, ...], text: str, boost: float
    ) -> Expansion:
        codes, cut = self._remembered(find, field, asked)
        return Expansion(field, text, codes, boost=boost, cut=cut)

    def _codes(self, find: _Find, field: str, asked: tuple[Any, ...]) -> tuple[Array, bool]:
        """Return the codes of the terms that are meant, and whether there are more."""
        table = self._generation.terms if field in NAME_FIELDS else self._generation.surfaces
        codes = find(table, *asked)
        if table is self._generation.surfaces:
            codes = self._generation.surface_terms[codes]
        meant = np.zeros(len(self._generation.terms), bool)
        meant[codes] = True
        codes = np.flatnonzero(meant).astype(np.uint32)
        if len(codes) <= MAXIMUM_WORDS:
            return codes, False
        frequencies = self._terms.frequencies(field, codes)
        codes, frequencies = codes[frequencies > 0], frequencies[frequencies > 0]
        commonest = (-frequencies).argsort(kind="stable")[:MAXIMUM_WORDS]
        return np.sort(codes[commonest]), len(codes) > MAXIMUM_WORDS

    def _matching(self, table: StringTable, pattern: str) -> Array:
        literal = pattern.split("*", 1)[0].split("?", 1)[0]
        numbers = table.starting_with(literal)
        if pattern == f"{literal}*" or not numbers:
            return np.arange(numbers.start, numbers.stop)
        return numbers.start + np.flatnonzero(Letters(table, numbers).matching(pattern))

    def _near(self, table: StringTable, word: str, edits: int, kept: int) -> Array:
        numbers = table.starting_with(word[:kept])
        if not numbers:
            return np.arange(0)
        return numbers.start + np.flatnonzero(Letters(table, numbers).near(word, edits))

    def _listed(self, table: StringTable, *words: str) -> Array:
        numbers = [number for word in words for number in _equal(table, word.lower())]
        return np.array(numbers, np.int64)

    def _between(
        self,
        table: StringTable,
        first: str | None,
        last: str | None,
        after_first: bool,
        before_last: bool,
    ) -> Array:
        start, stop = 0, len(table)
        if first is not None:
            equal = _equal(table, first.lower())
            start = equal.stop if after_first else equal.start
        if last is not None:
            equal = _equal(table, last.lower())
            stop = equal.start if before_last else equal.stop
        return np.arange(start, max(start, stop))


def _equal(table: StringTable, string: str) -> range:
    """Return the numbers of a string: of a spelling there is one for each of its terms."""
    start = stop = table.starting_with(string).start
    while stop < len(table) and table[stop] == string:
        stop += 1
    return range(start, stop)
