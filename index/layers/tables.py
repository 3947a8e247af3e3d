"""Sorted tables of strings that are united without sorting the greatest of them again."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.strings import StringTable


class Places(NamedTuple):
    """Where the strings of one table stand in another, sorted one.

    Attributes
    ----------
    before : int64 array
        The number of the first string there that is not less.
    found : bool array
        Whether that is the same string.
    new : list of bytes
        Those that are not there, in their order.
    """

    before: Array
    found: Array
    new: list[bytes]


def places_in(table: StringTable, strings: StringTable) -> Places:
    """Return where strings stand in a sorted table.

    Examples
    --------
    >>> table = StringTable.of(["ale", "bear", "bee"])
    >>> places = places_in(table, StringTable.of(["ant", "bear", "cow"]))
    >>> places.before.tolist(), places.found.tolist(), places.new
    ([1, 1, 3], [False, True, False], [b'ant', b'cow'])
    """
    own = strings.beginnings
    low = table.beginnings.searchsorted(own)
    high = table.beginnings.searchsorted(own, side="right")
    found = np.zeros(len(strings), bool)
    # Eight bytes tell most strings apart; those that share them are looked for by halves.
    searched = np.flatnonzero(low < high)
    while len(searched):
        middle = (low[searched] + high[searched]) // 2
        signs = _compared(table, middle, strings, searched)
        found[searched[signs == 0]] = True
        low[searched] = np.where(signs < 0, middle + 1, low[searched])
        high[searched] = np.where(signs < 0, high[searched], middle)
        searched = searched[low[searched] < high[searched]]
    new = [strings.encoded(number) for number in np.flatnonzero(~found).tolist()]
    return Places(low.astype(np.int64), found, new)


def _compared(left: StringTable, numbers: Array, right: StringTable, others: Array) -> Array:
    """Return -1, 0 or 1 where some strings are less than others, the same, or more (int8).

    They begin with the same eight bytes.
    """
    mine, theirs = np.diff(left.ends)[numbers], np.diff(right.ends)[others]
    # Where one is the other's beginning, the shorter one is less.
    signs: Array = np.sign(mine - theirs).astype(np.int8)
    open_, offset = np.flatnonzero(np.maximum(mine, theirs) > 8), 8
    while len(open_):
        one, other = left.eights(numbers[open_], offset), right.eights(others[open_], offset)
        differ = one != other
        signs[open_[differ]] = np.where(one < other, -1, 1)[differ]
        offset += 8
        open_ = open_[~differ & (np.maximum(mine, theirs)[open_] > offset)]
    return signs


class United:
    """One sorted table of several: of a great one and of small ones that are placed in it.

    Parameters
    ----------
    great : StringTable
        Sorted, its strings distinct.
    small : sequence of Places
        Where the strings of more tables stand in the great one.

    Attributes
    ----------
    strings : list of bytes
        The strings that the great table does not have, sorted.
    before : int64 array
        Before which of its strings each of them stands.
    numbers : list of int64 array
        For each table, the great one first, the number that each of its strings has now.

    Examples
    --------
    >>> great, small = StringTable.of(["ale", "bee"]), StringTable.of(["ant", "bee"])
    >>> united = United(great, [places_in(great, small)])
    >>> list(united.table), [numbers.tolist() for numbers in united.numbers]
    (['ale', 'ant', 'bee'], [[0, 2], [1, 2]])
    """

    def __init__(self, great: StringTable, small: Sequence[Places]) -> None:
        self._great = great
        others: dict[bytes, int] = {}
        for places in small:
            others.update(zip(places.new, places.before[~places.found].tolist(), strict=True))
        self.strings = sorted(others)
        self.before = np.array([others[string] for string in self.strings], np.int64)
        of_great = np.arange(len(great)) + shifts(self.before, len(great))
        at = {string: place for place, string in enumerate(self.strings)}
        self.numbers: list[Array] = [of_great]
        for places in small:
            numbers = np.empty(len(places.before), np.int64)
            numbers[places.found] = of_great[places.before[places.found]]
            ranks = np.array([at[string] for string in places.new], np.int64)
            numbers[~places.found] = self.before[ranks] + ranks
            self.numbers.append(numbers)

    def __len__(self) -> int:
        return len(self._great) + len(self.strings)

    @property
    def table(self) -> StringTable:
        """All strings, sorted."""
        return self.inserted(self._great, self.strings)

    def inserted(self, table: StringTable, strings: Sequence[bytes]) -> StringTable:
        """Return a table as long as the great one with strings put in where the new ones are."""
        if not len(strings):
            return table
        ends = table.ends
        cuts = ends[self.before]
        data = table.data.data
        pieces: list[bytes | memoryview] = []
        done = 0
        for cut, string in zip(cuts.tolist(), strings, strict=True):
            pieces += data[done:cut], string
            done = cut
        pieces.append(data[done:])
        sizes = np.insert(np.diff(ends), self.before, [len(string) for string in strings])
        joined = np.frombuffer(b"".join(pieces), np.uint8)
        return StringTable(joined, np.append(0, np.cumsum(sizes)))


def shifts(before: Array, count: int) -> Array:
    """Return by how much each of ``count`` things moves when others are put in before some.

    Examples
    --------
    >>> shifts(np.array([1, 1, 3]), 3).tolist()
    [0, 2, 2]
    """
    moved: Array = np.cumsum(np.bincount(before, minlength=count + 1))[:count]
    return moved
