"""The stored fields of a segment's documents: lines of JSON in compressed blocks."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.arrays import Array, DamagedFileError
from index.codec.compression import Decompressor, compressor
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.values import UnstorableValueError, from_json, to_json

BLOCK = 16 << 10
"""Bytes of JSON a block: larger ones compress better, smaller ones are read faster."""


class StoredWriter:
    """Takes the stored fields of one document after the other."""

    def __init__(self) -> None:
        self._compress = compressor()
        self._lines: list[bytes] = []
        self._held = 0
        self._blocks: list[bytes] = []
        self._firsts = [0]

    def add(self, fields: dict[str, Any]) -> None:
        """Add the fields of the next document.

        Raises
        ------
        UnstorableValueError
            When a value cannot be stored; it names the field.
        """
        self.add_line(to_line(fields))

    def add_line(self, line: bytes) -> None:
        """Add the next document as `to_line` returns it."""
        self._lines.append(line)
        self._held += len(line)
        if self._held >= BLOCK:
            self._flush()

    def write(self, writer: ArrayFileWriter) -> None:
        """Write all documents."""
        self._flush()
        ends = np.cumsum([0, *map(len, self._blocks)])
        chunks = (np.frombuffer(block, np.uint8) for block in self._blocks)
        writer.add_chunks("stored.data", np.uint8, chunks)
        writer.add("stored.ends", ends.astype(np.int64))
        writer.add("stored.firsts", np.array(self._firsts, np.int64))

    def _flush(self) -> None:
        if self._lines:
            self._blocks.append(self._compress(b"\n".join(self._lines)))
            self._firsts.append(self._firsts[-1] + len(self._lines))
            self._lines, self._held = [], 0


class StoredFields:
    """Reads stored fields by document; safe to share between threads."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self._data = file["stored.data"]
        self._ends: Array = file["stored.ends"].all()
        self._firsts: Array = file["stored.firsts"].all()
        self._decompressor = Decompressor()
        self._last: tuple[int, Sequence[bytes]] = -1, ()

    def fields(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        line = self.line(document)
        return from_json(line) if line else {}

    def line(self, document: int) -> bytes:
        """Return the stored fields of a document as they lie; empty where there are none."""
        block = int(self._firsts.searchsorted(document, side="right")) - 1
        number, lines = self._last
        if number != block:
            lines = self._read(block)
            # One assignment, so that no thread sees the lines of one block under another's number.
            self._last = block, lines
        return lines[document - int(self._firsts[block])]

    def _read(self, block: int) -> Sequence[bytes]:
        packed = self._data[int(self._ends[block]) : int(self._ends[block + 1])]
        try:
            return self._decompressor.read(packed.data).split(b"\n")
        except ValueError as error:
            raise DamagedFileError(f"{self._file.name}, block {block}: {error}") from error


def to_line(fields: dict[str, Any]) -> bytes:
    """Return stored fields as one line."""
    if not fields:
        return b""
    try:
        return to_json(fields).encode()
    except UnstorableValueError:
        for name, value in fields.items():
            try:
                to_json(value)
            except UnstorableValueError as error:
                raise UnstorableValueError(f"field {name}: {error}") from None
        raise
