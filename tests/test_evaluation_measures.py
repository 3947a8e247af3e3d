"""Measures and the paired test against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.oracles.naive_measures import (
    naive_average_precision,
    naive_judged,
    naive_ndcg,
    naive_precision,
    naive_reciprocal_rank,
)
from tests.oracles.naive_randomisation import naive_p
from web.evaluation.comparison import compared
from web.evaluation.measures import RELATED, SEARCH, mean, measured
from web.evaluation.randomisation import EXACT, interval, p_value

ARTICLES = [f"a{number:02}" for number in range(15)]
rankings = st.lists(st.sampled_from(ARTICLES), unique=True, max_size=15)
grades = st.dictionaries(st.sampled_from(ARTICLES), st.integers(0, 2), min_size=1)


@settings(deadline=None)
@given(ranking=rankings, judged=grades)
def test_measures_are_what_their_definitions_say(ranking, judged):
    found = measured(SEARCH | RELATED, {"q": judged}, {"q": ranking})
    expected = {
        "nDCG@10": naive_ndcg(ranking, judged, 10),
        "nDCG@5": naive_ndcg(ranking, judged, 5),
        "nDCG@5 of judged": naive_ndcg(ranking, judged, 5, judged_only=True),
        "P@5": naive_precision(ranking, judged, 5),
        "P@10": naive_precision(ranking, judged, 10),
        "AP": naive_average_precision(ranking, judged),
        "RR": naive_reciprocal_rank(ranking, judged),
        "judged@10": naive_judged(ranking, judged, 10),
        "judged@5": naive_judged(ranking, judged, 5),
    }
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name]["q"] == pytest.approx(value, abs=1e-6), name


def test_measures_by_hand():
    qrels = {"q": {"a": 2, "b": 1, "c": 0, "d": 1}, "unanswered": {"a": 1}}
    found = measured(SEARCH, qrels, {"q": ["c", "a", "x", "b"], "nobody judged": ["a"]})
    ideal = 2 + 1 / np.log2(3) + 1 / 2
    assert found["nDCG@10"]["q"] == pytest.approx((2 / np.log2(3) + 1 / np.log2(5)) / ideal)
    assert found["P@5"] == {"q": 0.4, "unanswered": 0}
    assert found["AP"]["q"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert found["RR"]["q"] == 0.5
    assert found["judged@10"]["q"] == 0.75


def test_the_order_of_a_ranking_counts_whatever_the_ids_are():
    for ranking in (["a", "b"], ["b", "a"]):
        found = measured(SEARCH, {"q": {ranking[0]: 1}}, {"q": ranking})
        assert found["RR"]["q"] == 1


def test_nothing_answered_is_worth_nothing():
    found = measured(SEARCH, {"q": {"a": 1}}, {"q": []})
    assert {name: values["q"] for name, values in found.items()} == dict.fromkeys(SEARCH, 0)


def test_a_group_counts_once_however_many_questions_it_has():
    groups = {"one": ["a", "b", "c"], "other": ["d"]}
    assert mean({"a": 0.0, "b": 0.3, "c": 0.6, "d": 1.0}, groups) == {
        "one": pytest.approx(0.3),
        "other": 1.0,
    }


@given(st.lists(st.integers(-20, 20), max_size=EXACT))
def test_few_differences_are_tested_by_all_their_signs(differences):
    assert p_value([value / 64 for value in differences]) == float(naive_p(differences))


def test_many_differences_are_tested_by_drawn_signs():
    rng = np.random.default_rng(3)
    differences = rng.integers(-9, 12, 14).tolist()
    exact = float(naive_p(differences))
    drawn = p_value(differences, permutations=20_000)
    assert drawn == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5)
    assert drawn == p_value(differences, permutations=20_000)
    assert drawn != p_value(differences, permutations=20_000, seed=1)


def test_p_by_hand():
    assert p_value([]) == p_value([0, 0]) == 1
    assert p_value([1]) == 1
    assert p_value([0.1] * 10) == p_value([-0.1] * 10 + [0]) == 2 / 2**10
    assert p_value([1.0] * 40, permutations=500) == 1 / 501


def test_chance_alone_is_found_as_often_as_p_says():
    rng = np.random.default_rng(5)
    ps = np.array([p_value(rng.normal(size=20), permutations=200) for _ in range(400)])
    assert np.mean(ps <= 0.1) == pytest.approx(0.1, abs=0.05)
    assert np.mean(ps <= 0.5) == pytest.approx(0.5, abs=0.08)


def test_an_interval_is_student_s():
    values = np.random.default_rng(1).normal(0.2, 1, 30)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert interval(values, 0.9) == pytest.approx((expected.low, expected.high))
    assert interval([0.25]) == (0.25, 0.25)
    assert interval([0.25, 0.25]) == (0.25, 0.25)


def test_a_comparison_says_what_the_second_has_more():
    first = {"a": 0.1, "b": 0.5, "c": 0.3, "d": 0.1 + 0.2}
    second = {"a": 0.4, "b": 0.4, "c": 0.3, "d": 0.3}
    found = compared("P@5", first, second)
    assert (found.wins, found.ties, found.losses) == (1, 2, 1)
    assert found.difference == pytest.approx(0.05)
    assert found.second - found.first == pytest.approx(found.difference)
    assert found.low < found.difference < found.high
    assert found.p == 1
    back = compared("P@5", second, first)
    assert (back.difference, back.p) == (pytest.approx(-found.difference), found.p)
