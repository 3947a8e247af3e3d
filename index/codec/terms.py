"""The sorted terms of one field; Whoosh's terms are bytes, and those of numbers are no UTF-8."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import overload

import numpy as np

from index.codec.container import ArrayFile, ArrayFileWriter


class TermTable(Sequence[bytes]):
    """A sorted list of bytes that is mapped, laid out like a `StringTable`."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        # Single items of a memoryview come several times faster than those of an array.
        self._data = file[f"{name}.bytes"].all().data
        self._ends = file[f"{name}.ends"].all().data

    @staticmethod
    def save(writer: ArrayFileWriter, name: str, terms: Sequence[bytes]) -> None:
        """Write the table as the arrays ``<name>.bytes`` and ``<name>.ends``."""
        data = b"".join(terms)
        ends = np.zeros(len(terms) + 1, np.uint32 if len(data) < 2**32 else np.uint64)
        np.cumsum([len(term) for term in terms], out=ends[1:])
        writer.add_chunks(f"{name}.bytes", np.uint8, (np.frombuffer(data, np.uint8),))
        writer.add(f"{name}.ends", ends)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...

    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return bytes(self._data[self._ends[place] : self._ends[place + 1]])

    def find(self, term: bytes) -> int:
        """Return the place of a term, -1 when it is not there."""
        place = self.first_from(term)
        return place if place < len(self) and self[place] == term else -1

    def first_from(self, term: bytes) -> int:
        """Return the place of the first term that does not sort before ``term``."""
        return bisect_left(self, term)
