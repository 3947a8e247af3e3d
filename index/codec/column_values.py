"""Whoosh's columns inside the file of a segment, and without pickles."""

from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.values import from_json, to_json
from index.whoosh_api import BufferFile, StructFile, columns


class ColumnBuilder:
    """Takes the values of one column.

    Parameters
    ----------
    column : Column
        Whoosh's column of the field.
    """

    def __init__(self, column: Any) -> None:
        self._bytes = BytesIO()
        self._writer = without_pickle(column).writer(StructFile(self._bytes))

    def add(self, document: int, value: Any) -> None:
        """Add the value of a document; documents come in ascending order."""
        self._writer.add(document, value)

    def finish(self, documents: int) -> Array:
        """Return the column as bytes."""
        self._writer.finish(documents)
        return np.frombuffer(self._bytes.getvalue(), np.uint8)


def read_column(column: Any, file: "ColumnFile", size: int, documents: int) -> Any:
    """Return Whoosh's reader of the bytes of a column."""
    return without_pickle(column).reader(file, 0, size, documents)


def without_pickle(column: Any) -> Any:
    """Return a column that does the same and pickles nothing."""
    if isinstance(column, columns.PickleColumn):
        return JsonColumn(without_pickle(column._child))  # noqa: SLF001  it has no public name
    if isinstance(column, columns.CompressedBlockColumn):
        return columns.CompressedBytesColumn(column._level, column._module)  # noqa: SLF001
    return column


class ColumnFile(BufferFile):  # type: ignore[misc]
    """A file over mapped bytes; they are copied only for columns that read them in a row."""

    def __init__(self, data: memoryview, name: str) -> None:
        self._buf = data
        self._name = name
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    @cached_property
    def file(self) -> BytesIO:
        """What Whoosh reads from one byte to the next."""
        return BytesIO(self._buf)


class JsonColumn(columns.WrappedColumn):  # type: ignore[misc]
    """Does what Whoosh's PickleColumn does, with tagged JSON."""

    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]
        """Writes values of any storable kind."""

        def add(self, docnum: int, value: Any) -> None:
            """Add the value of a document."""
            self._child.add(docnum, b"" if value is None else to_json(value).encode())

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]
        """Reads values; None where a document has none."""

        def __getitem__(self, docnum: int) -> Any:
            data = self._child[docnum]
            return from_json(data) if data else None

        def __iter__(self) -> Any:
            return (from_json(data) if data else None for data in self._child)
