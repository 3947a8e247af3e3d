"""Batches: a thread that writes what has gathered, so that no request waits for the store."""

import threading
from collections.abc import Callable

PATIENCE = 40.0
"""Seconds that the last batch may take: longer than a store waits for its turn."""


class Batches:
    """Writes every few seconds, sooner when asked to, and once more at the end.

    The thread begins with the first call of `begin`, so that who only reads has none; safe to share
    between threads.

    Parameters
    ----------
    name : str
        The thread's name.
    write : callable
        Writes what has gathered; it is never called twice at once, and must not raise.
    seconds : float
        Between two batches.

    Examples
    --------
    >>> written = []
    >>> batches = Batches("example", lambda: written.append("all of it"), seconds=60)
    >>> batches.begin()
    >>> batches.close()
    >>> written
    ['all of it']
    """

    def __init__(self, name: str, write: Callable[[], None], *, seconds: float) -> None:
        self._name = name
        self._write = write
        self._seconds = seconds
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self) -> None:
        """Start the thread unless it runs, or has ended for good."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def hurry(self) -> None:
        """Have the next batch written now."""
        self._wake.set()

    def close(self) -> None:
        """Have the last batch written, and end the thread."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join(PATIENCE)

    def _work(self) -> None:
        while True:
            self._wake.wait(self._seconds)
            self._wake.clear()
            closed = self._closed
            self._write()
            if closed:
                return
