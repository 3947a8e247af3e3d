"""The inverted index of one field of one segment: what its arrays mean.

A field ``f`` has its arrays under the names ``f/...``. Its terms are numbered from 0 in the order
of their UTF-8 bytes; this number is called a term's place.

``terms.bytes``, ``terms.ends``
    A `StringTable` of the terms. Where a file shares the terms of its archive, ``codes`` (uint32,
    ascending) names them instead: place ``i`` is term ``codes[i]`` of the shared table.
``ends``
    uint32 or uint64, one more than terms: place ``i`` has the postings ``ends[i]:ends[i + 1]``.
``documents``
    uint16 or uint32, ascending in a term: the document of each posting.
``impacts``
    uint16, optional: ``w / (w + k1 (1 - b + b l))`` of each posting, 65535 standing for 1.
``positions``, ``position_ends``
    Positions of all occurrences, ascending in a posting; the occurrences of place ``i`` are
    ``position_ends[i]:position_ends[i + 1]``. uint16 or uint32; uint8 where the higher bits lie
    elsewhere.
``highs``
    Optional: bits 8 to 11 of every position, two positions a byte, the earlier in the higher half.
``firsts``
    One bit an occurrence, highest bit first: set where a posting begins.
``counts``
    Occurrences of each posting, where there are no positions.
``weights``
    float32, optional: the weight of each posting where it is not its count times the field's boost.
``values``, ``value_ends``
    Bytes of each posting in a format of Whoosh's that has no arrays of its own.
``others``, ``other_ends``, ``other_codes``
    Optional, for exact words: a bit an occurrence, set where the word is not the commonest spelling
    of its term; for the set ones, ``other_codes[other_ends[i]:other_ends[i + 1]]`` of place ``i``
    says which spelling of the term it is (1 or more).
"""

from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.container import ArrayFile, MappedArray
from index.strings import StringTable

ONE = 65_535
"""The impact that stands for 1."""


