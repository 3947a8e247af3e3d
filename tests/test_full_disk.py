"""A disk that is full says so, loses nothing that was acknowledged, and readers notice nothing."""

import json
import shutil
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from articles.article import Article
from articles.store import Store
from web.app import create_app
from web.settings import load_settings

NOW = datetime(2026, 9, 1, tzinfo=UTC)
FREE = (0, 8, 30, 100, 300, 800)
"""Kilobytes that are left."""
REFUSALS = {
    "The archive has no room left: nothing was stored.",
    "The archive’s database does not answer: try again soon.",
}


@pytest.fixture
def home(sample_home, small_disk):
    return shutil.copytree(sample_home, small_disk / "home")


@contextmanager
def only(home, kilobytes):
    """Leave so much room on the disk of the home."""
    filler = home.parent / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(shutil.disk_usage(home).free - kilobytes * 1024, 0)))
    try:
        yield
    finally:
        filler.unlink()


def articles_in(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        return {article.id for article in store.articles()}


def test_a_full_disk_stops_an_import_and_nothing_else(run, home, tmp_path):
    lines = [
        {"id": f"new-{number}", "title": f"Title {number}", "body": f"{number} bridge " * 400}
        for number in range(900)
    ]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, lines)))
    app = create_app(load_settings(home=home))
    with closing(app.extensions["backfile"]), app.test_client() as client:
        assert client.get("/api/v1/search?q=bridge").status_code == 200
        for free in FREE:
            with only(home, free):
                result = run("--home", home, "import", "new.jsonl")
                assert result.exit_code == 1, free
                assert "make room" in result.stderr, (free, result.stderr)
                assert "archive.sqlite3" in result.stderr
                answer = client.get("/api/v1/search?q=bridge&facets=false")
                assert answer.status_code == 200
                assert answer.json["total"] > 0
    assert run("--home", home, "verify").exit_code == 0


def test_a_full_disk_loses_no_acknowledged_article_and_readers_are_answered(run, home):
    made = run("--home", home, "key", "add", "cms", "--scope", "articles:write")
    key = next(word for word in made.stdout.split() if len(word) > 30)
    settings = load_settings(home=home)
    acknowledged, refused = set(), 0
    app = create_app(settings)
    with closing(app.extensions["backfile"]), app.test_client() as client:
        for free in FREE:
            with only(home, free):
                for number in range(40):
                    name = f"{free}-{number}"
                    answer = client.post(
                        "/api/v1/articles",
                        json={"id": name, "title": name, "body": "long " * 2000},
                        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": name},
                    )
                    if answer.status_code < 300:
                        acknowledged.add(name)
                        continue
                    refused += 1
                    assert answer.status_code == 503, answer.json
                    assert answer.json["detail"] in REFUSALS, answer.json
                    assert answer.headers["Retry-After"]
                    break
                assert client.get("/search?q=bridge").status_code == 200
                assert client.get("/api/v1/search?q=bridge").json["total"] > 0
                app.extensions["backfile"].finish_counting()
        again = client.post(
            "/api/v1/articles",
            json={"id": "0-0", "title": "0-0"},
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "again"},
        )
        assert again.status_code < 300, again.json
    assert refused == len(FREE)
    assert acknowledged | {"0-0"} <= articles_in(home)
    assert run("--home", home, "verify").exit_code == 0


def test_a_full_disk_leaves_no_half_backup(run, home):
    before = home.parent / "backup.zip"
    assert run("--home", home, "backup", before).exit_code == 0
    content = before.read_bytes()
    for free in FREE[:-2]:
        with only(home, free):
            result = run("--home", home, "backup", before, "--with-index")
            assert result.exit_code == 1
            assert "make room" in result.stderr
        assert before.read_bytes() == content
        assert sorted(path.name for path in home.parent.iterdir()) == ["backup.zip", "home"]


def test_a_full_disk_leaves_what_was_to_be_replaced(run, home, tmp_path):
    file = tmp_path / "other.zip"
    with Store.open(f"sqlite:///{tmp_path}/other/archive.sqlite3") as store:
        store.upsert([Article(id=f"o{n}", title="t", body=("x" * 9000,)) for n in range(200)], NOW)
    assert run("--home", tmp_path / "other", "backup", file).exit_code == 0
    ids = articles_in(home)
    for free in FREE:
        with only(home, free):
            result = run("--home", home, "restore", file, "--replace")
            assert result.exit_code == 1, free
            assert "room" in result.stderr
        assert articles_in(home) == ids
        assert not (home / "restoring").exists()
    assert run("--home", home, "verify").exit_code == 0


def test_a_restore_for_which_room_seemed_enough_leaves_what_was_there(
    run, home, tmp_path, monkeypatch
):
    """The room that is asked for beforehand is a guess: what is asked on the way must hold, too."""
    file = tmp_path / "whole.zip"
    assert run("--home", home, "backup", file, "--with-index").exit_code == 0
    ids = articles_in(home)
    monkeypatch.setattr("web.backup.restore._Restore._require_room", lambda _: None)
    for free in (0, 40, 200, 600, 1000, 1400):
        with only(home, free):
            result = run("--home", home, "restore", file, "--replace")
            assert result.exit_code == 1, free
            assert "room" in result.stderr, (free, result.stderr)
        assert articles_in(home) == ids
        assert run("--home", home, "verify").exit_code == 0
        assert not list(home.glob("before-restore-*"))
