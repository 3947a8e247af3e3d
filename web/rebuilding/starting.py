"""A job is begun in a process of its own, which goes on whatever becomes of the one that asked."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime

from articles.jobs import Job, JobKind, JobOptions, JobReport, JobState, this_process
from articles.store import Store
from index.interpreter import environment
from web.settings import Settings

LOG = "rebuild.log"
"""What the last job said, below the home."""


def start(
    kind: JobKind,
    store: Store,
    settings: Settings,
    *,
    by: str,
    options: JobOptions | None = None,
) -> Job:
    """Begin a job and return it while it waits: how far it is stands in ``store.jobs``.

    This takes milliseconds, so that a request may do it.

    Raises
    ------
    JobRunningError
        When another one is at work.
    """
    job = store.jobs.ask(
        kind, options or JobOptions(), this_process(), by=by, now=datetime.now(UTC)
    )
    try:
        process = _spawned(job, settings)
    except OSError as error:
        now = datetime.now(UTC)
        claimed = store.jobs.claim(job.id, this_process(), now)
        words = f"its process could not be started: {error.strerror}"
        return store.jobs.end(claimed, JobState.FAILED, JobReport(message=words), now)
    # A process that has ended stays in the system's list until somebody has asked about it.
    threading.Thread(target=process.wait, name=f"job {job.id}", daemon=True).start()
    return job


def _spawned(job: Job, settings: Settings) -> "subprocess.Popen[bytes]":
    words = ["--home", str(settings.home), job.kind.value, "--job", str(job.id)]
    variables = environment()
    if settings.database_url:
        variables["BACKFILE_DATABASE_URL"] = settings.store_url
    try:
        log = (settings.home / LOG).open("wb")
    except OSError:  # the home is full, or only for reading: the job says what it must in the store
        log = open(os.devnull, "wb")  # noqa: SIM115, PTH123
    with log:
        return subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "web.cli", *words],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Signals to the server and its terminal are not meant for it.
            start_new_session=True,
        )
