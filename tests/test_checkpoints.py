"""A rebuild that was killed is gone on with: the same bytes, and whatever was changed meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from articles.article import Status
from articles.store import Store
from index import checkpoint
from index.builder import rebuild
from index.publish import Generations
from index.visibility import Visibility
from recommender import list_parts
from recommender.lists import RelatedLists, related_lists
from tests.archives import NOW, build, random_articles

ROOT = Path(__file__).resolve().parents[1]
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from articles.store import Store
from index.builder import rebuild
from index.publish import Generations
from recommender import list_parts
from recommender.lists import related_lists
home, stage, done, now = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
list_parts.ROWS = 256
def on_progress(progress):
    if progress.stage == stage and progress.done >= done:
        os.kill(os.getpid(), signal.SIGKILL)
def before_serving():
    if stage == "serving":
        os.kill(os.getpid(), signal.SIGKILL)
with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
    rebuild(store, Generations(home / "generations"), now=datetime.fromisoformat(now), memory=1,
            processes=2, steps=[related_lists], on_progress=on_progress,
            before_serving=before_serving)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with a generation of 1,200 articles, in several segments and parts of lists."""
    home = tmp_path_factory.mktemp("whole")
    store, _, _ = build(home, random_articles(1200), memory=1)
    store.close()
    return home


@pytest.fixture
def home(whole, tmp_path):
    (tmp_path / "generations").mkdir()
    shutil.copy(whole / "archive.sqlite3", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def struck(whole, tmp_path_factory):
    """A home whose rebuild was killed when the segments were written and no list was."""
    home = tmp_path_factory.mktemp("struck")
    (home / "generations").mkdir()
    shutil.copy(whole / "archive.sqlite3", home)
    killed(home, "finding themes")
    return home


@pytest.fixture
def left(struck, tmp_path):
    """A copy of that home, for one test."""
    return shutil.copytree(struck, tmp_path, dirs_exist_ok=True)


def killed(home, stage, done=0, now=NOW):
    """Rebuild in a process of its own that is killed at a stage."""
    process = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), stage, str(done), now.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert process.returncode == -signal.SIGKILL


def again(home, **options):
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        return rebuild(
            store,
            Generations(home / "generations"),
            **{"now": NOW, "memory": 1, "steps": [related_lists]} | options,
        )


def content(home, number=1):
    folder = home / "generations" / f"{number:06d}"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("stage", "done", "resumed"),
    [
        ("reading articles", 600, False),
        ("uniting words", 0, True),
        ("writing segments", 1, True),
        ("finding themes", 1, True),
        ("relating articles", 768, True),
        ("serving", 0, True),
    ],
)
def test_killed_at_any_stage_the_next_one_gives_the_same_bytes(
    home, whole, monkeypatch, stage, done, resumed
):
    monkeypatch.setattr(list_parts, "ROWS", 256)
    killed(home, stage, done)
    seen = []
    report = again(home, on_progress=seen.append, processes=1)
    assert report.resumed is resumed
    assert (report.articles, report.skipped) == (1200, 0)
    assert content(home) == content(whole)
    assert sorted(path.name for path in (home / "generations").iterdir()) == [
        "000001",
        "CURRENT",
        "LOCK",
    ]
    if resumed:
        assert "reading articles" not in {one.stage for one in seen}
    if stage == "relating articles":
        first = next(one for one in seen if one.stage == stage)
        assert first.done == done // 256 * 256


def test_killed_twice_it_goes_on_twice(home, whole):
    killed(home, "writing segments")
    killed(home, "relating articles", 768)
    assert again(home).resumed
    assert content(home) == content(whole)


def test_what_was_changed_since_is_served_with_it(left):
    articles = random_articles(1201)
    with Store.open(f"sqlite:///{left / 'archive.sqlite3'}") as store:
        gone = replace(articles[3], status=Status.DRAFT)
        store.upsert([articles[1200], gone], NOW)
        generations = Generations(left / "generations")
        later = NOW + timedelta(hours=1)
        report = rebuild(store, generations, now=later, memory=1, steps=[related_lists])
        assert (report.resumed, report.articles) == (True, 1200)
        with closing(generations.open_current()) as generation:
            visibility = Visibility(generation, store)
            assert generation.manifest.store_sequence == store.last_sequence() - 2
            assert not visibility.shows(generation.columns.document(gone.id))
            assert visibility.fresh.is_public(articles[1200].id)
        generation.close()


def change_nothing(home):
    return {}


def many_changes(home):
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        store.upsert([replace(one, title="x") for one in random_articles(4)], NOW)
    return {}


def another_store(home):
    for file in home.glob("archive.sqlite3*"):
        file.unlink()
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        for article in random_articles(1201)[::-1]:
            store.upsert([article], NOW + timedelta(seconds=1))
    return {}


def damage(home):
    (path,) = (home / "generations").glob("*.partial/articles_0.arrays")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return {}


def lose_the_beginning(home):
    (path,) = (home / "generations").glob("*.partial/checkpoint/beginning.json")
    path.write_text('{"now": 1}')
    return {}


@pytest.mark.parametrize(
    ("prepare", "resumed"),
    [
        (change_nothing, True),
        (many_changes, False),
        (damage, False),
        (lose_the_beginning, False),
        (lambda _: {"memory": 2}, False),
        (lambda _: {"resume": False}, False),
        (lambda _: {"now": NOW + timedelta(days=2)}, False),
        (lambda _: {"now": NOW - timedelta(hours=1)}, False),
        (another_store, False),
    ],
    ids=["nothing", "many", "damage", "note", "memory", "asked", "late", "early", "another store"],
)
def test_it_begins_anew_where_what_is_left_is_of_no_use(left, monkeypatch, prepare, resumed):
    monkeypatch.setattr(checkpoint, "MOST_BEHIND", 3)
    report = again(left, **prepare(left))
    assert report.resumed is resumed
    assert report.articles in (1200, 1201)
    assert [path.name for path in (left / "generations").glob("*.partial")] == []


def test_lists_by_another_number_of_boilerplate_are_made_anew(home, monkeypatch):
    monkeypatch.setattr(list_parts, "ROWS", 256)
    killed(home, "relating articles", 768)
    seen = []
    assert again(
        home, steps=[RelatedLists(boilerplate_articles=5)], on_progress=seen.append
    ).resumed
    assert next(one.done for one in seen if one.stage == "relating articles") == 0


def test_a_build_that_is_stopped_leaves_nothing(home):
    def stop(progress):
        if progress.stage == "relating articles":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        again(home, on_progress=stop)
    assert [path.name for path in (home / "generations").iterdir()] == ["LOCK"]
