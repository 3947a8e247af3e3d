"""The watcher of one process: it counts requests, keeps gauges, and knows whether it is ready."""

import logging
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from articles.errors import BackfileError
from articles.store import StoreError
from index.arrays import Array, DamagedFileError
from index.publish import NoGenerationError
from web.batches import Batches
from web.serving import Serving
from web.watching.last_errors import LastErrors
from web.watching.latencies import Latencies, all_counts
from web.watching.memory import process_memory
from web.watching.metrics import (
    FRESH,
    LAG,
    LAYER_SECONDS,
    LOGGED,
    MEMORY,
    NEWCOMERS,
    QUEUE,
    SEARCH_SECONDS,
    ArchiveNumbers,
    exposition,
    observe,
)
from web.watching.tallies import Key, Tallies, read_all

SECONDS = 5.0
"""Between two moments at which a process says how long its queues are."""
_STOPPING = "stopping"


class _Queue(Protocol):
    @property
    def waiting(self) -> int: ...


class RunFolder:
    """The folder in which the processes of one server tell each other things.

    Attributes
    ----------
    path : Path
        What only counts while the server runs.
    latencies : Path
        What a server that is started again goes on with.
    """

    def __init__(self, path: Path, latencies: Path | None = None) -> None:
        self.path = path
        self.latencies = latencies or path

    @classmethod
    def of(cls, home: Path, port: int) -> "RunFolder":
        """Return that of the server of a port; it is there from its start to its end."""
        return cls(home / "run" / str(port), home / "latencies")

    @classmethod
    def made(cls, home: Path, port: int) -> "RunFolder":
        """Return a new one below the home, or beside all else where the home is only for reading.

        What an earlier server of the same port left is removed.
        """
        folder = cls.of(home, port)
        folder.end()
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
        except OSError:
            return cls(Path(tempfile.mkdtemp(prefix="backfile-run-")))
        return folder

    def stop(self) -> None:
        """Say that the server is being stopped."""
        with suppress(OSError):  # a signal has to stop the server whatever is amiss
            (self.path / _STOPPING).touch()

    def end(self) -> None:
        """Remove it."""
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def stopping(self) -> bool:
        """Whether the server is being stopped."""
        return (self.path / _STOPPING).exists()


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether readers can be sent here; ``reason`` says why not, ``generation`` what is served."""

    generation: int | None = None
    reason: str = ""


class Watcher:
    """Counts what one process does; safe to share between threads.

    Parameters
    ----------
    serving : Serving
        What is watched.
    """

    def __init__(self, serving: Serving) -> None:
        self.tallies = Tallies()
        self.latencies = Latencies()
        self._serving = serving
        self._run: RunFolder | None = None
        self._batches = Batches("watching", self.publish, seconds=SECONDS)
        self._handlers: list[logging.Handler] = []

    def share(self, run: RunFolder) -> None:
        """Count where the other processes of the server see it, and note faults of the log."""
        self.tallies.close()
        self.tallies = Tallies.shared(run.path)
        self.latencies.close()
        self.latencies = Latencies.shared(run.latencies)
        self._run = run
        self._handlers = [_Faults(self.tallies), LastErrors(self._serving.settings.home)]
        for handler in self._handlers:
            logging.getLogger().addHandler(handler)
        self.publish()
        self._batches.begin()

    def searched(self, seconds: float) -> None:
        """Count a search of a reader or a program."""
        observe(self.tallies, SEARCH_SECONDS, "", seconds)

    def layered(self, seconds: float) -> None:
        """Count how long it took until what had come in was found."""
        observe(self.tallies, LAYER_SECONDS, "", seconds)

    def publish(self) -> None:
        """Say how long the queues are now."""
        kept = self._serving
        queues: dict[str, _Queue] = {
            "impressions": kept.impressions,
            "queries": kept.query_log,
            "views": kept.counter,
        }
        for name, queue in queues.items():
            self.tallies.set(QUEUE, name, to=queue.waiting)
        self.tallies.set(NEWCOMERS, to=kept.newcomers)
        if used := process_memory():
            self.tallies.set(MEMORY, to=used)
        self.tallies.set(FRESH, to=kept.fresh)
        self.tallies.set(LAG, to=kept.layering.lag)

    def readiness(self) -> Readiness:
        """Return whether this process can answer readers, and why not."""
        if self._run and self._run.stopping:
            return Readiness(reason="The server is being stopped.")
        try:
            served = self._serving.current()
        except (NoGenerationError, DamagedFileError):
            return Readiness(reason="There is no sound index: run `backfile rebuild`.")
        except BackfileError:
            return Readiness(reason="The index cannot be opened now; the log says why.")
        try:
            self._serving.store.last_sequence()
        except StoreError:
            return Readiness(reason="The archive's database does not answer.")
        else:
            return Readiness(generation=served.generation.number)
        finally:
            self._serving.release(served)

    def processes(self) -> list[dict[Key, float]]:
        """Return the numbers of each process of the server."""
        self.publish()
        return read_all(self._run.path) if self._run else [self.tallies.all()]

    def last_day(self, moment: datetime) -> Array:
        """Return how long all processes took in the day that ends with a moment: see `day_of`."""
        minute = int(moment.timestamp()) // 60
        if self._run:
            return all_counts(self._run.latencies, minute)
        return self.latencies.counts(minute)

    def exposition(self) -> bytes:
        """Return the numbers of all processes of the server, in the format of Prometheus."""
        return exposition(self.processes(), self._archive())

    def close(self) -> None:
        """Let go of what is held; nothing is counted afterwards."""
        self._batches.close()
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
        self.tallies.close()
        self.latencies.close()

    def _archive(self) -> ArchiveNumbers:
        ready = not self.readiness().reason
        try:
            served = self._serving.current()
        except BackfileError:
            return ArchiveNumbers(ready=False)
        try:
            generation = served.generation
            age = (self._serving.now() - generation.created).total_seconds()
            try:
                waiting = served.freshness().waiting
                stored = self._serving.store.counts()
            except StoreError:
                waiting, stored = None, {}
            return ArchiveNumbers(
                ready, generation.number, generation.articles, max(age, 0.0), waiting, stored
            )
        finally:
            self._serving.release(served)


class _Faults(logging.Handler):
    """Counts warnings and errors."""

    def __init__(self, tallies: Tallies) -> None:
        super().__init__(logging.WARNING)
        self._tallies = tallies

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line of the log."""
        self._tallies.add(LOGGED, "error" if record.levelno >= logging.ERROR else "warning")
