"""What can be suggested to somebody who types: the words of all headlines and names.

A generation has them in a file of their own; one that was built before there was such a file
suggests nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.columns import Columns
from index.postings import Segment
from index.strings import StringTable
from index.word_fields import NAME_FIELDS
from index.word_index import WordIndex, fold

FILE = "suggestions.arrays"
TITLE = "title"


class _Occurrences(NamedTuple):
    """The words of headlines: number of the spelling, document, and whether it comes first."""

    spellings: Array
    documents: Array
    leads: Array


def write_suggestible(folder: Path, archive: ArrayFile, segments: Sequence[Segment]) -> None:
    """Write the words of the headlines and of the names of a generation that is being built."""
    articles = sum(segment.documents for segment in segments)
    with (folder / FILE).open("wb") as file:
        writer = ArrayFileWriter(file)
        texts = {TITLE: _titles(archive, segments, articles).save(writer, TITLE)}
        columns = Columns(archive)
        for name in NAME_FIELDS:
            texts[name] = WordIndex.of(columns.facet(name).values).save(writer, name)
        writer.finish({"texts": texts})


def _titles(archive: ArrayFile, segments: Sequence[Segment], articles: int) -> WordIndex:
    """Return the index of the headlines: the postings know each word as it is written."""
    terms = archive["surfaces.terms"].all().astype(np.int64)
    ordinals = archive["surfaces.ordinals"].all()
    by_term = np.lexsort((ordinals, terms))
    starts = np.searchsorted(terms[by_term], np.arange(int(terms.max(initial=-1)) + 2))
    found = [_occurrences(segment, by_term, starts) for segment in segments]
    spellings, documents, leads = (
        (np.concatenate([np.empty(0, np.int64), *parts]) for parts in zip(*found, strict=True))
        if found
        else (np.empty(0, np.int64),) * 3
    )
    used, numbers = np.unique(spellings, return_inverse=True)
    written = StringTable.open(archive, "surfaces").strings(used.tolist())
    return WordIndex.of_numbers(
        [fold(word) for word in written], numbers, documents, leads > 0, articles
    )


def _occurrences(segment: Segment, by_term: Array, starts: Array) -> _Occurrences:
    title = segment.fields[TITLE]
    places, documents, positions, ordinals = title.all_occurrences()
    spellings = by_term[starts[title.codes[places]] + ordinals]
    return _Occurrences(spellings, documents + segment.base, positions == 0)
