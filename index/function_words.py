"""Which terms are those of function words; what they are stands in `index.function_word_lists`."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError

from index.analysis import term_of, tokens
from index.function_word_lists import JOINING, WORDS

_AMOUNT = re.compile(r"\d+(?:[.,]\d+)+")


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


@cache
def joining_terms(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms of the prepositions that join words to a phrase, and of articles.

    Examples
    --------
    >>> prepositions, articles = joining_terms("en")
    >>> "of" in prepositions, "the" in articles, "and" in prepositions
    (True, True, False)
    """
    prepositions, _, articles = JOINING.get(language, "").partition("|")
    term = term_of(language)
    return frozenset(map(term, prepositions.split())), frozenset(map(term, articles.split()))


@cache
def date_terms(language: str) -> frozenset[str]:
    """Return the terms of the names of days and months.

    Examples
    --------
    >>> {"monday", "juli"} <= date_terms("en"), date_terms("xx")
    (True, frozenset())
    """
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    kinds = [(locale.days, "wide"), (locale.months, "wide"), (locale.months, "abbreviated")]
    names = [
        name
        for kind, width in kinds
        for usage in ("format", "stand-alone")
        for name in kind[usage][width].values()
    ]
    return frozenset(map(term_of(language), tokens(" ".join(names))))


def is_amount(term: str) -> bool:
    """Say whether a term is an exact amount such as "1,014", which articles share by chance.

    Examples
    --------
    >>> is_amount("1,014"), is_amount("1914")
    (True, False)
    """
    return _AMOUNT.fullmatch(term) is not None
