"""Writes what a segment has of each document: stored fields, lengths, columns and vectors."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from index.codec.column_values import ColumnBuilder
from index.codec.container import ArrayFileWriter
from index.codec.field_postings import write_postings
from index.codec.lengths import write_lengths
from index.codec.postings import PostingBuffer, inverted, transposed
from index.codec.storages import writing_arrays
from index.codec.stored import StoredWriter, to_line
from index.codec.terms import TermTable
from index.whoosh_api import codec_base


class ArrayPerDocumentWriter(codec_base.PerDocumentWriter):  # type: ignore[misc]
    """Takes document after document; one that is cancelled leaves nothing behind."""

    def __init__(self, storage: Any, name: str) -> None:
        self._storage = storage
        self._name = name
        self._count = 0
        self._document: int | None = None
        self._fields: dict[str, Any] = {}
        self._field_lengths: dict[str, int] = {}
        self._column_values: list[tuple[str, Any, Any]] = []
        self._stored = StoredWriter()
        self._lengths: dict[str, tuple[array[int], array[int]]] = {}
        self._columns: dict[str, ColumnBuilder] = {}
        self._vectors: dict[str, tuple[Any, PostingBuffer]] = {}
        self.is_closed = False

    @property
    def in_document(self) -> bool:
        """Whether a document has begun and not ended."""
        return self._document is not None

    def start_doc(self, docnum: int) -> None:
        """Begin a document; they are numbered from 0 without gaps."""
        if self._document is not None:
            raise ValueError("start_doc was called inside a document")
        if docnum != self._count:
            raise ValueError(f"start_doc was called with {docnum}, expected {self._count}")
        self._document = docnum
        self._fields, self._field_lengths, self._column_values = {}, {}, []

    def add_field(
        self,
        fieldname: str,
        fieldobj: Any,  # noqa: ARG002  the interface is Whoosh's
        value: Any,
        length: int,
    ) -> None:
        """Add a field's stored value (None for none) and its length."""
        if value is not None:
            self._fields[fieldname] = value
        if length:
            self._field_lengths[fieldname] = length

    def add_column_value(self, fieldname: str, column: Any, value: Any) -> None:
        """Add the value of a field's column."""
        self._column_values.append((fieldname, column, value))

    def add_vector_items(
        self, fieldname: str, fieldobj: Any, items: Iterable[tuple[str, float, bytes]]
    ) -> None:
        """Add the vector of a field: its terms with weights and values."""
        if fieldname not in self._vectors:
            self._vectors[fieldname] = fieldobj.vector, PostingBuffer(fieldobj.vector, fieldname)
        _, buffer = self._vectors[fieldname]
        assert self._document is not None
        for text, weight, value in items:
            buffer.add(text.encode("utf-8", "surrogatepass"), self._document, weight, value)

    def finish_doc(self) -> None:
        """End the document.

        Raises
        ------
        UnstorableValueError
            When a stored value is of a kind that cannot be stored; it names the field.
        """
        line = to_line(self._fields)
        for name, column, value in self._column_values:
            if name not in self._columns:
                self._columns[name] = ColumnBuilder(column)
            self._columns[name].add(self._count, value)
        for name, length in self._field_lengths.items():
            documents, lengths = self._lengths.setdefault(name, (array("I"), array("I")))
            documents.append(self._count)
            lengths.append(length)
        self._stored.add_line(line)
        self._document = None
        self._count += 1

    def cancel_doc(self) -> None:
        """Drop the document."""
        assert self._document is not None
        for _, buffer in self._vectors.values():
            buffer.forget(self._document)
        self._document = None

    def close(self) -> None:
        """End the last document and write the file."""
        if self._document is not None:
            self.finish_doc()
        notes: dict[str, Any] = {"documents": self._count, "vectors": {}}
        with writing_arrays(self._storage, self._name, notes) as writer:
            self._stored.write(writer)
            for name, (documents, lengths) in sorted(self._lengths.items()):
                filled = np.zeros(self._count, np.uint32)
                filled[documents] = lengths
                write_lengths(writer, name, filled)
            for name, column in sorted(self._columns.items()):
                writer.add(f"columns/{name}", column.finish(self._count))
            for name, (format_, buffer) in sorted(self._vectors.items()):
                boost, kind = float(format_.field_boost), buffer.layout.kind
                notes["vectors"][name] = {"kind": kind, "boost": boost}
                self._write_vectors(writer, f"vectors/{name}", buffer, boost)
        self.is_closed = True

    def _write_vectors(
        self, writer: ArrayFileWriter, name: str, buffer: PostingBuffer, boost: float
    ) -> None:
        run = inverted([buffer.take()])
        postings = transposed(run)
        ends = np.searchsorted(postings.documents, np.arange(self._count + 1))
        entries = postings.renumbered(postings.documents, postings.rows)
        TermTable.save(writer, f"{name}/terms", run.terms)
        write_postings(writer, name, entries, ends, buffer.layout, boost)
