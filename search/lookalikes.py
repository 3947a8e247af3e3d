"""The words of an archive that look like one that was typed, found without comparing all letters.

Two words that few slips lie between share nearly all of their letters. So of every word one bit for
each letter is kept, and only where few bits differ are the letters compared.
"""

from weakref import WeakKeyDictionary

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.strings import StringTable
from search.spellings import Letters

_APOSTROPHE = ord("'")
_REMEMBERED = 1024
_BITS = 63
"""Letters that differ in their lowest six bits have different bits: those of one alphabet do."""


class Lookalikes:
    """Knows the spellings of one generation by their letters; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def near(self, word: str, most: int) -> tuple[Array, Array]:
        """Return the numbers of the spellings near a word, and the distance of each.

        Parameters
        ----------
        word : str
            In lower case.
        most : int
            Letters in which a spelling may differ (`Letters.near`).

        Returns
        -------
        tuple of int64 array and uint8 array
            Numbers in ``generation.surfaces``, ascending; no spelling with a digit or a dot, no
            possessive.
        """
        numbers, distances = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
        for table, joint in self._generation.surface_tables:
            rows, far = _looks_of(table).near(word, most)
            numbers.append(joint[rows])
            distances.append(far)
        found, first = np.unique(np.concatenate(numbers), return_index=True)
        return found, np.concatenate(distances)[first]


class _Looks:
    """The letters of the spellings of one table; it remembers what was near which word."""

    def __init__(self, table: StringTable) -> None:
        self._remembered: dict[tuple[str, int], tuple[Array, Array]] = {}
        letters = self._letters = Letters(table, range(len(table)))
        lengths = letters.stops - letters.starts
        if not len(table):
            self._bits, self._lengths = np.empty(0, np.uint64), lengths
            return
        self._bits = np.bitwise_or.reduceat(_bits(letters.all), letters.starts)
        other = (letters.all < ord("a")) & (letters.all != _APOSTROPHE)
        words = ~np.logical_or.reduceat(other, letters.starts)
        before_last = letters.all.take(letters.stops - 2, mode="clip")
        possessive = (lengths > 2) & (before_last == _APOSTROPHE)
        possessive &= letters.all[letters.stops - 1] == ord("s")
        self._lengths = np.where(words & ~possessive, lengths, -_BITS)

    def near(self, word: str, most: int) -> tuple[Array, Array]:
        """Return the numbers of the strings near a word, and how far each is."""
        # No `lru_cache` of a method: it would refer to itself and hold its table's file for longer.
        if (found := self._remembered.get((word, most))) is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[word, most] = self._compared(word, most)
        return found

    def _compared(self, word: str, most: int) -> tuple[Array, Array]:
        own = np.bitwise_or.reduce(_bits(np.array([ord(letter) for letter in word])))
        likely = np.abs(self._lengths - len(word)) <= most
        likely &= np.bitwise_count(self._bits & ~own) <= most
        rows = likely.nonzero()[0]
        rows = rows[np.bitwise_count(own & ~self._bits[rows]) <= most]
        distances = self._letters.distances(word, most, rows)
        near = distances <= most
        return rows[near], distances[near]


_KEPT: WeakKeyDictionary[StringTable, _Looks] = WeakKeyDictionary()


def _looks_of(table: StringTable) -> _Looks:
    """Return the letters of a table, kept as long as it is: many indexes may have it in common."""
    found = _KEPT.get(table)
    if found is None:
        found = _KEPT[table] = _Looks(table)
    return found


def _bits(letters: Array) -> Array:
    bits: Array = np.uint64(1) << (letters & _BITS).astype(np.uint64)
    return bits
