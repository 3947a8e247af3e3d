"""The commands that say and change what editors decide."""

import json
from datetime import UTC, datetime

import pytest

from articles.article import Article
from articles.curation import Pick, Pin, PinKind, Span
from articles.store import Store

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def backfile(run, tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
        store.upsert([Article(id=one, title=one) for one in ("a", "b", "c/ä")], NOW)

    def invoke(*words):
        return run("--home", tmp_path, *words)

    return invoke


@pytest.fixture
def curation(tmp_path):
    def read():
        with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
            return store.curation.read()

    return read


def test_a_choice_is_made_ordered_and_taken_back(backfile, curation):
    assert backfile("choice", "list").stdout == "Nothing is picked.\n"
    added = backfile("choice", "add", "a", "--section", "News", "--until", "2026-10-01T09:00+03:00")
    assert added.stdout == "Picked for News: a.\n"
    backfile("choice", "add", "c/ä", "--section", "News", "--first", "--from", "2026-10-01")
    ordered = backfile("choice", "order", "a", "c/ä", "--section", "News")
    assert ordered.stdout == "Picked for News: a, c/ä.\n"
    kept = (
        Pick("a", Span(ends=datetime(2026, 10, 1, 6, tzinfo=UTC))),
        Pick("c/ä", Span(datetime(2026, 10, 1, tzinfo=UTC))),
    )
    assert curation().choice("News").picks == kept
    assert backfile("choice", "add", "b").stdout == "Picked for the whole archive: b.\n"
    rows = [line.split(maxsplit=3) for line in backfile("choice", "list").stdout.splitlines()]
    assert rows[2] == ["News", "1", "a", "until 2026-10-01 06:00 UTC"]
    (listed,) = json.loads(backfile("choice", "list", "News", "--json").stdout)
    assert listed["section"] == "News"
    assert listed["picks"][1] == {
        "article_id": "c/ä",
        "span": {"begins": "2026-10-01T00:00:00Z", "ends": None},
    }
    assert backfile("choice", "remove", "b").stdout == "Picked for the whole archive: nothing.\n"
    assert curation().choices.keys() == {"News"}


def test_articles_are_pinned_hidden_and_shown_again(backfile, curation):
    assert backfile("pins", "list").stdout == "Nothing is pinned or hidden.\n"
    assert (
        backfile("pins", "pin", "a", "b").stdout
        == "Pinned beside a: b.\nHidden beside a: nothing.\n"
    )
    assert backfile("pins", "hide", "c/ä").stdout == "Hidden everywhere: c/ä.\n"
    backfile("pins", "hide", "c/ä", "--beside", "a", "--until", "2026-10-01")
    ends = datetime(2026, 10, 1, tzinfo=UTC)
    hidden = Pin("a", "c/ä", PinKind.HIDE, Span(ends=ends))
    assert curation().pins == {
        "a": (Pin("a", "b", PinKind.PIN), hidden),
        "": (Pin("", "c/ä", PinKind.HIDE),),
    }
    listed = json.loads(backfile("pins", "list", "a", "--json").stdout)
    assert [(one["target_id"], one["kind"]) for one in listed] == [("b", "pin"), ("c/ä", "hide")]
    assert "(every article)" in backfile("pins", "list").stdout
    assert backfile("pins", "remove", "c/ä").stdout == "Hidden everywhere: nothing.\n"
    assert curation().pins.keys() == {"a"}


def test_the_log_names_the_command_line(backfile):
    assert backfile("audit").stdout == "No such change is in the log.\n"
    backfile("choice", "add", "a", "--section", "News")
    backfile("pins", "hide", "b")
    printed = backfile("audit").stdout
    assert printed.index("hid") < printed.index("picked")
    assert "command line" in printed
    entries = json.loads(backfile("audit", "--json", "--kind", "choice").stdout)
    assert [(one["user"], one["action"], one["subject"]) for one in entries] == [
        ("command line", "picked", "News")
    ]
    assert backfile("audit", "--user", "ines").stdout == "No such change is in the log.\n"
    assert len(json.loads(backfile("audit", "--about", "b", "--json").stdout)) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("choice", "add", "none"), "the archive has no article 'none'"),
        (
            ("choice", "add", "a", "--from", "soon"),
            "'soon' is no time: write it as 2011-07-11T09:00",
        ),
        (("choice", "order", "a"), "each article that stands there once"),
        (("choice", "remove", "a"), "does not stand there"),
        (("pins", "pin", "a", "a"), "never stands beside itself"),
        (("pins", "pin", "none", "a"), "the archive has no article 'none'"),
        (
            ("pins", "hide", "a", "--from", "2026-01-02", "--until", "2026-01-01"),
            "end before it begins",
        ),
    ],
)
def test_what_cannot_be_done_is_said(backfile, curation, words, message):
    result = backfile(*words)
    assert result.exit_code == 1
    assert message in " ".join(result.stderr.split())
    assert curation().version == 0
