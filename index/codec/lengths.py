"""How many words each field has in each document of a segment: exact, not rounded to a byte."""

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import smallest


class Lengths:
    """The lengths of all fields of a segment."""

    def __init__(self, file: ArrayFile, documents: int) -> None:
        self._file = file
        self._documents = documents
        self._arrays: dict[str, Array] = {}

    def has(self, field: str) -> bool:
        """Tell whether any document has the field."""
        return _name(field) in self._file

    def of(self, field: str) -> Array:
        """Return the length of a field in every document (an unsigned array), 0 for none."""
        array = self._arrays.get(field)
        if array is None:
            name = _name(field)
            known = name in self._file
            array = self._file[name].all() if known else np.zeros(self._documents, np.uint8)
            self._arrays[field] = array
        return array

    def clear(self) -> None:
        """Let go of the file."""
        self._arrays.clear()


def write_lengths(writer: ArrayFileWriter, field: str, lengths: Array) -> None:
    """Write the length of a field in every document."""
    writer.add(_name(field), smallest(lengths))


def _name(field: str) -> str:
    return f"lengths/{field}"
