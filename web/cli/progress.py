"""Progress on stderr, for people: bars on a terminal, elsewhere nothing, or a line now and then."""

import sys
import time
from collections.abc import Callable
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft

from articles.jobs import JobProgress

LINE_SECONDS = 10.0
"""Between two lines of a job where there is no terminal."""


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


class JobBar:
    """One bar for a whole job, with stage, rate and time left; elsewhere a line every ten seconds.

    Parameters
    ----------
    clock : callable
        Says the time in seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = sys.stderr.isatty()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True, highlight=False),
            disable=not self._terminal,
        )
        self._task = self._progress.add_task("beginning", total=1.0, note="")
        self._clock = clock
        self._said = clock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, progress: JobProgress) -> None:
        """Show how far the job is."""
        self._progress.update(
            self._task,
            description=progress.stage,
            completed=progress.fraction,
            note=progress_words(progress),
        )
        if not self._terminal and self._clock() - self._said >= LINE_SECONDS:
            self._said = self._clock()
            words = (f"{progress.fraction:4.0%}", progress.stage, progress_words(progress))
            click.echo("  ".join(filter(None, words)), err=True)


def progress_words(progress: JobProgress) -> str:
    """Return how far the present stage is, how fast, and how much time is left.

    Examples
    --------
    >>> progress_words(JobProgress(stage="reading", done=1500, total=3000, rate=250))
    '1,500 of 3,000, 250 a second'
    >>> progress_words(JobProgress(done=1, total=1, seconds_left=130))
    '2:10 left'
    """
    words = [f"{progress.done:,} of {progress.total:,}"] if progress.total > 1 else []
    if progress.rate:
        words.append(f"{progress.rate:,.0f} a second")
    if progress.seconds_left is not None:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        hours, minutes = divmod(minutes, 60)
        left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        words.append(f"{left} left")
    return ", ".join(words)
