"""The work of a build, in this process or spread over several.

A process numbers the surfaces it reads for itself; the builder unites the numbers before segments
are written. What processes hand each other lies in files of the build's scratch folder.
"""

import json
import multiprocessing
from collections.abc import Callable, Sequence
from itertools import starmap
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from articles.article import Article
from articles.errors import BackfileError
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.inversion import FieldTokens
from index.postings import SegmentSource, segment_name, write_segment
from index.reading import Batch, Reader
from index.vocabulary import Numbering

NUMBERINGS = "numberings.arrays"


class BuildError(BackfileError):
    """A process of a build ended before its work was done."""


class Crew(Protocol):
    """Who does the work of a build; a context manager that leaves nobody behind."""

    def read(self, number: int, articles: Sequence[Article], lines: Sequence[str]) -> None:
        """Read a batch, now or soon."""

    def readings(self) -> list[dict[str, Any]]:
        """Wait until all batches are read; return what each process numbered."""

    def owners(self) -> list[int]:
        """Return which process has read each batch."""

    def write(self, segments: Sequence[dict[str, Any]], on_done: Callable[[], None]) -> None:
        """Write all segments (arguments of `write_batches`)."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Alone:
    """Does everything in this process."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder, self._scratch = folder, scratch
        self._reader = Reader(scratch)
        self._batches = 0

    def read(self, number: int, articles: Sequence[Article], lines: Sequence[str]) -> None:
        """Read a batch now."""
        self._reader.read(number, articles, lines)
        self._batches += 1

    def readings(self) -> list[dict[str, Any]]:
        """Return what was numbered."""
        return [self._reader.finish()]

    def owners(self) -> list[int]:
        """Return which process has read each batch: this one."""
        return [0] * self._batches

    def write(self, segments: Sequence[dict[str, Any]], on_done: Callable[[], None]) -> None:
        """Write all segments."""
        for segment in segments:
            write_batches(self._folder, self._scratch, **segment)
            on_done()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class Team:
    """Spreads the work over processes; each takes the next piece when it has done its last.

    The processes are spawned, not forked: a build may be started by a program with threads. They
    end with their pipe, so that none outlives the build, however it ends.
    """

    def __init__(self, folder: Path, scratch: Path, processes: int) -> None:
        self._folder, self._scratch = folder, scratch
        context = multiprocessing.get_context("spawn")
        self._members: list[tuple[Any, Connection]] = []
        for member in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(theirs, str(folder), str(scratch), member), daemon=True
            )
            process.start()
            theirs.close()
            self._members.append((process, ours))
        self._idle = list(range(processes))
        self._owners: dict[int, int] = {}

    def read(self, number: int, articles: Sequence[Article], lines: Sequence[str]) -> None:
        """Hand a batch to whoever is free; wait for one while nobody is."""
        del articles  # lines are handed over faster, and parsed beside the reading of the next
        member = self._free()
        self._owners[number] = member
        self._members[member][1].send(("read", number, list(lines)))

    def readings(self) -> list[dict[str, Any]]:
        """Wait until all batches are read; return what each process numbered."""
        self._wait_for_all()
        for _, pipe in self._members:
            pipe.send(("finish",))
        self._idle = []
        self._wait_for_all()
        paths = [self._scratch / f"reading_{member}.json" for member in range(len(self._members))]
        return [json.loads(path.read_bytes()) for path in paths]

    def owners(self) -> list[int]:
        """Return which process has read each batch."""
        return [self._owners[number] for number in range(len(self._owners))]

    def write(self, segments: Sequence[dict[str, Any]], on_done: Callable[[], None]) -> None:
        """Write all segments, each in one process."""
        for segment in segments:
            member = self._free()
            self._members[member][1].send(("write", segment))
            on_done()
        self._wait_for_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process, pipe in self._members:
            if kind is not None:
                process.kill()
            pipe.close()
            process.join()
            process.close()

    def _free(self) -> int:
        while not self._idle:
            self._receive()
        return self._idle.pop()

    def _wait_for_all(self) -> None:
        while len(self._idle) < len(self._members):
            self._receive()

    def _receive(self) -> None:
        pipes = [pipe for _, pipe in self._members]
        for ready in wait(pipes):
            member = pipes.index(ready)  # type: ignore[arg-type]
            try:
                problem = pipes[member].recv()
            except EOFError:
                process = self._members[member][0]
                process.join()
                raise BuildError(
                    f"a process of the build ended with {process.exitcode}: there may be too "
                    "little memory; run it again with fewer processes"
                ) from None
            if problem:
                raise BuildError(f"a process of the build failed: {problem}")
            self._idle.append(member)


