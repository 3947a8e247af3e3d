"""Proximity: an article in which words of the query stand near each other is a better one.

Beside the words, pairs of them count like further words: two that follow one another in the query
where they do so in the article, and any two where they stand close together (the dependence model
of Metzler and Croft 2005, with the shares of BM25 in the place of likelihoods). What matches does
not change; of what matches, the best by words alone are put into a new order.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.word_fields import TEXT
from search.matches import Matches
from search.phrases import adjacent, counted
from search.ranking import impacts_of_counts, pair_weight
from search.terms import TermReader, within
from search.word_places import occurrences

CANDIDATES = 200
"""The best by words alone whose pairs are looked at."""
WINDOW = 16
"""Two words are close when one is fewer than so many places from the other; a new paragraph is 8.

Measured on judged news: 12 to 30 do equally well and better than 8 or 50.
"""
MOST_WORDS = 8
"""Words of a query, the rarest, that pairs are made of: pairs grow with their square."""


class PairWeights(NamedTuple):
    """What a pair counts beside a word: one that stands in order, and one that stands close."""

    ordered: float = 0.1
    close: float = 0.2

    def __bool__(self) -> bool:
        return self.ordered > 0 or self.close > 0


PAIRS = PairWeights()
"""Measured on judged news; most weights near them do as well."""


class Pair(NamedTuple):
    """Two words that stand near each other in some documents.

    Attributes
    ----------
    words : tuple of str
        Their terms.
    ordered : bool
        Whether one follows the other, or they only stand close together.
    places : int64 array
        Where, ascending.
    documents : int32 array
        In which documents, ascending.
    scores : float32 array
        What that is worth in each of them.
    """

    words: tuple[str, str]
    ordered: bool
    places: Array
    documents: Array
    scores: Array


class Proximity:
    """Finds pairs of words in articles of one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    terms : TermReader
        Reads where its words stand.
    weights : PairWeights
        What pairs count.
    """

    def __init__(self, generation: Generation, terms: TermReader, weights: PairWeights) -> None:
        self._generation = generation
        self._terms = terms
        self._weights = weights

    def reranked(self, words: Sequence[Any], hits: Matches) -> Matches:
        """Return hits in the order of their scores with those of all pairs of words.

        Parameters
        ----------
        words : sequence of query.Term, NameWord and SynonymWord
            The words of the query in its order.
        hits : Matches
            Best first; only the first `CANDIDATES` change.
        """
        looked_at = hits.documents[:CANDIDATES]
        if not self._weights or len({word.text for word in words}) < 2 or not len(looked_at):
            return hits
        scores = hits.scores()
        scores[:CANDIDATES] += self._bonus(words, looked_at)
        order = np.lexsort((-looked_at, -scores[:CANDIDATES]))
        documents = np.concatenate([looked_at[order], hits.documents[CANDIDATES:]])
        return Matches(documents, np.concatenate([scores[order], scores[CANDIDATES:]]))

    def _bonus(self, words: Sequence[Any], documents: Array) -> Array:
        """Return what the pairs of words are worth in each document (float32)."""
        order = np.argsort(documents)
        ascending = documents[order]
        worth = np.zeros(len(documents), np.float32)
        for pair in self.pairs(words, ascending):
            worth[ascending.searchsorted(pair.documents)] += pair.scores
        bonus = np.empty_like(worth)
        bonus[order] = worth
        return bonus

    def pairs(self, words: Sequence[Any], documents: Array) -> Iterator[Pair]:
        """Yield the pairs of the words of a query that stand in some documents (ascending)."""
        known = {word.text: _Word(word.boost, *self._read(word, documents)) for word in words}
        for first, second, ordered, places in self._near(words, known):
            found, counts = counted(places)
            if not len(found):
                continue
            impacts = impacts_of_counts(counts, self._generation.relative_lengths.take(found))
            one, other = known[first], known[second]
            weight = pair_weight(self._generation.articles, (one.articles, other.articles))
            weight *= self._weights[not ordered] * min(one.boost, other.boost)
            yield Pair((first, second), ordered, places, found, impacts * np.float32(weight))

    def _near(
        self, words: Sequence[Any], known: dict[str, "_Word"]
    ) -> Iterator[tuple[str, str, bool, Array]]:
        """Yield each pair of words, whether it stands in order, and its places.

        A pair that stands close is counted at the word of which there is less in the archive.
        """
        texts = sorted(known, key=lambda text: known[text].articles)[:MOST_WORDS]
        following = dict.fromkeys(pairwise(word.text for word in words))
        for first, second in following if self._weights.ordered else ():
            if first != second and first in texts and second in texts:
                places = adjacent([known[first].places, known[second].places])
                yield first, second, True, places
        for first, second in combinations(texts, 2) if self._weights.close else ():
            places = close(known[first].places, known[second].places)
            yield first, second, False, places

    def _read(self, word: Any, documents: Array) -> tuple[int, Array]:
        """Return how many articles hold a word, and its places in some documents, ascending."""
        places, articles = occurrences(self._terms, TEXT, word)
        return articles, within(places, documents)


class _Word(NamedTuple):
    boost: float
    articles: int
    places: Array


def close(rare: Array, common: Array, window: int = WINDOW) -> Array:
    """Return where one word has another one fewer than ``window`` places away.

    Parameters
    ----------
    rare, common : int64 array
        The places of each, ``document << 32 | position``, ascending.

    Examples
    --------
    >>> close(np.array([3, 80]), np.array([10, 50, 99])).tolist()
    [3]
    """
    if not len(common):
        return common
    after = common.searchsorted(rare)
    nearest = np.minimum(
        np.abs(common.take(after, mode="clip") - rare),
        np.abs(common.take(np.maximum(after - 1, 0)) - rare),
    )
    found: Array = rare[nearest < window]
    return found
