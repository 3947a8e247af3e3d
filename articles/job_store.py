"""Where jobs are kept: one at a time, whoever asks, from whichever machine."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from articles.audit import AuditKind, Difference
from articles.audit_store import record
from articles.database import Database
from articles.jobs import (
    LONGEST_MESSAGE,
    MOST_JOBS,
    OPEN,
    Job,
    JobError,
    JobKind,
    JobOptions,
    JobProgress,
    JobReport,
    JobRunningError,
    JobState,
    LostJobError,
    Worker,
)
from articles.tables import JOBS

_OPEN = JOBS.c.state.in_(sorted(OPEN))
_OPTIONS = TypeAdapter(JobOptions)
_PROGRESS = TypeAdapter(JobProgress)
_REPORT = TypeAdapter(JobReport)


class JobStore:
    """The jobs of one database, reached as ``store.jobs``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(
        self,
        kind: JobKind,
        options: JobOptions,
        worker: Worker,
        *,
        by: str,
        now: datetime,
    ) -> Job:
        """Make a job that waits for a process to `claim` it, and return it.

        A job that is lost is noted as interrupted first.

        Raises
        ------
        JobRunningError
            When another one is open.
        """
        with self._database.writing() as connection:
            return _asked(connection, kind, options, worker, by=by, now=now)

    def claim(self, job_id: int, worker: Worker, now: datetime) -> Job:
        """Take a job that waits, and return it.

        Raises
        ------
        JobError
            When there is none that waits: it was cancelled, or somebody else does it.
        """
        with self._database.writing() as connection:
            return _claimed(connection, job_id, worker, now)

    def begin(
        self,
        kind: JobKind,
        options: JobOptions,
        worker: Worker,
        *,
        by: str,
        now: datetime,
    ) -> Job:
        """Make a job that the worker does itself, and return it claimed.

        Both or neither: nothing waits for a worker that was killed in between.

        Raises
        ------
        JobRunningError
            When another one is open.
        """
        with self._database.writing() as connection:
            job = _asked(connection, kind, options, worker, by=by, now=now)
            return _claimed(connection, job.id, worker, now)

    def beat(self, job: Job, progress: JobProgress, now: datetime) -> JobState:
        """Say that a job is done still and how far it is; return its state, running or cancelling.

        Raises
        ------
        LostJobError
            When it is not this worker's any more: it must stop and change nothing.
        """
        with self._database.writing() as connection:
            values = {"heartbeat": now, "progress": _PROGRESS.dump_json(progress).decode()}
            if not connection.execute(update(JOBS).where(_held(job)).values(values)).rowcount:
                raise LostJobError(
                    f"{job.kind} {job.id} was taken for dead, because nothing was heard of it for "
                    "too long: it ends without changing what is served"
                )
            return JobState(
                connection.execute(select(JOBS.c.state).where(JOBS.c.id == job.id)).scalar_one()
            )

    def cancel(self, *, by: str, now: datetime) -> Job:
        """Ask the open job to stop, and return it; it has stopped when its state says so.

        Raises
        ------
        JobError
            When none is open.
        """
        with self._database.writing() as connection:
            found = list(_jobs(connection, select(JOBS).where(_OPEN)))
            if not found or found[0].is_lost(now):
                for job in found:
                    _write(connection, job.as_seen(now))
                raise JobError("no rebuild is at work: there is nothing to cancel")
            (job,) = found
            waits = job.state is JobState.WAITING
            values: dict[str, Any] = {"state": JobState.CANCELLING.value}
            if waits:
                values = {"state": JobState.CANCELLED.value, "ended": now}
            connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(values))
            if job.state is not JobState.CANCELLING:
                _note(connection, job, f"cancelled a {job.kind}", by=by, now=now)
            return _job(connection, job.id)

    def end(self, job: Job, state: JobState, report: JobReport, now: datetime) -> Job:
        """Say how a job ended, and return it.

        Raises
        ------
        LostJobError
            When it is not this worker's any more.
        """
        message = report.message
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE - 1]}…"
        with self._database.writing() as connection:
            document = _REPORT.dump_python(report) | {"message": message}
            values = {
                "state": state.value,
                "heartbeat": now,
                "ended": now,
                "report": _REPORT.dump_json(_REPORT.validate_python(document)).decode(),
            }
            if not connection.execute(update(JOBS).where(_held(job)).values(values)).rowcount:
                raise LostJobError(f"{job.kind} {job.id} has ended already")
            ended = _job(connection, job.id)
            if state is JobState.DONE:
                done = "rebuilt" if job.kind is JobKind.REBUILD else "went back"
                _note(connection, ended, done, now=now)
            return ended

    def get(self, job_id: int, now: datetime) -> Job | None:
        """Return a job as it is known to stand at ``now``, None when there is none."""
        with self._database.reading() as connection:
            found = _jobs(connection, select(JOBS).where(JOBS.c.id == job_id))
            return next((job.as_seen(now) for job in found), None)

    def current(self, now: datetime) -> Job | None:
        """Return the job that is open, None when none is."""
        with self._database.reading() as connection:
            found = [job.as_seen(now) for job in _jobs(connection, select(JOBS).where(_OPEN))]
        return next((job for job in found if job.is_open), None)

    def recent(self, now: datetime, limit: int = 20) -> list[Job]:
        """Return the latest jobs, the newest first."""
        wanted = select(JOBS).order_by(JOBS.c.id.desc()).limit(min(limit, MOST_JOBS))
        with self._database.reading() as connection:
            return [job.as_seen(now) for job in _jobs(connection, wanted)]

    def last_done(self, kind: JobKind) -> Job | None:
        """Return the latest job of its kind that was done, None when none was."""
        done = (JOBS.c.kind == kind.value) & (JOBS.c.state == JobState.DONE.value)
        wanted = select(JOBS).where(done).order_by(JOBS.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            return next(iter(_jobs(connection, wanted)), None)


def _asked(
    connection: Connection,
    kind: JobKind,
    options: JobOptions,
    worker: Worker,
    *,
    by: str,
    now: datetime,
) -> Job:
    """Make a job that waits."""
    for job in _jobs(connection, select(JOBS).where(_OPEN)):
        if not job.is_lost(now):
            raise JobRunningError(job)
        _write(connection, job.as_seen(now))
    job_id = connection.execute(
        insert(JOBS)
        .values(
            kind=kind.value,
            state=JobState.WAITING.value,
            asked_by=by,
            asked_at=now,
            heartbeat=now,
            host=worker.host,
            machine=worker.machine,
            pid=worker.pid,
            options=_OPTIONS.dump_json(options).decode(),
            progress=_PROGRESS.dump_json(JobProgress()).decode(),
            report=_REPORT.dump_json(JobReport()).decode(),
        )
        .returning(JOBS.c.id)
    ).scalar_one()
    kept = select(JOBS.c.id).order_by(JOBS.c.id.desc()).limit(MOST_JOBS)
    connection.execute(delete(JOBS).where(JOBS.c.id.not_in(kept)))
    return _job(connection, job_id)


def _claimed(connection: Connection, job_id: int, worker: Worker, now: datetime) -> Job:
    """Take a job that waits."""
    waits = (JOBS.c.id == job_id) & (JOBS.c.state == JobState.WAITING.value)
    values = {
        "state": JobState.RUNNING.value,
        "started": now,
        "heartbeat": now,
        "host": worker.host,
        "machine": worker.machine,
        "pid": worker.pid,
    }
    if not connection.execute(update(JOBS).where(waits).values(values)).rowcount:
        raise JobError(f"no job {job_id} waits to be done: `backfile rebuild --status`")
    job = _job(connection, job_id)
    _note(connection, job, f"began a {job.kind}", now=now)
    return job


def _held(job: Job) -> Any:
    """Return the condition that a job is open and done by the worker that claimed it."""
    worker = job.worker
    return (
        (JOBS.c.id == job.id)
        & (JOBS.c.machine == worker.machine)
        & (JOBS.c.pid == worker.pid)
        & JOBS.c.state.in_([JobState.RUNNING.value, JobState.CANCELLING.value])
    )


def _write(connection: Connection, job: Job) -> None:
    """Write how a job ended that could not say so itself."""
    values = {
        "state": job.state.value,
        "ended": job.ended,
        "report": _REPORT.dump_json(job.report).decode(),
    }
    connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(values))


def _note(connection: Connection, job: Job, action: str, *, now: datetime, by: str = "") -> None:
    """Write a line of the audit log."""
    report = job.report
    before, after = (
        f"generation {number}" if number else "" for number in (report.before, report.generation)
    )
    if job.options.force and not after:
        after = "whatever the checks say"
    record(
        connection,
        [Difference(action, before=before, after=after)],
        by=by or job.asked_by,
        now=now,
        kind=AuditKind.INDEX,
        subject=f"job {job.id}",
    )


def _job(connection: Connection, job_id: int) -> Job:
    (job,) = _jobs(connection, select(JOBS).where(JOBS.c.id == job_id))
    return job


def _jobs(connection: Connection, wanted: Any) -> list[Job]:
    return [
        Job(
            id=row.id,
            kind=JobKind(row.kind),
            state=JobState(row.state),
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            started=row.started,
            heartbeat=row.heartbeat,
            ended=row.ended,
            worker=Worker(row.host, row.machine, row.pid),
            options=_OPTIONS.validate_json(row.options),
            progress=_PROGRESS.validate_json(row.progress),
            report=_REPORT.validate_json(row.report),
        )
        for row in connection.execute(wanted)
    ]