class FieldArrays:
    """Read access to one field; safe to share between threads.

    Parameters
    ----------
    file : ArrayFile
        The segment's file.
    name : str
        The field.
    shared : StringTable or None
        The archive's terms, for a field that names its terms by codes.
    """

    def __init__(self, file: ArrayFile, name: str, shared: StringTable | None = None) -> None:
        self.name = name
        self._file = file
        self._codes: Array | None = None
        if f"{name}/codes" in file:
            if shared is None:
                raise ValueError(f"{file.name}, field {name}: its terms lie elsewhere")
            self._terms = shared
            self._codes = file[f"{name}/codes"].all()
        else:
            self._terms = StringTable(
                file[f"{name}/terms.bytes"].all(), file[f"{name}/terms.ends"].all()
            )
        self.ends: Array = file[f"{name}/ends"].all()
        self._ends = self.ends.data
        self._documents = file[f"{name}/documents"]
        self._impacts = self._optional("impacts")
        self._positions = self._optional("positions")
        self._highs = self._optional("highs")

    def __len__(self) -> int:
        return len(self._ends) - 1

    @property
    def codes(self) -> Array:
        """The codes of all terms in their table, ascending."""
        return np.arange(len(self)) if self._codes is None else self._codes

    def counts(self) -> Array:
        """Return the number of occurrences of every posting of the field (int64)."""
        assert self._positions is not None, self.name
        firsts = bits(self._file[f"{self.name}/firsts"], 0, len(self._positions))
        return np.diff(np.flatnonzero(firsts), append=len(firsts))

    def term(self, place: int) -> str:
        """Return the term at a place."""
        return self._terms[place if self._codes is None else int(self._codes[place])]

    def place(self, code: int) -> int:
        """Return the place of the term with this code in its table, -1 when it is not here."""
        if self._codes is None:
            return code
        # Of its own type, or the whole array would be converted for the comparison.
        sought = self._codes.dtype.type(code)
        place = int(self._codes.searchsorted(sought))
        return place if place < len(self._codes) and self._codes[place] == sought else -1

    def frequencies(self, codes: Array) -> Array:
        """Return how many postings each of these terms has (codes, ascending; int64)."""
        places, here = self._locate(codes)
        found = np.zeros(len(codes), np.int64)
        found[here] = self.ends[places + 1] - self.ends[places]
        return found

    def runs(self, codes: Array) -> list[tuple[int, int]]:
        """Return the places of these terms (codes, ascending) as ranges: first, one behind last.

        Terms that follow one another here are one range, whose postings lie in a row; terms that
        are not here are left out.
        """
        places, _ = self._locate(codes)
        if not len(places):
            return []
        breaks = np.flatnonzero(np.diff(places) != 1)
        firsts = [int(places[0]), *places[breaks + 1].tolist()]
        lasts = [*places[breaks].tolist(), int(places[-1])]
        return [(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]

    def _locate(self, codes: Array) -> tuple[Array, Array]:
        """Return the places of those terms that are here, and which of ``codes`` these are."""
        if self._codes is None:
            return codes, np.arange(len(codes))
        if not len(self):
            return codes[:0], codes[:0]
        codes = codes.astype(self._codes.dtype)
        places = self._codes.searchsorted(codes)
        here = np.flatnonzero(self._codes.take(places, mode="clip") == codes)
        return places[here], here

    def span(self, place: int) -> slice:
        """Return which of the field's postings are a term's."""
        return slice(self._ends[place], self._ends[place + 1])

    def documents(self, place: int, stop: int = 0) -> Array:
        """Return the documents of a term, ascending, as they are stored (uint16 or uint32).

        With ``stop``, those of all terms from this place to before that one, one behind the other.
        """
        return self._documents[self._ends[place] : self._ends[stop or place + 1]]

    def all_documents(self) -> Array:
        """Return the documents of all postings of the field, term by term."""
        return self._documents.all()

    def impacts(self, place: int, stop: int = 0) -> Array:
        """Return the impacts of the postings of `documents` (uint16, 65535 standing for 1)."""
        assert self._impacts is not None, self.name
        return self._impacts[self._ends[place] : self._ends[stop or place + 1]]

    def occurrences(self, place: int) -> tuple[Array, Array]:
        """Return the positions of all occurrences of a term, and where its postings begin.

        The first array (unsigned) ascends within a posting; the second (bool, as long) is
        true for the first position of each posting.
        """
        assert self._positions is not None, self.name
        ends = self._file[f"{self.name}/position_ends"]
        start, stop = int(ends[place]), int(ends[place + 1])
        positions = self._positions[start:stop]
        if self._highs is not None:
            positions = nibbles(self._highs, start, stop) << np.uint16(8) | positions
        return positions, bits(self._file[f"{self.name}/firsts"], start, stop)

    def all_occurrences(self) -> tuple[Array, Array, Array, Array]:
        """Return place, document, position and spelling of every occurrence, by place (int64)."""
        assert self._positions is not None, self.name
        positions = self._positions.all().astype(np.int64)
        if self._highs is not None:
            positions |= nibbles(self._highs, 0, len(positions)).astype(np.int64) << 8
        firsts = bits(self._file[f"{self.name}/firsts"], 0, len(positions))
        postings = np.cumsum(firsts) - 1
        documents = self._documents.all()[postings].astype(np.int64)
        counts: Array = np.diff(self._file[f"{self.name}/position_ends"].all().astype(np.int64))
        spellings = np.zeros(len(positions), np.int64)
        if f"{self.name}/others" in self._file:
            others = bits(self._file[f"{self.name}/others"], 0, len(positions))
            spellings[others] = self._file[f"{self.name}/other_codes"].all()
        return np.repeat(np.arange(len(self)), counts), documents, positions, spellings

    def spellings(self, place: int) -> Array | None:
        """Return which spelling of its term each occurrence is, 0 for the commonest (unsigned).

        None when all are the commonest one, or when the field does not tell spellings apart.
        """
        if f"{self.name}/others" not in self._file:
            return None
        start, stop = self._file[f"{self.name}/other_ends"][place : place + 2].tolist()
        if start == stop:
            return None
        codes = self._file[f"{self.name}/other_codes"][start:stop]
        ends = self._file[f"{self.name}/position_ends"]
        others = bits(self._file[f"{self.name}/others"], int(ends[place]), int(ends[place + 1]))
        spellings = np.zeros(len(others), codes.dtype)
        spellings[others] = codes
        return spellings

    def _optional(self, name: str) -> MappedArray | None:
        full = f"{self.name}/{name}"
        return self._file[full] if full in self._file else None  # noqa: SIM401  no mapping


def bits(flags: MappedArray, start: int, stop: int) -> Array:
    """Return the bits ``start:stop`` of a packed array (bool)."""
    skipped = start & 7
    packed = flags[start >> 3 : (stop + 7) >> 3]
    return np.unpackbits(packed, count=skipped + stop - start)[skipped:].view(bool)


def nibbles(packed: MappedArray, start: int, stop: int) -> Array:
    """Return the numbers ``start:stop`` of an array of four bits each (uint16)."""
    pairs = packed[start >> 1 : (stop + 1) >> 1]
    numbers = np.empty((len(pairs), 2), np.uint16)
    numbers[:, 0] = pairs >> 4
    numbers[:, 1] = pairs & 15
    return numbers.ravel()[start & 1 :][: stop - start]


def smallest(array: Array) -> Array:
    """Return non-negative integers in the smallest unsigned type that holds them."""
    largest = int(array.max()) if len(array) else 0
    kinds: tuple[Any, ...] = (np.uint8, np.uint16, np.uint32)
    kind = next((k for k in kinds if largest <= np.iinfo(k).max), np.uint64)
    return array.astype(kind)
