"""How often somebody asks, minute by minute, in memory."""

import threading
from collections import Counter

MOST_KNOWN = 100_000
"""Whom a minute's numbers are known of; of others no more are counted."""


class Rates:
    """Counts what each visitor asks in a minute; safe to share between threads.

    Examples
    --------
    >>> rates = Rates()
    >>> [rates.count(b"a", 7), rates.count(b"a", 7), rates.count(b"a", 8)]
    [1, 2, 1]
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._numbers: Counter[bytes] = Counter()

    def count(self, who: bytes, minute: int) -> int:
        """Count one more and return how many it were in this minute."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._numbers.clear()
            if who in self._numbers or len(self._numbers) < MOST_KNOWN:
                self._numbers[who] += 1
            return self._numbers[who]
