"""The course of a rebuild: all its stages as one fraction, with rate and time left."""

import threading
import time
from collections.abc import Callable, Mapping

from articles.jobs import JobProgress
from index.build_step import BuildProgress

STAGES: Mapping[str, float] = {
    "reading articles": 12,
    "uniting words": 7,
    "writing segments": 6,
    "finding boilerplate": 31,
    "finding themes": 11,
    "relating articles": 200,
    "checking files": 2,
    "checking articles": 12,
    "checking headlines": 2,
    "checking golden pairs": 1,
    "checking golden queries": 1,
}
"""The stages in their order, with about the seconds that each takes for 80,000 articles."""
_LEAST_SECONDS = 2.0
_LEAST_FRACTION = 0.005
"""Before so much is done, nobody can know how long the rest takes."""


class Course:
    """Adds up the stages of one rebuild; safe to share between threads.

    The time left follows from the speed of this run, where the stages have the weights that they
    had in an earlier one.

    Parameters
    ----------
    expected : mapping, optional
        The seconds of each stage in an earlier run; otherwise `STAGES`.
    clock : callable
        Says the time in seconds.

    Examples
    --------
    >>> course = Course({"reading articles": 1, "relating articles": 3})
    >>> course.advance(BuildProgress("relating articles", 1, 2))
    >>> course.progress().fraction
    0.625
    """

    def __init__(
        self,
        expected: Mapping[str, float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expected = {name: max(took, 0.001) for name, took in (expected or STAGES).items()}
        total = sum(self._expected.values())
        self._weights = {name: took / total for name, took in self._expected.items()}
        self._clock = clock
        self._lock = threading.Lock()
        self._began = self._stage_began = clock()
        self._stage = BuildProgress("", 0, 0)
        self._first = 0
        self._passed = self._skipped = 0.0
        self._taken: dict[str, float] = {}

    def advance(self, progress: BuildProgress) -> None:
        """Take in how far the present stage is."""
        with self._lock:
            if progress.stage != self._stage.stage:
                self._leave()
                self._enter(progress)
            self._stage = progress

    def progress(self) -> JobProgress:
        """Return how far the whole is."""
        with self._lock:
            now, stage = self._clock(), self._stage
            fraction = min(self._passed + self._share(stage), 1.0)
            here, elapsed = now - self._stage_began, now - self._began
            earned = fraction - self._skipped
            known = elapsed >= _LEAST_SECONDS and earned >= _LEAST_FRACTION
            moved = stage.done - self._first
            return JobProgress(
                stage=stage.stage,
                done=stage.done,
                total=stage.total,
                fraction=fraction,
                rate=moved / here if moved > 0 and here > 0 and stage.total > 1 else None,
                seconds_left=elapsed * (1 - fraction) / earned if known else None,
            )

    def seconds(self) -> dict[str, float]:
        """Return how long each stage took; one that an earlier rebuild had done, as was expected.

        Those behind the last one did not take place, such as checks of what nobody has written.
        """
        with self._lock:
            self._leave()
            took = self._expected | self._taken
            names = list(took)
            met = [name for name in (*self._taken, self._stage.stage) if name in took]
            behind = 1 + max(map(names.index, met), default=-1)
            return {name: round(took[name], 3) for name in names[:behind]}

    def _enter(self, progress: BuildProgress) -> None:
        if progress.stage in self._weights:
            names = list(self._weights)
            passed = sum(self._weights[name] for name in names[: names.index(progress.stage)])
            # What an earlier rebuild had complete takes no time of this one.
            self._skipped += max(passed - self._passed - self._share(self._stage), 0.0)
            self._skipped += self._share(progress)
            self._passed = max(passed, self._passed)
        self._stage_began = self._clock()
        self._first = progress.done

    def _leave(self) -> None:
        """Note how long the stage took, if it was done from its beginning."""
        if self._stage.stage and not self._first:
            self._taken[self._stage.stage] = self._clock() - self._stage_began

    def _share(self, progress: BuildProgress) -> float:
        """Return what a stage has added to the whole so far."""
        if not progress.total:
            return 0.0
        return self._weights.get(progress.stage, 0.0) * progress.done / progress.total
