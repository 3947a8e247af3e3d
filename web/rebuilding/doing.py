"""A job is done: in this process, from its claim to what became of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from articles.errors import BackfileError
from articles.jobs import (
    Finding,
    Job,
    JobKind,
    JobProgress,
    JobReport,
    JobState,
    LostJobError,
)
from articles.store import Store
from index.build_step import BuildProgress
from index.builder import BuildReport, rebuild
from index.gate import RefusedGenerationError, Verdict
from index.publish import Generations
from recommender.lists import RelatedLists
from web.rebuilding.checks import gate_checks
from web.rebuilding.course import Course
from web.rebuilding.heartbeat import CancelledError, Heartbeat
from web.rebuilding.room import check_room
from web.settings import Settings

OnJobProgress = Callable[[JobProgress], None]
STOPPED = 130
"""The exit status of a process that was stopped while it could not be interrupted."""


def do_rebuild(
    job: Job,
    store: Store,
    settings: Settings,
    show: OnJobProgress = lambda _: None,
    *,
    leave: Callable[[int], None] = os._exit,
) -> tuple[Job, BuildReport]:
    """Do a rebuild that this process has claimed; return the job as it ended, and what was built.

    Whatever happens is noted in the job. A job that is to stop, and is at something that cannot be
    interrupted, ends the process by ``leave``.

    Raises
    ------
    BackfileError
        Among others `CancelledError`, `RefusedGenerationError`, `NoRoomError`, `FullDiskError`.
    """
    generations = Generations(settings.generations_folder)
    before = generations.current_number()
    last = store.jobs.last_done(JobKind.REBUILD)
    course = Course(last.report.stages if last else None)
    with _noting(job, store, generations, before, course.progress, leave) as heartbeat:

        def on_progress(progress: BuildProgress) -> None:
            course.advance(progress)
            heartbeat.check()
            show(course.progress())

        checks = gate_checks(store, generations, settings)
        if not job.options.force:
            check_room(store, generations)
        report = rebuild(
            store,
            generations,
            now=datetime.now(UTC),
            processes=job.options.processes or settings.build_processes,
            memory=job.options.memory or settings.build_memory,
            steps=[
                RelatedLists(
                    boilerplate_articles=settings.boilerplate_articles,
                    threads=job.options.processes or settings.build_processes,
                )
            ],
            checks=checks,
            force=job.options.force,
            resume=job.options.resume,
            on_progress=on_progress,
            before_serving=heartbeat.commit,
        )
    told = JobReport(
        generation=report.number,
        before=before,
        articles=report.articles,
        skipped=report.skipped,
        bytes=report.bytes,
        seconds=report.seconds,
        resumed=report.resumed,
        findings=_findings(report.verdicts),
        stages=course.seconds(),
    )
    return store.jobs.end(job, JobState.DONE, told, datetime.now(UTC)), report


def do_rollback(
    job: Job, store: Store, settings: Settings, *, leave: Callable[[int], None] = os._exit
) -> tuple[Job, int]:
    """Do a rollback that this process has claimed; return the job and the number that is served.

    Raises
    ------
    BackfileError
        Among others `NoGenerationError`, `DamagedFileError`, `CancelledError`.
    """
    generations = Generations(settings.generations_folder)
    before = generations.current_number()
    started = monotonic()
    with _noting(job, store, generations, before, JobProgress, leave) as heartbeat:
        number = generations.rollback(job.options.to, before_serving=heartbeat.commit)
    told = JobReport(generation=number, before=before, seconds=monotonic() - started)
    return store.jobs.end(job, JobState.DONE, told, datetime.now(UTC)), number


@contextmanager
def _noting(
    job: Job,
    store: Store,
    generations: Generations,
    before: int | None,
    progress: Callable[[], JobProgress],
    leave: Callable[[int], None],
) -> Iterator[Heartbeat]:
    """Beat while the job is done, and note what went wrong if anything does."""

    def note(error: BaseException) -> None:
        state, report = _ending(error)
        # One that was lost has been noted by others; the store may be what went wrong.
        with suppress(BackfileError):
            store.jobs.end(job, state, replace(report, before=before), datetime.now(UTC))

    def give_up(error: BackfileError) -> None:
        generations.abandon()
        note(error)
        leave(STOPPED)

    try:
        with Heartbeat(store.jobs, job, progress, give_up) as heartbeat:
            yield heartbeat
    except BaseException as error:
        note(error)
        raise


def _ending(error: BaseException) -> tuple[JobState, JobReport]:
    """Return how a job ended that was not done, and what is said of it."""
    if isinstance(error, RefusedGenerationError):
        return JobState.REFUSED, JobReport(findings=_findings(error.verdicts))
    if isinstance(error, CancelledError | KeyboardInterrupt):
        return JobState.CANCELLED, JobReport()
    if isinstance(error, MemoryError):
        words = "there was too little memory: build with less of it (build_memory) or more"
        return JobState.FAILED, JobReport(message=words)
    if isinstance(error, BackfileError | LostJobError):
        return JobState.FAILED, JobReport(message=str(error))
    return JobState.FAILED, JobReport(message=f"{type(error).__name__}: {error}")


def _findings(verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    return tuple(Finding(passed=one.passed, lines=one.lines()) for one in verdicts)
