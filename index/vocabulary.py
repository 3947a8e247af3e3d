"""The words of an archive: what the processes of a build numbered, under common numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.analysis import NAMES, term_of
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import smallest
from index.names import FIELD, Spelled, kinds_of, main_spellings, write_names, written_of
from index.numbering import LONGEST, PADDING, Numbering, integers_of
from index.reading import Reading, spelling
from index.strings import StringTable

_POSSESSIVE = np.frombuffer(b"'s", np.uint8)


class Tokens(NamedTuple):
    """For each surface the code of its term, and which spelling of that it is, 0 the commonest."""

    codes: Array
    spellings: Array


class Vocabulary:
    """All terms, with the spellings that stand in the text.

    Parameters
    ----------
    readings : sequence of Reading
        What each process numbered.
    names : sequence of str
        The surfaces of all fields of names.
    named : bool array
        Which of them name a person or a place.

    Attributes
    ----------
    terms : StringTable
        Sorted by UTF-8 bytes.
    tokens : Tokens
        Of the surfaces of all languages of all processes in a row.
    shifts : list of dict
        Where in this row the surfaces of each language begin, for each process.
    names : int32 array
        The codes of the names' terms.
    kinds : uint8 array
        What each term is as a name.
    """

    def __init__(self, readings: Sequence[Reading], names: Sequence[str], named: Array) -> None:
        parts = [(reading.file, stemming) for reading in readings for stemming in reading.sizes]
        of_names = StringTable.of(map(term_of(NAMES), names))
        codes, self.terms = _united([*_tables(parts, "terms"), of_names])
        counts = _arrays(parts, "counts")
        codes, self.names = np.split(codes, [len(counts)])
        self._words = _words(self.terms, _Spellings(_tables(parts, "surfaces"), codes, counts))
        self._spelled = _Spellings(_tables(parts, "spellings"), codes, counts)
        self._written = written_of(len(self.terms), codes, _arrays(parts, "cases"), counts)
        self.kinds = kinds_of(self._written)
        named_codes = self.names[named]
        self.kinds[named_codes] |= FIELD
        spellings = (spelling(names[place]) for place in np.flatnonzero(named).tolist())
        self._named = Spelled(StringTable.of(spellings), named_codes)
        self.shifts: list[dict[str, int]] = []
        size = 0
        for reading in readings:
            self.shifts.append({})
            for stemming, own in reading.sizes.items():
                self.shifts[-1][stemming] = size
                size += own
        starts = np.array([start for own in self.shifts for start in own.values()], np.int64)
        numbers = _arrays(parts, "numbers")
        sizes = [len(file[f"{stemming}/numbers"]) for file, stemming in parts]
        numbers += np.repeat(starts, np.array(sizes, np.int64))
        self.tokens = Tokens(np.zeros(size, np.int32), np.zeros(size, np.int32))
        self.tokens.codes[numbers] = codes
        self.tokens.spellings[numbers] = self._spelled.ordinals[self._spelled.places]

    def save(self, writer: ArrayFileWriter) -> None:
        """Write terms, words, spellings and names."""
        self.terms.save(writer, "terms")
        self._words.save(writer, "words")
        spelled = self._spelled
        inside = np.flatnonzero(spelled.totals)
        spelled.texts.taken(spelled.numbers[inside]).save(writer, "surfaces")
        writer.add("surfaces.terms", spelled.owners[inside].astype(np.uint32))
        writer.add("surfaces.ordinals", smallest(spelled.ordinals[inside]))
        main = main_spellings(
            spelled.owners,
            spelled.totals,
            spelled.ordinals,
            spelled.texts.are_ascii[spelled.numbers],
        )
        in_text = Spelled(spelled.texts.taken(spelled.numbers[main]), spelled.owners[main])
        write_names(writer, self.kinds, self._written, [in_text, self._named])
        writer.add("surfaces.totals", smallest(spelled.totals[inside]))


class _Spellings:
    """The distinct spellings of each term, sorted by spelling and then by term.

    Spelling ``i`` is number ``numbers[i]`` of ``texts``, belongs to the term ``owners[i]``, stands
    ``totals[i]`` times in the text, and is number ``ordinals[i]`` of its term, 0 the commonest;
    surface ``j`` has the spelling ``places[j]``.

    Parameters
    ----------
    tables : sequence of StringTable
        The spellings of all surfaces.
    codes : int32 array
        The code of each surface's term.
    counts : int64 array
        How often each surface stands in the text.
    """

    def __init__(self, tables: Sequence[StringTable], codes: Array, counts: Array) -> None:
        numbers, self.texts = _united(tables)
        pairs, self.places = np.unique(numbers.astype(np.int64) << 32 | codes, return_inverse=True)
        self.numbers = pairs >> 32
        self.owners = (pairs & 0xFFFFFFFF).astype(np.int32)
        self.totals = np.bincount(self.places, counts, len(pairs)).astype(np.int64)
        order = np.lexsort((-self.totals, self.owners))
        owners = self.owners[order]
        self.ordinals = np.empty(len(order), np.int32)
        self.ordinals[order] = np.arange(len(order)) - np.searchsorted(owners, owners)


def _words(terms: StringTable, written: _Spellings) -> StringTable:
    """Return how each term is written most often, without a possessive; as it is where never."""
    commonest = (written.ordinals == 0) & (written.totals > 0)
    numbers = np.arange(len(terms))
    numbers[written.owners[commonest]] = len(terms) + written.numbers[commonest]
    both = StringTable.joined([terms, written.texts])
    last = both.ends[1:][numbers]
    possessive = (both.data[last - 2] == _POSSESSIVE[0]) & (both.data[last - 1] == _POSSESSIVE[1])
    possessive &= numbers >= len(terms)
    return both.taken(numbers, cut=possessive * len(_POSSESSIVE))


def _tables(parts: Sequence[tuple[ArrayFile, str]], name: str) -> list[StringTable]:
    return [StringTable.open(file, f"{stemming}/{name}") for file, stemming in parts]


def _arrays(parts: Sequence[tuple[ArrayFile, str]], name: str) -> Array:
    arrays = [file[f"{stemming}/{name}"].all() for file, stemming in parts]
    return np.concatenate([np.empty(0, np.int64), *arrays])


def _united(tables: Sequence[StringTable]) -> tuple[Array, StringTable]:
    """Return the place of each string among the distinct ones (int32), and these, sorted."""
    table = StringTable.joined(tables)
    data = table.data.tobytes() + bytes(PADDING)
    numbering = Numbering()
    numbers = numbering.numbers(data, table.ends[:-1], np.diff(table.ends))
    some = np.empty(len(numbering), np.int64)
    some[numbers] = np.arange(len(numbers))
    order = _order(data, table.ends[:-1][some], np.diff(table.ends)[some])
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places[numbers], table.taken(some[order])


def _order(data: bytes, starts: Array, lengths: Array) -> Array:
    """Return the order of distinct strings by their bytes; `PADDING` bytes follow the last."""
    keys = [integers_of(data, starts, lengths, word) for word in range(LONGEST)]
    # As numbers strings compare from their first byte on when that is the highest.
    keys = [key.view(">u8").astype(np.uint64) for key in keys]
    order = np.lexsort(keys[::-1])
    tied = np.ones(max(len(order) - 1, 0), bool)
    for key in keys:
        tied &= np.diff(key[order]) == 0
    ends = np.flatnonzero(np.append(~tied, True)) + 1
    starts_of_runs = np.append(0, ends[:-1])
    for run in np.flatnonzero(ends - starts_of_runs > 1).tolist():
        span = slice(starts_of_runs[run], ends[run])
        texts = {
            place: data[starts[place] : starts[place] + lengths[place]]
            for place in order[span].tolist()
        }
        order[span] = sorted(texts, key=texts.__getitem__)
    return order
