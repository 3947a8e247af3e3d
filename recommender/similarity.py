"""The formulas of similarity: words and themes blended, and what the result means."""

import numpy as np

from index.arrays import Array

THEME_SHARE = 0.2
"""The part of themes in a similarity; measured on judged news, .1 to .3 do as well."""
NEAR_COPY = 0.9
"""The cosine from which on two articles are copies, whenever they appeared."""
VERSION, VERSION_DAYS = 0.8, 2
"""The cosine that is enough within so many days: a story that was written on."""
SLOPE, BIAS = 4.84, -2.99
"""Of the logistic function, fitted to the 40 nearest of 1,161 judged articles on 87 topics."""


def blended(words: Array, themes: Array) -> Array:
    """Return ``.8 * words + .2 * themes``, products of vectors, within 0 and 1 (float32).

    Themes alone are worse than words alone; a fifth of them finds articles that say the same in
    other words (Deerwester et al. 1990 on latent semantic analysis, blended as in most systems
    that use it).

    Examples
    --------
    >>> blended(np.array([0.5, 1.0]), np.array([0.25, 1.0])).tolist()
    [0.44999998807907104, 1.0]
    """
    blend = (1 - THEME_SHARE) * words + THEME_SHARE * themes
    return np.asarray(np.clip(blend, 0, 1), np.float32)


def calibrated(similarities: Array | float) -> Array:
    """Return how likely two articles so similar are about one subject (float64).

    ``1 / (1 + exp(-(4.84 s - 2.99)))``, rising with the similarity, so that the order stays
    (Platt 1999). On judged news the likelihoods came true within .03 from .1 to .9 on
    topics that were not used for fitting.

    Examples
    --------
    >>> calibrated(np.array([0.1, 0.35, 1.0])).round(2).tolist()
    [0.08, 0.21, 0.86]
    """
    return np.asarray(1 / (1 + np.exp(-(SLOPE * np.asarray(similarities) + BIAS))))


def are_versions(cosines: Array, days: Array) -> Array:
    """Return which pairs are versions of one story, by their cosine and the days between them.

    Examples
    --------
    >>> are_versions(np.array([0.95, 0.85, 0.85]), np.array([300, 1, 3])).tolist()
    [True, True, False]
    """
    return (cosines >= NEAR_COPY) | ((cosines >= VERSION) & (np.abs(days) <= VERSION_DAYS))


def faded(ages: Array, half_life: float) -> Array:
    """Return ``.5 ^ (age / half_life)`` for ages in days, whichever of two articles is older.

    Examples
    --------
    >>> faded(np.array([0.0, -30.0, 60.0]), 30.0).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.asarray(0.5 ** (np.abs(ages) / half_life), np.float32)
