"""Which documents of a generation readers may see now: the rule of `is_public`, at query time.

A generation holds what was public when it was built. Since then articles may have expired, or been
withdrawn in the store; both disappear at the next request, long before the next rebuild.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf

import numpy as np

from index.arrays import Array
from index.fresh import Changes, Fresh, FreshState
from index.generation import Generation
from index.layers.layers import View
from index.layers.order import GONE


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


class JointVisibility(Visibility):
    """Which documents of a generation and its layers readers may see; safe to share.

    What has changed since the layers were made is not shown before they are made again, so that
    the old text of an article is gone at the next request.

    Parameters
    ----------
    view : View
        What is searched.
    fresh : Fresh
        What is known of the store.
    """

    def __init__(self, view: View, fresh: Fresh) -> None:
        self.fresh = fresh
        self._view = view
        self._known: tuple[FreshState, Array] | None = None

    def hidden(self) -> Array:
        """Return the documents that are not public now, ascending and distinct (int64)."""
        state = self.fresh.state()
        known = self._known
        if known is None or known[0] is not state:
            known = self._known = state, self._hidden(state)
        return known[1]

    def _hidden(self, state: FreshState) -> Array:
        generation = self._view.generation
        numbers = generation.order.numbers[0][state.hidden]
        changed = map(generation.columns.document, self.fresh.since(self._view.events, state))
        found = {document for document in changed if document is not None}
        return np.array(sorted(found.union(numbers[numbers != GONE].tolist())), np.int64)
