"""Writes the inverted index of a segment, whichever way the postings come."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Array
from index.codec.field_postings import write_field
from index.codec.layouts import VALUES, Layout, UnknownFormatError, layout_of
from index.codec.postings import PostingBuffer, Run, inverted
from index.codec.storages import writing_arrays
from index.whoosh_api import codec_base

if TYPE_CHECKING:
    from index.codec.container import ArrayFileWriter


class _DiscardedError(Exception):
    """Ends the writing of a file that nobody will read."""


class ArrayFieldWriter(codec_base.FieldWriter):  # type: ignore[misc]
    """Takes postings term by term as Whoosh's writer gives them, or whole fields at once."""

    def __init__(self, storage: Any, name: str) -> None:
        self._storage = storage
        self._name = name
        self._notes: dict[str, Any] = {"fields": {}}
        self._opened = ExitStack()
        self._writer: ArrayFileWriter | None = None
        self._buffer: PostingBuffer | None = None
        self.is_closed = False

    def write_field(self, name: str, field: Any, runs: Sequence[Run], lengths: Array) -> None:
        """Write a field from runs of postings.

        ``lengths`` has its length in every document of the segment, 0 where it has none.
        """
        if len({tuple(run.postings.occurrences) for run in runs}) > 1:
            raise UnknownFormatError(f"field {name}: some values are of its format and some not")
        run = inverted(runs)
        self._write(name, field, run, lengths[run.postings.documents])

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field."""
        self._term: bytes | None = None
        self._field = fieldname, fieldobj
        self._buffer = PostingBuffer(fieldobj.format, fieldname)
        self._lengths: list[int] = []

    def start_term(self, btext: bytes) -> None:
        """Begin a term of the field.

        Raises
        ------
        OutOfOrderError
            When it does not sort behind the term before.
        """
        if self._buffer is None:
            raise ValueError("start_term was called before start_field")
        if self._term is not None and btext <= self._term:
            raise codec_base.OutOfOrderError(f"{self._term!r} .. {btext!r}")
        self._term = btext

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        """Add a posting of the term."""
        assert self._buffer is not None
        assert self._term is not None
        self._buffer.add(self._term, docnum, weight, vbytes)
        self._lengths.append(length or 0)

    def finish_term(self) -> None:
        """End the term."""

    def finish_field(self) -> None:
        """Write the field."""
        if self._buffer is None:
            raise ValueError("finish_field was called before start_field")
        # The terms came sorted, which is Whoosh's contract, so that the lengths are in order too.
        self._write(*self._field, self._buffer.take(), np.array(self._lengths, np.int64))
        self._buffer = None

    def add_spell_word(self, fieldname: str, text: str) -> None:
        """Do nothing: words of spelling fields are postings like all others."""

    def close(self) -> None:
        """End the file."""
        if self._writer is None:
            with writing_arrays(self._storage, self._name, self._notes):
                pass
        self._opened.close()
        self.is_closed = True

    def discard(self) -> None:
        """Leave what was written without an end."""
        with suppress(_DiscardedError), self._opened:
            raise _DiscardedError
        self.is_closed = True

    def _write(self, name: str, field: Any, run: Run, lengths: Array) -> None:
        if not run.terms:
            return
        layout = layout_of(field.format, name)
        if VALUES in run.postings.occurrences:
            layout = Layout("bytes")
        if self._writer is None:
            # Only now: until then somebody may read what the file holds already.
            self._writer = self._opened.enter_context(
                writing_arrays(self._storage, self._name, self._notes)
            )
        boost = float(field.format.field_boost)
        self._notes["fields"][name] = {"kind": layout.kind, "boost": boost}
        write_field(self._writer, f"fields/{name}", run, layout, boost, lengths)
