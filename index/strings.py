"""Many strings as two arrays: their UTF-8 bytes in a row, and where each one ends."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from index.arrays import Array, ranges
from index.codec.container import ArrayFile, ArrayFileWriter


class StringTable:
    """An array of strings that is mapped, not loaded.

    Parameters
    ----------
    data : uint8 array
        The UTF-8 bytes of all strings, one behind the other.
    ends : unsigned array of shape (n + 1,)
        String ``i`` is ``data[ends[i]:ends[i + 1]]``; ``ends[0]`` is 0.

    Examples
    --------
    >>> table = StringTable.of(["ale", "bear", "bee"])
    >>> table[1], table.find("bee"), table.find("cow"), table.starting_with("be")
    ('bear', 2, None, range(1, 3))
    """

    def __init__(self, data: Array, ends: Array) -> None:
        self._data = data
        self._ends = ends
        # Single items of a memoryview come several times faster than those of an array.
        self._data_view = data.data
        self._ends_view = ends.data

    @classmethod
    def of(cls, strings: Iterable[str]) -> "StringTable":
        """Return the table of ``strings`` in their order."""
        return cls.of_bytes([string.encode() for string in strings])

    @classmethod
    def of_bytes(cls, encoded: Sequence[bytes]) -> "StringTable":
        """Return the table of strings that are given in UTF-8."""
        ends = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=ends[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    @classmethod
    def open(cls, file: ArrayFile, name: str) -> "StringTable":
        """Return the table that ``save`` wrote."""
        return cls(file[f"{name}.bytes"].all(), file[f"{name}.ends"].all())

    def save(self, writer: ArrayFileWriter, name: str) -> None:
        """Write the table as the arrays ``<name>.bytes`` and ``<name>.ends``."""
        writer.add(f"{name}.bytes", self._data)
        kind = np.uint32 if len(self._data) < 2**32 else np.uint64
        writer.add(f"{name}.ends", self._ends.astype(kind))

    @classmethod
    def joined(cls, tables: Sequence["StringTable"]) -> "StringTable":
        """Return the strings of several tables in a row."""
        lengths = [np.zeros(1, np.int64), *(np.diff(table.ends) for table in tables)]
        data = np.concatenate([np.empty(0, np.uint8), *(table.data for table in tables)])
        return cls(data, np.cumsum(np.concatenate(lengths)))

    def taken(self, numbers: Array, cut: Array | int = 0) -> "StringTable":
        """Return the table of some strings in this order, without so many bytes at their ends."""
        starts = self.ends[:-1][numbers]
        lengths = self.ends[1:][numbers] - starts - cut
        ends = np.append(0, np.cumsum(lengths))
        return StringTable(self.data[ranges(starts, lengths)], ends)

    @property
    def data(self) -> Array:
        """The UTF-8 bytes of all strings, one behind the other (uint8)."""
        return self._data

    @property
    def ends(self) -> Array:
        """Where each string ends, 0 in front (int64)."""
        return self._ends.astype(np.int64, copy=False)

    @property
    def are_ascii(self) -> Array:
        """Whether each string has no letter outside ASCII (bool)."""
        others = np.append(0, np.cumsum(self._data > 0x7F))
        ascii_only: Array = np.diff(others[self.ends]) == 0
        return ascii_only

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        return self.encoded(number).decode()

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self)):
            yield self[number]

    def all_encoded(self) -> Iterator[bytes]:
        """Yield all strings in UTF-8."""
        data, start = self._data_view, 0
        for end in self._ends_view[1:]:
            yield bytes(data[start:end])
            start = end

    def strings(self, numbers: Iterable[int]) -> list[str]:
        """Return the strings of these numbers, which are all in the table."""
        data, ends = self._data_view, self._ends_view
        return [str(data[ends[number] : ends[number + 1]], "utf-8") for number in numbers]

    def find(self, string: str) -> int | None:
        """Return the number of ``string`` in a table sorted by UTF-8 bytes, None when absent."""
        sought = string.encode()
        number = self.first_not_below(sought, 0, len(self))
        if number < len(self) and self.encoded(number) == sought:
            return number
        return None

    def starting_with(self, prefix: str) -> range:
        """Return the numbers of the strings that begin with ``prefix`` in a sorted table."""
        start = self.first_not_below(prefix.encode(), 0, len(self))
        # No UTF-8 text holds the byte 0xff, so it sorts behind every continuation of the prefix.
        return range(start, self.first_not_below(prefix.encode() + b"\xff", start, len(self)))

    def part(self, numbers: range) -> tuple[Array, Array]:
        """Return the bytes of consecutive strings in a row, and where each ends, 0 in front."""
        ends = self._ends[numbers.start : numbers.stop + 1].astype(np.int64)
        return self._data[int(ends[0]) : int(ends[-1])], ends - ends[0]

    @cached_property
    def beginnings(self) -> Array:
        """The first eight bytes of each string as a number, zeros behind a shorter one (uint64)."""
        return self.eights(np.arange(len(self)), 0)

    def eights(self, numbers: Array, offset: int) -> Array:
        """Return eight bytes of some strings as `beginnings`, those behind the first ``offset``."""
        ends = self.ends
        starts, stops = ends[:-1][numbers] + offset, ends[1:][numbers]
        found = np.zeros(len(numbers), np.uint64)
        for place in range(8):
            found <<= np.uint64(8)
            here = np.flatnonzero(starts + place < stops)
            found[here] |= self._data[starts[here] + place]
        return found

    def encoded(self, number: int) -> bytes:
        """Return a string in UTF-8."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return bytes(self._data_view[self._ends_view[number] : self._ends_view[number + 1]])

    def first_not_below(self, sought: bytes, low: int, high: int) -> int:
        """Return the first of the strings ``low:high`` of a sorted table that is not less."""
        data, ends = self._data_view, self._ends_view
        while low < high:
            middle = (low + high) // 2
            if bytes(data[ends[middle] : ends[middle + 1]]) < sought:
                low = middle + 1
            else:
                high = middle
        return low
