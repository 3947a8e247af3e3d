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
    """

    before: Array
    found: Array


def places_in(table: StringTable, strings: StringTable) -> Places:
    """Return where strings stand in a sorted table.

    Examples
    --------
    >>> table = StringTable.of(["ale", "bear", "bee"])
    >>> places = places_in(table, StringTable.of(["ant", "bear", "cow"]))
    >>> places.before.tolist(), places.found.tolist()
    ([1, 1, 3], [False, True, False])
    """
    own = strings.beginnings
    low = table.beginnings.searchsorted(own)
    high = table.beginnings.searchsorted(own, side="right")
    found = np.zeros(len(strings), bool)
    # Eight bytes tell most strings apart; of the others few share them.
    for number in np.flatnonzero(low < high).tolist():
        string = strings.encoded(number)
        first, stop = int(low[number]), int(high[number])
        place = low[number] = table.first_not_below(string, first, stop)
        found[number] = place < stop and table.encoded(int(place)) == string
    return Places(low.astype(np.int64), found)


class United:
    """One sorted table of several: of a great one and of small ones that are placed in it.

    Parameters
    ----------
    great : StringTable
        Sorted, its strings distinct.
    small : sequence of tuple of StringTable and Places
        More tables, and where their strings stand in the great one.

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
    >>> united = United(great, [(small, places_in(great, small))])
    >>> list(united.table), [numbers.tolist() for numbers in united.numbers]
    (['ale', 'ant', 'bee'], [[0, 2], [1, 2]])
    """

    def __init__(self, great: StringTable, small: Sequence[tuple[StringTable, Places]]) -> None:
        self._great = great
        others: dict[bytes, int] = {}
        own: list[tuple[Array, list[bytes]]] = []
        for table, places in small:
            new = np.flatnonzero(~places.found)
            strings = [table.encoded(number) for number in new.tolist()]
            others.update(zip(strings, places.before[new].tolist(), strict=True))
            own.append((new, strings))
        self.strings = sorted(others)
        self.before = np.array([others[string] for string in self.strings], np.int64)
        of_great = np.arange(len(great)) + shifts(self.before, len(great))
        at = {string: place for place, string in enumerate(self.strings)}
        self.numbers: list[Array] = [of_great]
        for (_, places), (new, strings) in zip(small, own, strict=True):
            numbers = np.empty(len(places.before), np.int64)
            numbers[places.found] = of_great[places.before[places.found]]
            ranks = np.array([at[string] for string in strings], np.int64)
            numbers[new] = self.before[ranks] + ranks
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
