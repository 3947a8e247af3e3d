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
from search.matches import Matches
from search.ranking import idf

ARTICLES = 10
"""The best, which are taken for good ones."""
WORDS = 30
"""Words that are added."""
PART = 0.6
"""The part of the weight that the added words have together."""
LEAST_ARTICLES = 3
"""Articles in which a word must stand to be added: rarer ones are names and misprints of one."""


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
    """Broadens queries over one generation; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def broadened(self, tree: Any, words: Sequence[Any], best: Matches) -> Broadened | None:
        """Return a query with words of the best articles, None when there are none.

        Parameters
        ----------
        tree : query tree
            What was asked.
        words : sequence of query.Term
            Its plain words.
        best : Matches
            What it found, best first.
        """
        if not words or not len(best.documents):
            return None
        codes, weights = self._weightiest(best.take(slice(0, ARTICLES)))
        if not len(codes):
            return None
        terms = self._generation.terms
        weights *= PART / (1 - PART) * sum(word.boost for word in words) / weights.sum()
        added = tuple(
            query.Term(TEXT, terms[code], boost=weight)
            for code, weight in zip(codes.tolist(), weights.tolist(), strict=True)
        )
        # What has conditions keeps them: the words change only its order.
        whole = (
            query.Or([tree, *added])
            if _is_plain(tree)
            else query.AndMaybe(tree, query.Or(list(added)))
        )
        asked_terms = {word.text for word in words}
        shown = (code for code in codes.tolist() if terms[code] not in asked_terms)
        return Broadened(whole, added, tuple(self._generation.words[code] for code in shown))

    def _weightiest(self, best: Matches) -> tuple[Array, Array]:
        """Return the codes of the words that mark out articles, and the weight of each.

        The sum over the articles of ``score * tf / (tf + 1) * idf``.
        """
        rows = self._generation.rows.rows(best.documents.tolist())
        scores = best.scores().astype(np.float64)
        part = np.repeat(scores / scores.sum(), np.diff(rows.indptr))
        tf = self._occurrences(rows)
        codes, places = np.unique(rows.indices, return_inverse=True)
        sums = np.bincount(places, part * tf / (tf + 1), len(codes))
        frequencies = self._generation.frequencies[codes]
        articles = self._generation.articles
        rarities = [idf(articles, frequency) for frequency in frequencies.tolist()]
        weights = np.where(frequencies >= LEAST_ARTICLES, sums * rarities, 0)
        order = np.argsort(-weights, kind="stable")[:WORDS]
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
    """Say whether any part of a query is enough."""
    if type(tree) is query.Or:
        return all(map(_is_plain, tree.subqueries))
    return not isinstance(tree, query.Not) and not hasattr(tree, "subqueries")
