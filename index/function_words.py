"""Which terms are those of function words; what they are stands in `index.function_word_lists`."""

from functools import cache

from index.analysis import term_of, tokens
from index.function_word_lists import WORDS


@cache
def function_terms(language: str) -> frozenset[str]:
    """Return the terms of the function words of a language, empty where none are known.

    "War" is one in German and none in English, so that there is no list of all.

    Examples
    --------
    >>> sorted({"the", "this", "fire", "war"} & function_terms("en"))
    ['the', 'this']
    >>> sorted({"the", "war"} & function_terms("de"))
    ['war']
    """
    return frozenset(map(term_of(language), tokens(WORDS.get(language, ""))))
