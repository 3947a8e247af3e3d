"""Latencies: how long answers took, minute by minute over the last day, in a file of each process.

A histogram of Prometheus's is for whoever keeps numbers elsewhere. This one is for the page that
shows the last day without anything else being installed, so it is finer and forgets by itself.
"""

import mmap
import os
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from math import log2
from pathlib import Path

import numpy as np

from index.arrays import Array
from web.watching.own_files import contents, own_file


class Answer(StrEnum):
    """The answers that are timed."""

    SEARCH = "search"
    RELATED = "related"
    PAGE_BLOCKS = "page-blocks"


MINUTES = 1_440
"""Minutes that are kept: a day."""
BUCKETS = 48
"""The last one begins at 10 seconds and has no end."""
FIRST = 0.00025
"""Seconds at which the first bucket ends."""
PER_DOUBLING = 3
"""Buckets in which a duration doubles: a percentile is right to an eighth or so."""
_SUFFIX = ".latencies"
_SLOT = np.dtype([("minute", np.int64), ("counts", np.uint32, (len(Answer), BUCKETS))])
_SIZE = MINUTES * _SLOT.itemsize
_PLACES = {answer: place for place, answer in enumerate(Answer)}


class Latencies:
    """Counts durations in a ring of minutes; safe to share between threads.

    Parameters
    ----------
    descriptor : int
        An open and locked file; -1 keeps the counts in this process alone.
    clock : callable
        Says the time in seconds since 1970.

    Examples
    --------
    >>> latencies = Latencies(clock=lambda: 90.0)
    >>> latencies.add(Answer.SEARCH, 0.02)
    >>> int(latencies.counts(1).sum()), latencies.counts(1).shape
    (1, (1440, 3, 48))
    >>> latencies.close()
    """

    def __init__(self, descriptor: int = -1, *, clock: Callable[[], float] = time.time) -> None:
        self._descriptor = descriptor
        self._clock = clock
        if descriptor >= 0:
            os.ftruncate(descriptor, _SIZE)
        self._bytes = mmap.mmap(descriptor, _SIZE)
        self._slots: Array | None = np.frombuffer(self._bytes, _SLOT)
        self._lock = threading.Lock()

    @classmethod
    def shared(cls, folder: Path) -> "Latencies":
        """Return those of this process in a folder."""
        return cls(own_file(folder, _SUFFIX))

    def add(self, answer: Answer, seconds: float) -> None:
        """Count one answer."""
        minute = int(self._clock()) // 60
        bucket = bucket_of(seconds)
        with self._lock:
            if self._slots is None:
                return
            slot = self._slots[minute % MINUTES]
            if slot["minute"] != minute:
                slot["counts"] = 0
                slot["minute"] = minute
            slot["counts"][_PLACES[answer], bucket] += 1

    def counts(self, minute: int) -> Array:
        """Return what was counted in the day that ends with a minute, as `day_of` does."""
        with self._lock:
            return day_of(b"" if self._slots is None else self._bytes[:], minute)

    def close(self) -> None:
        """Let go of the file, which keeps the counts; nothing is counted afterwards."""
        with self._lock:
            if self._slots is None:
                return
            self._slots = None
            self._bytes.close()
            if self._descriptor >= 0:
                os.close(self._descriptor)


def bucket_of(seconds: float) -> int:
    """Return the bucket into which a duration falls.

    Examples
    --------
    >>> bucket_of(0), bucket_of(0.00025), bucket_of(0.0005), bucket_of(3600)
    (0, 1, 4, 47)
    """
    if seconds < FIRST:
        return 0
    return min(1 + int(PER_DOUBLING * log2(seconds / FIRST)), BUCKETS - 1)


def all_counts(folder: Path, minute: int) -> Array:
    """Return what all processes of a server counted in the day that ends with a minute."""
    total = day_of(b"", minute)
    for content in contents(folder, _SUFFIX, _SIZE):
        total += day_of(content, minute)
    return total


def day_of(content: bytes, minute: int) -> Array:
    """Return the counts of a ring in the day that ends with a minute.

    Returns
    -------
    int64 array of shape (MINUTES, answers, BUCKETS)
        The oldest minute first; 0 where nothing was counted.
    """
    day = np.zeros((MINUTES, len(Answer), BUCKETS), np.int64)
    slots = np.frombuffer(content, _SLOT)
    age = minute - slots["minute"]
    kept = (age >= 0) & (age < MINUTES)
    day[MINUTES - 1 - age[kept]] = slots["counts"][kept]
    return day


def percentile(counts: Array, share: float) -> float | None:
    """Return the duration in seconds that a share of the answers did not exceed.

    Within a bucket durations are taken to lie evenly by their logarithms, as the buckets do.

    Parameters
    ----------
    counts : integer array of shape (BUCKETS,)
        Answers by bucket.
    share : float
        Above 0, such as 0.95.

    Returns
    -------
    float or None
        None where there are no answers.

    Examples
    --------
    >>> counts = np.zeros(BUCKETS, int)
    >>> percentile(counts, 0.5)
    >>> counts[bucket_of(0.02)] = 10
    >>> round(percentile(counts, 0.5), 3)
    0.018
    """
    ends = np.cumsum(counts)
    total = int(ends[-1])
    if not total:
        return None
    bucket = int(np.searchsorted(ends, share * total))
    within = (share * total - (ends[bucket] - counts[bucket])) / counts[bucket]
    return float(FIRST * 2 ** ((bucket - 1 + within) / PER_DOUBLING))
