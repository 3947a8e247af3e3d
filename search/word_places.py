"""Where the words of a query stand, in all their spellings and meanings."""

from typing import Any

import numpy as np

from search.name_word import NameWord
from search.synonym_word import Meaning, SynonymWord
from search.terms import Occurrences, TermReader


def occurrences(terms: TermReader, field: str, word: Any) -> Occurrences:
    """Return where a word of a query stands: a query.Term, a `NameWord` or a `SynonymWord`.

    The last is in as many articles as its commonest meaning.
    """
    if isinstance(word, NameWord):
        return terms.all_occurrences(field, word.codes)
    if isinstance(word, SynonymWord):
        found = [occurrences_of(terms, field, meaning) for meaning in word.meanings]
        places = np.unique(np.concatenate([one.places for one in found]))
        return Occurrences(places, max(one.articles for one in found))
    return terms.occurrences(field, word.text)


def occurrences_of(terms: TermReader, field: str, meaning: Meaning) -> Occurrences:
    """Return where one of the meanings of a word stands; a phrase stands where it begins."""
    if not meaning.phrases:
        return terms.all_occurrences(field, np.array(meaning.codes, np.uint32))
    if len(meaning.phrases) == 1:
        return terms.phrase(field, meaning.phrases[0])
    found = [terms.phrase(field, phrase).places for phrase in meaning.phrases]
    places = np.unique(np.concatenate(found))
    return Occurrences(places, len(np.unique(places >> 32)))
