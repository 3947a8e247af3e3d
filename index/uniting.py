"""What the processes of a build numbered, each for itself, under common numbers."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.analysis import primary_language, stemming_of
from index.arrays import Array, ranges
from index.codec.container import ArrayFile, ArrayFileWriter
from index.columns import FACETS
from index.reading import Batch, Reading
from index.tokenizer import Tokenizer, joined
from index.tokens import FieldTokens
from index.vocabulary import Tokens, Vocabulary
from index.word_fields import NAME_FIELDS, PERSON_FIELDS

_FILE = "united.arrays"
_NAMED = [name in PERSON_FIELDS for name in NAME_FIELDS]
"""Which of the fields of names have those of persons and places."""


class Source(NamedTuple):
    """A batch, and the number of the process that read it."""

    batch: Batch
    reader: int


class United:
    """The words and the values of facets of a whole archive.

    Parameters
    ----------
    readings : dict
        What each process numbered, by the number of the process.

    Attributes
    ----------
    values : dict
        The distinct values of each facet, sorted.
    vocabulary : Vocabulary
        The words, those of names among them.
    """

    def __init__(self, readings: Mapping[int, Reading]) -> None:
        tables = {
            (reader, name): list(reading.values(name))
            for reader, reading in readings.items()
            for name in FACETS
        }
        self.values = {
            name: sorted({value for reader in readings for value in tables[reader, name]})
            for name in FACETS
        }
        self._places = {
            (reader, name): _places(self.values[name], own)
            for (reader, name), own in tables.items()
        }
        self._languages = {reader: tables[reader, "language"] for reader in readings}
        tokenizer = Tokenizer()
        names = [joined([value]) for name in NAME_FIELDS for value in self.values[name]]
        numbers, self._name_counts = tokenizer.tokens(names)
        occurring, self._name_numbers = np.unique(numbers, return_inverse=True)
        surfaces = tokenizer.surfaces()
        occurring_surfaces = [surfaces[number] for number in occurring.tolist()]
        fields = np.repeat(_NAMED, [len(self.values[name]) for name in NAME_FIELDS])
        named = np.zeros(len(occurring), bool)
        named[self._name_numbers[np.repeat(fields, self._name_counts)]] = True
        self.vocabulary = Vocabulary(list(readings.values()), occurring_surfaces, named)

    def places(self, reader: int, name: str) -> Array:
        """Return the place in ``values`` of each value that a process numbered (int32)."""
        return self._places[reader, name]

    def save(self, scratch: Path) -> None:
        """Write what the processes need to write segments."""
        with (scratch / _FILE).open("wb") as file:
            writer = ArrayFileWriter(file)
            writer.add("codes", self.vocabulary.tokens.codes)
            writer.add("spellings", self.vocabulary.tokens.spellings)
            by_reader = zip(self._languages.items(), self.vocabulary.shifts, strict=True)
            for (reader, languages), shifts in by_reader:
                of_language = [
                    shifts.get(stemming_of(primary_language(language)), 0)
                    for language in (*languages, "")
                ]
                writer.add(f"{reader}/shifts", np.array(of_language, np.int32))
                for name in NAME_FIELDS:
                    writer.add(f"{reader}/{name}", self._places[reader, name])
            codes = self.vocabulary.names[self._name_numbers]
            value_ends = np.cumsum([0, *(len(self.values[name]) for name in NAME_FIELDS)])
            ends = np.append(0, np.cumsum(self._name_counts))
            for number, name in enumerate(NAME_FIELDS):
                own = slice(*value_ends[number : number + 2])
                writer.add(f"{name}/codes", codes[ends[own.start] : ends[own.stop]])
                writer.add(f"{name}/counts", self._name_counts[own])
            writer.finish({"terms": len(self.vocabulary.terms)})


class UnitedNumbers:
    """The common numbers, as a process reads them that writes segments."""

    def __init__(self, scratch: Path) -> None:
        self._file = ArrayFile.open(scratch / _FILE)
        self.terms: int = self._file.notes["terms"]
        self.tokens = Tokens(self._file["codes"].all(), self._file["spellings"].all())

    def words(self, source: Source, name: str) -> FieldTokens:
        """Return the tokens of a field of words under the numbers of `tokens`."""
        batch, reader = source
        tokens = batch.tokens(name)
        shifts = self._file[f"{reader}/shifts"].all()
        if not shifts.any():
            return tokens
        languages = np.full(batch.articles, len(shifts) - 1)
        languages[batch["language/counts"] > 0] = batch["language/values"]
        by_token = np.repeat(shifts[languages], np.diff(tokens.ends))
        return FieldTokens(tokens.surfaces + by_token, tokens.parts, tokens.articles)

    def names(self, sources: Sequence[Source], name: str) -> tuple[FieldTokens, Tokens]:
        """Return the tokens of a field of names, and what their numbers stand for."""
        values = _joined(
            self._file[f"{reader}/{name}"].all()[batch[f"{name}/values"]]
            for batch, reader in sources
        )
        counts = self._file[f"{name}/counts"].all()
        starts = np.cumsum(counts) - counts
        surfaces = ranges(starts[values], counts[values])
        articles = _joined(batch[f"{name}/counts"] for batch, _ in sources)
        codes = self._file[f"{name}/codes"].all()
        return FieldTokens(surfaces, counts[values], articles), Tokens(codes, np.zeros_like(codes))


def _places(values: Sequence[str], own: Sequence[str]) -> Array:
    places = {value: place for place, value in enumerate(values)}
    return np.array([places[value] for value in own], np.int32)


def _joined(arrays: Iterable[Array]) -> Array:
    return np.concatenate([np.empty(0, np.int32), *arrays])
