"""The inverted index on disk: segments of arrays, written from the inverted fields.

Whoosh's schema names the fields that a query can name; its table of contents, its stored fields and
its columns are not used, because a generation has its own manifest, documents and columns.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import FieldArrays, smallest
from index.strings import StringTable
from index.tokenstream import InvertedField
from index.whoosh_api import FieldType, Positions, Schema

TEXT = "text"
"""The field that plain words are searched in: title, summary and body, fused."""
WORD_FIELDS = (
    TEXT, "title", "caption", "section", "source", "author", "tag", "person", "place",
)  # fmt: skip
NAME_FIELDS = frozenset({"section", "source", "author", "tag", "person", "place"})
"""Fields of names: they are not stemmed, so that "Banks" is not found by "bank"."""
COLUMN_FIELDS = ("language", "date")
"""Fields that a query can name but that have no postings: the columns answer for them."""
K1 = 1.6
"""How slowly repeated words stop counting."""
B = 0.3
"""How much long articles are held back; .75 of the textbook cost .03 nDCG on judged news."""
LARGEST_SEGMENT = 65_536
"""Documents of a segment: their numbers fit into two bytes."""


class Words(FieldType):  # type: ignore[misc]
    """A field of words with positions, whose postings are given ready-made.

    It hands a query's text on as it stands: which terms a word has depends on the archive's
    languages, and only the query parser knows those.
    """

    def __init__(self) -> None:
        self.analyzer = None
        self.format = Positions()
        self.scorable = True
        self.stored = False

    def process_text(self, text: str, **_: Any) -> list[str]:
        """Return the text itself as the only word."""
        return [text]


def schema() -> Any:
    """Return the Whoosh schema: the fields that a query can name."""
    return Schema(**{name: Words() for name in (*WORD_FIELDS, *COLUMN_FIELDS)})


class Segment:
    """One segment of a generation: its documents ``base`` to ``base + documents``."""

    def __init__(self, path: Path, terms: StringTable) -> None:
        self.file = ArrayFile.open(path)
        self.base: int = self.file.notes["base"]
        self.documents: int = self.file.notes["documents"]
        self.fields = {
            name: FieldArrays(self.file, name, terms) for name in self.file.notes["fields"]
        }


def segment_path(folder: Path, number: int) -> Path:
    """Return the file of a segment."""
    return folder / f"articles_{number}.arrays"


def open_segments(folder: Path, terms: StringTable) -> tuple[Segment, ...]:
    """Return all segments of a generation in the order of their documents."""
    segments: list[Segment] = []
    while segment_path(folder, len(segments)).exists():
        segments.append(Segment(segment_path(folder, len(segments)), terms))
    return tuple(segments)


def write_postings(
    folder: Path,
    fields: dict[str, InvertedField],
    terms: list[str],
    on_term: Callable[[int, int], None],
) -> None:
    """Write all segments with these fields, of equal sizes."""
    documents = len(fields[TEXT].lengths)
    count = -(-documents // LARGEST_SEGMENT)
    bases = [documents * number // max(count, 1) for number in range(count + 1)]
    for number, (base, stop) in enumerate(pairwise(bases)):
        with segment_path(folder, number).open("wb") as file:
            writer = ArrayFileWriter(file)
            for name, field in fields.items():
                _write_field(writer, name, field, base, stop)
            notes = {"base": base, "documents": stop - base, "fields": list(fields)}
            writer.finish(notes)
    on_term(len(terms), len(terms))


def impacts(weights: Array, relative_lengths: Array | float) -> Array:
    """Return ``w / (w + k1 (1 - b + b l))`` as 16-bit fixed point, 65535 standing for 1."""
    share = weights / (weights + K1 * (1 - B + B * relative_lengths))
    return np.rint(share * 65535).astype(np.uint16)


def _write_field(
    writer: ArrayFileWriter, name: str, field: InvertedField, base: int, stop: int
) -> None:
    kept = (field.documents >= base) & (field.documents < stop)
    before = np.append(0, np.cumsum(kept))
    ends = before[field.ends]
    present = np.diff(ends) > 0
    counts = np.diff(field.position_ends)
    tokens = np.repeat(kept, counts)
    token_ends = np.append(0, np.cumsum(counts[kept]))
    documents = field.documents[kept]
    lengths = field.lengths / (field.lengths.mean() or 1.0)
    relative = lengths[documents] if name == TEXT else 1.0
    firsts = np.zeros(int(token_ends[-1]), bool)
    firsts[token_ends[:-1]] = True
    term_ends = np.append(ends[:-1][present], ends[-1])
    writer.add(f"{name}/codes", field.codes[present].astype(np.uint32))
    writer.add(f"{name}/ends", term_ends.astype(np.uint32))
    writer.add(f"{name}/documents", (documents - base).astype(np.uint16))
    writer.add(
        f"{name}/impacts",
        impacts(field.weights[kept].astype(np.float64), relative),
    )
    writer.add(f"{name}/positions", smallest(field.positions[tokens]))
    writer.add(f"{name}/position_ends", token_ends[term_ends].astype(np.uint32))
    writer.add(f"{name}/firsts", np.packbits(firsts))
