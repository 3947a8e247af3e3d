"""The codec: Whoosh's schema, writer and searcher over segments that are files of arrays."""

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from index.arrays import DamagedFileError
from index.codec.container import ArrayFile
from index.codec.field_writer import ArrayFieldWriter
from index.codec.per_document_reader import ArrayPerDocumentReader, added_column
from index.codec.per_document_writer import ArrayPerDocumentWriter
from index.codec.storages import open_arrays
from index.codec.terms_reader import ArrayTermsReader
from index.manifest import FileEntry
from index.whoosh_api import codec_base

EXTENSION = ".arrays"
"""How the name of a segment's one file ends."""


class ArrayCodec(codec_base.Codec):  # type: ignore[misc]
    """Whoosh's codec interface over files of arrays; it has no state."""

    def per_document_writer(self, storage: Any, segment: Any) -> ArrayPerDocumentWriter:
        """Return a writer of what belongs to documents."""
        return ArrayPerDocumentWriter(storage, segment.make_filename(EXTENSION))

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        """Return a writer of postings."""
        return ArrayFieldWriter(storage, segment.make_filename(EXTENSION))

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        """Return a reader of terms and postings."""
        return ArrayTermsReader(_open(storage, segment), segment.doc_count_all())

    def per_document_reader(self, storage: Any, segment: Any) -> ArrayPerDocumentReader:
        """Return a reader of what belongs to documents."""
        return ArrayPerDocumentReader(_open(storage, segment), segment, storage)

    @staticmethod
    def column_filename(segment: Any, fieldname: str) -> str:
        """Return the name of a file for a column that Whoosh adds to a finished segment."""
        return added_column(segment, fieldname)

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def new_segment(self, storage: Any, indexname: str) -> "ArraySegment":  # noqa: ARG002
        """Return a new, empty segment."""
        return ArraySegment(indexname)


class ArraySegment(codec_base.Segment):  # type: ignore[misc]
    """What the index knows of a segment: its name, its size and its deleted documents.

    Parameters
    ----------
    indexname : str
        The index.
    segid : str or None
        The segment's own part of its name; a random one where not given.
    documents : int
        How many documents it has, deleted ones included.
    deleted : iterable of int
        The deleted documents.
    files : mapping of str to FileEntry
        Size and checksum of its files, as far as they are known.
    """

    def __init__(
        self,
        indexname: str,
        segid: str | None = None,
        documents: int = 0,
        deleted: Iterable[int] = (),
        files: Mapping[str, FileEntry] | None = None,
    ) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = checked_id(segid)
        self._documents = documents
        self._deleted = set(deleted)
        self._files = files or {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what Whoosh's own table of contents keeps."""
        return {name: value for name, value in self.__dict__.items() if name != "_files"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _files={})

    @classmethod
    def from_description(
        cls, indexname: str, files: Mapping[str, FileEntry], description: dict[str, Any]
    ) -> "ArraySegment":
        """Return the segment that `describe` described."""
        return cls(indexname, files=files, **description)

    def describe(self) -> dict[str, Any]:
        """Return what the table of contents keeps of the segment."""
        return {
            "segid": self.segid,
            "documents": self._documents,
            "deleted": sorted(self._deleted),
        }

    def check(self, file: ArrayFile, name: str) -> None:
        """Raise `DamagedFileError` when an opened file is not the one that was committed."""
        entry = FileEntry(file.size, file.checksum)
        if self._files.get(name, entry) != entry:
            raise DamagedFileError(f"{file.name} is damaged: it is not the file of this segment")

    def check_bytes(self, name: str, data: bytes) -> None:
        """Raise `DamagedFileError` when a file without checksums is not the committed one."""
        entry = FileEntry(len(data), zlib.crc32(data))
        if self._files.get(name, entry) != entry:
            raise DamagedFileError(f"{name} is damaged: it is not the file that was committed")

    def codec(self) -> ArrayCodec:
        """Return the codec."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Return False: the segment is one file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Set how many documents there are."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """Return how many documents there are, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """Return how many documents are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterable[int]:
        """Return the deleted documents."""
        return iter(self._deleted)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or bring it back."""
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return docnum in self._deleted


def checked_id(segid: str) -> str:
    """Return a segment's own part of its name, which must be one that Whoosh makes."""
    if not re.fullmatch("[0-9a-z]{16}", segid):
        raise ValueError(f"{segid!r:.60} is no name of a segment")
    return segid


def _open(storage: Any, segment: Any) -> ArrayFile:
    name = segment.make_filename(EXTENSION)
    file = open_arrays(storage, name)
    try:
        segment.check(file, name)
    except DamagedFileError:
        file.close()
        raise
    return file
