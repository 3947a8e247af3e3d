"""Reads segments that Whoosh itself has written, whose pickles are read as data.

They stand in an index that was begun with Whoosh alone, until a merge makes arrays of them.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.arrays import DamagedFileError
from index.codec.codec import checked_id
from index.codec.pickles import UnsafePickleError, read_pickle
from index.manifest import FileEntry
from index.whoosh_api import (
    TermNotFound,
    W3Codec,
    W3Segment,
    columns,
    compound,
    formats,
    stock_codec,
)

_PICKLED_FROM = {
    formats.Positions: 4,
    formats.Characters: 4,
    formats.PositionBoosts: 8,
    formats.CharacterBoosts: 8,
}
"""At which byte of a posting's value the pickle begins that the format loads."""


class StockSegment(W3Segment):  # type: ignore[misc]
    """What the index knows of a segment of Whoosh's own."""

    def __init__(
        self,
        indexname: str,
        segid: str,
        documents: int,
        deleted: Iterable[int],
        *,
        compound: bool,
        lengths: Mapping[str, int],
        files: Mapping[str, FileEntry] | None = None,
    ) -> None:
        super().__init__(StockCodec(), indexname, documents, checked_id(segid), set(deleted))
        self.compound = compound
        self._fieldlengths = dict(lengths)
        self._files = files or {}

    @classmethod
    def from_description(
        cls, indexname: str, files: Mapping[str, FileEntry], description: dict[str, Any]
    ) -> "StockSegment":
        """Return the segment that `describe` described."""
        return cls(indexname, files=files, **description)

    @classmethod
    def of(cls, segment: Any) -> "StockSegment":
        """Return the segment that Whoosh's own writer has just written."""
        return cls(
            segment.indexname,
            segment.segid,
            segment.doc_count_all(),
            segment.deleted_docs(),
            compound=segment.compound,
            lengths=segment._fieldlengths,  # noqa: SLF001  it has no public name
        )

    def describe(self) -> dict[str, Any]:
        """Return what the table of contents keeps of the segment."""
        return {
            "segid": self.segid,
            "documents": self.doc_count_all(),
            "deleted": sorted(self.deleted_docs()),
            "compound": self.compound,
            "lengths": self._fieldlengths,
        }

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or bring it back, which Whoosh's own method fails to do."""
        if delete:
            super().delete_document(docnum)
        else:
            self._deleted.discard(docnum)

    def check(self, storage: Any) -> None:
        """Raise `DamagedFileError` when a file has not the size that was committed.

        Whoosh's files have no checksums inside; `ArrayIndex.verify` compares those of the whole.
        """
        for name, entry in self._files.items():
            if name.startswith(f"{self.segment_id()}.") and storage.file_exists(name):
                size = storage.file_length(name)
                if size != entry.bytes:
                    raise DamagedFileError(f"{name} is damaged: it has {size} bytes")

    def open_compound_file(self, storage: Any) -> "_PlainStorage":
        """Return the storage of the files that are packed into one."""
        self.check(storage)
        packed = _without_pickle(storage.open_file(self.make_filename(self.COMPOUND_EXT)))
        try:
            files = compound.CompoundStorage(packed, use_mmap=storage.supports_mmap)
        except BaseException:
            packed.close()
            raise
        return _PlainStorage(files)


class StockCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec, with every pickle read as data."""

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Return the postings of a term."""
        return _StockMatcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """Return a reader of terms and postings."""
        segment.check(storage)
        plain = _PlainStorage(storage)
        name = segment.make_filename(self.TERMS_EXT)
        postings = plain.open_file(segment.make_filename(self.POSTS_EXT))
        return _StockTermsReader(self, plain.open_file(name), plain.file_length(name), postings)

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        """Return a reader of what belongs to documents."""
        return _StockPerDocumentReader(_PlainStorage(storage), segment)


class _PlainStorage:
    """A storage whose files read pickles as data."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self._buffers: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        file = _without_pickle(self._storage.open_file(name, **options))
        self._buffers.append(getattr(file, "_buf", None))
        return file

    def close(self) -> None:
        for buffer in self._buffers:
            if isinstance(buffer, memoryview):
                # One of the distributions leaves that to whoever still has the file.
                buffer.release()
        self._storage.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


class _StockTermsReader(stock_codec.W3TermsReader):  # type: ignore[misc]
    """The terms of a segment of Whoosh's own."""

    def items(self) -> Iterator[Any]:
        return ((self._keydecoder(key), _term_info(entry)) for key, entry in self._tindex.items())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[Any]:
        start = self._keycoder(fieldname, prefix)
        return (
            (self._keydecoder(key), _term_info(entry))
            for key, entry in self._tindex.items_from(start)
        )

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        try:
            return _term_info(self._tindex[self._keycoder(fieldname, tbytes)])
        except KeyError:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}") from None

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        return _StockCursor(self._tindex, fieldname, self._keycoder, self._keydecoder, fieldobj)


class _StockCursor(stock_codec.W3FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field."""

    def term_info(self) -> Any:
        if not self.is_valid():
            return None
        return _term_info(self._tindex.dbfile.get(self._datapos, self._datalen))


class _StockPerDocumentReader(stock_codec.W3PerDocReader):  # type: ignore[misc]
    """What belongs to the documents of a segment of Whoosh's own."""

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if isinstance(column, columns.PickleColumn):
            column = _PlainPickleColumn(column._child)  # noqa: SLF001  it has no public name
        return super().column_reader(fieldname, column)

    def vector(self, docnum: int, fieldname: str, format_: Any) -> Any:
        if self._vpostfile is None:
            self._prep_vectors()
        offset, length = self._vector_extent(docnum, fieldname)
        if not offset:
            raise KeyError(f"field {fieldname} has no vector in document {docnum}")
        return _StockMatcher(self._vpostfile, offset, length, format_, byteids=True)


class _StockMatcher(stock_codec.W3LeafMatcher):  # type: ignore[misc]
    """Walks postings whose blocks are pickled."""

    def _goto(self, position: int) -> None:
        try:
            super()._goto(position)
        except Exception as error:
            # Whoosh calls whatever is wrong with the head of a block a corrupt index.
            if isinstance(error.__cause__, UnsafePickleError):
                raise error.__cause__ from None
            raise

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        self._data = read_pickle(zlib.decompress(data) if self._compression else data)

    def value(self) -> Any:
        value = super().value()
        start = _PICKLED_FROM.get(type(self.format))
        if start is not None:
            # The format loads the rest of the value as a pickle, and adds its end where it lacks.
            read_pickle(value[start:] if value.endswith(b".") else value[start:] + b".")
        return value


class _PlainPickleColumn(columns.WrappedColumn):  # type: ignore[misc]
    """Reads a column of pickled values."""

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]
        def __getitem__(self, docnum: int) -> Any:
            data = self._child[docnum]
            return read_pickle(data) if data else None

        def __iter__(self) -> Iterator[Any]:
            return (read_pickle(data) if data else None for data in self._child)


def _without_pickle(file: Any) -> Any:
    """Return a file of Whoosh's that reads pickles as data."""
    file.read_pickle = lambda: read_pickle(file.file)
    return file


def _term_info(entry: bytes) -> Any:
    if entry[0]:
        raise UnsafePickleError("a term has pickled postings beside it, which are not read")
    return stock_codec.W3TermInfo.from_bytes(entry)
