"""The names of an archive by their sounds: which of its terms may be spellings of one name.

A word is a name where it is written with a capital in nearly all places, whatever begins a
sentence or shouts; so "winning" has no part in it, and what sounds like it is not searched with it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import smallest
from index.sounds import sounds_of
from index.strings import StringTable

LEAST_CAPITALS = 3
"""Times that a name is written with a capital, not counting where all of it is in capitals."""
LEAST_SHARE = 0.9
"""The share of its occurrences that have one; measured on news, sentences begin with the rest."""
_LEAST_FORM = 0.1
"""The share of a term's occurrences that a form must have, where names are inflected."""
UNCASED, SMALL, CAPITAL = 1, 2, 3
"""How a surface is written; 0 is all in capitals, which says nothing."""
SURE, LIKELY, FIELD, UNTOLD = 1, 2, 4, 8
"""What a term is: a name in the text; one if another word says so, because it is rare or all nouns
have capitals; a name in a field (people, places, authors); or a word of which small and large
letters tell nothing. 0 is an ordinary word."""


class Name(NamedTuple):
    """A spelling of a name.

    Attributes
    ----------
    code : int
        Of its term.
    spelling : str
        As it is written, in lower case.
    kind : int
        `SURE`, `LIKELY`, `FIELD`, `UNTOLD` or a sum of them.
    """

    code: int
    spelling: str
    kind: int


class Names:
    """The names of one generation; safe to share between threads.

    Parameters
    ----------
    file : ArrayFile
        Where `write_names` wrote them; an older one has none.
    """

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self._known = "names.terms" in file

    def kind(self, code: int) -> int:
        """Return what a term is: `SURE`, `LIKELY`, `FIELD`, `UNTOLD`, a sum of them, or 0."""
        return int(self._kinds[code]) if self._known else 0

    def like(self, word: str) -> Iterator[Name]:
        """Yield the spellings that can be the same name as a word, itself among them."""
        for asked in sounds_of(word) if self._known else ():
            place = self._keys.find(asked.key)
            if place is None:
                continue
            numbers = range(int(self._ends[place]), int(self._ends[place + 1]))
            for number, written in zip(numbers, self._sounds.strings(numbers), strict=True):
                if not asked.near(written, same_script=False):
                    continue
                spelling = self._spellings[number]
                if any(asked.like(other) for other in sounds_of(spelling)):
                    code = int(self._terms[number])
                    yield Name(code, spelling, self.kind(code))

    @cached_property
    def _keys(self) -> StringTable:
        return StringTable.open(self._file, "names.keys")

    @cached_property
    def _spellings(self) -> StringTable:
        return StringTable.open(self._file, "names.spellings")

    @cached_property
    def _sounds(self) -> StringTable:
        return StringTable.open(self._file, "names.sounds")

    @cached_property
    def _ends(self) -> Array:
        return self._file["names.ends"].all()

    @cached_property
    def _terms(self) -> Array:
        return self._file["names.terms"].all()

    @cached_property
    def written(self) -> Array | None:
        """How often each term is written how (int64, of shape (4, terms)); None in older ones."""
        if "names.written" not in self._file:
            return None
        return self._file["names.written"].all().astype(np.int64).reshape(4, -1)

    @cached_property
    def _kinds(self) -> Array:
        return self._file["names.kinds"].all()


class Spelled(NamedTuple):
    """Spellings of terms.

    Attributes
    ----------
    texts : StringTable
        In lower case.
    terms : int array
        The code of each one's term.
    """

    texts: StringTable
    terms: Array


def case_of(surface: str, *, nouns: bool = False) -> int:
    """Return how a surface is written; with ``nouns`` a capital tells no name, as in German.

    Examples
    --------
    >>> [case_of(surface) for surface in ("Erevan", "river", "NATO", "თბილისი")] == [
    ...     CAPITAL, SMALL, 0, UNCASED]
    True
    """
    first = surface[0]
    if "\u10d0" <= first <= "\u10ff":
        return UNCASED
    if not first.isupper():
        return SMALL if first.islower() else 0
    if surface.isupper():
        return 0
    return UNCASED if nouns else CAPITAL


def written_of(size: int, terms: Array, cases: Array, counts: Array) -> Array:
    """Return how often each of ``size`` terms is written how (int64, of shape (4, size)).

    Parameters
    ----------
    size : int
        The number of terms.
    terms, cases, counts : int arrays
        For each surface the code of its term, how it is written, and how often.
    """
    found = np.zeros((4, size), np.int64)
    np.add.at(found, (cases, terms), counts)
    return found


def kinds_of(written: Array) -> Array:
    """Return what terms are in the text (uint8) that are so often `written_of` each way."""
    small, uncased, capital = written[SMALL], written[UNCASED], written[CAPITAL]
    cased = small + uncased + capital
    sure = (capital >= LEAST_CAPITALS) & (capital >= LEAST_SHARE * cased)
    likely = (cased > 0) & (capital + uncased >= LEAST_SHARE * cased)
    untold = (cased == 0) & (written[0] > 0)
    return np.select([sure, likely, untold], [SURE, LIKELY, UNTOLD]).astype(np.uint8)


def main_spellings(terms: Array, totals: Array, ordinals: Array, ascii_only: Array) -> Array:
    """Return the places of the spellings by which terms are known as names.

    Of a term the commonest is; where names are inflected, those of other alphabets, it may be any
    case of the name, and so all that are not rare are taken.

    Parameters
    ----------
    terms, totals, ordinals : int arrays
        For each spelling the code of its term, how often it stands in the text, and its number
        among the spellings of its term, 0 the commonest.
    ascii_only : bool array
        Whether it is written in the letters from a to z.
    """
    of_terms = np.bincount(terms, totals)
    often = ~ascii_only & (totals >= _LEAST_FORM * of_terms[terms])
    return np.flatnonzero((totals > 0) & ((ordinals == 0) | often))


def write_names(
    writer: ArrayFileWriter, kinds: Array, written: Array, spelled: Sequence[Spelled]
) -> None:
    """Write the names among some spellings, by the keys of their sounds.

    Parameters
    ----------
    writer : ArrayFileWriter
        Gets the arrays ``names.*``.
    kinds : uint8 array
        What each term is.
    written : int64 array of shape (4, terms)
        How often each is written how.
    spelled : sequence of Spelled
        The spellings of terms; those that are no names do not count.
    """
    found: set[tuple[str, str, int, str]] = set()
    for texts, terms in spelled:
        named = np.flatnonzero(kinds[terms] & (SURE | LIKELY | FIELD))
        for number, code in zip(named.tolist(), terms[named].tolist(), strict=True):
            spelling = texts[number].removesuffix("'s")
            found.update((s.key, spelling, code, s.written) for s in sounds_of(spelling))
    rows = sorted(found)
    keys = [row[0] for row in rows]
    firsts = [place for place, key in enumerate(keys) if not place or keys[place - 1] != key]
    StringTable.of(keys[place] for place in firsts).save(writer, "names.keys")
    writer.add("names.ends", np.array([*firsts, len(rows)], np.uint32))
    StringTable.of(row[1] for row in rows).save(writer, "names.spellings")
    writer.add("names.terms", np.array([row[2] for row in rows], np.uint32))
    StringTable.of(row[3] for row in rows).save(writer, "names.sounds")
    writer.add("names.kinds", kinds)
    writer.add("names.written", smallest(written.ravel()))
