"""Whoosh's writer with postings in arrays: they are sorted and merged by numpy."""

from typing import Any

import numpy as np

from index.codec.codec import ArrayCodec
from index.codec.pool import ArrayPool
from index.codec.terms_reader import ArrayTermsReader
from index.whoosh_api import SegmentWriter


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's segment writer; locks, schema, deletions and merge policy are Whoosh's own."""

    def __init__(self, ix: Any, codec: Any = None, limitmb: float = 128, **options: Any) -> None:
        super().__init__(ix, codec=codec or ArrayCodec(), limitmb=limitmb, **options)
        self._own = isinstance(self.codec, ArrayCodec)
        if self._own:
            self.pool = ArrayPool(self.schema, self._tempstorage, limitmb)

    def add_document(self, **fields: Any) -> None:
        """Add a document; one that cannot be added leaves nothing behind."""
        try:
            super().add_document(**fields)
        except BaseException:
            if self._own:
                self.pool.forget(self.docnum)
                if self.perdocwriter.in_document:
                    self.perdocwriter.cancel_doc()
            raise

    def add_postings_to_pool(
        self, reader: Any, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Take the postings of a segment over, as arrays where they are arrays already."""
        terms = getattr(reader, "_terms", None)
        if not (self._own and isinstance(terms, ArrayTermsReader)):
            super().add_postings_to_pool(reader, startdoc, docmap)
            return
        numbers = np.full(reader.doc_count_all(), -1, np.int64)
        if docmap is None:
            numbers[:] = np.arange(startdoc, startdoc + len(numbers))
        else:
            numbers[list(docmap)] = list(docmap.values())
        for name in terms.indexed_field_names():
            if name in self.schema:
                self.pool.add_field(name, terms.field(name), numbers)

    def _close_segment(self) -> None:
        if self._own and not self.fieldwriter.is_closed:
            # What was not flushed is dropped without having been written.
            self.perdocwriter.is_closed = True
            self.fieldwriter.discard()
        super()._close_segment()

    def _flush_segment(self) -> None:
        if not self._own:
            super()._flush_segment()
            return
        self.perdocwriter.close()
        documents = self.per_document_reader()
        try:
            lengths = {name: documents.lengths.of(name).copy() for name in self.pool.names()}
        finally:
            documents.close()
        for name in self.pool.names():
            field = self.schema[name]
            self.fieldwriter.write_field(name, field, self.pool.take(name), lengths[name])
        self.fieldwriter.close()
