"""The formulas of ranking: BM25 over the fused text field, and what nodes of a query make of it.

The index holds of each posting its share ``y = w / (w + k1 (1 - b + b l))`` as an impact of 16
bits. ``w`` is the number of occurrences, those in the title counted twice before saturation (the
fused field of BM25F, Robertson, Zaragoza and Taylor 2004), ``l`` the article's length over the mean
one. The score of a posting is ``idf * (k1 + 1) * y``.
"""

import math

import numpy as np

from index.arrays import Array
from index.codec.fields import ONE
from index.word_fields import K1, B

_ODDS = np.arange(ONE + 1, dtype=np.float32)
_ODDS /= np.maximum(ONE - _ODDS, 0.5)

PAIR_IDF = 0.7


def idf(articles: int, frequency: int) -> float:
    """Return ``ln(1 + (N - df + .5) / (df + .5))``, never below 0 (Robertson and Spärck Jones).

    Examples
    --------
    >>> round(idf(100, 10), 3)
    2.264
    """
    return math.log1p((articles - frequency + 0.5) / (frequency + 0.5))


def term_weight(articles: int, frequency: int, boost: float) -> float:
    """Return what the impacts of a term are multiplied by: ``boost * idf * (k1 + 1)``, over one."""
    return boost * idf(articles, frequency) * (K1 + 1) / ONE


def pair_weight(articles: int, frequencies: tuple[int, int]) -> float:
    """Return what the impacts of a pair of words are multiplied by, like `term_weight` of a word.

    A pair is rarer than either of its words; how rare would have to be counted in the whole
    archive. `PAIR_IDF` of the sum of both idfs comes as near to that as ranking can tell.
    """
    rarity = sum(idf(articles, frequency) for frequency in frequencies)
    return PAIR_IDF * rarity * (K1 + 1) / ONE


def odds(impacts: Array) -> Array:
    """Return ``y / (1 - y)`` of impacts: occurrences, up to a factor of the article (float32)."""
    return _ODDS.take(impacts)


def odds_of_shares(impacts: Array) -> Array:
    """Return ``y / (1 - y)`` of impacts that are not rounded: what `impacts_of_odds` undoes."""
    found: Array = impacts / np.maximum(np.float32(ONE) - impacts, np.float32(0.5))
    return found


def impacts_of_odds(sums: Array) -> Array:
    """Return the impacts of summed odds (float32, not rounded).

    Odds add up as occurrences do, so that several spellings score like one word that occurs as
    often as all of them.

    Examples
    --------
    >>> impacts = np.array([13107, 30000], np.uint16)
    >>> impacts_of_odds(odds(impacts)).round().astype(int).tolist()
    [13107, 30000]
    """
    impacts: Array = sums / (1 + sums) * np.float32(ONE)
    return impacts


def impacts_of_counts(counts: Array, relative_lengths: Array | float) -> Array:
    """Return the impacts of so many occurrences, none of them counted twice (float32)."""
    share = counts / (counts + K1 * (1 - B + B * relative_lengths))
    return np.asarray(share * ONE, np.float32)


def coordination(scores: Array, matched: Array, clauses: int, scale: float) -> Array:
    """Return scores of an Or that rewards articles in which more of its clauses match.

    ``(s + (m - 1) / (n - scale)^2) * (n - 1) / n`` with ``m`` of ``n`` clauses matched: the short
    query ranking of V-Twin, as Whoosh defines it. A single clause has nothing to reward.
    """
    if clauses <= 1 or clauses == scale:
        return scores
    bonus = (matched - 1) / (clauses - scale) ** 2
    return np.asarray((scores + bonus) * ((clauses - 1) / clauses), np.float32)


def strongest(best: Array, total: Array, tiebreak: float) -> Array:
    """Return ``best + tiebreak * (total - best)``: the best clause, and a part of all others."""
    return np.asarray(best + np.float32(tiebreak) * (total - best), np.float32)
