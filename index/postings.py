"""The segments of a generation: which fields there are, how they are written and opened.

Whoosh's schema names the fields that a query can name; its table of contents, its stored fields and
its columns are not used, because a generation has its own manifest, documents and columns.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import FieldArrays, smallest
from index.inversion import FieldTokens, Postings, invert
from index.strings import StringTable
from index.vocabulary import Numbering
from index.whoosh_api import FieldType, Positions, Schema

TEXT = "text"
"""The field that plain words are searched in: title, summary and body, fused."""
NAME_FIELDS = ("section", "source", "author", "tag", "person", "place")
"""Fields of names: they are not stemmed, so that "Banks" is not found by "bank"."""
WORD_FIELDS = (TEXT, "title", "caption", *NAME_FIELDS)
COLUMN_FIELDS = ("language", "date")
"""Fields that a query can name but that have no postings: the columns answer for them."""
TITLE_WEIGHT = 2.0
"""What a word of the title counts in the fused text field; measured on judged news topics."""
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

    def __init__(self, file: ArrayFile, terms: StringTable) -> None:
        self.file = file
        self.base: int = file.notes["base"]
        self.documents: int = file.notes["documents"]
        self.fields = _Fields(file, terms)


class _Fields(dict[str, FieldArrays]):
    """The fields of a segment; each is opened when it is first asked for."""

    def __init__(self, file: ArrayFile, terms: StringTable) -> None:
        super().__init__()
        self._file, self._terms = file, terms

    def __missing__(self, name: str) -> FieldArrays:
        field = self[name] = FieldArrays(self._file, name, self._terms)
        return field


def segment_name(number: int) -> str:
    """Return the name of a segment's file."""
    return f"articles_{number}.arrays"


class SegmentSource(NamedTuple):
    """What a segment is written from.

    ``tokens`` gives the tokens of a field of all its articles and what their surfaces stand for,
    ``documents`` the compressed blocks and ``blocks`` their sizes, batch after batch.
    """

    base: int
    mean_length: float
    terms: int
    tokens: Callable[[str], tuple[FieldTokens, Numbering]]
    documents: Sequence[Array]
    blocks: Sequence[Array]


def write_segment(path: Path, source: SegmentSource) -> None:
    """Write one segment: postings of all fields, lengths of the texts, and documents."""
    with path.open("wb") as file:
        writer = ArrayFileWriter(file)
        text, numbering = source.tokens(TEXT)
        title = text.only_leads()
        lengths = (np.diff(text.ends) + (TITLE_WEIGHT - 1) * text.leads).astype(np.float32)
        postings = invert(text, *numbering, source.terms, TITLE_WEIGHT)
        del text
        norms = (lengths / np.float32(source.mean_length or 1.0))[postings.documents]
        _write_field(writer, TEXT, postings, impacts(postings.weights, norms), exact=True)
        writer.add("lengths", lengths)
        del postings, norms
        for name in WORD_FIELDS[1:]:
            tokens, numbering = (title, numbering) if name == "title" else source.tokens(name)
            postings = invert(tokens, *numbering, source.terms)
            exact = name not in NAME_FIELDS
            _write_field(writer, name, postings, impacts(postings.weights, 1.0), exact=exact)
        writer.add_chunks("documents.data", np.uint8, source.documents)
        ends = np.cumsum(np.concatenate([[0], *source.blocks]))
        writer.add("documents.ends", ends.astype(np.int64))
        writer.finish({"base": source.base, "documents": len(lengths)})


def impacts(weights: Array, relative_lengths: Array | float) -> Array:
    """Return ``w / (w + k1 (1 - b + b l))`` as 16-bit fixed point, 65535 standing for 1."""
    share = weights / (weights + K1 * (1 - B + B * relative_lengths))
    return np.rint(share * np.float32(65535)).astype(np.uint16)


def _write_field(
    writer: ArrayFileWriter, name: str, postings: Postings, impacts_: Array, *, exact: bool
) -> None:
    writer.add(f"{name}/codes", postings.codes.astype(np.uint32))
    writer.add(f"{name}/ends", postings.ends.astype(np.uint32))
    writer.add(f"{name}/documents", postings.documents.astype(np.uint16))
    writer.add(f"{name}/impacts", impacts_)
    writer.add(f"{name}/positions", smallest(postings.positions))
    writer.add(f"{name}/position_ends", postings.position_ends.astype(np.uint32))
    writer.add(f"{name}/firsts", np.packbits(postings.firsts))
    if exact:
        others = postings.spellings > 0
        places = np.flatnonzero(others)
        writer.add(f"{name}/others", np.packbits(others))
        ends = np.searchsorted(places, postings.position_ends)
        writer.add(f"{name}/other_ends", ends.astype(np.uint32))
        writer.add(f"{name}/other_codes", smallest(postings.spellings[places]))
