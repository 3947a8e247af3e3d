"""`backfile blocks`: the report and the thin articles on the command line."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from articles.impressions import ArticlePlace, ItemPlace, Tally
from articles.store import Store

TODAY = datetime.now(UTC).date()
BEGINS = TODAY - timedelta(days=28)


@pytest.fixture
def counted_home(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        items = {
            ItemPlace(TODAY, "related", 1, "similar", "standard"): Tally(1000, 40),
            ItemPlace(TODAY, "related", 2, "newest", "recent"): Tally(1000, 10),
        }
        articles = {
            ArticlePlace(BEGINS, f"a{number}", "related", recipe): Tally(100, clicks + number % 2)
            for number in range(40)
            for recipe, clicks in (("standard", 6), ("recent", 2))
        }
        store.impressions.add(items, articles)
    return home


@pytest.fixture
def compared(monkeypatch):
    monkeypatch.setenv("BACKFILE_RECIPES", '{"recent": {"half_life": 30}}')
    monkeypatch.setenv("BACKFILE_EXPERIMENT", "standard,recent")
    monkeypatch.setenv("BACKFILE_EXPERIMENT_BEGINS", BEGINS.isoformat())


def test_the_report_for_people(run, counted_home, compared):
    result = run("--home", counted_home, "blocks", "report")
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    assert "Shown 1,000 Clicks 50 Followed 5.0%" in words
    assert "related 2 ██████████ 1,000 10 1.0%" in words
    assert "recent is followed less often than standard" in words
    assert "recent less standard: −4.00 points" in words


def test_the_report_for_programs(run, counted_home, compared):
    answer = json.loads(run("--home", counted_home, "blocks", "report", "--json").output)
    assert answer["clicks"]["blocks"] == [
        {"block": "related", "name": "", "tally": {"shown": 1000, "clicks": 50}}
    ]
    assert len(answer["clicks"]["days"]) == 28
    assert answer["experiment"]["comparisons"][0]["verdict"] == "less"
    assert answer["experiment"]["comparisons"][0]["related"]["high"] < 0


def test_what_is_not_a_number_is_null(run, home, compared):
    answer = json.loads(run("--home", home, "blocks", "report", "--json").output)
    assert answer["experiment"]["comparisons"][0]["related"]["low"] is None
    assert answer["experiment"]["comparisons"][0]["verdict"] == "too little"
    result = run("--home", home, "blocks", "report")
    assert result.exit_code == 0, result.output
    assert "Too little was counted" in result.output


def test_without_an_experiment_there_is_none(run, home):
    answer = json.loads(run("--home", home, "blocks", "report", "--json", "--days", "1").output)
    assert answer["experiment"] is None
    assert answer["clicks"]["first"] == answer["clicks"]["last"] == TODAY.isoformat()


def test_articles_without_similar_ones_are_listed(run, home):
    answer = json.loads(run("--home", home, "blocks", "empty", "--json", "--limit", "500").output)
    assert answer["articles"] == 138
    assert answer["found"] == answer["empty"] == len(answer["shown"])
    assert all(one["similar"] == 0 for one in answer["shown"])
    result = run("--home", home, "blocks", "empty", "--section", "Sport", "--similar", "4")
    assert result.exit_code == 0, result.output
    assert "Nothing similar" in result.output
    assert "Sport" in result.output
    assert "--limit lists more" in run("--home", home, "blocks", "empty", "--limit", "1").output


@pytest.mark.parametrize(
    "words",
    [("report", "--days", "0"), ("empty", "--similar", "31"), ("empty", "--limit", "10001")],
)
def test_numbers_out_of_bounds_are_refused(run, home, words):
    assert run("--home", home, "blocks", *words).exit_code == 2


def test_no_archive_is_made_by_looking(run, tmp_path):
    for words in (("report",), ("empty",)):
        result = run("--home", tmp_path / "none", "blocks", *words)
        assert result.exit_code == 1
        assert "there is no archive" in result.output
    assert not (tmp_path / "none").exists()
