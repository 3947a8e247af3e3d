"""The inverted index on disk: one Whoosh segment, written from the inverted fields.

Whoosh's codec writes and reads the postings; its table of contents, its stored fields and its
columns are not used, because a generation has its own manifest, documents and columns.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index.tokenstream import InvertedField
from index.whoosh_api import (
    FieldType,
    FileStorage,
    Positions,
    Schema,
    SegmentReader,
    W3Codec,
    W3Segment,
)

TEXT = "text"
"""The field that plain words are searched in: title, summary and body, fused."""
WORD_FIELDS = (
    TEXT, "title", "caption", "section", "source", "author", "tag", "person", "place",
)  # fmt: skip
NAME_FIELDS = frozenset({"section", "source", "author", "tag", "person", "place"})
"""Fields of names: they are not stemmed, so that "Banks" is not found by "bank"."""
COLUMN_FIELDS = ("language", "date")
"""Fields that a query can name but that have no postings: the columns answer for them."""
_SEGMENT = "articles"


class PackedPositions(Positions):  # type: ignore[misc]
    """Positions as 32-bit differences; Whoosh's own format would pickle them."""

    def encode(self, poslist: Any) -> bytes:
        """Return the bytes of ascending positions."""
        return np.diff(np.array(poslist, np.uint32), prepend=np.uint32(0)).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions, ascending."""
        positions: list[int] = np.cumsum(np.frombuffer(valuestring, np.uint32)).tolist()
        return positions

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how many positions there are."""
        return len(valuestring) // 4


class Words(FieldType):  # type: ignore[misc]
    """A field of words with positions, whose postings are given ready-made.

    It hands a query's text on as it stands: which terms a word has depends on the archive's
    languages, and only the query parser knows those.
    """

    def __init__(self) -> None:
        self.analyzer = None
        self.format = PackedPositions()
        self.scorable = True
        self.stored = False

    def process_text(self, text: str, **_: Any) -> list[str]:
        """Return the text itself as the only word."""
        return [text]


def schema() -> Any:
    """Return the Whoosh schema: the fields that a query can name."""
    return Schema(**{name: Words() for name in (*WORD_FIELDS, *COLUMN_FIELDS)})


def write_postings(
    folder: Path,
    fields: dict[str, InvertedField],
    terms: list[str],
    on_term: Callable[[int, int], None],
) -> None:
    """Write one segment with these fields.

    Parameters
    ----------
    folder : Path
        The folder of the generation.
    fields : dict
        Inverted fields by name; all have the same number of documents.
    terms : list of str
        The terms that the fields' codes name, sorted by UTF-8 bytes.
    on_term : callable
        Called with the postings written so far and their number in all.
    """
    storage = FileStorage(str(folder))
    codec = W3Codec()
    documents = len(fields[TEXT].lengths)
    segment = W3Segment(codec, _SEGMENT, doccount=documents, segid="0")
    total = sum(len(field.documents) for field in fields.values())
    encoded = [term.encode() for term in terms]
    writer = codec.field_writer(storage, segment)
    written = 0
    # Whoosh holds a segment's fields in the order of their names.
    for name in sorted(fields):
        field = fields[name]
        writer.start_field(name, Words())
        deltas = _position_deltas(field)
        for code, span in field.postings():
            writer.start_term(encoded[code])
            _write_term(writer, field, span, deltas)
            writer.finish_term()
            written += span.stop - span.start
            if not code % 256:
                on_term(written, total)
        writer.finish_field()
    writer.close()
    on_term(total, total)


def open_postings(folder: Path, documents: int) -> Any:
    """Return a Whoosh reader of the segment; it serves one thread at a time."""
    segment = W3Segment(W3Codec(), _SEGMENT, doccount=documents, segid="0")
    segment._fieldlengths = {}  # noqa: SLF001  lengths are ours, Whoosh only looks for them
    return SegmentReader(FileStorage(str(folder)), schema(), segment)


def _position_deltas(field: InvertedField) -> bytes:
    deltas = np.diff(field.positions, prepend=np.uint32(0))
    starts = field.position_ends[:-1]
    deltas[starts] = field.positions[starts]
    return deltas.tobytes()


def _write_term(writer: Any, field: InvertedField, span: slice, deltas: bytes) -> None:
    ends = (field.position_ends[span.start : span.stop + 1] * 4).tolist()
    documents = field.documents[span].tolist()
    weights = field.weights[span].tolist()
    start = ends[0]
    for document, weight, end in zip(documents, weights, ends[1:], strict=True):
        writer.add(document, weight, deltas[start:end], None)
        start = end
