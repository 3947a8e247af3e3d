"""Broadening: words that the best articles share are searched besides those of the query.

Pseudo-relevance feedback after Lavrenko and Croft's relevance model (RM3): the best articles are
taken for good ones, and the words that mark them out are added with a part of the weight.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.whoosh_api import query
from index.word_fields import TEXT
from search.expansion import Expansion
from search.matches import Matches
from search.name_word import NameWord
from search.ranking import idf
from search.synonym_word import SynonymWord

LEAST_ARTICLES = 3
"""Articles in which a word must stand to be added: rarer ones are names and misprints of one."""
LEAST_SHARED = 2
"""Of the best articles so many must share a word, if there are so many: one may be about more."""


class Broadening(NamedTuple):
    """How a query is broadened.

    Attributes
    ----------
    articles : int
        The best, which are taken for good ones.
    words : int
        Words that are added.
    part : float
        The part of the weight that the added words have together, from 0 to less than 1.
    """

    articles: int = 10
    words: int = 30
    part: float = 0.6


BROADENING = Broadening()
"""Measured on judged news; 8 to 20 articles, 25 to 50 words and parts of .5 to .7 do as well."""


class Broadened(NamedTuple):
    """A broader query.

    Attributes
    ----------
    tree : query tree
        What was asked, and what was added.
    added : tuple of query.Term
        What was added, the weightiest first.
    words : tuple of str
        That of it which was not asked for, as it is written most often.
    """

    tree: Any
    added: tuple[Any, ...]
    words: tuple[str, ...]


class Feedback:
    """Broadens queries over one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    broadening : Broadening
        By how much.
    """

    def __init__(self, generation: Generation, broadening: Broadening = BROADENING) -> None:
        self._generation = generation
        self._broadening = broadening

    def broadened(self, tree: Any, words: Sequence[Any], best: Matches) -> Broadened | None:
        """Return a query with words of the best articles, None when there are none.

        Parameters
        ----------
        tree : query tree
            What was asked.
        words : sequence of query.Term, NameWord and SynonymWord
            Its plain words.
        best : Matches
            What it found, best first.
        """
        if not words or not len(best.documents) or not self._broadening.part:
            return None
        codes, weights = self._weightiest(best.take(slice(0, self._broadening.articles)))
        if not len(codes):
            return None
        terms = self._generation.terms
        part = self._broadening.part
        weights *= part / (1 - part) * sum(word.boost for word in words) / weights.sum()
        added = tuple(
            query.Term(TEXT, terms[code], boost=weight)
            for code, weight in zip(codes.tolist(), weights.tolist(), strict=True)
        )
        # What has conditions or phrases keeps them: the words change only its order.
        whole = (
            query.Or([tree, *added])
            if _is_plain(tree)
            else query.AndMaybe(tree, query.Or(list(added)))
        )
        asked_terms = {word.text for word in words}
        several = (word.codes.tolist() for word in words if type(word) in (NameWord, SynonymWord))
        spelled = {code for codes_of_one in several for code in codes_of_one}
        shown = (
            code
            for code in codes.tolist()
            if terms[code] not in asked_terms and code not in spelled
        )
        return Broadened(whole, added, tuple(self._generation.written(code) for code in shown))

    def _weightiest(self, best: Matches) -> tuple[Array, Array]:
        """Return the codes of the words that mark out articles, and the weight of each.

        The sum over the articles of ``score / log2(rank + 1) * tf / (tf + 1) * idf``, where the
        best has rank 1: how good an article is falls faster from rank to rank than its score.
        """
        rows = self._generation.rows.rows(best.documents.tolist())
        good = best.scores() / np.log2(np.arange(len(best.documents)) + 2)
        tf = self._occurrences(rows)
        codes, places, holding = np.unique(rows.indices, return_inverse=True, return_counts=True)
        trust = np.repeat(good / good.sum(), np.diff(rows.indptr))
        sums = np.bincount(places, trust * tf / (tf + 1), len(codes))
        frequencies = self._generation.frequencies[codes]
        articles = self._generation.articles
        rarities = [idf(articles, frequency) for frequency in frequencies.tolist()]
        shared = holding >= min(LEAST_SHARED, len(best.documents))
        weights = np.where(shared & (frequencies >= LEAST_ARTICLES), sums * rarities, 0)
        order = np.argsort(-weights, kind="stable")[: self._broadening.words]
        order = order[weights[order] > 0]
        return codes[order], weights[order]

    def _occurrences(self, rows: Any) -> Array:
        """Return how often each word of some TF-IDF rows stands in its article.

        A row's values are ``(1 + ln tf) * idf`` over its length; the length is known from a word
        that stands there once, as in every article some do.
        """
        shares = rows.data / self._generation.rows.idf[rows.indices]
        starts = rows.indptr[:-1][np.diff(rows.indptr) > 0]
        least = np.minimum.reduceat(shares, starts) if len(starts) else shares
        lengths = np.diff(rows.indptr)
        occurrences: Array = np.exp(shares / np.repeat(least, lengths[lengths > 0]) - 1)
        return occurrences


def _is_plain(tree: Any) -> bool:
    """Say whether a query is only words and patterns of the text, of which any is enough."""
    if type(tree) in (query.Or, query.DisjunctionMax):
        return all(map(_is_plain, tree.subqueries))
    return type(tree) in (query.Term, Expansion, NameWord, SynonymWord) and tree.fieldname == TEXT
