"""The words of an archive: what the processes of a build numbered, under common numbers."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFileWriter
from index.codec.fields import smallest
from index.strings import StringTable

_POSSESSIVE = re.compile("'s$")


class Numbering(NamedTuple):
    """For each surface of one process the code of its term, and which spelling of it it is."""

    codes: Array
    spellings: Array


class Vocabulary:
    """All terms, sorted by UTF-8 bytes, with the spellings that stand in the text.

    Parameters
    ----------
    readings : sequence of dict
        What each process numbered: ``texts``, ``terms`` and ``counts``, equally long.
    """

    def __init__(self, readings: Sequence[dict[str, Any]]) -> None:
        # The order of code points is that of UTF-8 bytes.
        self.terms = sorted({term for reading in readings for term in reading["terms"]})
        places = {term: place for place, term in enumerate(self.terms)}
        codes = [
            np.array([places[term] for term in reading["terms"]], np.int32) for reading in readings
        ]
        texts = [text for reading in readings for text in reading["texts"]]
        counts = np.array([count for reading in readings for count in reading["counts"]], np.int64)
        together = np.concatenate(codes) if codes else np.empty(0, np.int32)
        self.words = self._commonest(texts, together, counts)
        lower = [text.lower() for text in texts]
        numbers, spelled, owners, totals = _united(lower, together, counts)
        ranks = _ranks(owners, totals)
        inside = totals > 0
        self.surfaces = [spelling for spelling, kept in zip(spelled, inside, strict=True) if kept]
        self.surface_terms = owners[inside]
        self.surface_ordinals = ranks[inside]
        ends = np.cumsum([len(own) for own in codes])[:-1]
        self.numberings = [
            Numbering(own, spellings)
            for own, spellings in zip(codes, np.split(ranks[numbers], ends), strict=True)
        ]

    def save(self, writer: ArrayFileWriter) -> None:
        """Write terms, words and surfaces."""
        StringTable.of(self.terms).save(writer, "terms")
        StringTable.of(self.words).save(writer, "words")
        StringTable.of(self.surfaces).save(writer, "surfaces")
        writer.add("surfaces.terms", self.surface_terms.astype(np.uint32))
        writer.add("surfaces.ordinals", smallest(self.surface_ordinals))

    def _commonest(self, texts: Sequence[str], codes: Array, counts: Array) -> list[str]:
        """Return for each term how it is written most often, without a possessive."""
        numbers, spelled, owners, totals = _united(texts, codes, counts)
        del numbers
        first = np.flatnonzero((_ranks(owners, totals) == 0) & (totals > 0))
        words = list(self.terms)
        for place, code in zip(first.tolist(), owners[first].tolist(), strict=True):
            words[code] = _POSSESSIVE.sub("", spelled[place])
        return words


def _united(
    texts: Sequence[str], codes: Array, counts: Array
) -> tuple[Array, list[str], Array, Array]:
    """Return equal spellings of one term as one, sorted by spelling and then by term.

    Returns
    -------
    numbers : int array
        Which spelling each text is.
    spelled : list of str
    owners : int array
        The code of each spelling's term.
    totals : int array
        The sum of the counts of each spelling.
    """
    distinct = sorted(set(texts))
    place = {text: number for number, text in enumerate(distinct)}
    keys = np.fromiter((place[text] for text in texts), np.int64, len(texts)) << 32 | codes
    united, numbers = np.unique(keys, return_inverse=True)
    totals = np.bincount(numbers, counts, len(united)).astype(np.int64)
    return (
        numbers,
        [distinct[number] for number in (united >> 32).tolist()],
        (united & 0xFFFFFFFF).astype(np.int32),
        totals,
    )


def _ranks(owners: Array, totals: Array) -> Array:
    """Return the rank of each spelling among those of its term, the commonest first (int32)."""
    order = np.lexsort((np.arange(len(owners)), -totals, owners))
    ranks = np.empty(len(owners), np.int32)
    starts = np.searchsorted(owners[order], owners[order])
    ranks[order] = np.arange(len(owners)) - starts
    return ranks
