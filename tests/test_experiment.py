"""Two recipes compared: the interval by hand, by an oracle, and over simulated experiments."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.impressions import ArticlePlace, Tally
from recommender.recipes import Recipe, RecipePlan, recipe_for
from tests.impression_rows import by_article
from tests.oracles.naive_experiment import naive_difference
from web.block_report import words
from web.block_report.experiment import (
    LEAST_CLICKS,
    Difference,
    Verdict,
    difference,
    evidence,
    experiment_of,
)

BEGINS = date(2026, 12, 1)
EXPERIMENTS = 1_000
SLOTS = 7 * 24


def plan(*recipes, days=28):
    return RecipePlan(
        recipes={name: Recipe(name=name) for name in recipes},
        experiment=("standard", *recipes),
        begins=BEGINS,
        days=days,
    )


class Planned:
    recipe_plan = plan("recent")


@pytest.fixture(scope="module")
def assigned():
    """Which of two recipes each of many articles has in each slot, by the real assignment."""
    start = datetime(2026, 12, 1, tzinfo=UTC)
    rounds = np.array(
        [
            [
                recipe_for(f"a{number}", start + timedelta(hours=hour), Planned).name == "recent"
                for hour in range(0, SLOTS, 2)
            ]
            for number in range(2_000)
        ]
    )
    return np.stack([rounds, ~rounds], axis=2).reshape(len(rounds), SLOTS)


def simulated(rng, assigned, *, articles=400, views=30_000, tilt=0.8, effect=0.0, unrest=0.0):
    """Return what a week of an experiment counts: a few articles have most of the readers.

    Articles appear at any time and are soon forgotten; each has a share of clicks of its own, the
    second recipe's times ``1 + effect``, and with ``unrest`` another one in each slot.
    """
    popularity = 1 / np.arange(1, articles + 1) ** tilt
    popularity *= views / popularity.sum()
    starts = rng.integers(0, SLOTS, articles)
    ages = np.arange(SLOTS) - starts[:, None]
    attention = np.where(ages >= 0, np.exp(-np.maximum(ages, 0) / 24), 0)
    attention /= attention.sum(axis=1, keepdims=True)
    shown = rng.poisson(attention * popularity[:, None])
    second = assigned[rng.choice(len(assigned), articles, replace=False)]
    shares = 0.03 * np.exp(rng.standard_normal(articles) - 0.5)[:, None] * (1 + effect * second)
    if unrest:
        shares = shares * np.exp(unrest * rng.standard_normal(shown.shape) - unrest**2 / 2)
    clicks = rng.binomial(shown, np.clip(shares, 0, 1))
    truth = effect * 0.03  # of all articles of this kind, of which these are some
    both = [~second, second]
    return (
        np.stack([(shown * arm).sum(axis=1) for arm in both], axis=1).astype(float),
        np.stack([(clicks * arm).sum(axis=1) for arm in both], axis=1).astype(float),
        truth,
    )


@pytest.mark.parametrize(
    "world",
    [
        {},
        {"effect": 0.3},
        {"tilt": 1.0, "unrest": 0.5},
        {"articles": 120, "views": 15_000},
    ],
    ids=["alike", "better", "skewed", "small"],
)
def test_the_interval_holds_the_truth_in_95_of_100_experiments(assigned, world):
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(EXPERIMENTS):
        shown, clicks, truth = simulated(rng, assigned, **world)
        found = difference(shown, clicks)
        held += found.low <= truth <= found.high
    # Two recipes that are alike are told apart as often as the interval misses 0.
    assert 930 <= held <= 970, held


def test_independent_readers_would_be_too_sure(assigned):
    """The same experiments by article and not by slot: whoever counts readers is far too sure."""
    rng = np.random.default_rng(7)
    rows = np.repeat(rng.random((400, 1)) < 0.5, SLOTS, axis=1)
    by_articles = by_readers = 0
    for _ in range(200):
        whole = np.concatenate([rows, ~rows, rows, ~rows, rows])
        shown, clicks, _ = simulated(rng, rng.permutation(whole)[:400], tilt=0.5)
        found = difference(shown, clicks)
        by_articles += not found.is_clear
        shares = clicks.sum(axis=0) / shown.sum(axis=0)
        error = np.sqrt((shares * (1 - shares) / shown.sum(axis=0)).sum())
        by_readers += abs(shares[1] - shares[0]) < 1.96 * error
    assert by_articles >= 180
    assert by_readers < 160


COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 5), st.integers(0, 50), st.integers(0, 5))


@given(st.lists(COUNTS, min_size=2, max_size=20), st.sampled_from([0.9, 0.95, 0.975]))
def test_it_is_what_the_oracle_says(rows, confidence):
    table = np.array(rows, float)
    shown, clicks = table[:, [0, 2]], table[:, [1, 3]]
    found = difference(shown, clicks, confidence)
    there = (shown.sum(axis=1) > 0).sum()
    if not shown.sum(axis=0).all() or there < 2:
        assert found.evidence == 0
        assert not found.is_clear
        assert np.isnan([found.difference, found.low, found.high]).all()
        return
    wanted = naive_difference(rows, confidence)
    assert (found.difference, found.low, found.high) == pytest.approx(wanted, abs=1e-12)
    assert 1 <= found.evidence <= max(there - 1, 1) + 1e-9


@given(st.lists(COUNTS, min_size=2, max_size=20), st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(rows, random):
    table = np.array(rows, float)
    found = difference(table[:, [0, 2]], table[:, [1, 3]])
    other = difference(table[:, [2, 0]], table[:, [3, 1]])
    both = (found.low, found.high)
    assert both == pytest.approx((-other.high, -other.low), nan_ok=True)
    random.shuffle(rows)
    table = np.array(rows, float)
    shuffled = difference(table[:, [0, 2]], table[:, [1, 3]])
    assert both == pytest.approx((shuffled.low, shuffled.high), nan_ok=True)


def test_a_bootstrap_by_article_is_as_wide(assigned):
    rng = np.random.default_rng(3)
    shown, clicks, _ = simulated(rng, assigned, tilt=0.5)
    found = difference(shown, clicks)
    drawn = rng.integers(0, len(shown), (2_000, len(shown)))
    shares = clicks[drawn].sum(axis=1) / shown[drawn].sum(axis=1)
    low, high = np.percentile(shares[:, 1] - shares[:, 0], [2.5, 97.5])
    assert high - low == pytest.approx(found.high - found.low, rel=0.1)


def test_evidence_counts_articles_of_one_size():
    assert evidence(np.ones((100, 2))) == pytest.approx(99)
    few = np.ones((100, 2))
    few[:2] = 100_000
    assert evidence(few) < 1.1


def counted(rows, recipe="recent", block="related"):
    """Return what was counted: of each article with the standard recipe, and with the other."""
    found = {}
    for number, (one_shown, one_clicks, two_shown, two_clicks) in enumerate(rows):
        for name, tally in (
            ("standard", Tally(one_shown, one_clicks)),
            (recipe, Tally(two_shown, two_clicks)),
        ):
            found[ArticlePlace(BEGINS, f"a{number}", block, name)] = tally
    return found


def experiment(rows, asked, today):
    """Return what is said of what was counted."""
    return experiment_of(by_article(rows, BEGINS, asked.experiment), asked, today)


ENDED = date(2027, 1, 1)
ALIKE = [(100, 3 + number % 2, 100, 4 - number % 2) for number in range(40)]
BETTER = [(100, 2 + number % 2, 100, 6 + number % 3) for number in range(40)]


@pytest.mark.parametrize(
    ("rows", "today", "verdict", "said"),
    [
        (BETTER, BEGINS, Verdict.RUNNING, "ends in 28 days"),
        (BETTER, date(2026, 12, 28), Verdict.RUNNING, "ends in 1 day."),
        (BETTER, date(2026, 11, 1), Verdict.RUNNING, "ends in 28 days"),
        (BETTER, date(2026, 12, 29), Verdict.MORE, "recent is followed more often than standard"),
        ([(c, d, a, b) for a, b, c, d in BETTER], ENDED, Verdict.LESS, "followed less often"),
        (ALIKE, ENDED, Verdict.NONE, "No difference can be told between recent and standard"),
        ([], ENDED, Verdict.TOO_LITTLE, f"{LEAST_CLICKS} clicks on each"),
        (BETTER[:10], ENDED, Verdict.TOO_LITTLE, "Too little"),
        ([(9999, 99, 9999, 999), *ALIKE[:1]], ENDED, Verdict.TOO_LITTLE, "more than a few"),
    ],
)
def test_what_is_said(rows, today, verdict, said):
    found = experiment(counted(rows), plan("recent"), today)
    (one,) = found.comparisons
    assert one.verdict is verdict
    assert said in words.verdict(found, one)
    assert words.days(found) == "1 December 2026 – 28 December 2026"


def test_clicks_that_only_moved_are_seen():
    popular = counted([(100, 5, 100, 1)] * 40, block="popular")
    found = experiment(counted(BETTER) | popular, plan("recent"), ENDED)
    (one,) = found.comparisons
    assert one.verdict is Verdict.MORE
    assert one.related.difference == pytest.approx(0.045, abs=0.001)
    assert one.all_blocks.difference == pytest.approx(0.045 - 0.04, abs=0.001)
    assert [arm.tally for arm in found.arms] == [Tally(4000, 100), Tally(4000, 279)]
    assert [arm.articles for arm in found.arms] == [40, 40]


def test_with_three_recipes_each_interval_is_wider():
    rows = counted(ALIKE) | counted(ALIKE, "wide")
    two = experiment(rows, plan("recent"), ENDED)
    three = experiment(rows, plan("recent", "wide"), ENDED)
    assert [one.recipe for one in three.comparisons] == ["recent", "wide"]
    assert three.comparisons[0].related.high > two.comparisons[0].related.high
    assert three.comparisons[0].related == three.comparisons[1].related


def test_without_an_experiment_there_is_none():
    assert experiment_of([], RecipePlan(), ENDED) is None
    assert experiment_of([], RecipePlan(experiment=("standard", "recent")), ENDED) is None


def test_numbers_that_are_none_are_dashes():
    nothing = Difference(float("nan"), float("nan"), float("nan"), 0.0)
    assert words.points(nothing.difference) == words.interval(nothing) == "–"
