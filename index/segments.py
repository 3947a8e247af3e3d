"""Segments are written: the second pass of a build turns batches into postings."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFileWriter
from index.codec.fields import smallest
from index.inversion import Postings, invert
from index.reading import Batch, dictionary_path
from index.tokens import FieldTokens
from index.uniting import Source, UnitedNumbers
from index.word_fields import NAME_FIELDS, TEXT, TITLE_WEIGHT, impacts, segment_name


class SegmentPlan(NamedTuple):
    """What a segment is written from: consecutive batches, and the process that read each."""

    number: int
    base: int
    batches: Sequence[int]
    readers: Sequence[int]
    mean_length: float


def write_segment(folder: Path, scratch: Path, plan: SegmentPlan) -> None:
    """Write one segment: postings of all fields, lengths of the texts, and documents."""
    numbers = UnitedNumbers(scratch)
    with ExitStack() as stack:
        sources = [
            Source(stack.enter_context(Batch(scratch, batch)), reader)
            for batch, reader in zip(plan.batches, plan.readers, strict=True)
        ]
        file = stack.enter_context((folder / segment_name(plan.number)).open("wb"))
        writer = ArrayFileWriter(file)
        _write_texts(writer, numbers, sources, plan.mean_length)
        _write_words(writer, "caption", _words(numbers, sources, "caption"), numbers)
        for name in NAME_FIELDS:
            tokens, meaning = numbers.names(sources, name)
            _write_field(writer, name, invert([tokens], *meaning, numbers.terms), 1.0)
        _write_documents(writer, sources, dictionary_path(scratch).read_bytes())
        writer.finish({"base": plan.base, "documents": sum(s.batch.articles for s in sources)})


def _write_texts(
    writer: ArrayFileWriter, numbers: UnitedNumbers, sources: Sequence[Source], mean_length: float
) -> None:
    """Write lengths and the fields of text and title."""
    text = _words(numbers, sources, TEXT)
    titles = [tokens.only_leads() for tokens in text]
    lengths = np.concatenate([_lengths(tokens) for tokens in text])
    writer.add("lengths", lengths)
    postings = invert(text, *numbers.tokens, numbers.terms, TITLE_WEIGHT)
    del text
    norms = (lengths / np.float32(mean_length or 1.0))[postings.documents]
    _write_field(writer, TEXT, postings, norms)
    _write_spellings(writer, TEXT, postings)
    del postings, norms
    _write_words(writer, "title", titles, numbers)


def _lengths(tokens: FieldTokens) -> Array:
    """Return how many words each text has, as its weights count them (float32)."""
    return (np.diff(tokens.ends) + (TITLE_WEIGHT - 1) * tokens.leads).astype(np.float32)


def _words(numbers: UnitedNumbers, sources: Sequence[Source], name: str) -> list[FieldTokens]:
    return [numbers.words(source, name) for source in sources]


def _write_words(
    writer: ArrayFileWriter, name: str, tokens: Sequence[FieldTokens], numbers: UnitedNumbers
) -> None:
    postings = invert(tokens, *numbers.tokens, numbers.terms)
    _write_field(writer, name, postings, 1.0)
    _write_spellings(writer, name, postings)


def _write_field(
    writer: ArrayFileWriter, name: str, postings: Postings, relative_lengths: Array | float
) -> None:
    writer.add(f"{name}/codes", postings.codes.astype(np.uint32))
    writer.add(f"{name}/ends", postings.ends.astype(np.uint32))
    writer.add(f"{name}/documents", postings.documents.astype(np.uint16))
    writer.add(f"{name}/impacts", impacts(postings.weights, relative_lengths))
    _write_positions(writer, name, postings.positions)
    writer.add(f"{name}/position_ends", postings.position_ends.astype(np.uint32))
    writer.add(f"{name}/firsts", np.packbits(postings.firsts))


def _write_positions(writer: ArrayFileWriter, name: str, positions: Array) -> None:
    """Write positions in a byte and a half where that holds all, as it does of most news."""
    if not 1 << 8 <= positions.max(initial=0) < 1 << 12:
        writer.add(f"{name}/positions", smallest(positions))
        return
    writer.add(f"{name}/positions", positions.astype(np.uint8))
    highs = np.zeros(len(positions) + len(positions) % 2, np.uint8)
    highs[: len(positions)] = positions >> 8
    highs[::2] <<= 4
    writer.add(f"{name}/highs", highs[::2] | highs[1::2])


def _write_spellings(writer: ArrayFileWriter, name: str, postings: Postings) -> None:
    others = postings.spellings > 0
    places = np.flatnonzero(others)
    writer.add(f"{name}/others", np.packbits(others))
    ends = np.searchsorted(places, postings.position_ends)
    writer.add(f"{name}/other_ends", ends.astype(np.uint32))
    writer.add(f"{name}/other_codes", smallest(postings.spellings[places]))


def _write_documents(writer: ArrayFileWriter, sources: Sequence[Source], dictionary: bytes) -> None:
    writer.add_chunks("documents.data", np.uint8, [batch["documents"] for batch, _ in sources])
    ends = np.cumsum(np.concatenate([[0], *(batch["blocks"] for batch, _ in sources)]))
    writer.add("documents.ends", ends.astype(np.int64))
    writer.add("documents.dictionary", np.frombuffer(dictionary, np.uint8))