def _serve(pipe: Connection, folder: str, scratch: str, member: int) -> None:
    """Work off what comes through the pipe until it is closed."""
    reader = Reader(Path(scratch))
    while True:
        try:
            kind, *details = pipe.recv()
        except EOFError:
            return
        try:
            if kind == "read":
                number, lines = details
                reader.read(number, [Article.from_json(line) for line in lines], lines)
            elif kind == "finish":
                path = Path(scratch) / f"reading_{member}.json"
                path.write_text(json.dumps(reader.finish()), encoding="utf-8")
            else:
                write_batches(Path(folder), Path(scratch), **details[0])
        except Exception as error:  # noqa: BLE001  said in the parent, which ends the build
            pipe.send(f"{type(error).__name__}: {error}")
            return
        pipe.send("")


def save_numberings(scratch: Path, numberings: Sequence[Numbering]) -> None:
    """Write the numberings for the processes that write segments."""
    with (scratch / NUMBERINGS).open("wb") as file:
        writer = ArrayFileWriter(file)
        for owner, numbering in enumerate(numberings):
            writer.add(f"{owner}/codes", numbering.codes)
            writer.add(f"{owner}/spellings", numbering.spellings)
        writer.finish()


def write_batches(
    folder: Path,
    scratch: Path,
    *,
    number: int,
    base: int,
    batches: Sequence[int],
    owners: Sequence[int],
    mean_length: float,
    terms: int,
) -> None:
    """Write segment ``number`` from consecutive batches, each read by one of the owners."""
    numberings = ArrayFile.open(scratch / NUMBERINGS)
    present = sorted(set(owners))
    codes = [numberings[f"{owner}/codes"].all() for owner in present]
    spellings = [numberings[f"{owner}/spellings"].all() for owner in present]
    shifts = dict(zip(present, np.cumsum([0, *map(len, codes)]).tolist(), strict=False))
    numbering = Numbering(np.concatenate(codes), np.concatenate(spellings))
    opened = [Batch(scratch, batch) for batch in batches]

    def tokens(name: str) -> tuple[FieldTokens, Numbering]:
        parts = [batch.tokens(name) for batch in opened]
        return _joined(parts, [shifts[owner] for owner in owners]), numbering

    source = SegmentSource(
        base=base,
        mean_length=mean_length,
        terms=terms,
        tokens=tokens,
        documents=[batch.file["documents"].all() for batch in opened],
        blocks=[batch.file["blocks"].all() for batch in opened],
    )
    write_segment(folder / segment_name(number), source)


def _joined(parts: Sequence[FieldTokens], shifts: Sequence[int]) -> FieldTokens:
    """Return consecutive tokens as one, the surfaces of each shifted to its owner's numbers."""

    def shifted(tokens: FieldTokens, shift: int) -> Array:
        return tokens.surfaces + np.int32(shift) if shift else tokens.surfaces

    return FieldTokens(
        np.concatenate(list(starmap(shifted, zip(parts, shifts, strict=True)))),
        np.concatenate([tokens.parts for tokens in parts]),
        np.concatenate([tokens.articles for tokens in parts]),
    )
