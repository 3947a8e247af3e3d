"""The words of an archive that look like one that was typed, found without comparing all letters.

Two words that few slips lie between share nearly all of their letters. So of every word one bit for
each letter is kept, and only where few bits differ are the letters compared.
"""

from functools import cached_property

import numpy as np

from index.arrays import Array
from index.generation import Generation
from search.spellings import Letters

_APOSTROPHE = ord("'")
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
        letters, bits, lengths = self._letters
        own = np.bitwise_or.reduce(_bits(np.array([ord(letter) for letter in word])))
        likely = np.abs(lengths - len(word)) <= most
        likely &= np.bitwise_count(bits & ~own) <= most
        rows = likely.nonzero()[0]
        rows = rows[np.bitwise_count(own & ~bits[rows]) <= most]
        distances = letters.distances(word, most, rows)
        near = distances <= most
        return rows[near], distances[near]

    @cached_property
    def _letters(self) -> tuple[Letters, Array, Array]:
        """All letters; for each spelling its bits (uint64, none where it is no word) and length."""
        table = self._generation.surfaces
        letters = Letters(table, range(len(table)))
        lengths = letters.stops - letters.starts
        if not len(table):
            return letters, np.empty(0, np.uint64), lengths
        bits = np.bitwise_or.reduceat(_bits(letters.all), letters.starts)
        other = (letters.all < ord("a")) & (letters.all != _APOSTROPHE)
        words = ~np.logical_or.reduceat(other, letters.starts)
        before_last = letters.all.take(letters.stops - 2, mode="clip")
        possessive = (lengths > 2) & (before_last == _APOSTROPHE)
        possessive &= letters.all[letters.stops - 1] == ord("s")
        return letters, bits, np.where(words & ~possessive, lengths, -_BITS)


def _bits(letters: Array) -> Array:
    bits: Array = np.uint64(1) << (letters & _BITS).astype(np.uint64)
    return bits
