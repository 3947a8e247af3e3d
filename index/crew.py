"""The processes of a build: this one, and others that it hands work to.

The others are fresh interpreters, not forks, because a build may be started by a program with
threads. They read from a pipe and end with it, so that none outlives the build, however that ends.
What the processes have for each other lies in files of the build's scratch folder; through the pipe
go orders in JSON, and articles as they are stored.
"""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Self

from articles.errors import BackfileError
from index.documents import dictionary_of
from index.full_disk import FULL
from index.interpreter import environment
from index.reading import Portion, Reader, dictionary_path
from index.segments import SegmentPlan, write_segment

_AHEAD = 2
"""Batches that a process has in hand: one that it reads, and the next."""


class BuildError(BackfileError):
    """A process of a build ended before its work was done."""


class Crew:
    """Shares the work of a build among processes; a context manager that leaves nobody behind.

    Parameters
    ----------
    folder : Path
        Where segments are written.
    scratch : Path
        Where everything else is written.
    processes : int
        How many work, this one among them.
    """

    def __init__(self, folder: Path, scratch: Path, processes: int) -> None:
        self._folder, self._scratch = folder, scratch
        self._reader = Reader(scratch, 0)
        self._others = [_Process(folder, scratch, number) for number in range(1, processes)]
        self._readers: list[int] = []

    def read(self, portion: Portion) -> None:
        """Read the next batch, here or elsewhere."""
        number = len(self._readers)
        if not number:
            dictionary_path(self._scratch).write_bytes(dictionary_of(portion.lines))
        other = self._free(self._others, _AHEAD)
        if other:
            other.order("read", number, payload=b"\n".join(portion.lines))
        else:
            self._reader.read(number, portion)
        self._readers.append(other.number if other else 0)

    def finish_reading(self) -> list[int]:
        """Wait until all batches are read; return which process has read each."""
        for other in self._others:
            if other.number in self._readers:
                other.order("finish")
        self._reader.finish()
        self._wait()
        return self._readers

    def write(self, plans: Sequence[SegmentPlan], at_once: int) -> Iterator[int]:
        """Write all segments, so many at once; yield how many are done, or handed over."""
        others = [other for other in self._others if other.started][: at_once - 1]
        for done, plan in enumerate(plans, 1):
            other = self._free(others, 1)
            if other:
                other.order("write", *plan)
            else:
                write_segment(self._folder, self._scratch, plan)
            if done == len(plans):
                self._wait()
            yield done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for other in self._others:
            other.end()

    def _free(self, others: Sequence["_Process"], most: int) -> "_Process | None":
        """Return the process with the least in hand, None when all have ``most`` orders."""
        self._receive(0)
        started = [other for other in others if other.started]
        least = min(started, key=lambda other: other.in_hand, default=None)
        return least if least and least.in_hand < most else None

    def _wait(self) -> None:
        while any(other.in_hand for other in self._others):
            self._receive(None)

    def _receive(self, timeout: float | None) -> None:
        """Take what has been answered."""
        by_pipe = {other.pipe: other for other in self._others}
        for pipe in wait(list(by_pipe), timeout):
            by_pipe[pipe].receive()  # type: ignore[index]


class _Process:
    """One of the other processes, and how many orders it has in hand.

    It says once that it has started; nothing is given to it before, because a small build may well
    end first.
    """

    def __init__(self, folder: Path, scratch: Path, number: int) -> None:
        self.number = number
        self.in_hand = 0
        self.started = False
        self.pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", "index.build_process", str(theirs.fileno())],
                env=environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._send(json.dumps([str(folder), str(scratch), number]).encode())

    def order(self, *order: Any, payload: bytes = b"") -> None:
        """Give an order."""
        self._send(json.dumps(order).encode() + b"\n" + payload)
        self.in_hand += 1

    def receive(self) -> None:
        """Take one answer."""
        try:
            problem = self.pipe.recv_bytes().decode()
        except (EOFError, OSError):
            raise self._ended() from None
        if problem == FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if problem:
            raise BuildError(f"a process of the build failed: {problem}")
        if self.started:
            self.in_hand -= 1
        self.started = True

    def end(self) -> None:
        """End the process, which does nothing that anybody waits for."""
        self.pipe.close()
        self._process.kill()
        self._process.wait()

    def _send(self, message: bytes) -> None:
        try:
            self.pipe.send_bytes(message)
        except OSError:
            raise self._ended() from None

    def _ended(self) -> BuildError:
        status = self._process.wait()
        return BuildError(
            f"a process of the build ended with status {status}: there may have been too little "
            "memory; build with less memory for each segment, or in one process"
        )
