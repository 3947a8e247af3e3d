"""What a build knows between its two passes: the columns, and the segments to come."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.analysis import primary_language
from index.arrays import Array
from index.codec.container import ArrayFileWriter
from index.columns import FACETS, FacetRows, write_columns
from index.inversion import BYTES_A_TOKEN
from index.reading import Batch
from index.segments import SegmentPlan
from index.uniting import United
from index.word_fields import LARGEST_SEGMENT, TEXT, TITLE_WEIGHT

_AT_ONCE = 2
"""Segments that the memory of a build holds: so many processes write without waiting."""
_WORTH_SHARING = 20_000
"""Articles from which on there are as many segments as two processes can share."""


class Overview:
    """The columns of all batches, each read once.

    Parameters
    ----------
    scratch : Path
        Where the batches lie.
    readers : sequence of int
        The process that read each batch.
    united : United
        What their numbers stand for.
    """

    def __init__(self, scratch: Path, readers: Sequence[int], united: United) -> None:
        self._readers = readers
        self._articles: list[int] = []
        self._tokens: list[int] = []
        self._length = 0.0
        self._ids: list[str] = []
        self._times: dict[str, list[Array]] = {"published": [], "expires": []}
        self._values: dict[str, list[Array]] = {name: [] for name in FACETS}
        self._counts: dict[str, list[Array]] = {name: [] for name in FACETS}
        for number, reader in enumerate(readers):
            with Batch(scratch, number) as batch:
                text = batch.tokens(TEXT)
                self._articles.append(batch.articles)
                self._tokens.append(len(text.surfaces))
                self._length += len(text.surfaces) + (TITLE_WEIGHT - 1) * int(text.leads.sum())
                self._ids.extend(batch.ids())
                for name, times in self._times.items():
                    times.append(batch[name].copy())
                for name in FACETS:
                    values = batch[f"{name}/values"]
                    self._values[name].append(united.places(reader, name)[values])
                    self._counts[name].append(batch[f"{name}/counts"].copy())
        self._facets = {
            name: FacetRows(
                united.values[name], _joined(self._values[name]), _joined(self._counts[name])
            )
            for name in FACETS
        }

    def write_columns(self, writer: ArrayFileWriter) -> None:
        """Write the columns of all articles."""
        times = {name: _joined(times) for name, times in self._times.items()}
        write_columns(writer, times["published"], times["expires"], self._ids, self._facets)

    def languages(self) -> list[str]:
        """Return the primary language of each article."""
        rows = self._facets["language"]
        named = [primary_language(value) for value in rows.values]
        codes = np.full(len(rows.counts), len(named))
        codes[rows.counts > 0] = rows.codes
        return [[*named, primary_language("")][code] for code in codes.tolist()]

    def plans(self, memory: int, mean_length: float | None = None) -> list[SegmentPlan]:
        """Return the segments to write, as few of equal size as limits and ``memory`` bytes allow.

        How many processes there are makes no difference, so that the files are the same. Lengths
        are measured by their own mean where no other one is given.
        """
        articles = np.array(self._articles, np.int64)
        tokens = np.array(self._tokens, np.int64)
        bases = np.append(0, np.cumsum(articles)).tolist()
        mean = self._length / max(bases[-1], 1) if mean_length is None else mean_length
        return [
            SegmentPlan(
                number=number,
                base=bases[batches[0]],
                batches=batches,
                readers=[self._readers[batch] for batch in batches],
                mean_length=mean,
            )
            for number, batches in enumerate(_split(articles, tokens, memory))
        ]

    def at_once(self, plans: Sequence[SegmentPlan], memory: int) -> int:
        """Return how many of the segments ``memory`` holds while they are written, at least 1."""
        largest = max((sum(self._tokens[b] for b in plan.batches) for plan in plans), default=1)
        return max(1, memory // (max(largest, 1) * BYTES_A_TOKEN))


def _split(articles: Array, tokens: Array, memory: int) -> list[list[int]]:
    """Return the batches of each segment."""
    most_tokens = memory // (_AT_ONCE * BYTES_A_TOKEN)
    before = np.cumsum(articles)
    count = _AT_ONCE if articles.sum() >= _WORTH_SHARING else 1
    while True:
        ends = np.searchsorted(before, articles.sum() * np.arange(1, count) / count)
        parts = [part for part in np.split(np.arange(len(articles)), ends + 1) if len(part)]
        if all(
            len(part) == 1
            or (articles[part].sum() <= LARGEST_SEGMENT and tokens[part].sum() <= most_tokens)
            for part in parts
        ):
            return [part.tolist() for part in parts]
        count += 1 if count < _AT_ONCE else _AT_ONCE


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)
