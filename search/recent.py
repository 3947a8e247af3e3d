"""What was read last is kept, as much as fits into a bound."""

import threading
from collections.abc import Hashable
from typing import Any, TypeVar

_Value = TypeVar("_Value", bound=tuple[Any, ...])


class Recent:
    """Values by their keys, those asked for last; safe to share between threads.

    Parameters
    ----------
    most : int
        Bytes that all values together may have. A value that alone would take half of them is
        not kept, so that one cannot push out all others.

    Examples
    --------
    >>> import numpy as np
    >>> recent = Recent(most=1000)
    >>> recent.get("a"), recent.keep("a", (np.zeros(2),)), recent.get("a")
    (None, (array([0., 0.]),), (array([0., 0.]),))
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._values: dict[Hashable, tuple[Any, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Return the value of a key, None when it is not kept."""
        with self._lock:
            entry = self._values.pop(key, None)
            if entry is None:
                return None
            self._values[key] = entry  # the newest stand last
            return entry[0]

    def keep(self, key: Hashable, value: _Value) -> _Value:
        """Keep a tuple with arrays under a key, and return it."""
        size = sum(getattr(item, "nbytes", 0) for item in value)
        if size <= self._most // 2:
            with self._lock:
                self._drop(key)
                self._values[key] = value, size
                self._bytes += size
                while self._bytes > self._most:
                    self._drop(next(iter(self._values)))
        return value

    def _drop(self, key: Hashable) -> None:
        entry = self._values.pop(key, None)
        if entry is not None:
            self._bytes -= entry[1]
