"""Which documents of a generation readers may see now: the rule of `is_public`, at query time.

A generation holds what was public when it was built. Since then articles may have expired, or been
withdrawn in the store; both disappear at the next request.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from typing import NamedTuple

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
        self._known: _Known | None = None

    def hidden(self) -> Array:
        """Return the documents that are not public now, ascending and distinct (int64)."""
        state = self.fresh.state()
        known = self._known
        if known is None or known.state is not state:
            known = self._known = self._knowing(state, known)
        return known.hidden

    def _knowing(self, state: FreshState, before: "_Known | None") -> "_Known":
        changed, seen = np.empty(0, np.int64), self._events
        # A thread may hold on to a state that is older than what another has asked for meanwhile.
        if before is not None and before.state.events <= state.events:
            changed, seen = before.changed, before.state.events
        names = self.fresh.since(seen, state)
        if names:
            found = [self._generation.columns.document(name) for name in names]
            documents = [document for document in found if document is not None]
            changed = np.union1d(changed, np.array(documents, np.int64))
        hidden = self._generation.numbers_of(state.hidden)
        return _Known(state, changed, np.union1d(hidden, changed) if len(changed) else hidden)


class _Known(NamedTuple):
    """What is hidden in one state, and the documents that have changed until then."""

    state: FreshState
    changed: Array
    hidden: Array
