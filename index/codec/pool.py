"""Where a writer gathers postings until the segment is written."""

from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.field_postings import FieldPostings
from index.codec.layouts import VALUES, Layout
from index.codec.postings import PostingBuffer, Postings, Run
from index.codec.storages import open_arrays, writing_arrays
from index.codec.terms import TermTable

_LOOK = 4096
"""Postings after which the pool looks how much memory it takes."""


class ArrayPool:
    """Postings by field: those that came one by one, and those of merged segments.

    Parameters
    ----------
    schema : Schema
        Says what formats the fields have.
    storage : Storage
        Where postings go that have no room in memory.
    limitmb : float
        Room for postings in MiB.
    """

    def __init__(self, schema: Any, storage: Any, limitmb: float) -> None:
        self._schema = schema
        self._storage = storage
        self._limit = limitmb * 2**20
        self._buffers: dict[str, PostingBuffer] = {}
        self._runs: dict[str, list[Run]] = {}
        self._spilled: list[ArrayFile] = []
        self._added = 0

    def names(self) -> list[str]:
        """Return the fields that have postings, sorted."""
        spilled = (name for file in self._spilled for name in file.notes["runs"])
        return sorted({*self._buffers, *self._runs, *spilled})

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Add a posting: field, term, document, weight and value."""
        name, term, document, weight, value = item
        self._buffer(name).add(term, document, weight, value)
        self._added += 1
        if self._added % _LOOK == 0:
            self._keep_to_limit()

    def add_field(self, name: str, field: FieldPostings, numbers: Array) -> None:
        """Add the postings of a field of a segment.

        ``numbers`` has the new number of each of its documents, -1 for those that are dropped.
        """
        postings = field.whole()
        kept = numbers[postings.documents]
        postings = postings.renumbered(postings.rows, kept).taken(np.flatnonzero(kept >= 0))
        adapted = _adapted(postings, self._buffer(name).layout)
        self._runs.setdefault(name, []).append(Run(field.terms[:], adapted))
        self._keep_to_limit()

    def forget(self, document: int) -> None:
        """Take the postings of the document that was added last away again."""
        for buffer in self._buffers.values():
            buffer.forget(document)

    def take(self, name: str) -> list[Run]:
        """Return all postings of a field in the order in which they came, and drop them."""
        columns = self._buffer(name).layout.columns
        spilled = [
            _read_run(file, f"{name}/{number}", columns)
            for file in self._spilled
            for number in range(file.notes["runs"].get(name, 0))
        ]
        return [*spilled, *self._taken(name)]

    def cleanup(self) -> None:
        """Drop everything."""
        self._buffers.clear()
        self._runs.clear()
        for file in self._spilled:
            file.close()
        self._spilled.clear()

    def _buffer(self, name: str) -> PostingBuffer:
        buffer = self._buffers.get(name)
        if buffer is None:
            buffer = self._buffers[name] = PostingBuffer(self._schema[name].format, name)
        return buffer

    def _taken(self, name: str) -> list[Run]:
        runs = self._runs.pop(name, [])
        buffer = self._buffers.pop(name, None)
        return [*runs, buffer.take()] if buffer is not None else runs

    def _keep_to_limit(self) -> None:
        size = sum(buffer.size for buffer in self._buffers.values())
        size += sum(run.postings.size for runs in self._runs.values() for run in runs)
        if size > self._limit:
            self._spill()

    def _spill(self) -> None:
        """Write what is in memory to a file."""
        notes: dict[str, Any] = {"runs": {}}
        file = f"{len(self._spilled)}.run"
        with writing_arrays(self._storage, file, notes) as writer:
            for name in sorted({*self._buffers, *self._runs}):
                runs = self._taken(name)
                notes["runs"][name] = len(runs)
                for number, run in enumerate(runs):
                    _write_run(writer, f"{name}/{number}", run)
        self._spilled.append(open_arrays(self._storage, file))


def _adapted(postings: Postings, layout: Layout) -> Postings:
    """Return postings of another format as those of a field whose format has changed since."""
    if VALUES in postings.occurrences:
        return postings
    missing = set(layout.columns) - postings.occurrences.keys()
    counts = postings.counts
    if missing or not layout.kind:
        # Nothing is known of the occurrences, or nothing is kept of them.
        counts = np.full(len(counts), 0 if missing else 1)
    occurrences = {
        name: np.empty(0, np.uint32) if missing else postings.occurrences[name]
        for name in layout.columns
    }
    return Postings(postings.rows, postings.documents, counts, postings.weights, occurrences)


def _write_run(writer: ArrayFileWriter, name: str, run: Run) -> None:
    TermTable.save(writer, f"{name}/terms", run.terms)
    postings = run.postings
    for part in ("rows", "documents", "counts", "weights"):
        writer.add(f"{name}/{part}", getattr(postings, part))
    for column, items in postings.occurrences.items():
        writer.add(f"{name}/{column}", items)


def _read_run(file: ArrayFile, name: str, columns: tuple[str, ...]) -> Run:
    def read(part: str) -> Array:
        return file[f"{name}/{part}"].all()

    postings = Postings(
        read("rows"),
        read("documents"),
        read("counts"),
        read("weights"),
        {column: read(column) for column in columns},
    )
    return Run(TermTable(file, f"{name}/terms")[:], postings)
