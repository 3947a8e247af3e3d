"""What the pages of rebuilds show: the one at work, what the next one needs, reports of others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from pydantic import Field
from rich.filesize import decimal

from articles.jobs import Finding, Job, JobKind, JobProgress, JobState
from web.console.facts import Fact, minute_words
from web.formatting import counted, elapsed
from web.parameters import Parameters
from web.rebuilding.room import Room

SHOWN = 50
"""Jobs of the history; the store knows some more."""
STATES: Mapping[JobState, str] = {
    JobState.WAITING: "about to begin",
    JobState.RUNNING: "at work",
    JobState.CANCELLING: "being cancelled",
    JobState.DONE: "done",
    JobState.REFUSED: "refused by the checks",
    JobState.CANCELLED: "cancelled",
    JobState.FAILED: "failed",
    JobState.INTERRUPTED: "interrupted",
}
_TROUBLES = frozenset({JobState.REFUSED, JobState.FAILED, JobState.INTERRUPTED})


class JobParameters(Parameters):
    """Which job is meant."""

    number: int = Field(ge=1, le=2**31 - 1)


class JobLine(NamedTuple):
    """One job of the history in words; ``bad`` says that somebody should see to it."""

    job: Job
    what: str
    when: str
    state: str
    bad: bool
    took: str
    result: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningJob:
    """The job that is at work.

    Attributes
    ----------
    job : Job
        As the store has it.
    what, who : str
        What it does, and who asked for it when.
    state : str
        How it stands.
    percent : int
        How much of the whole is done, from 0 to 100.
    facts : tuple of Fact
        The stage, its rate, the time left, and the process.
    cancellable : bool
        Whether it can still be asked to stop.
    """

    job: Job
    what: str
    who: str
    state: str
    percent: int
    facts: tuple[Fact, ...]
    cancellable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRebuild:
    """What a rebuild that begins now would need.

    Attributes
    ----------
    facts : tuple of Fact
        Articles, room on the disk and in memory, and how long it may take.
    faults : tuple of str
        What there is too little of; it then begins only when told to.
    resumes : bool
        Whether an interrupted rebuild can be gone on with.
    refused : int or None
        The job that the checks refused last, where none was done since.
    """

    facts: tuple[Fact, ...]
    faults: tuple[str, ...]
    resumes: bool
    refused: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildsPage:
    """What ``rebuilds.html`` shows; either a job is ``running`` or there is a ``next`` one."""

    when: datetime
    seconds: int
    running: RunningJob | None
    next: NextRebuild | None
    lines: tuple[JobLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """What ``rebuild_job.html`` shows: the report of one job.

    ``stages`` has the seconds of each stage in words, with the width of its bar of 100.
    """

    line: JobLine
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    stages: tuple[tuple[str, str, float], ...]


def rebuilds_page(
    jobs: Sequence[Job], room: Room, articles: int, waiting: int, now: datetime
) -> RebuildsPage:
    """Return the page.

    Parameters
    ----------
    jobs : sequence of Job
        The latest ones, the newest first.
    room : Room
        What a rebuild needs, and what there is.
    articles, waiting : int
        Articles of the store, and its changes since the generation that is served.
    now : datetime
        The time.
    """
    running = next((job for job in jobs if job.is_open), None)
    return RebuildsPage(
        when=now,
        seconds=1 if running else 5,
        running=_running(running, now) if running else None,
        next=None if running else _next(jobs, room, articles, waiting),
        lines=tuple(map(job_line, jobs[:SHOWN])),
    )


def job_page(job: Job) -> JobPage:
    """Return the report of a job."""
    stages = job.report.stages if job.state is JobState.DONE else None
    longest = max((stages or {}).values(), default=0.0) or 1.0
    return JobPage(
        line=job_line(job),
        facts=tuple(_report(job)),
        findings=job.report.findings,
        stages=tuple(
            (
                name,
                elapsed(seconds) if seconds >= 1 else f"{seconds:.1f} s",
                100 * seconds / longest,
            )
            for name, seconds in (stages or {}).items()
        ),
    )


def job_line(job: Job) -> JobLine:
    """Return a job in words."""
    begun = job.started or job.asked_at
    took = elapsed((job.ended - begun).total_seconds()) if job.ended else ""
    return JobLine(
        job=job,
        what=_what(job),
        when=minute_words(job.asked_at),
        state=STATES[job.state],
        bad=job.state in _TROUBLES,
        took=took,
        result=_result(job),
        address=url_for("console.rebuild_job", number=job.id),
    )


def trouble(jobs: Sequence[Job]) -> str:
    """Return in words what became of the last job that ended, "" where that is nothing bad."""
    last = next((job for job in jobs if not job.is_open), None)
    if last is None or last.state not in _TROUBLES:
        return ""
    return f"The last {last.kind} was {STATES[last.state]}".replace("was failed", "failed")


def _what(job: Job) -> str:
    if job.kind is JobKind.REBUILD:
        return "Rebuild"
    to = job.options.to
    return f"Rollback to generation {to}" if to else "Rollback"


def _running(job: Job, now: datetime) -> RunningJob:
    progress = job.progress
    return RunningJob(
        job=job,
        what=_what(job),
        who=f"asked for by {job.asked_by} on {minute_words(job.asked_at)}",
        state=STATES[job.state],
        percent=round(100 * progress.fraction),
        facts=tuple(_course(job, progress, now)),
        cancellable=job.state is not JobState.CANCELLING,
    )


def _course(job: Job, progress: JobProgress, now: datetime) -> Iterator[Fact]:
    done = f"{progress.done:,} of {progress.total:,}" if progress.total > 1 else ""
    rate = f", {progress.rate:,.0f} a second" if progress.rate else ""
    yield Fact("Stage", progress.stage.capitalize() or "Beginning", f"{done}{rate}")
    begun = job.started or job.asked_at
    yield Fact("At work for", elapsed(max((now - begun).total_seconds(), 0.0)))
    left = progress.seconds_left
    yield Fact("Time left", "not known yet" if left is None else f"about {elapsed(left)}")
    yield Fact("Process", f"{job.worker.pid} on {job.worker.host}")


def _next(jobs: Sequence[Job], room: Room, articles: int, waiting: int) -> NextRebuild:
    rebuilds = [job for job in jobs if job.kind is JobKind.REBUILD]
    last = rebuilds[0] if rebuilds else None
    done = next((job for job in rebuilds if job.state is JobState.DONE), None)
    return NextRebuild(
        facts=tuple(_needs(done, room, articles, waiting)),
        faults=room.faults,
        resumes=last is not None and last.state is JobState.INTERRUPTED,
        refused=last.id if last is not None and last.state is JobState.REFUSED else None,
    )


def _needs(done: Job | None, room: Room, articles: int, waiting: int) -> Iterator[Fact]:
    changes = f"{counted(waiting, 'change')} since the generation that is served"
    yield Fact("Articles", f"{articles:,}", changes)
    yield Fact("Disk", f"about {decimal(room.disk)}", f"{decimal(room.free_disk)} are free")
    free = "" if room.free_memory is None else f"{decimal(room.free_memory)} are free"
    yield Fact("Memory", f"about {decimal(room.memory)}", free)
    if done is None or not done.report.articles:
        yield Fact("Time", "not known yet", "no rebuild was timed here before")
        return
    seconds = done.report.seconds * articles / done.report.articles
    yield Fact("Time", f"about {elapsed(max(seconds, 1.0))}", "from how long the last one took")


def _result(job: Job) -> str:
    report = job.report
    if job.state is JobState.DONE and report.generation:
        built = f", {counted(report.articles, 'article')}" if report.articles else ""
        return f"generation {report.generation}{built}"
    failed = sum(not finding.passed for finding in report.findings)
    if failed:
        return f"{counted(failed, 'check')} failed"
    return report.message


def _report(job: Job) -> Iterator[Fact]:
    report = job.report
    yield Fact("Asked for", f"by {job.asked_by}", minute_words(job.asked_at))
    yield Fact("State", STATES[job.state], report.message)
    if job.ended:
        yield Fact("Ended", minute_words(job.ended))
    yield Fact("Process", f"{job.worker.pid} on {job.worker.host}")
    if job.options.force:
        yield Fact("Override", "yes", "it was to begin and to be served whatever the checks say")
    if report.generation:
        before = f"before: generation {report.before}" if report.before else ""
        yield Fact("Serves", f"generation {report.generation}", before)
    if report.articles:
        skipped = f"{counted(report.skipped, 'article')} not public and left out"
        yield Fact("Articles", f"{report.articles:,}", skipped if report.skipped else "")
        yield Fact("Size", decimal(report.bytes))
    if report.seconds:
        resumed = "gone on from one that was interrupted" if report.resumed else ""
        yield Fact("Took", elapsed(report.seconds), resumed)
