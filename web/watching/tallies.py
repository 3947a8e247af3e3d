"""Tallies: the numbers of one process, in a file that the other processes of the server read.

The multiprocess mode of Prometheus's client is chosen by the environment before it is imported,
which is before settings are known, and is one for all applications of a process; its files are as
many as processes ever lived. These are as many as live at once: who replaces a dead worker takes
over its file and counts on from there.
"""

import mmap
import os
import struct
import threading
from pathlib import Path

from web.watching.own_files import contents, own_file

SERIES = 4_096
"""Different numbers that a process keeps at most; others are not kept."""
LONGEST_KEY = 184
"""Bytes of what names a number."""
_VALUE = 8
_SIZE = SERIES * (_VALUE + LONGEST_KEY)
_SUFFIX = ".tallies"
_SEPARATOR = "\x1f"
Key = tuple[str, ...]


class Tallies:
    """Numbers by name and labels; safe to share between threads.

    First lie the values, then the names, each at the same place in its part. A name is written
    after its value, so that whoever reads meanwhile sees it whole or not at all.

    Parameters
    ----------
    descriptor : int
        An open and locked file; -1 keeps the numbers in this process alone.

    Examples
    --------
    >>> tallies = Tallies()
    >>> tallies.add("requests", "/search", "200")
    >>> tallies.add("requests", "/search", "200", by=2)
    >>> tallies.all()
    {('requests', '/search', '200'): 3.0}
    >>> tallies.close()
    """

    def __init__(self, descriptor: int = -1) -> None:
        self._descriptor = descriptor
        if descriptor >= 0:
            os.ftruncate(descriptor, _SIZE)
        self._bytes = mmap.mmap(descriptor, _SIZE)
        self._whole = memoryview(self._bytes)
        self._values = self._whole[: SERIES * _VALUE].cast("d")
        self._places = {key: place for place, key in enumerate(_keys(self._bytes[:]))}
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def shared(cls, folder: Path) -> "Tallies":
        """Return those of this process in a folder: the first file that no living process has."""
        return cls(own_file(folder, _SUFFIX))

    def add(self, *key: str, by: float = 1.0) -> None:
        """Add to a number; one that is new begins at 0."""
        with self._lock:
            place = self._place(key)
            if place is not None:
                self._values[place] += by

    def observe(self, name: str, label: str, bucket: str, seconds: float) -> None:
        """Add a duration to the bucket it falls into and to the sum of all, under one lock."""
        with self._lock:
            for key, by in (((name, label, bucket), 1.0), ((name, label, "sum"), seconds)):
                place = self._place(key)
                if place is not None:
                    self._values[place] += by

    def set(self, *key: str, to: float) -> None:
        """Give a number a value."""
        with self._lock:
            place = self._place(key)
            if place is not None:
                self._values[place] = to

    def all(self) -> dict[Key, float]:
        """Return every number."""
        with self._lock:
            return {} if self._closed else _numbers(self._bytes[:])

    def close(self) -> None:
        """Let go of the file, which keeps the numbers; nothing is counted afterwards."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._values.release()
            self._whole.release()
            self._bytes.close()
            if self._descriptor >= 0:
                os.close(self._descriptor)

    def _place(self, key: Key) -> int | None:
        """Return where a number lies, None when it finds no place; the lock is held."""
        if self._closed:
            return None
        place = self._places.get(key)
        if place is None:
            name = _SEPARATOR.join(key).encode()
            if len(self._places) >= SERIES or len(name) >= LONGEST_KEY:
                return None
            place = self._places[key] = len(self._places)
            start = SERIES * _VALUE + place * LONGEST_KEY
            # From its end, so that the first byte, which says that it is there, comes last.
            self._bytes[start + 1 : start + len(name)] = name[1:]
            self._bytes[start] = name[0]
        return place


def read_all(folder: Path) -> list[dict[Key, float]]:
    """Return the numbers of every process of a server; a file that is cut off has none."""
    return [_numbers(content) for content in contents(folder, _SUFFIX, _SIZE)]


def _keys(content: bytes) -> list[Key]:
    """Return the names in a file, in the order of their places."""
    keys = []
    for start in range(SERIES * _VALUE, _SIZE, LONGEST_KEY):
        if not content[start]:
            break
        name = content[start : start + LONGEST_KEY].rstrip(b"\0")
        keys.append(tuple(name.decode("utf-8", "replace").split(_SEPARATOR)))
    return keys


def _numbers(content: bytes) -> dict[Key, float]:
    keys = _keys(content)
    return dict(zip(keys, struct.unpack_from(f"{len(keys)}d", content), strict=True))
