"""Imports that leave a report in the store, however they end."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from articles.database import StoreError
from articles.errors import BackfileError
from articles.import_report_store import ImportReportStore
from articles.import_reports import KEPT_PROBLEMS, ImportCounts, ImportState
from articles.importers.importing import (
    ImportOptions,
    ImportResult,
    Problem,
    Progress,
    import_paths,
)
from articles.store import Store

EVERY = timedelta(seconds=2)
"""How often a running import writes down how far it is."""
AT_ONCE = 500
"""Problems that are written at once."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def import_with_report(
    store: Store,
    paths: Sequence[Path],
    options: ImportOptions,
    *,
    by: str,
    on_problem: Callable[[Problem], None],
    on_progress: Callable[[Progress], None],
    clock: Callable[[], datetime] = utc_now,
) -> ImportResult:
    """Import as `import_paths` does, and leave a report in ``store.import_reports``.

    A report of what did not come to its end is left, too: of an error, of the keyboard's interrupt,
    and, because it is begun beforehand and goes on every few seconds, of a kill.

    Parameters
    ----------
    by : str
        Who brings the files in.
    clock : callable
        The time; the articles are imported at that of the beginning.
    store, paths, options, on_problem, on_progress
        As for `import_paths`, which says what is raised.
    """
    now = clock()
    number = store.import_reports.begin([str(path) for path in paths], by=by, now=now)
    notes = _Notes(store.import_reports, number, clock)

    def problem(one: Problem) -> None:
        notes.add(one)
        on_problem(one)

    def progress(step: Progress) -> None:
        notes.reach(step.so_far)
        on_progress(step)

    try:
        result = import_paths(
            store, paths, options, now=now, on_problem=problem, on_progress=progress
        )
    except BaseException as error:
        # What went wrong is raised, not that this could not be written down either.
        with suppress(StoreError):
            notes.end(*_ending(error))
        raise
    notes.reach(result, last=True)
    notes.end(ImportState.DONE, "")
    return result


class _Notes:
    """Collects what a report says, and writes it once in a while."""

    def __init__(
        self, reports: ImportReportStore, number: int, clock: Callable[[], datetime]
    ) -> None:
        self._reports, self._number, self._clock = reports, number, clock
        self._counts = ImportCounts()
        self._waiting: list[Problem] = []
        self._taken = 0
        self._written = clock()

    def add(self, problem: Problem) -> None:
        """Take a problem in."""
        if self._taken < KEPT_PROBLEMS:
            self._taken += 1
            self._waiting.append(problem)
            if len(self._waiting) >= AT_ONCE:
                self._write(self._clock())

    def reach(self, result: ImportResult, *, last: bool = False) -> None:
        """Take in how far the import is; the last time, `end` writes it."""
        self._counts = ImportCounts(
            added=result.added,
            changed=result.changed,
            unchanged=result.unchanged,
            withdrawn=result.withdrawn,
            repaired=result.repaired,
            rejected=result.rejected,
        )
        now = self._clock()
        if not last and now - self._written >= EVERY:
            self._write(now)

    def end(self, state: ImportState, fault: str) -> None:
        """Write how it ended."""
        self._write(self._clock(), state, fault)

    def _write(
        self, now: datetime, state: ImportState = ImportState.RUNNING, fault: str = ""
    ) -> None:
        self._reports.note(
            self._number, self._counts, self._waiting, now=now, state=state, fault=fault
        )
        self._waiting.clear()
        self._written = now


def _ending(error: BaseException) -> tuple[ImportState, str]:
    if isinstance(error, KeyboardInterrupt):
        return ImportState.STOPPED, "stopped from the keyboard"
    if isinstance(error, BackfileError):
        return ImportState.FAILED, str(error)
    return ImportState.FAILED, f"{type(error).__name__}: {error}"
