"""Jobs in the store: one at a time, whoever asks, held over SQLite and over a real PostgreSQL."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from articles import job_store
from articles.audit import AuditKind
from articles.jobs import (
    LONGEST_MESSAGE,
    LOST_AFTER,
    Finding,
    JobError,
    JobKind,
    JobOptions,
    JobProgress,
    JobReport,
    JobRunningError,
    JobState,
    LostJobError,
    this_process,
)
from articles.store import Store

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE = this_process()
ELSEWHERE = replace(HERE, host="other", machine="another machine", pid=1)
REBUILD, ROLLBACK = JobKind


@pytest.fixture
def jobs(database_url):
    with Store.open(database_url) as store:
        store.jobs.audit = store.audit
        yield store.jobs


def ask(jobs, kind=REBUILD, *, now=NOON, by="ines", worker=HERE, **options):
    return jobs.ask(kind, JobOptions(**options), worker, by=by, now=now)


def begin(jobs, *, now=NOON, worker=HERE, **options):
    return jobs.claim(ask(jobs, now=now, worker=worker, **options).id, worker, now)


def gone():
    """Return a worker of this machine whose process has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return replace(HERE, pid=process.pid)


def test_a_job_that_is_begun_at_once_never_waits_for_a_worker_that_was_killed(jobs):
    job = jobs.begin(REBUILD, JobOptions(), gone(), by="ines", now=NOON)
    assert (job.state, job.started) == (JobState.RUNNING, NOON)
    again = jobs.begin(REBUILD, JobOptions(), HERE, by="ines", now=NOON)
    assert jobs.get(job.id, NOON).state is JobState.INTERRUPTED
    with pytest.raises(JobRunningError):
        jobs.begin(REBUILD, JobOptions(), HERE, by="ines", now=NOON)
    assert jobs.get(again.id, NOON).state is JobState.RUNNING


def test_a_job_from_its_beginning_to_its_end(jobs):
    asked = ask(jobs, force=True, processes=3, memory=200)
    assert (asked.kind, asked.state, asked.asked_by) == (REBUILD, JobState.WAITING, "ines")
    assert asked.options == JobOptions(force=True, processes=3, memory=200)
    job = jobs.claim(asked.id, ELSEWHERE, NOON + SECOND)
    assert (job.state, job.started, job.worker) == (JobState.RUNNING, NOON + SECOND, ELSEWHERE)
    progress = JobProgress(
        stage="reading", done=1, total=4, fraction=0.1, rate=7.5, seconds_left=3.0
    )
    assert jobs.beat(job, progress, NOON + 2 * SECOND) is JobState.RUNNING
    seen = jobs.current(NOON + 3 * SECOND)
    assert (seen.progress, seen.heartbeat) == (progress, NOON + 2 * SECOND)
    report = JobReport(
        generation=2,
        before=1,
        articles=10,
        seconds=3.5,
        findings=(Finding(passed=True, lines=("All of it.",)),),
        stages={"reading": 1.5},
    )
    ended = jobs.end(job, JobState.DONE, report, NOON + 4 * SECOND)
    assert (ended.state, ended.report, ended.ended) == (JobState.DONE, report, NOON + 4 * SECOND)
    assert jobs.current(NOON) is None
    assert jobs.last_done(REBUILD) == ended == jobs.get(asked.id, NOON)
    assert jobs.last_done(ROLLBACK) is None
    entries = jobs.audit.entries(kind=AuditKind.INDEX)
    said = [(one.user, one.action, one.subject, one.before, one.after) for one in entries]
    assert said == [
        ("ines", "rebuilt", f"job {job.id}", "generation 1", "generation 2"),
        ("ines", "began a rebuild", f"job {job.id}", "", "whatever the checks say"),
    ]


def test_nobody_else_can_ask_meanwhile_and_is_told_who_is_at_work(jobs):
    job = begin(jobs, worker=ELSEWHERE)
    with pytest.raises(JobRunningError, match=r"rebuild 1 \(ines, on other\)") as refused:
        ask(jobs, ROLLBACK, by="ada")
    assert refused.value.job == job
    jobs.end(job, JobState.FAILED, JobReport(message="x" * 9_000), NOON)
    assert len(jobs.recent(NOON)[0].report.message) == LONGEST_MESSAGE
    assert ask(jobs, ROLLBACK, by="ada", to=4).options.to == 4


