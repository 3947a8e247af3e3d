"""Reads the inverted index of a segment."""

from collections.abc import Iterable, Iterator
from typing import Any

from index.codec.container import ArrayFile
from index.codec.field_postings import FieldPostings
from index.codec.lengths import Lengths
from index.codec.matcher import ArrayMatcher
from index.whoosh_api import TermInfo, TermNotFound, codec_base


class ArrayTermsReader(codec_base.TermsReader):  # type: ignore[misc]
    """The terms of all fields of a segment; safe to share between threads.

    Parameters
    ----------
    file : ArrayFile
        The segment's; it is closed with the reader.
    documents : int
        How many documents the segment has, deleted ones included.
    """

    def __init__(self, file: ArrayFile, documents: int) -> None:
        self._file = file
        self._names: list[str] = list(file.notes["fields"])
        self._fields: dict[str, FieldPostings] = {}
        self._lengths = Lengths(file, documents)

    def field(self, name: str) -> FieldPostings:
        """Return the postings of a field that has some."""
        if name not in self._fields:
            self._fields[name] = FieldPostings(self._file, "fields", name)
        return self._fields[name]

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """Return the names of all fields that have postings."""
        return tuple(self._names)

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        """Return a cursor over the terms of a field."""
        if fieldname not in self._names:
            return codec_base.EmptyCursor()
        return ArrayCursor(self.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all terms."""
        return ((name, field.terms[place]) for name, field, place in self._walk())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms from ``prefix`` in a field to the last of the last field."""
        walk = self._walk(fieldname, prefix)
        return ((name, field.terms[place]) for name, field, place in walk)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield all terms with their statistics."""
        for name, field, place in self._walk():
            yield (name, field.terms[place]), field.info(place)

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield terms as `terms_from` does, with their statistics."""
        for name, field, place in self._walk(fieldname, prefix):
            yield (name, field.terms[place]), field.info(place)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term.

        Raises
        ------
        TermNotFound
            When it is not there.
        """
        field, place = self._get(fieldname, text)
        return field.info(place)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the weight of a term in all documents, 0 when it is not there."""
        found = self._find(fieldname, text)
        return found[0].weight(found[1]) if found else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many documents have a term, 0 when it is not there."""
        found = self._find(fieldname, text)
        return len(found[0].documents(found[1])) if found else 0

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ArrayMatcher:
        """Return the postings of a term.

        Raises
        ------
        TermNotFound
            When it is not there.
        """
        field, place = self._get(fieldname, text)
        return ArrayMatcher(field, place, format_, (fieldname, text), scorer, self._lengths)

    def close(self) -> None:
        """Let go of the file."""
        for field in self._fields.values():
            field.close()
        self._fields.clear()
        self._lengths.clear()
        self._file.close()

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int] | None:
        if fieldname not in self._names:
            return None
        field = self.field(fieldname)
        place = field.terms.find(text)
        return (field, place) if place >= 0 else None

    def _get(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return found

    def _walk(
        self, fieldname: str | None = None, prefix: bytes = b""
    ) -> Iterator[tuple[str, FieldPostings, int]]:
        """Yield every term as field and place; from a field on, nothing when that is unknown."""
        if fieldname is not None and fieldname not in self._names:
            return
        first = 0 if fieldname is None else self._names.index(fieldname)
        for name in self._names[first:]:
            field = self.field(name)
            start = field.terms.first_from(prefix) if name == fieldname else 0
            for place in range(start, len(field)):
                yield name, field, place


class ArrayCursor(codec_base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of one field; it begins on the first."""

    def __init__(self, field: FieldPostings, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._place = 0

    def first(self) -> Any:
        """Go to the first term; return it."""
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term that does not sort before ``term``; return it, None at the end."""
        if not isinstance(term, bytes):
            term = self._fieldobj.to_bytes(term)
        self._place = self._field.terms.first_from(term)
        return self.text()

    def next(self) -> Any:
        """Go to the next term; return it, None at the end."""
        self._place = min(self._place + 1, len(self._field))
        return self.text()

    def text(self) -> Any:
        """Return the current term as the field decodes it, None at the end."""
        return (
            self._fieldobj.from_bytes(self._field.terms[self._place]) if self.is_valid() else None
        )

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the current term, None at the end."""
        return self._field.info(self._place) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Tell whether the cursor stands on a term."""
        return self._place < len(self._field)
