"""Numbers for byte strings, thousands at a time: equal strings get one number, others never.

A string of up to 32 bytes is one to four integers, and a hash table of integers answers for a whole
array of them at once. What is found is compared with what was sought, so no hash can take one
string for another. The few longer strings go through a dictionary.
"""

import numpy as np

from index.arrays import Array

PADDING = 32
"""Bytes that must follow the last string: integers are read across its end."""
LONGEST = 4
"""Integers of the longest string that has a table: four of eight bytes."""
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
"""Keep so many bytes of an integer."""
_SMALLEST = 1 << 12


def integers_of(data: bytes, starts: Array, lengths: Array, word: int) -> Array:
    """Return eight bytes of each string as an integer, its first in the lowest place (uint64).

    Parameters
    ----------
    data : bytes
        Holds the strings; at least `PADDING` bytes follow the last.
    starts, lengths : int64 array
        Where they lie.
    word : int
        Which eight bytes, below `LONGEST`; behind the end of a string stand zeros.
    """
    integers: Array = _integers(data)[starts + 8 * word]
    integers &= _MASKS[np.clip(lengths - 8 * word, 0, 8)]
    return integers


class Numbering:
    """Numbers distinct byte strings, none of which holds the byte 0, from 0 as they come."""

    def __init__(self) -> None:
        self._tables = [_Table(words) for words in range(1, LONGEST + 1)]
        self._long: dict[bytes, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def numbers(self, data: bytes, starts: Array, lengths: Array) -> Array:
        """Return the numbers of many strings (int32).

        Parameters
        ----------
        data : bytes
            Holds the strings; at least `PADDING` bytes follow the last.
        starts, lengths : int64 array
            Where they lie; none is empty.
        """
        integers = _integers(data)
        numbers = np.empty(len(starts), np.int32)
        words = (lengths + 7) >> 3
        for table in self._tables:
            here = np.flatnonzero(words == table.words)
            if len(here):
                at = starts[here]
                keys = np.empty((table.words, len(here)), np.uint64)
                for word in range(table.words):
                    keys[word] = integers[at + 8 * word]
                keys[-1] &= _MASKS[lengths[here] - 8 * (table.words - 1)]
                found = table.find(keys)
                missing = np.flatnonzero(found < 0)
                if len(missing):
                    found[missing], self._count = table.insert(keys[:, missing], self._count)
                numbers[here] = found
        for place in np.flatnonzero(words > LONGEST).tolist():
            start = int(starts[place])
            string = data[start : start + int(lengths[place])]
            if string not in self._long:
                self._long[string] = self._count
                self._count += 1
            numbers[place] = self._long[string]
        return numbers

    def strings(self) -> list[bytes]:
        """Return all strings in the order of their numbers."""
        strings = [b""] * self._count
        for table in self._tables:
            for number, string in table.strings():
                strings[number] = string
        for string, number in self._long.items():
            strings[number] = string
        return strings


def _integers(data: bytes) -> Array:
    """Return the integer that begins at each byte."""
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


class _Table:
    """An open hash table from keys of ``words`` integers to numbers, at most a quarter full."""

    def __init__(self, words: int) -> None:
        self.words = words
        self._used = 0
        self._make(_SMALLEST)

    def find(self, keys: Array) -> Array:
        """Return the numbers of keys (words, n), -1 where there is none (int32)."""
        slots = self._slots(keys)
        numbers: Array = self._numbers[slots]
        astray = np.flatnonzero(self._differ(slots, keys))
        numbers_there = numbers[astray]
        numbers[astray] = -1
        astray = astray[numbers_there >= 0]
        slots = slots[astray]
        while len(astray):
            slots = (slots + 1) & (len(self._numbers) - 1)
            there = self._numbers[slots]
            same = ~self._differ(slots, keys[:, astray])
            numbers[astray[same]] = there[same]
            left = ~same & (there >= 0)
            astray, slots = astray[left], slots[left]
        return numbers

    def insert(self, keys: Array, count: int) -> tuple[Array, int]:
        """Give numbers from ``count`` on to absent keys; return these and the next count."""
        while 4 * (self._used + keys.shape[1]) > len(self._numbers):
            self._grow()
        slots = self._place(keys)
        # Of several keys in one slot the last stands for all.
        order = np.arange(len(slots), dtype=np.int32)
        self._numbers[slots] = order
        fresh = slots[self._numbers[slots] == order]
        self._numbers[fresh] = np.arange(count, count + len(fresh))
        self._used += len(fresh)
        return self._numbers[slots], count + len(fresh)

    def strings(self) -> list[tuple[int, bytes]]:
        """Return all numbers with their strings, in any order."""
        slots = np.flatnonzero(self._numbers >= 0)
        keys = np.ascontiguousarray(self._keys[:, slots].T).astype("<u8", copy=False)
        strings = keys.view(f"S{8 * self.words}").ravel().tolist()
        return list(zip(self._numbers[slots].tolist(), strings, strict=True))

    def _slots(self, keys: Array) -> Array:
        mixed: Array = keys[0] * _FACTORS[0]
        for word in range(1, self.words):
            mixed ^= mixed >> np.uint64(32)
            mixed += keys[word] * _FACTORS[word]
        mixed ^= mixed >> np.uint64(29)
        mixed *= _FACTORS[1]
        mixed >>= self._shift
        return mixed.view(np.int64)

    def _differ(self, slots: Array, keys: Array) -> Array:
        differ: Array = self._keys[0][slots] != keys[0]
        for word in range(1, self.words):
            differ |= self._keys[word][slots] != keys[word]
        return differ

    def _place(self, keys: Array) -> Array:
        """Return a slot for each key, equal ones in the same, that holds it from now on."""
        slots = self._slots(keys)
        left = np.arange(keys.shape[1])
        while len(left):
            here = slots[left]
            free = self._keys[0][here] == 0
            # Of several keys for one slot the last gets it, in all its words.
            for word in range(self.words):
                self._keys[word][here[free]] = keys[word, left[free]]
            left = left[self._differ(here, keys[:, left])]
            slots[left] = (slots[left] + 1) & (len(self._numbers) - 1)
        return slots

    def _grow(self) -> None:
        slots = np.flatnonzero(self._numbers >= 0)
        keys, numbers = self._keys[:, slots], self._numbers[slots]
        self._make(2 * len(self._numbers))
        self._numbers[self._place(keys)] = numbers

    def _make(self, size: int) -> None:
        self._shift = np.uint64(65 - size.bit_length())
        # An empty slot has keys of 0, which are no string.
        self._keys = np.zeros((self.words, size), np.uint64)
        self._numbers = np.full(size, -1, np.int32)
