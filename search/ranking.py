"""How much one matching clause says about an article: BM25 over the fused text field."""

import numpy as np

from index.arrays import Array
from index.postings import K1, B


def idf(articles: int, frequency: int) -> float:
    """Return ``ln(1 + (N - df + .5) / (df + .5))``, never below 0 (Robertson and Spärck Jones).

    Examples
    --------
    >>> round(idf(100, 10), 3)
    2.264
    """
    return float(np.log1p((articles - frequency + 0.5) / (frequency + 0.5)))


def bm25(weights: Array, relative_lengths: Array | float, idf_: float) -> Array:
    """Return ``idf * w (k1 + 1) / (w + k1 (1 - b + b l))`` for each posting (float64).

    ``w`` is the number of occurrences, those in the title counted twice before saturation (the
    fused field of BM25F, Robertson, Zaragoza and Taylor 2004), ``l`` the article's length over the
    mean one.
    """
    return idf_ * weights * (K1 + 1) / (weights + K1 * (1 - B + B * relative_lengths))
