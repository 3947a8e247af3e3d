"""Which documents of a generation readers may see now: the rule of `is_public`, at query time.

A generation holds what was public when it was built. Since then articles may have expired, or been
withdrawn in the store; both disappear at the next request.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf

import numpy as np

from index.arrays import Array
from index.fresh import Changes, Fresh, FreshState
from index.generation import Generation


class Visibility:
    """Says which documents are hidden; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is served.
    store : Changes, optional
        Asked for its changes since the build on every call; without one only expiry counts.
    clock : callable
        Says the time in seconds since 1970.

    Attributes
    ----------
    fresh : Fresh
        What it knows of the store.
    """

    def __init__(
        self,
        generation: Generation,
        store: Changes | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.fresh = Fresh(generation, store, clock=clock)

    def hidden(self) -> Array:
        """Return the documents that are not public now, ascending and distinct (int64)."""
        return self.fresh.state().hidden

    def next_change(self, now: datetime) -> datetime | None:
        """Return when next, by time alone, an article is shown or hidden; None when none will be.

        ``now`` is aware.
        """
        until = self.fresh.next_change(now.timestamp())
        return None if until == inf else datetime.fromtimestamp(until, UTC)

    def shows(self, document: int) -> bool:
        """Say whether one document is public now."""
        hidden = self.hidden()
        place = int(np.searchsorted(hidden, document))
        return place == len(hidden) or int(hidden[place]) != document


class FreshVisibility(Visibility):
    """Which documents readers may see of an index that is kept up with the store; safe to share.

    What has changed since it was made is not shown before it is made again, so that the old text
    of an article is gone at the next request.

    Parameters
    ----------
    generation : Generation
        What is searched, alone or with its layers.
    fresh : Fresh
        What is known of the store.
    events : int
        How many events the index has in it.
    """

    def __init__(self, generation: Generation, fresh: Fresh, events: int = 0) -> None:
        self.fresh = fresh
        self._generation = generation
        self._events = events
        self._known: tuple[FreshState, Array] | None = None

    def hidden(self) -> Array:
        """Return the documents that are not public now, ascending and distinct (int64)."""
        state = self.fresh.state()
        known = self._known
        if known is None or known[0] is not state:
            known = self._known = state, self._hidden(state)
        return known[1]

    def _hidden(self, state: FreshState) -> Array:
        hidden = self._generation.numbers_of(state.hidden)
        changed = self.fresh.since(self._events, state)
        if not changed:
            return hidden
        documents = map(self._generation.columns.document, changed)
        found = np.array([document for document in documents if document is not None], np.int64)
        return np.union1d(hidden, found)
