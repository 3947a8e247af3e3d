"""Reads what a segment has of each document: stored fields, lengths, columns and vectors."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from index.codec.column_values import ColumnFile, read_column
from index.codec.container import ArrayFile
from index.codec.field_postings import FieldPostings
from index.codec.lengths import Lengths
from index.codec.matcher import VectorMatcher
from index.codec.storages import read_file
from index.codec.stored import StoredFields
from index.whoosh_api import codec_base


class ArrayPerDocumentReader(codec_base.PerDocumentReader):  # type: ignore[misc]
    """Answers by document number; safe to share between threads.

    Parameters
    ----------
    file : ArrayFile
        The segment's; it is closed with the reader.
    segment : Segment
        Says which documents are deleted.
    storage : Storage
        Where columns lie that were added when the segment was finished.
    """

    def __init__(self, file: ArrayFile, segment: Any, storage: Any) -> None:
        self._file = file
        self._storage = storage
        self._segment = segment
        self._count: int = segment.doc_count_all()
        self.lengths = Lengths(file, self._count)
        self.stored = StoredFields(file)
        self._vectors: dict[str, FieldPostings] = {}
        self._column_files: list[ColumnFile] = []

    def close(self) -> None:
        """Let go of the file."""
        self.lengths.clear()
        for vectors in self._vectors.values():
            vectors.close()
        self._vectors.clear()
        for file in self._column_files:
            file.close()
        self._column_files.clear()
        del self.stored
        self._file.close()

    def doc_count(self) -> int:
        """Return how many documents are not deleted."""
        return self._count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """Return how many documents there are."""
        return self._count

    def has_deletions(self) -> bool:
        """Tell whether any document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        """Return the deleted documents."""
        return self._segment.deleted_docs()  # type: ignore[no-any-return]

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Tell whether any document has a value in the field's column."""
        return f"columns/{fieldname}" in self._file or self._storage.file_exists(
            added_column(self._segment, fieldname)
        )

    def column_reader(self, fieldname: str, column: Any) -> Any:
        """Return Whoosh's reader of a column."""
        name = f"columns/{fieldname}"
        if name in self._file:
            data = self._file[name].all()
        else:
            name = added_column(self._segment, fieldname)
            content = read_file(self._storage, name)
            self._segment.check_bytes(name, content)
            data = np.frombuffer(content, np.uint8)
        file = ColumnFile(data.data, name)
        self._column_files.append(file)
        return read_column(column, file, len(data), self._count)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a document, ``default`` where it has none."""
        if docnum > self._count:
            raise IndexError(f"document {docnum} of {self._count}")
        return int(self.lengths.of(fieldname)[docnum]) or default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        """Return a function from documents to lengths."""
        lengths = self.lengths.of(fieldname)
        return lambda docnum: int(lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Return the sum of a field's lengths."""
        return int(self.lengths.of(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """Return the shortest length of a field; 0 where some document has none."""
        return int(self.lengths.of(fieldname).min()) if self._count else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        return int(self.lengths.of(fieldname).max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Tell whether a document has a vector of a field."""
        vectors = self.vectors(fieldname)
        return vectors is not None and len(vectors.documents(docnum)) > 0

    def vector(self, docnum: int, fieldname: str, format_: Any) -> VectorMatcher:
        """Return the vector of a field in a document.

        Raises
        ------
        KeyError
            When it has none.
        """
        vectors = self.vectors(fieldname)
        if vectors is None or not len(vectors.documents(docnum)):
            raise KeyError(f"field {fieldname} has no vector in document {docnum}")
        return VectorMatcher(vectors, docnum, format_)

    def vectors(self, fieldname: str) -> FieldPostings | None:
        """Return the vectors of a field in all documents, None where there are none."""
        if fieldname not in self._vectors:
            if fieldname not in self._file.notes["vectors"]:
                return None
            self._vectors[fieldname] = FieldPostings(self._file, "vectors", fieldname)
        return self._vectors[fieldname]

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return self.stored.fields(docnum)


def added_column(segment: Any, fieldname: str) -> str:
    """Return the name of the file of a column that was added to a finished segment."""
    name: str = segment.make_filename(f".{fieldname}.col")
    return name
