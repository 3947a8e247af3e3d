"""Rebuilds that begin by themselves: when much has changed, and after one that was killed."""

import logging
import os
import threading
from datetime import UTC, datetime, timedelta

from articles.errors import BackfileError
from articles.jobs import Job, JobKind, JobOptions, JobRunningError, JobState
from articles.store import Store
from index.manifest import Manifest
from index.publish import Generations
from web.rebuilding.starting import start
from web.settings import Settings

BY = "by itself"
"""Who has asked for such a rebuild; no user can be called so."""
SECONDS = 60.0
"""Between two looks."""
PAUSE = timedelta(minutes=10)
"""After a rebuild that was done."""
LONG_PAUSE = timedelta(hours=1)
"""After one that was refused, stopped or failed: whoever looks after it may want to see why."""
MOST_INTERRUPTED = 3
"""Rebuilds killed one after the other; then the next one would be, too."""
logger = logging.getLogger(__name__)


class Automatic:
    """Looks every minute whether a rebuild is due; a thread of its own, in every server process.

    That they are several does no harm: the store lets one rebuild begin.

    Parameters
    ----------
    store : Store
        Where articles and jobs are.
    settings : Settings
        ``rebuild_after`` says how many articles must differ; with 0 nothing begins by itself.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._generations = Generations(settings.generations_folder)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="automatic", daemon=True)

    def begin(self) -> None:
        """Start looking, where the settings say so."""
        if self._settings.rebuild_after:
            self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self, now: datetime) -> Job | None:
        """Begin a rebuild if one is due; return its job, None when none is.

        Raises
        ------
        BackfileError
            When index or store cannot be asked.
        """
        options = self._due(now)
        if options is None:
            return None
        try:
            return start(JobKind.REBUILD, self._store, self._settings, by=BY, options=options)
        except JobRunningError:  # another process was quicker
            return None

    def _due(self, now: datetime) -> JobOptions | None:
        """Return how a rebuild is to be done that is due."""
        if not os.access(self._generations.folder, os.W_OK):
            return None
        jobs = self._store.jobs.recent(now, MOST_INTERRUPTED)
        killed = [job.state is JobState.INTERRUPTED for job in jobs]
        if killed[:1] == [True] and jobs[0].kind is JobKind.REBUILD:
            return None if sum(killed) == MOST_INTERRUPTED else jobs[0].options
        if jobs and not self._rested(jobs[0], now):
            return None
        number = self._generations.current_number()
        if number is None:
            return None
        manifest = Manifest.read(self._generations.folder / f"{number:06d}")
        differ = self._store.changed_since(manifest.store_sequence)
        return JobOptions() if differ >= self._settings.rebuild_after else None

    @staticmethod
    def _rested(job: Job, now: datetime) -> bool:
        """Say whether a rebuild may follow on a job."""
        if job.is_open or job.ended is None:
            return False
        if job.state is not JobState.DONE:
            return now >= job.ended + LONG_PAUSE
        # Who went back does not want to have the same again.
        return job.kind is JobKind.REBUILD and now >= job.ended + PAUSE

    def _work(self) -> None:
        while not self._ended.wait(SECONDS):
            try:
                job = self.look(datetime.now(UTC))
            except BackfileError as error:
                logger.warning("no rebuild could begin by itself: %s", str(error))
            else:
                if job:
                    logger.info("rebuild %d begins by itself", job.id)
