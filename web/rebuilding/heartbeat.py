"""The heartbeat of a job: it says that it lives, and learns whether it is to stop."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from articles.errors import BackfileError
from articles.job_store import JobStore
from articles.jobs import Job, JobProgress, JobState, LostJobError
from articles.store import StoreError

SECONDS = 0.5
"""Between two beats."""
GRACE = 0.5
"""Seconds that a job is given to stop at a good place, before its process is ended."""
logger = logging.getLogger(__name__)


class CancelledError(BackfileError):
    """Somebody has stopped the job."""

    def __init__(self) -> None:
        super().__init__("the job was cancelled: what is served has not changed")


class Heartbeat:
    """Beats from a thread of its own while a job is done; a context manager.

    Parameters
    ----------
    jobs : JobStore
        Where the job is.
    job : Job
        A job that this process has claimed.
    progress : callable
        Says how far it is.
    give_up : callable
        Called in the thread when the job is to stop and has not within the `GRACE`: what it is at
        cannot be interrupted, so that only the end of the process stops it.
    """

    def __init__(
        self,
        jobs: JobStore,
        job: Job,
        progress: Callable[[], JobProgress],
        give_up: Callable[[BackfileError], None],
    ) -> None:
        self._jobs, self._job = jobs, job
        self._progress = progress
        self._give_up = give_up
        self._ended = threading.Event()
        self._serving = threading.Lock()
        self._fault: BackfileError | None = None
        self._thread = threading.Thread(target=self._work, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        """Raise what stops the job, if anything does: `CancelledError` or `LostJobError`."""
        if self._fault is not None:
            raise self._fault

    def commit(self) -> None:
        """Go on only if the job is still ours and nobody has stopped it; from then on it goes on.

        Raises
        ------
        CancelledError, LostJobError
            When it must not.
        StoreError
            When the store does not say so.
        """
        # Held for good: the thread never gives up what is about to be served.
        self._serving.acquire()
        self.check()
        self._beat()
        self.check()

    def _beat(self) -> None:
        try:
            state = self._jobs.beat(self._job, self._progress(), datetime.now(UTC))
        except LostJobError as error:
            self._fault = self._fault or error
        else:
            if state is JobState.CANCELLING:
                self._fault = self._fault or CancelledError()

    def _work(self) -> None:
        stop_by: float | None = None
        while not self._ended.wait(SECONDS):
            try:
                self._beat()
            except StoreError as error:
                # Whoever waits for its turn is not dead; the next beat says so.
                logger.warning("the progress of the job could not be stored: %s", str(error))
            if self._fault is None:
                continue
            stop_by = stop_by or time.monotonic() + GRACE
            if time.monotonic() >= stop_by and self._serving.acquire(blocking=False):
                if not self._ended.is_set():
                    self._give_up(self._fault)
                self._serving.release()
