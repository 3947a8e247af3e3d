"""Is a difference more than chance? A paired randomisation test, and the interval of a mean."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

PERMUTATIONS = 10_000
EXACT = 12
"""Up to so many differences all their signs are tried instead of some."""
CONFIDENCE = 0.95
_AT_ONCE = 1_000
_ROUNDING = 1e-12


def p_value(
    differences: Sequence[float], *, permutations: int = PERMUTATIONS, seed: int = 0
) -> float:
    """Return how often chance alone would make the mean difference at least as large, either way.

    Were the two systems the same, each difference d_i might as well have the other sign. So p is
    the share of all assignments s of signs with

        abs(sum_i s_i d_i) >= abs(sum_i d_i)

    (Fisher 1935; for retrieval Smucker, Allan and Carterette, CIKM 2007). Differences of 0 change
    no sum and are left out. Up to `EXACT` others all assignments are counted; beyond, as many as
    ``permutations`` are drawn, and p = (1 + found) / (1 + drawn), so that it is never 0 (Phipson
    and Smyth 2010).

    Parameters
    ----------
    differences : sequence of float
        One for each question, in an order that does not matter to the exact test.
    permutations, seed : int
        How many assignments are drawn, and of which sequence of random numbers.

    Returns
    -------
    float
        Above 0 and at most 1; 1 when nothing differs.

    Examples
    --------
    >>> p_value([0.1, 0.2, 0.3])
    0.25
    """
    found = np.array([value for value in differences if value], np.float64)
    if not len(found):
        return 1.0
    least = abs(found.sum()) - _ROUNDING * np.abs(found).sum()
    if len(found) <= EXACT:
        numbers = np.arange(2 ** len(found))[:, None]
        signs = 1 - 2 * (numbers >> np.arange(len(found)) & 1)
        return float(np.mean(np.abs(signs @ found) >= least))
    rng = np.random.default_rng(seed)
    reached = 0
    for start in range(0, permutations, _AT_ONCE):
        shape = (min(_AT_ONCE, permutations - start), len(found))
        signs = 1 - 2 * rng.integers(0, 2, shape, np.int8)
        reached += int(np.count_nonzero(np.abs(signs @ found) >= least))
    return (1 + reached) / (1 + permutations)


def interval(differences: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the bounds between which the mean difference of all such questions lies.

    Student's interval, mean -+ t s / sqrt(n) with n - 1 degrees of freedom (Student 1908); for one
    question, about which nothing can be said, its difference twice.

    Examples
    --------
    >>> low, high = interval([0.1, 0.2, 0.3])
    >>> round(low, 3), round(high, 3)
    (-0.048, 0.448)
    """
    values = np.asarray(differences, np.float64)
    centre = float(values.mean())
    if len(values) < 2:
        return centre, centre
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    reach = float(stdtrit(len(values) - 1, (1 + confidence) / 2)) * error
    return centre - reach, centre + reach
