"""The postings of one field as Whoosh asks for them: by place, with weights, values and statistics.

Beside the arrays of `FieldArrays` a field has these, each with an item for each place:
``total_weights``, ``max_weights`` (float32), ``min_lengths`` and ``max_lengths`` (the lengths of
the field in the documents of the term). ``char_starts``, ``char_ends`` and ``boosts`` (float64)
stand beside ``positions`` where the format has them.

The vectors of a field are the same arrays the other way round: a place is a document, and
``documents`` holds places of a table of terms.

A file has the groups ``fields`` and ``vectors``: field ``f`` lies under ``fields/f/...``, and the
file's notes say of each field in ``fields`` what kind its values are and what its boost is.
"""

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import FieldArrays, bits, smallest
from index.codec.layouts import BOOSTS, Layout
from index.codec.postings import Postings, Run
from index.codec.terms import TermTable
from index.whoosh_api import TermInfo

SMALL_SEGMENT = 65_536
"""Documents up to which their numbers fit into two bytes."""


class FieldPostings(FieldArrays):
    """Read access to one field, or to its vectors; safe to share between threads."""

    def __init__(self, file: ArrayFile, group: str, field: str) -> None:
        super().__init__(file, f"{group}/{field}")
        self.terms = TermTable(file, f"{self.name}/terms")
        notes = file.notes[group][field]
        self.boost: float = notes["boost"]
        self.layout = Layout(notes["kind"])

    def close(self) -> None:
        """Let go of the file, although somebody may still have this object."""
        vars(self).clear()

    def counts_of(self, place: int) -> Array:
        """Return how many occurrences the postings at a place have (int64)."""
        span = self.span(place)
        if (counts := self._optional("counts")) is not None:
            return counts[span].astype(np.int64)
        if not self.layout.columns:
            return np.ones(span.stop - span.start, np.int64)
        ends = self._file[f"{self.name}/position_ends"]
        return self._between_firsts(int(ends[place]), int(ends[place + 1]))

    def weights_of(self, place: int) -> Array:
        """Return the weights of the postings at a place (float32)."""
        if (weights := self._optional("weights")) is not None:
            return weights[self.span(place)]
        return self.counts_of(place).astype(np.float32) * np.float32(self.boost)

    def columns_of(self, place: int) -> dict[str, Array]:
        """Return what is kept of all occurrences at a place, by the name of the column."""
        ends = self._file[f"{self.name}/position_ends"]
        span = slice(int(ends[place]), int(ends[place + 1]))
        return {name: self._file[f"{self.name}/{name}"][span] for name in self.layout.columns}

    def info(self, place: int) -> TermInfo:
        """Return Whoosh's statistics of a term."""
        documents = self.documents(place)
        weight, max_weight, min_length, max_length = (
            self._file[f"{self.name}/{statistic}"][place].item()
            for statistic in ("total_weights", "max_weights", "min_lengths", "max_lengths")
        )
        return TermInfo(
            weight=weight,
            df=len(documents),
            minlength=min_length,
            maxlength=max_length,
            maxweight=max_weight,
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def weight(self, place: int) -> float:
        """Return the sum of the weights of a term's postings."""
        return float(self._file[f"{self.name}/total_weights"][place])

    def whole(self) -> Postings:
        """Return all postings of the field, sorted as they lie."""
        ends = self.ends.astype(np.int64)
        counts = self._whole_counts()
        weights = self._optional("weights")
        return Postings(
            np.repeat(np.arange(len(self)), ends[1:] - ends[:-1]),
            self._file[f"{self.name}/documents"].all().astype(np.int64),
            counts,
            counts.astype(np.float32) * np.float32(self.boost)
            if weights is None
            else weights.all(),
            {name: self._file[f"{self.name}/{name}"].all() for name in self.layout.columns},
        )

    def _whole_counts(self) -> Array:
        if (counts := self._optional("counts")) is not None:
            return counts.all().astype(np.int64)
        if not self.layout.columns:
            return np.ones(int(self.ends[-1]), np.int64)
        return self._between_firsts(0, int(self._file[f"{self.name}/position_ends"][len(self)]))

    def _between_firsts(self, start: int, stop: int) -> Array:
        firsts = bits(self._file[f"{self.name}/firsts"], start, stop)
        return np.diff(np.flatnonzero(firsts), append=len(firsts))


def write_field(
    writer: ArrayFileWriter, name: str, run: Run, layout: Layout, boost: float, lengths: Array
) -> None:
    """Write the postings of a field, which are sorted by term and document.

    ``lengths`` has the field's length in the document of each posting, 0 where that is unknown.
    """
    postings = run.postings
    TermTable.save(writer, f"{name}/terms", run.terms)
    ends = np.searchsorted(postings.rows, np.arange(len(run.terms) + 1))
    write_postings(writer, name, postings, ends, layout, boost)
    starts = ends[:-1]
    totals = np.add.reduceat(postings.weights.astype(np.float64), starts)
    writer.add(f"{name}/total_weights", totals.astype(np.float32))
    writer.add(f"{name}/max_weights", np.maximum.reduceat(postings.weights, starts))
    own = lengths.astype(np.int64)
    longest = np.maximum.reduceat(own, starts)
    own[own == 0] = np.iinfo(np.int64).max
    shortest = np.minimum(np.minimum.reduceat(own, starts), longest)
    writer.add(f"{name}/min_lengths", smallest(shortest))
    writer.add(f"{name}/max_lengths", smallest(longest))


def write_postings(
    writer: ArrayFileWriter,
    name: str,
    postings: Postings,
    ends: Array,
    layout: Layout,
    boost: float,
) -> None:
    """Write what fields and vectors have in common."""
    writer.add(f"{name}/ends", ends.astype(np.uint32 if ends[-1] < 2**32 else np.uint64))
    last = int(postings.documents.max(initial=0))
    kind = np.uint16 if last < SMALL_SEGMENT else np.uint32
    writer.add(f"{name}/documents", postings.documents.astype(kind))
    if not np.array_equal(postings.weights, postings.counts.astype(np.float32) * np.float32(boost)):
        writer.add(f"{name}/weights", postings.weights)
    if layout.columns:
        _write_occurrences(writer, name, postings, ends)
    elif layout.kind:
        writer.add(f"{name}/counts", smallest(postings.counts))


def _write_occurrences(writer: ArrayFileWriter, name: str, postings: Postings, ends: Array) -> None:
    stops = np.concatenate([[0], np.cumsum(postings.counts)])
    for column, items in postings.occurrences.items():
        writer.add(f"{name}/{column}", items if column == BOOSTS else smallest(items))
    kind = np.uint32 if stops[-1] < 2**32 else np.uint64
    writer.add(f"{name}/position_ends", stops[ends].astype(kind))
    if len(postings.counts) and not postings.counts.min():
        # Where a posting has no occurrence, no bit says where it begins.
        writer.add(f"{name}/counts", smallest(postings.counts))
    else:
        firsts = np.zeros(stops[-1], bool)
        firsts[stops[:-1]] = True
        writer.add(f"{name}/firsts", np.packbits(firsts))
