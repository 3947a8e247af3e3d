"""Is one recipe followed more often than another? The difference, and how far it can be trusted.

Clicks beside one article are not independent of each other: what stands there is good or bad for
all who read it. So articles are the units, however many readers each has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from articles.impressions import ArticleClicks, Tally
from articles.impressions_store import ImpressionStore
from index.arrays import Array
from recommender.recipes import RecipePlan

CONFIDENCE = 0.95
LEAST_CLICKS = 50
"""Clicks on each recipe without which nothing is said: shares of fewer are no normal numbers."""
LEAST_ARTICLES = 10.0
"""Articles' worth of evidence (`evidence`) without which nothing is said."""
MAIN_BLOCK = "related"
"""The block that recipes make, of which alone a verdict is given."""


class Verdict(StrEnum):
    """What can be said of two recipes."""

    RUNNING = "running"
    TOO_LITTLE = "too little"
    NONE = "none"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much more often one recipe is followed than another, with its interval.

    ``low`` and ``high`` are not numbers where there is too little for an interval; ``evidence`` is
    how many articles of one size would say as much.
    """

    difference: float
    low: float
    high: float
    evidence: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Arm:
    """One recipe: how often the block was shown and followed, beside how many articles."""

    recipe: str
    tally: Tally
    articles: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One recipe against the first.

    ``all_blocks`` is the difference in clicks on any block of the page: where only ``related`` is
    followed more often, clicks may have moved there from the other blocks.
    """

    recipe: str
    related: Difference
    all_blocks: Difference
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Experiment:
    """Recipes that are or were compared, from the first day to the one before ``ends``."""

    begins: date
    ends: date
    days_left: int
    slot_hours: int
    articles: int
    arms: tuple[Arm, ...]
    comparisons: tuple[Comparison, ...]


def read_experiment(store: ImpressionStore, plan: RecipePlan, today: date) -> Experiment | None:
    """Return what the store has counted of the plan's experiment; None when it has none."""
    if plan.begins is None:
        return None
    return experiment_of(store.compared(plan.begins, plan.experiment, MAIN_BLOCK), plan, today)


def experiment_of(
    counted: Iterable[ArticleClicks], plan: RecipePlan, today: date
) -> Experiment | None:
    """Return what was counted of the plan's experiment; None when it has none.

    A verdict is given once, when the days that were planned are over. Whoever looks every day and
    stops at the first clear difference finds one sooner or later where there is none (Johari and
    others, KDD 2017).
    """
    if plan.begins is None or plan.ends is None or len(plan.experiment) < 2:
        return None
    shown, clicks, views, any_clicks = _by_article(counted, plan.experiment)
    days_left = max((plan.ends - max(today, plan.begins)).days, 0)
    # Each of several comparisons must err less often, so that all together err as often as one.
    confidence = 1 - (1 - CONFIDENCE) / (len(plan.experiment) - 1)
    arms = tuple(
        Arm(name, _tally(shown[:, place], clicks[:, place]), int((shown[:, place] > 0).sum()))
        for place, name in enumerate(plan.experiment)
    )
    comparisons = []
    for place, arm in enumerate(arms[1:], 1):
        pair = [0, place]
        related = difference(shown[:, pair], clicks[:, pair], confidence)
        whole = difference(views[:, pair], any_clicks[:, pair], confidence)
        clicked = min(arms[0].tally.clicks, arm.tally.clicks)
        verdict = _verdict(related, clicked, days_left)
        comparisons.append(Comparison(arm.recipe, related, whole, verdict))
    return Experiment(
        begins=plan.begins,
        ends=plan.ends,
        days_left=days_left,
        slot_hours=plan.slot_hours,
        articles=int((shown.sum(axis=1) > 0).sum()),
        arms=arms,
        comparisons=tuple(comparisons),
    )


