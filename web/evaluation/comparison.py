"""Two configurations beside each other, measure by measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from web.evaluation.randomisation import PERMUTATIONS, interval, p_value

TIE = 1e-9
"""Differences up to this one are rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the second configuration has more than the first, of one measure.

    ``difference`` is the mean of all groups of questions, ``low`` and ``high`` bound it with a
    confidence of 95 %, ``p`` is that of the paired randomisation test; ``wins`` counts groups in
    which the second is better, ``losses`` those in which the first is.
    """

    measure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int


def compared(
    measure: str,
    first: Mapping[str, float],
    second: Mapping[str, float],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Comparison:
    """Return the comparison of the values of the same groups.

    Examples
    --------
    >>> found = compared("P@5", {"a": 0.2, "b": 0.4}, {"a": 0.4, "b": 0.4})
    >>> round(found.difference, 3), found.wins, found.ties, found.p
    (0.1, 1, 1, 1.0)
    """
    groups = sorted(first)
    raw = [second[group] - first[group] for group in groups]
    differences = [0.0 if abs(value) <= TIE else value for value in raw]
    low, high = interval(differences)
    wins = sum(value > 0 for value in differences)
    losses = sum(value < 0 for value in differences)
    return Comparison(
        measure=measure,
        first=fmean(first[group] for group in groups),
        second=fmean(second[group] for group in groups),
        difference=fmean(differences),
        low=low,
        high=high,
        p=p_value(differences, permutations=permutations, seed=seed),
        wins=wins,
        ties=len(groups) - wins - losses,
        losses=losses,
    )
