"""Progress bars on stderr, for people only: nothing is drawn unless it is a terminal."""

import sys
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft


class Bars:
    """One bar for each thing that is under way, made when it is first shown.

    Parameters
    ----------
    keep : bool
        Whether a bar stays when the next one comes.

    Examples
    --------
    >>> with Bars() as bars:
    ...     bars.show("reading", 1, 2, note="1 article")
    """

    def __init__(self, *, keep: bool = True) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]}"),
            TimeLeft(compact=True, elapsed_when_finished=True),
            console=Console(stderr=True, highlight=False),
            disable=not sys.stderr.isatty(),
        )
        self._keep = keep
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, name: str, done: int, total: int, note: str = "") -> None:
        """Show how far the thing of that name is."""
        if name not in self._tasks:
            while self._tasks and not self._keep:
                self._progress.remove_task(self._tasks.popitem()[1])
            self._tasks[name] = self._progress.add_task(name, total=total, note=note)
        self._progress.update(self._tasks[name], completed=done, total=total, note=note)
