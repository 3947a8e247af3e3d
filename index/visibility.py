"""Which documents of a generation readers may see now: the rule of `is_public`, at query time.

A generation holds what was public when it was built. Since then articles may have expired, or been
withdrawn in the store; both disappear at the next request, long before the next rebuild.
"""

import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from articles.article import is_public
from articles.store import StoredPublication
from index.arrays import Array
from index.columns import NEVER
from index.generation import Generation


class Changes(Protocol):
    """What visibility asks of the store."""

    def last_sequence(self) -> int: ...  # noqa: D102
    def publications_since(self, sequence: int) -> Iterable[StoredPublication]: ...  # noqa: D102


class Visibility:
    """Says which documents are hidden; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is served.
    store : Store, optional
        Asked for its changes since the build on every call; without one only expiry counts.
    """

    def __init__(self, generation: Generation, store: Changes | None = None) -> None:
        self._generation = generation
        self._store = store
        self._sequence = generation.manifest.store_sequence
        self._changed: dict[int, StoredPublication] = {}
        self._lock = threading.Lock()
        expires = generation.columns.expires
        self._expiring = np.flatnonzero(expires != NEVER)

    def hidden(self) -> Array:
        """Return the documents that are not public now, ascending and distinct (int64)."""
        changed = self._read_changes()
        if not changed and not len(self._expiring):
            return self._expiring
        expires = self._generation.columns.expires[self._expiring]
        expired = self._expiring[expires <= time.time()]
        now = datetime.now(UTC)
        gone = [number for number, facts in changed if not is_public(facts, now)]
        return np.union1d(expired, np.array(gone, np.int64))

    def shows(self, document: int) -> bool:
        """Say whether one document is public now."""
        return document not in self.hidden()

    def next_change(self, now: datetime) -> datetime | None:
        """Return when next, by time alone, an article is shown or hidden; None when none will be.

        ``now`` is aware.
        """
        expires = self._generation.columns.expires[self._expiring]
        later = expires[expires > now.timestamp()]
        moments = [datetime.fromtimestamp(int(later.min()), UTC)] if len(later) else []
        for _, facts in self._read_changes():
            times = (facts.published, facts.embargo_until, facts.expires)
            moments += [time for time in times if time is not None and time > now]
        return min(moments, default=None)

    def _read_changes(self) -> list[tuple[int, StoredPublication]]:
        if self._store is None:
            return []
        with self._lock:
            last = self._store.last_sequence()
            if last > self._sequence:
                for facts in self._store.publications_since(self._sequence):
                    document = self._generation.columns.document(facts.id)
                    if document is not None:
                        self._changed[document] = facts
                self._sequence = last
            return list(self._changed.items())
