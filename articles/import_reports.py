"""What an import leaves behind: who brought in what, what became of it, and what was wrong."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from articles.importers.problem import Action

KEPT_REPORTS = 100
"""Reports that are kept; the oldest goes when another import begins."""
KEPT_PROBLEMS = 10_000
"""Problems of one import that are kept one by one; more are only counted."""
SILENCE = timedelta(minutes=5)
"""After so long without a word of it, an import that has not ended counts as interrupted."""


class ImportState(StrEnum):
    """How an import stands.

    One that is killed, or whose machine goes down, cannot say so: it is interrupted when nothing
    has been heard of it for longer than `SILENCE`.
    """

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """What became of the records so far, as `articles.importers.importing.ImportResult` counts."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    repaired: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The report of one import; later ones have greater numbers.

    Attributes
    ----------
    number : int
        Its name.
    started, heard : datetime
        When it began, and when it last said something: its end where it has ended.
    by : str
        Who brought the files in.
    paths : tuple of str
        The first of the files, folders and zips it was given.
    more : int
        How many paths there were besides.
    state : ImportState
        How it stands.
    fault : str
        What ended it, empty where it has come to its end or cannot say.
    counts : ImportCounts
        What became of the records; where it has not come to its end, at least.
    """

    number: int
    started: datetime
    heard: datetime
    by: str
    paths: tuple[str, ...]
    more: int
    state: ImportState
    fault: str
    counts: ImportCounts = field(default_factory=ImportCounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFilter:
    """Which problems of a report are wanted.

    ``words`` must stand in the file, the id or the reason; small and capital letters of ASCII are
    the same.
    """

    action: Action | None = None
    words: str = ""