def difference(shown: Array, clicks: Array, confidence: float = CONFIDENCE) -> Difference:
    """Return by how much the second share of clicks is above the first, with its interval.

    With n_ia times that the block was shown beside article i by recipe a, c_ia clicks,
    N_a = sum_i n_ia and p_a = sum_i c_ia / N_a, the difference is d = p_2 - p_1. It is a difference
    of two ratios of sums over articles, so by the delta method its error is that of the mean of

        u_i = (c_i2 - p_2 n_i2) / N_2 - (c_i1 - p_1 n_i1) / N_1

    over K articles, whose sum has the variance V = K / (K - 1) sum_i u_i^2 (Deng, Knoblich and Lu,
    KDD 2018; Liang and Zeger, Biometrika 1986). What an article has of clicks with either recipe
    falls out where it was shown as often with both. The interval is d -+ t sqrt(V), where t is
    Student's with `evidence` degrees of freedom: a few articles have most of the readers, so K
    would be too many (after Satterthwaite 1946; Carter, Schnepel and Steigerwald 2017).

    Parameters
    ----------
    shown, clicks : float arrays of shape (articles, 2)
        Of each article, with the first recipe and with the second.
    confidence : float
        How often such an interval holds the true difference.

    Examples
    --------
    >>> shown = np.full((4, 2), 100.0)
    >>> clicks = np.array([[1, 4], [2, 3], [1, 3], [2, 4.0]])
    >>> found = difference(shown, clicks)
    >>> [round(float(value), 4) for value in (found.difference, found.low, found.high)]
    [0.02, 0.007, 0.033]
    >>> found.evidence, found.is_clear
    (3.0, True)
    """
    there = shown.sum(axis=1) > 0
    shown, clicks = shown[there], clicks[there]
    totals = shown.sum(axis=0)
    if not totals.all() or len(shown) < 2:
        return Difference(float("nan"), float("nan"), float("nan"), 0.0)
    shares = clicks.sum(axis=0) / totals
    parts = (clicks - shares * shown) / totals
    errors = parts[:, 1] - parts[:, 0]
    articles = len(shown)
    variance = articles / (articles - 1) * float(errors @ errors)
    worth = evidence(shown)
    reach = float(stdtrit(worth, (1 + confidence) / 2)) * variance**0.5
    centre = float(shares[1] - shares[0])
    return Difference(centre, centre - reach, centre + reach, worth)


def evidence(shown: Array) -> float:
    """Return how many articles of one size would say as much as these, less one.

    With w_i = sum_a n_ia / N_a^2, which the variance of an article's part is proportional to if
    clicks beside it are independent, it is (sum w)^2 / sum w^2 - 1, at least 1: all articles where
    each was shown as often, hardly more than one where one had nearly all readers.

    Examples
    --------
    >>> round(evidence(np.full((11, 2), 30.0)), 6), evidence(np.array([[9000.0, 9000], [1, 1]]))
    (10.0, 1.0)
    """
    weights = (shown / shown.sum(axis=0) ** 2).sum(axis=1)
    return max(float(weights.sum() ** 2 / (weights @ weights)) - 1, 1.0)


def _verdict(related: Difference, clicked: int, days_left: int) -> Verdict:
    if days_left:
        return Verdict.RUNNING
    if clicked < LEAST_CLICKS or related.evidence < LEAST_ARTICLES:
        return Verdict.TOO_LITTLE
    if not related.is_clear:
        return Verdict.NONE
    return Verdict.MORE if related.difference > 0 else Verdict.LESS


def _by_article(counted: Iterable[ArticleClicks], recipes: Iterable[str]) -> Array:
    """Return the four counts of `ArticleClicks` (float64, of shape (4, articles, recipes))."""
    places = {recipe: place for place, recipe in enumerate(recipes)}
    rows: dict[str, int] = {}
    cells = [
        (rows.setdefault(one.article_id, len(rows)), places[one.recipe], *one[2:])
        for one in counted
    ]
    found = np.zeros((4, len(rows), len(places)))
    if cells:
        articles, recipe, *counts = np.array(cells).T
        found[:, articles, recipe] = counts
    return found


def _tally(shown: Array, clicks: Array) -> Tally:
    return Tally(int(shown.sum()), int(clicks.sum()))
