"""Which strings of a sorted table are like a pattern or like a word, all compared at once."""

from typing import Any

import numpy as np

from index.arrays import Array
from index.strings import StringTable

_ANY = ord("?")


class Letters:
    """The letters of consecutive strings of a table, in a row.

    Parameters
    ----------
    table : StringTable
        Sorted.
    numbers : range
        Which of its strings.
    """

    def __init__(self, table: StringTable, numbers: range) -> None:
        data, ends = table.part(numbers)
        self.all: Array = data
        if len(data) and int(data.max()) >= 0x80:
            begins = np.concatenate([[0], np.cumsum((data & 0xC0) != 0x80)])
            ends = begins[ends]
            self.all = np.frombuffer(data.tobytes().decode().encode("utf-32-le"), np.uint32)
        self.starts, self.stops = ends[:-1], ends[1:]

    def matching(self, pattern: str) -> Array:
        """Return a mask of the strings that match a pattern with ``*`` and ``?`` (bool)."""
        first, *others = pattern.split("*")
        if not others:
            whole: Array = (self.stops - self.starts == len(first)) & self._stands(
                first, self.starts
            )
            return whole
        *middle, last = others
        fits = self._stands(first, self.starts)
        behind = self.starts + len(first)
        for number, piece in enumerate(piece for piece in middle if piece):
            if number == 0 and not first:
                fits &= self._holds(piece)
                if sum(map(bool, middle)) == 1 and not last:
                    return fits
            found = self._places(piece)
            at = np.append(found, len(self.all) + len(piece))[found.searchsorted(behind)]
            behind = at + len(piece)
        ends = self.stops - len(last)
        return fits & (behind <= ends) & self._stands(last, ends)

    def near(self, word: str, most: int) -> Array:
        """Return a mask of the strings at most so many letters from a word (bool).

        A letter left out, put in, another one, or two neighbours exchanged (the restricted
        distance of Damerau and Levenshtein).
        """
        rows = np.arange(len(self.starts))
        near: Array = self.distances(word, most, rows) <= most
        return near

    def distances(self, word: str, most: int, rows: Array) -> Array:
        """Return how far some strings are from a word (uint8).

        Parameters
        ----------
        word : str
            In the letters of the table.
        most : int
            Of strings that are farther, one more is said.
        rows : integer array
            Which strings.
        """
        found = np.full(len(rows), most + 1, np.uint8)
        sizes = (self.stops - self.starts)[rows]
        places = np.flatnonzero(np.abs(sizes - len(word)) <= most)
        if len(places):
            lengths, starts = sizes[places], self.starts[rows[places]]
            columns = np.arange(int(lengths.max()))
            letters = self.all.take(starts + columns[:, None], mode="clip")
            far = _distances(np.array([ord(letter) for letter in word], np.uint32), letters)
            found[places] = np.minimum(far[lengths, np.arange(len(places))], most + 1)
        return found

    def _stands(self, piece: str, places: Array) -> Array:
        """Return where a piece stands at these places, one of each string (bool)."""
        fits = (places >= self.starts) & (places + len(piece) <= self.stops)
        for number, letter in enumerate(map(ord, piece)):
            if letter != _ANY:
                fits &= self.all.take(places + number, mode="clip") == letter
        return fits

    def _places(self, piece: str) -> Array:
        """Return all places at which a piece stands, whether it reaches into the next string."""
        return np.flatnonzero(self._begins(piece))

    def _begins(self, piece: str) -> Array:
        count = max(len(self.all) - len(piece) + 1, 0)
        begins = np.ones(count, bool)
        for number, letter in enumerate(map(ord, piece)):
            if letter != _ANY:
                begins &= self.all[number : number + count] == letter
        return begins

    def _holds(self, piece: str) -> Array:
        """Return which strings hold a piece (bool)."""
        begins = np.zeros(len(self.all) + 1, bool)
        found = self._begins(piece)
        begins[: len(found)] = found
        for back in range(1, len(piece)):
            begins[np.maximum(self.stops - back, 0)] = False
        return np.logical_or.reduceat(begins, self.starts) & (self.starts < self.stops)


def _distances(word: Array, letters: Array) -> Array:
    """Return the distance of a word to each beginning of each column of letters.

    Row ``j`` of what is returned (uint8) belongs to the first ``j`` letters.
    """
    height, width = letters.shape
    kind: Any = np.uint8
    before = last = np.empty((0, width), kind)
    row = np.repeat(np.arange(height + 1, dtype=kind)[:, None], width, axis=1)
    for number, letter in enumerate(word):
        before, last, row = last, row, np.empty_like(row)
        row[0] = number + 1
        for place in range(1, height + 1):
            here = letters[place - 1]
            cost = (here != letter).astype(kind)
            best = np.minimum(last[place - 1] + cost, np.minimum(last[place], row[place - 1]) + 1)
            if number and place > 1:
                swapped = (here == word[number - 1]) & (letters[place - 2] == letter)
                best = np.where(swapped, np.minimum(best, before[place - 2] + 1), best)
            row[place] = best
    return row
