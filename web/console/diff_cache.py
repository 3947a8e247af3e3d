"""Differences that were found: what never changes need not be found twice."""

import threading

from index.diff import GenerationDiff, difference
from index.generation import Generation

KEPT = 6
"""Differences between three generations, in both directions."""


class DiffCache:
    """Finds differences one at a time and keeps the last ones; safe to share between threads.

    All articles of both generations are read for one: seconds with 80,000 of them.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], GenerationDiff] = {}
        self._lock = threading.Lock()

    def difference(self, before: Generation, after: Generation) -> GenerationDiff:
        """Return what differs between two generations.

        Raises
        ------
        DamagedFileError
            When a page of one of them is damaged.
        """
        # A number may be given again where somebody has removed generations by hand.
        key = tuple(f"{one.folder} {one.created.isoformat()}" for one in (before, after))
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = difference(before, after)
            self._kept[key] = found  # the newest stand last
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
            return found
