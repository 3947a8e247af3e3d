"""The command coverage."""

import json
from pathlib import Path

from web.app import create_app
from web.settings import load_settings


def test_coverage_for_people(run, sample_home):
    result = run("--home", sample_home, "coverage")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    facts = dict(line.split(maxsplit=1) for line in lines[: lines.index("")] if line[0] != " ")
    assert facts["Articles"] == "138"
    assert "2015 to" in facts["Days"]
    assert facts["Sections"].startswith("Politics 29.0%, Economy ")
    years = [line.split() for line in lines if line[:2] == "20"]
    assert sum(int(year[-1]) for year in years) == 138
    bars = {year[0]: year[1].count("█") for year in years}
    assert max(bars.values()) == 40
    assert any(line.startswith("gap from") for line in lines)
    assert all(len(line) <= 100 for line in lines)


def test_coverage_json_is_what_the_api_answers(run, sample_home):
    app = create_app(load_settings(home=sample_home))
    shown = json.loads(run("--home", sample_home, "coverage", "--json").stdout)
    with app.test_client() as client:
        assert shown == client.get("/api/v1/coverage").json
    app.extensions["backfile"].close()
    assert shown["gaps_found"] == len(shown["gaps"]) > 0


def test_coverage_says_that_changes_wait(run, home):
    Path("new.jsonl").write_text('{"id": "x", "title": "New", "body": "One."}\n')
    assert run("--home", home, "import", "new.jsonl").exit_code == 0
    result = run("--home", home, "coverage")
    assert "1 change: run `backfile rebuild`" in result.stdout