def test_of_many_that_ask_at_once_one_may(jobs):
    def one(number):
        try:
            return ask(jobs, by=f"user{number}")
        except JobRunningError:
            return None

    with ThreadPoolExecutor(8) as pool:
        asked = list(filter(None, pool.map(one, range(8))))
    assert jobs.recent(NOON) == asked
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: claimed(jobs, asked[0].id), range(4)))
    assert taken.count(True) == 1


def claimed(jobs, job_id):
    try:
        return bool(jobs.claim(job_id, HERE, NOON))
    except JobError:
        return False


def test_cancel_asks_the_one_that_runs_and_ends_the_one_that_waits(jobs):
    with pytest.raises(JobError, match="nothing to cancel"):
        jobs.cancel(by="ada", now=NOON)
    asked = ask(jobs)
    assert jobs.cancel(by="ada", now=NOON).state is JobState.CANCELLED
    with pytest.raises(JobError, match="waits to be done"):
        jobs.claim(asked.id, HERE, NOON)
    job = begin(jobs)
    for _ in range(2):
        assert jobs.cancel(by="ada", now=NOON).state is JobState.CANCELLING
    assert jobs.beat(job, JobProgress(), NOON) is JobState.CANCELLING
    with pytest.raises(JobRunningError):
        ask(jobs)
    jobs.end(job, JobState.CANCELLED, JobReport(), NOON)
    said = [(one.user, one.action) for one in jobs.audit.entries(kind=AuditKind.INDEX)]
    stopped = ("ada", "cancelled a rebuild")
    assert said == [stopped, ("ines", "began a rebuild"), stopped]


@pytest.mark.parametrize(
    ("worker", "later", "lost"),
    [
        (HERE, LOST_AFTER, False),
        (HERE, LOST_AFTER + SECOND, True),
        (ELSEWHERE, LOST_AFTER, False),
        (ELSEWHERE, LOST_AFTER + SECOND, True),
        (None, 0 * SECOND, True),
    ],
    ids=["alive", "silent", "elsewhere", "elsewhere and silent", "gone"],
)
def test_a_job_whose_process_is_dead_is_seen_as_interrupted(jobs, worker, later, lost):
    job = begin(jobs, worker=worker or gone())
    now = NOON + later
    assert jobs.recent(now)[0].state is (JobState.INTERRUPTED if lost else JobState.RUNNING)
    if not lost:
        with pytest.raises(JobRunningError):
            ask(jobs, now=now)
        return
    assert jobs.current(now) is None
    with pytest.raises(JobError, match="nothing to cancel"):
        jobs.cancel(by="ada", now=now)
    ask(jobs, now=now)
    first = jobs.get(job.id, NOON)  # as it was written
    assert (first.state, first.ended) == (JobState.INTERRUPTED, NOON)
    assert "goes on from what is complete" in first.report.message


def test_one_that_was_taken_for_dead_must_stop(jobs):
    job = begin(jobs)
    later = NOON + LOST_AFTER + SECOND
    ask(jobs, now=later)
    for act in (
        lambda: jobs.beat(job, JobProgress(), later),
        lambda: jobs.end(job, JobState.DONE, JobReport(), later),
    ):
        with pytest.raises(LostJobError):
            act()


def test_one_that_waits_is_lost_only_by_time(jobs):
    asked = ask(jobs, worker=gone())
    assert jobs.get(asked.id, NOON + LOST_AFTER).state is JobState.WAITING
    assert jobs.get(asked.id, NOON + LOST_AFTER + SECOND).state is JobState.INTERRUPTED


def test_old_jobs_are_forgotten(jobs, monkeypatch):
    monkeypatch.setattr(job_store, "MOST_JOBS", 3)
    for _ in range(5):
        jobs.end(begin(jobs), JobState.DONE, JobReport(), NOON)
    assert [job.id for job in jobs.recent(NOON, 500)] == [5, 4, 3]
    assert jobs.get(1, NOON) is None


def test_a_process_knows_itself():
    assert HERE.pid == os.getpid()
    assert not HERE.is_gone
    assert gone().is_gone
    assert not replace(gone(), machine="another machine").is_gone
