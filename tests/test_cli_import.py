"""The command that brings articles in."""

import csv
import json

import pytest

from web.cli.importing import DETAIL
from web.spreadsheets import defused

GOOD = '{"id": "a", "title": "One", "body": "First.", "date": "2020-01-01"}\n'


@pytest.fixture
def file(tmp_path):
    """Write a file to import."""

    def write(text, name="articles.jsonl"):
        (tmp_path / name).write_text(text)
        return name

    return write


def summary(result):
    return json.loads(result.stdout)


def test_a_good_file(run, file):
    result = run("import", file(GOOD))
    assert result.exit_code == 0
    assert "Added              1" in result.stdout
    assert "`backfile rebuild` makes the changes searchable." in result.stdout
    again = summary(run("import", "articles.jsonl", "--json"))
    assert (again["added"], again["unchanged"], again["reasons"]) == (0, 1, [])


def test_a_changed_and_a_withdrawn_article(run, file):
    run("import", file(GOOD))
    changed = summary(run("import", file(GOOD.replace("One", "Two")), "--json"))
    assert (changed["added"], changed["changed"]) == (0, 1)
    withdrawn = GOOD.replace("One", "Two").replace("}", ', "status": "withdrawn"}')
    assert summary(run("import", file(withdrawn), "--json"))["withdrawn"] == 1


def test_rejected_records_are_shown_counted_and_reported(run, file, tmp_path):
    bad = GOOD + "{broken\n" + '{"id": "=1+1"}\n' + '{"id": "c"}\n'
    result = run("import", file(bad), "--report", "report.csv")
    assert result.exit_code == 1
    assert "Added              1" in result.stdout
    assert "Rejected           3" in result.stdout
    assert "first at articles.jsonl:2" in result.stdout
    assert "The report of all of them is report.csv." in result.stdout
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as report:
        rows = list(csv.DictReader(report))
    assert [(row["line"], row["action"]) for row in rows] == [
        ("2", "rejected"),
        ("3", "rejected"),
        ("4", "rejected"),
    ]
    assert list(rows[0]) == ["file", "line", "action", "id", "reason"]
    assert rows[1]["id"] in ("", "'=1+1")
    assert run("show", "a").exit_code == 0


def test_problems_of_one_kind_are_counted_together(run, file):
    result = run("import", file("".join(f'{{"id": "x{n}"}}\n' for n in range(3))), "--json")
    assert [(reason["count"], reason["line"]) for reason in summary(result)["reasons"]] == [(3, 1)]
    assert DETAIL.sub("…", "the date 'x' of 12 is wrong") == DETAIL.sub(
        "…", "the date 'it' of 7 is wrong"
    )


def test_a_mapping_names_their_fields(run, file):
    record = '{"key": "a", "kop": "Brug open", "tekst": "Het regende."}\n'
    words = ["--map", "id=key", "--map", "title=kop", "--map", "body=tekst", "--language", "nl"]
    assert run("import", file(record), *words).exit_code == 0
    shown = json.loads(run("show", "a", "--json").stdout)
    assert (shown["title"], shown["body"], shown["language"]) == (
        "Brug open",
        ["Het regende."],
        "nl",
    )


def test_month_first(run, file):
    record = '{"id": "a", "title": "One", "body": "First.", "date": "3/4/2011"}\n'
    run("import", file(record))
    assert json.loads(run("show", "a", "--json").stdout)["published"].startswith("2011-04-03")
    run("import", file(record), "--month-first")
    assert json.loads(run("show", "a", "--json").stdout)["published"].startswith("2011-03-04")


def test_csv_and_several_files(run, file):
    file("id,title,text\nb,Two,Second.\n", "more.csv")
    assert summary(run("import", file(GOOD), "more.csv", "--json"))["added"] == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "Missing argument"),
        (["missing.jsonl"], 2, "does not exist"),
        (["articles.jsonl", "--map", "title"], 2, "is not OURS=THEIRS"),
        (["articles.jsonl", "--map", "title=a", "--map", "title=b"], 2, "mapped twice"),
        (["articles.jsonl", "--map", "headline=a"], 1, "headline"),
    ],
)
def test_what_cannot_be_imported(run, file, tmp_path, words, status, said):
    file(GOOD)
    result = run("import", *words)
    assert result.exit_code == status
    assert said in result.stderr


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell):
    assert defused(cell) == f"'{cell}"
