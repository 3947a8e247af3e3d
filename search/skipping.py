"""Which words of a query are not searched: function words, in the languages of the archive.

Editors may name others, the stop words of their lists.

"War" holds German sentences together and is what English news is about. So a word that is a
function word in some languages of the archive and none in others is one where most of the articles
that hold it are in the former.
"""

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

import numpy as np

from articles.word_lists import WordLine
from index.analysis import primary_language, term_of, tokens
from index.arrays import Array
from index.function_words import function_terms
from index.generation import Generation
from index.word_fields import TEXT
from search.terms import TermReader

_REMEMBERED = 4096


class FunctionWords:
    """Knows the function words of one generation; safe to share between threads."""

    def __init__(self, generation: Generation, terms: TermReader) -> None:
        self._generation = generation
        self._terms = terms
        self._remembered = lru_cache(_REMEMBERED)(self._holds)
        self._of = lru_cache(_REMEMBERED)(self._in_language)

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and self._remembered(term)

    def _holds(self, term: str) -> bool:
        languages = self._generation.languages
        of_them = {language for language in languages if term in function_terms(language)}
        if not of_them or len(of_them) == len(languages):
            return bool(of_them)
        documents = self._terms.postings(TEXT, term).documents
        inside = sum(int(self._of(language)[documents].sum()) for language in of_them)
        return 2 * inside >= len(documents)

    def _in_language(self, language: str) -> Array:
        """Return which articles are of a language (bool)."""
        column = self._generation.columns.facet("language")
        found = np.zeros(self._generation.articles, bool)
        for value in column.values:
            if primary_language(value) == language:
                found[column.having(value)] = True
        return found


class Skipped:
    """The function words of a generation and the stop words of lists; safe between threads.

    Parameters
    ----------
    function_words : container of str
        Terms that are skipped anyway.
    lines : iterable of WordLine
        Stop words.
    languages : sequence of str
        Those of the archive; a stop word of another one says nothing.
    """

    def __init__(
        self, function_words: Container[str], lines: Iterable[WordLine], languages: Sequence[str]
    ) -> None:
        self._function_words = function_words
        self._listed = frozenset(
            term_of(language)(token)
            for line in lines
            for language in languages
            if line.language in ("", language)
            for word in line.words
            for token in tokens(word)
        )

    def __contains__(self, term: object) -> bool:
        return term in self._listed or term in self._function_words
