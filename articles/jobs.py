"""Jobs: a rebuild or a rollback that was asked for, how far it is, and what became of it.

A job is a row of the store, so that all processes and machines that share the store see the same
one, and no second is begun beside it. The process that does it says all the time that it lives.
"""

import os
import socket
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from articles.errors import BackfileError

LOST_AFTER = timedelta(seconds=90)
"""A job of which nothing was heard so long is lost; longer than a store waits for its turn."""
LONGEST_MESSAGE = 4_000
"""Characters of what is kept of an error."""
MOST_JOBS = 200
"""Jobs of which the store knows; older ones are forgotten."""


class JobError(BackfileError):
    """There is no such job, or it cannot do what was asked of it."""


class JobRunningError(JobError):
    """Another job is at work; ``job`` is that one."""

    def __init__(self, job: "Job") -> None:
        super().__init__(
            f"another job is at work since {job.asked_at:%Y-%m-%d %H:%M} UTC: {job.who}; wait "
            "until it ends, or stop it with `backfile rebuild --cancel`"
        )
        self.job = job


class LostJobError(JobError):
    """A job goes on that the others took for dead, or that has ended: its work must not count."""


class JobKind(StrEnum):
    """What is done to the generations."""

    REBUILD = "rebuild"
    ROLLBACK = "rollback"


class JobState(StrEnum):
    """How a job stands: the first three are open, the others are how it ended."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


OPEN = frozenset({JobState.WAITING, JobState.RUNNING, JobState.CANCELLING})
"""States in which no other job may begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """How it is to be done.

    With ``force`` it begins though there is too little room, and serves what the gate refuses. With
    ``resume`` it goes on where a rebuild was interrupted. ``processes`` and ``memory`` (megabytes)
    stand for the settings where they are given; ``to`` is the generation of a rollback, None for
    the one before.
    """

    force: bool = False
    resume: bool = True
    processes: int | None = None
    memory: int | None = None
    to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far a job is.

    ``fraction`` counts all stages, by the time each takes; ``done`` of ``total`` the present one,
    and ``rate`` is how many a second. ``seconds_left`` is None while nobody can know.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    fraction: float = 0.0
    rate: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check of the gate said: whether it ``passed``, and in sentences why."""

    passed: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """What became of a job.

    ``message`` says why it was not done; ``generation`` is served since, ``before`` until then;
    ``stages`` has the seconds of each stage, by which the next one knows how long it takes.
    """

    message: str = ""
    generation: int | None = None
    before: int | None = None
    articles: int = 0
    skipped: int = 0
    bytes: int = 0
    seconds: float = 0.0
    resumed: bool = False
    findings: tuple[Finding, ...] = ()
    stages: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that does jobs: the ``machine`` tells apart what may be called alike."""

    host: str
    machine: str
    pid: int

    @property
    def is_gone(self) -> bool:
        """Whether it has ended for certain, which only a process of the same machine can know."""
        return self.machine == _machine() and not _lives(self.pid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as the store has it; ``worker`` is who asked until somebody does it."""

    id: int
    kind: JobKind
    state: JobState
    asked_by: str
    asked_at: datetime
    started: datetime | None
    heartbeat: datetime
    ended: datetime | None
    worker: Worker
    options: JobOptions
    progress: JobProgress
    report: JobReport

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN

    @property
    def who(self) -> str:
        """Which job it is, in words."""
        return f"{self.kind} {self.id} ({self.asked_by}, on {self.worker.host})"

    def is_lost(self, now: datetime) -> bool:
        """Say whether it is open and nobody does it any more."""
        if not self.is_open:
            return False
        # Of one that waits, the process that does it is not known yet.
        gone = self.state is not JobState.WAITING and self.worker.is_gone
        return gone or self.heartbeat + LOST_AFTER < now

    def as_seen(self, now: datetime) -> "Job":
        """Return it as it is known to stand: interrupted where it is lost."""
        if not self.is_lost(now):
            return self
        report = replace(
            self.report,
            message="Its process ended before the work was done. The next rebuild goes on from "
            "what is complete.",
        )
        return replace(self, state=JobState.INTERRUPTED, ended=self.heartbeat, report=report)


def this_process() -> Worker:
    """Return the worker that this process is."""
    return Worker(socket.gethostname(), _machine(), os.getpid())


@cache
def _machine() -> str:
    """Return what tells this machine's processes from those of others, containers too."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _lives(pid: int) -> bool:
    try:
        # A process that has ended and that its parent has not asked about has the state Z.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    except OSError:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
