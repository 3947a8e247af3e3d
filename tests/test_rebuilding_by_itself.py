"""Rebuilds that begin by themselves, and those that must not."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from articles.jobs import JobKind, JobOptions, JobState, this_process
from tests.archives import build, storied_articles
from web.rebuilding import automatic
from web.rebuilding.automatic import LONG_PAUSE, MOST_INTERRUPTED, PAUSE, Automatic
from web.settings import Settings

NOW = datetime.now(UTC)
REBUILD, ROLLBACK = JobKind
ARTICLES = storied_articles(60)


@pytest.fixture
def archive(tmp_path):
    """A store of 40 articles with a generation, and what goes with it."""
    store, generations, _ = build(tmp_path, ARTICLES[:40], now=NOW)
    with store:
        yield SimpleNamespace(
            store=store, generations=generations, settings=Settings(home=tmp_path)
        )


def claim(archive, kind=REBUILD, **options):
    # Not at `NOW`: these tests may begin so late after it that the job would be taken for dead.
    now = datetime.now(UTC)
    jobs = archive.store.jobs
    asked = jobs.ask(kind, JobOptions(**options), this_process(), by="ines", now=now)
    return jobs.claim(asked.id, this_process(), now)


@pytest.fixture
def asked(monkeypatch):
    """Note the rebuilds that begin by themselves, which wait for a process that never comes."""
    found = []

    def begin(kind, store, settings, *, by, options):
        assert by == "by itself"
        found.append(options)
        # When whoever is at work in these tests has long been silent.
        later = datetime.now(UTC) + timedelta(hours=1)
        return store.jobs.ask(kind, options, this_process(), by=by, now=later)

    monkeypatch.setattr(automatic, "start", begin)
    return found


def looking(archive, after=3):
    return Automatic(archive.store, archive.settings.model_copy(update={"rebuild_after": after}))


def ended(archive, state, kind=REBUILD, **options):
    job = claim(archive, kind, **options)
    archive.store.jobs.end(job, state, job.report, datetime.now(UTC))


def test_a_rebuild_begins_by_itself_when_enough_has_changed(archive, asked):
    now = datetime.now(UTC)
    archive.store.upsert(ARTICLES[40:42], now)
    assert looking(archive).look(now) is None
    archive.store.upsert([replace(ARTICLES[40], title="Again")], now)
    assert looking(archive).look(now) is None
    archive.store.upsert([ARTICLES[42]], now)
    job = looking(archive).look(now)
    assert (job.kind, asked) == (REBUILD, [JobOptions()])
    assert looking(archive).look(now) is None  # it is at work


@pytest.mark.parametrize(
    ("state", "kind", "pause"),
    [
        (JobState.DONE, REBUILD, PAUSE),
        (JobState.FAILED, REBUILD, LONG_PAUSE),
        (JobState.REFUSED, REBUILD, LONG_PAUSE),
        (JobState.CANCELLED, REBUILD, LONG_PAUSE),
        (JobState.DONE, ROLLBACK, None),
    ],
)
def test_it_rests_after_another_job(archive, asked, state, kind, pause):
    archive.store.upsert(ARTICLES[40:50], NOW)
    ended(archive, state, kind)
    now = datetime.now(UTC)
    for later in (timedelta(), (pause or LONG_PAUSE) - timedelta(minutes=1)):
        assert looking(archive).look(now + later) is None
    found = looking(archive).look(now + (pause or LONG_PAUSE) + timedelta(minutes=1))
    assert (found is not None) is (pause is not None)


def test_one_that_was_killed_is_gone_on_with_by_itself(archive, asked):
    far = datetime.now(UTC) + timedelta(hours=2)
    for _ in range(MOST_INTERRUPTED - 1):
        claim(archive, force=True)
        assert looking(archive).look(far) is not None
        # What it has begun is killed, too.
        archive.store.jobs.cancel(by="ada", now=far - timedelta(hours=1))
    assert asked == [JobOptions(force=True)] * (MOST_INTERRUPTED - 1)


def test_after_many_that_were_killed_none_begins(archive, asked):
    far = datetime.now(UTC)
    for _ in range(MOST_INTERRUPTED):
        far += timedelta(hours=1)
        asked_ = archive.store.jobs.ask(REBUILD, JobOptions(), this_process(), by="a", now=far)
        archive.store.jobs.claim(asked_.id, this_process(), far)
    assert looking(archive).look(far + timedelta(hours=1)) is None
    assert asked == []


def test_nothing_begins_where_there_is_no_index_yet(archive, asked, tmp_path):
    archive.store.upsert(ARTICLES[40:50], NOW)
    (archive.generations.folder / "CURRENT").unlink()
    assert looking(archive).look(datetime.now(UTC)) is None


def test_it_looks_as_long_as_the_server_runs(archive, asked, monkeypatch):
    monkeypatch.setattr(automatic, "SECONDS", 0.01)
    archive.store.upsert(ARTICLES[40:50], NOW)
    one = looking(archive)
    begun = threading.Event()
    monkeypatch.setattr(one, "look", lambda _: begun.set())
    one.begin()
    assert begun.wait(60)
    one.close()
    never = looking(archive, after=0)
    never.begin()
    assert not never._thread.is_alive()
    never.close()
