"""The commands that look at the archive, and the demo."""

import json
import logging
from datetime import UTC, datetime

import pytest

from articles.article import Article
from articles.store import Store
from web.watching.last_errors import LastErrors

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FERRY = "2018-04-09-ferry-swallow"
DRAFT = "2026-09-15-draft-ortega-second-term"
WITHDRAWN = "2023-05-18-withdrawn-boundary-stones"
EMBARGOED = "2026-09-01-embargo-bridge-monument"


def test_show_prints_the_article(run, sample_home):
    result = run("--home", sample_home, "show", FERRY)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Six minutes, no cars: the Swallow carries its first commuters"
    assert "Readers     may see it" in lines
    assert all(line == line.rstrip() and len(line) <= 100 for line in lines)


def test_show_json_is_the_record(run, sample_home):
    record = json.loads(run("--home", sample_home, "show", FERRY, "--json").stdout)
    with Store.open(f"sqlite:///{sample_home}/archive.sqlite3") as store:
        assert Article.from_record(record) == store.get(FERRY)


@pytest.mark.parametrize(
    ("article_id", "reason"),
    [
        (DRAFT, "may not see it: its status is draft"),
        (WITHDRAWN, "may not see it: its status is withdrawn"),
        (EMBARGOED, "may not see it before 2099-01-01 00:00 UTC"),
    ],
)
def test_show_says_why_readers_may_not_see_an_article(run, sample_home, article_id, reason):
    assert reason in run("--home", sample_home, "show", article_id).stdout
    assert json.loads(run("--home", sample_home, "show", article_id, "--json").stdout)["id"]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("txt", "Daniel Osei. “Six minutes, no cars: the Swallow carries its first commuters”. "),
        ("bib", "@article{osei-2018-six-minutes-no-"),
        ("ris", "TY  - NEWS\r\nAU  - Daniel Osei\r\n"),
        ("json", '[\n  {\n    "id": "osei-2018-six-minutes-no-'),
    ],
)
def test_show_cites(run, sample_home, name, start):
    result = run("--home", sample_home, "show", FERRY, "--cite", name)
    assert result.exit_code == 0
    printed = result.stdout_bytes.decode()
    assert printed.startswith(start)
    assert "https://selvancourier.example/politics/2018/04/ferry-swallow" in printed


@pytest.mark.parametrize("article_id", ["nowhere", "x" * 5_000, "a\x00b", "'; drop table articles"])
def test_show_of_an_unknown_id(run, sample_home, article_id):
    result = run("--home", sample_home, "show", article_id)
    assert result.exit_code == 1
    assert "has no article with the id" in result.stderr


def test_titles_cannot_play_tricks_with_the_terminal(run, tmp_path, make_article):
    with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
        store.upsert([make_article(id="a", title="\x1b[2Jgone", body=("[bold]not bold[/]",))], NOW)
    run("--home", tmp_path, "rebuild")
    for words in (["show", "a"], ["search", "bold"]):
        shown = run("--home", tmp_path, *words).stdout
        assert "\x1b" not in shown
        assert "[bold]not bold[/]" in shown


def test_status_of_an_archive_without_generation(run, tmp_path, make_article):
    with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
        store.upsert([make_article()], NOW)
    facts = json.loads(run("--home", tmp_path, "status", "--json").stdout)
    assert facts["articles"] == {"published": 1}
    assert facts["generation"] is None
    assert "backfile rebuild" in facts["problem"]
    assert "backfile rebuild" in run("--home", tmp_path, "status").stdout


def test_status_counts_the_changes_since_the_build(run, home, make_article):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.upsert([make_article(), make_article()], NOW)
    facts = json.loads(run("--home", home, "status", "--json").stdout)
    assert facts["home"] == str(home)
    assert facts["generation"]["number"] == 1
    assert facts["generation"]["changes_since"] == 2
    assert facts["generation"]["languages"] == ["en", "ru"]
    assert facts["last_change"] == "2026-01-01T00:00:00Z"
    assert facts["bytes"] >= sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    assert (
        "2: a server finds them; `backfile rebuild` takes them in"
        in run("--home", home, "status").stdout
    )


def test_status_tells_age_disk_and_what_is_not_served(run, home, make_article):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        before = json.loads(run("--home", home, "status", "--json").stdout)
        store.upsert([make_article(), make_article()], NOW)
        published = store.counts()["published"]
    facts = json.loads(run("--home", home, "status", "--json").stdout)
    assert facts["generation"]["age_seconds"] >= before["generation"]["age_seconds"] >= 0
    assert facts["not_served"] == published - facts["generation"]["articles"]
    assert facts["not_served"] == before["not_served"] + 2
    disk = facts["disk"]
    assert 0 < disk["index_bytes"] < disk["home_bytes"] == facts["bytes"]
    assert disk["free_bytes"] > 0
    assert facts["last_errors"] == []


def test_status_tells_the_last_errors(run, home):
    handler = LastErrors(home)
    for number in range(5):
        handler.handle(logging.LogRecord("web", logging.ERROR, "", 0, "fault %d", (number,), None))
    facts = json.loads(run("--home", home, "status", "--json").stdout)
    assert [error["message"] for error in facts["last_errors"]] == [f"fault {n}" for n in range(5)]
    printed = run("--home", home, "status").stdout
    assert "fault 4" in printed
    assert "fault 1" not in printed


def test_status_of_a_pointer_that_is_damaged(run, home):
    (home / "generations" / "CURRENT").write_text("neither")
    facts = json.loads(run("--home", home, "status", "--json").stdout)
    assert facts["generation"] is None
    assert "backfile rollback" in facts["problem"]


def test_status_names_a_damaged_generation(run, home):
    run("--home", home, "rebuild")
    (home / "generations" / "000002" / "archive.arrays").write_bytes(b"")
    facts = json.loads(run("--home", home, "status", "--json").stdout)
    assert facts["generation"]["number"] == 1
    assert "archive.arrays" in facts["generation"]["warnings"][0]


def test_settings_show_where_a_value_comes_from_and_hide_passwords(run, tmp_path, monkeypatch):
    (tmp_path / "backfile.toml").write_text('page_size = 20\nsite_name = "The Courier"\n')
    monkeypatch.delenv("BACKFILE_CONFIG")
    monkeypatch.setenv("BACKFILE_PORT", "9000")
    monkeypatch.setenv("BACKFILE_DATABASE_URL", "postgresql://u:geheim@host/db?sslpassword=geheim")
    shown = run("--home", "/elsewhere", "settings").stdout
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.splitlines()}
    assert rows["page_size"] == "20 backfile.toml"
    assert rows["site_name"] == "The Courier backfile.toml"
    assert rows["port"] == "9000 environment variable BACKFILE_PORT"
    assert rows["home"] == "/elsewhere command line"
    assert rows["workers"] == "2 default"
    assert "geheim" not in shown
    assert "u:***@host/db" in shown


def test_demo_twice_then_search(run, tmp_path):
    first = run("demo", "--no-serve")
    assert first.exit_code == 0
    assert run("demo", "--no-serve").exit_code == 0
    assert (tmp_path / "backfile-home" / "archive.sqlite3").is_file()
    assert "bridge" in run("search", "bridge").stdout


def test_demo_does_not_mix_with_an_archive(run, tmp_path, make_article):
    with Store.open(f"sqlite:///{tmp_path}/backfile-home/archive.sqlite3") as store:
        store.upsert([make_article(id="ours")], NOW)
        result = run("demo", "--no-serve")
        assert store.count() == 1
    assert result.exit_code == 1
    assert "'ours'" in result.stderr
    assert "backfile --home FOLDER demo" in result.stderr
