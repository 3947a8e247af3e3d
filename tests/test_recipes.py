"""Recipes: who gets which, when, and what is said of wrong settings."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.errors import BackfileError
from recommender.recipes import CHAIN, Recipe, UnknownRecipeError, recipe_for
from recommender.related import RelatedRequest
from tests.test_cli_settings import file, message  # noqa: F401
from web.settings import Settings, load_settings

BEGINS = date(2026, 12, 1)
START = datetime(2026, 12, 1, tzinfo=UTC)
RECENT = {"recent": {"half_life": 30}, "wide": {"mode": "background"}}


def chosen(**given_ones):
    return Settings(
        recipes=RECENT,
        experiment_begins=BEGINS,
        **{"experiment": ("standard", "recent")} | given_ones,
    )


def names(settings, article_id, hours, start=START):
    return [
        recipe_for(article_id, start + timedelta(hours=hour), settings).name
        for hour in range(hours)
    ]


def test_without_an_experiment_there_is_the_usual_recipe():
    assert recipe_for("a1", START, Settings()) == Recipe()
    assert recipe_for("a1", START, Settings()).request(5) == RelatedRequest()
    settings = Settings(recipes=RECENT, related_recipe="recent")
    assert recipe_for("a1", START, settings).request(3) == RelatedRequest(limit=3, half_life=30)
    assert settings.recipe_plan.next_change(START) is None


def test_every_article_has_each_recipe_for_the_same_time():
    settings = chosen()
    for number in range(50):
        got = names(settings, f"a{number}", 48)
        assert all(len(set(pair)) == 2 for pair in zip(got[::2], got[1::2], strict=True))
    three = chosen(experiment=("standard", "recent", "wide"))
    got = names(three, "a1", 72)
    assert all(len(set(got[start : start + 3])) == 3 for start in range(0, 72, 3))


def test_at_each_moment_chance_decides_which_articles_have_which():
    settings = chosen()
    for hour in (0, 1, 17, 300):
        moment = START + timedelta(hours=hour)
        counts = Counter(recipe_for(f"a{n}", moment, settings).name for n in range(4000))
        # Four standard deviations of a fair coin.
        assert abs(counts["recent"] - 2000) < 4 * (4000 * 0.25) ** 0.5
    # Orders of consecutive rounds, and of two articles, have nothing to do with each other.
    firsts = [names(settings, f"a{n}", 100)[::2] for n in range(40)]
    same = sum(one == two for got in firsts for one, two in pairwise(got))
    assert abs(same - 40 * 49 / 2) < 4 * (40 * 49 * 0.25) ** 0.5
    alike = sum(
        one == two for got, other in pairwise(firsts) for one, two in zip(got, other, strict=True)
    )
    assert abs(alike - 39 * 50 / 2) < 4 * (39 * 50 * 0.25) ** 0.5


def test_it_is_the_same_in_every_process_and_within_a_slot():
    settings = chosen(experiment_hours=6)
    program = (
        "from tests.test_recipes import *; "
        "print(names(chosen(experiment_hours=6), 'a1', 48, START))"
    )
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(names(settings, "a1", 48))
    got = names(settings, "a1", 48)
    assert all(len(set(got[start : start + 6])) == 1 for start in range(0, 48, 6))


def test_it_ends_when_it_was_to_end():
    settings = chosen(experiment_days=2)
    assert set(names(settings, "a1", 48)) == {"standard", "recent"}
    before = names(settings, "a1", 24, START - timedelta(days=1))
    after = names(settings, "a1", 24, START + timedelta(days=2))
    assert set(before + after) == {"standard"}
    plan = settings.recipe_plan
    assert plan.ends == date(2026, 12, 3)
    assert plan.compares("recent", START)
    assert not plan.compares("wide", START)
    assert not plan.compares("recent", START + timedelta(days=2))


@given(
    st.integers(-3 * 86_400, 6 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.integers(1, 168),
    st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20),
)
def test_nothing_changes_before_the_next_change(now, hours, article_id):
    settings = chosen(experiment_days=2, experiment_hours=hours)
    change = settings.recipe_plan.next_change(now)
    if change is None:
        assert recipe_for(article_id, now + timedelta(days=9), settings) == Recipe()
        return
    assert change > now
    last = change - timedelta(microseconds=1)
    assert recipe_for(article_id, now, settings) == recipe_for(article_id, last, settings)


def test_other_time_zones_are_the_same_moments():
    from datetime import timezone

    settings = chosen()
    there = START.astimezone(timezone(timedelta(hours=4)))
    assert names(settings, "a1", 24, there) == names(settings, "a1", 24)


def test_a_recipe_is_found_by_its_name():
    plan = chosen().recipe_plan
    assert plan.named("standard") == Recipe()
    assert plan.named("wide").mode == "background"
    with pytest.raises(UnknownRecipeError, match="there are: recent, standard, wide"):
        plan.named("wider\n")
    own = Settings(recipes={"standard": {"minimum_score": 0.2}}).recipe_plan
    assert own.named("standard").minimum_score == 0.2


WHOLE = """
related_recipe = "recent"
experiment = ["standard", "recent"]
experiment_begins = 2026-12-01
[recipes.recent]
half_life = 90
within_days = 365
chain = ["similar", "newest"]
"""


def test_recipes_are_tables_of_the_settings_file(file, monkeypatch):  # noqa: F811
    file.write_text(WHOLE)
    plan = load_settings().recipe_plan
    assert plan.usual == "recent"
    assert plan.begins == BEGINS
    recent = plan.named("recent")
    assert (recent.half_life, recent.within_days) == (90, 365)
    assert recent.chain == ("similar", "newest")
    assert plan.named("standard").chain == CHAIN
    monkeypatch.setenv("BACKFILE_EXPERIMENT", "recent, standard")
    assert load_settings().experiment == ("recent", "standard")
    monkeypatch.setenv("BACKFILE_EXPERIMENT", "")
    assert load_settings().experiment == ()
    monkeypatch.setenv("BACKFILE_RECIPES", '{"other": {"mode": "followup"}, "recent": {}}')
    assert load_settings().recipe_plan.named("other").mode == "followup"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('related_recipe = "x"\n', "there is no recipe 'x'; there are: standard"),
        ('experiment = ["standard"]\n', "name two different recipes"),
        ('experiment = ["standard", "standard"]\n', "name two different recipes"),
        ('experiment = ["standard", "old"]\n', "there is no recipe 'old'"),
        ('experiment = ["standard", "a"]\n[recipes.a]\n', "needs its first day"),
        ("experiment = 7\n", "experiment cannot be 7 (backfile.toml)"),
        ('experiment_begins = "soon"\n', "experiment_begins cannot be 'soon'"),
        (
            "[recipes.a]\nmode = 'old'\n",
            "recipes.a.mode cannot be 'old' (backfile.toml): it",
        ),
        ("[recipes.a]\nhalf_time = 3\n", "recipes.a.half_time (backfile.toml) is not known"),
        ("[recipes.a]\nhalf_life = 0\n", "recipes.a.half_life cannot be 0"),
        ("[recipes.a]\nminimum_score = nan\n", "recipes.a.minimum_score cannot be nan"),
        ("[recipes.'A B']\n", "a recipe's name has small letters"),
        ('[recipes.a]\nchain = ["similar"]\n', "it lacks newest"),
        ('[recipes.a]\nchain = ["newest", "newest"]\n', "a step stands in it twice"),
        ('[recipes.a]\nchain = ["pinned"]\n', "recipes.a.chain.0 cannot be 'pinned'"),
        ("recipes = 3\n", "recipes cannot be 3"),
        (f"{WHOLE.replace('experiment = ', 'report_days = 20{0}experiment = ')}", "takes 28 days"),
        (f"[recipes]\n{''.join(f'a{n} = {{}}{chr(10)}' for n in range(21))}", "at most 20"),
    ],
)
def test_a_wrong_recipe_says_what_to_do(file, content, said):  # noqa: F811
    file.write_text(content.replace("{0}", "\n"))
    assert said in message()


def test_a_table_in_the_environment_is_json(file, monkeypatch):  # noqa: F811
    monkeypatch.setenv("BACKFILE_RECIPES", "recent")
    with pytest.raises(BackfileError, match="must be JSON"):
        load_settings()
