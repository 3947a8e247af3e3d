"""An array that grows at its end, while those who look at its beginning see it as it was."""

from typing import Any

import numpy as np

from index.arrays import Array

_FIRST = 64


class Growing:
    """Items of one kind, appended by one thread at a time.

    Examples
    --------
    >>> growing = Growing(np.float32, 2)
    >>> growing.extend(np.array([[1, 2], [3, 4]]))
    >>> before = growing.view()
    >>> growing.extend(np.zeros((100, 2)))
    >>> before.tolist(), len(growing)
    ([[1.0, 2.0], [3.0, 4.0]], 102)
    """

    def __init__(self, dtype: Any, *shape: int) -> None:
        self._items = np.empty((_FIRST, *shape), dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, items: Array) -> None:
        """Append items."""
        needed = self._count + len(items)
        if needed > len(self._items):
            # A new array: views of the old one stay what they are.
            size = max(needed, 2 * len(self._items))
            larger = np.empty((size, *self._items.shape[1:]), self._items.dtype)
            larger[: self._count] = self._items[: self._count]
            self._items = larger
        self._items[self._count : needed] = items
        self._count = needed

    def append(self, item: Any) -> None:
        """Append one item."""
        self.extend(np.asarray(item)[None])

    def view(self) -> Array:
        """Return the items, without a copy; those that are there never change."""
        return self._items[: self._count]
