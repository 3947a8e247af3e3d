"""Which articles of the store differ from a generation, and which of them readers may see now.

A generation holds what was public when it was built, and nothing in it ever changes. The store goes
on: articles are added, changed and withdrawn, and the time of others comes or is over. All of that
is known here at the next request. What is done with it is the matter of those who ask: search and
the recommender leave out what is hidden, and the recommender takes in what is new.
"""

import heapq
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import numpy as np

from articles.article import Article, Status, is_public
from index.arrays import Array
from index.columns import NEVER, UNDATED
from index.generation import Generation

if TYPE_CHECKING:  # a process that builds layers begins sooner without the database
    from articles.store import StoredPublication

MOST_FRESH = 20_000
"""Articles beyond those of the generation that are known; behind them a rebuild is due."""
logger = logging.getLogger(__name__)


class Changes(Protocol):
    """What is asked of the store."""

    def last_sequence(self) -> int: ...  # noqa: D102
    def publications_since(self, sequence: int) -> "Iterable[StoredPublication]": ...  # noqa: D102
    def scheduled(self, since: datetime) -> "Iterable[StoredPublication]": ...  # noqa: D102
    def some(self, ids: Sequence[str]) -> Mapping[str, Article]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class FreshState:
    """What is known at one moment.

    Attributes
    ----------
    sequence : int
        The last change of the store that counts.
    until : float
        The moment, in seconds since 1970, at which something appears or disappears by itself.
    hidden : int64 array
        The documents of the generation that are not public, ascending and distinct.
    events : int
        How many events have been noted: see `Fresh.since`.
    added : int
        How many articles are public and not in the generation.
    """

    sequence: int
    until: float
    hidden: Array
    events: int
    added: int


class _Held(threading.local):
    """The state that one thread holds on to."""

    state: FreshState | None = None


class Fresh:
    """Keeps an eye on the store; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is served.
    store : Changes, optional
        Asked for its changes since the build on every call; without one only expiry counts.
    clock : callable
        Says the time in seconds since 1970.
    """

    def __init__(
        self,
        generation: Generation,
        store: Changes | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._generation = generation
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._facts: dict[str, StoredPublication] = {}
        self._public: dict[str, bool] = {}
        self._documents: dict[int, bool] = {}
        self._added: set[str] = set()
        self._beyond = 0
        self._warned = False
        self._moments: list[tuple[datetime, str]] = []
        self._events: list[str] = []
        expires = generation.columns.expires
        expiring = np.flatnonzero(expires != NEVER)
        self._expiring = expiring[np.argsort(expires[expiring], kind="stable")]
        self._expiries = expires[self._expiring]
        self._state: FreshState | None = None
        self._held = _Held()

    @contextmanager
    def steady(self, last: int | None = None) -> Iterator[FreshState]:
        """Let all that this thread asks meanwhile see one state, for which the store is asked once.

        An answer that is put together of many is then of one moment. Who has just asked the store
        for its ``last`` change can say so.
        """
        before = self._held.state
        self._held.state = state = self.state(last)
        try:
            yield state
        finally:
            self._held.state = before

    def state(self, last: int | None = None) -> FreshState:
        """Return what is known now: the same object until something happens."""
        if self._held.state is not None:
            return self._held.state
        now = self._clock()
        state = self._state
        if last is None:
            last = self._store.last_sequence() if self._store else 0
        if state is not None and last <= state.sequence and now < state.until:
            return state
        with self._lock:
            state = self._state
            if state is None or last > state.sequence or now >= state.until:
                state = self._state = self._read(last, now)
            return state

    def next_change(self, now: float) -> float:
        """Return the first moment after ``now`` at which time alone changes something, or inf."""
        state = self.state()
        if now < state.until:
            return state.until
        later = self._expiries[np.searchsorted(self._expiries, now, side="right") :][:1].tolist()
        with self._lock:
            moments = [moment.timestamp() for moment, _ in self._moments]
        return min([*later, *(moment for moment in moments if moment > now)], default=math.inf)

    def since(self, seen: int, state: FreshState) -> list[str]:
        """Return the ids of what was changed, appeared or disappeared after so many events."""
        return list(dict.fromkeys(self._events[seen : state.events]))

    def is_public(self, article_id: str) -> bool:
        """Say whether one that has changed since the build was public when last looked at."""
        return self._public.get(article_id, False)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return those of some articles that are public and differ from the generation's.

        What decides whether they are public is no difference: `FreshState.hidden` has it.
        """
        if self._store is None:
            return {}
        now = datetime.fromtimestamp(self._clock(), UTC)
        found = self._store.some([name for name in ids if self.is_public(name)])
        # Read later than the facts, an article may have been withdrawn again meanwhile.
        return {
            name: article
            for name, article in found.items()
            if is_public(article, now) and self._differs(article)
        }

    def _differs(self, article: Article) -> bool:
        document = self._generation.columns.document(article.id)
        if document is None:
            return True
        (built,) = self._generation.documents.articles([document])
        return content(built) != content(article)

    def _read(self, last: int, now: float) -> FreshState:
        """Take in the store's changes up to ``last``, and what time has changed."""
        moment = datetime.fromtimestamp(now, UTC)
        touched = [facts.id for facts in self._changed(last) if self._note(facts)]
        while self._moments and self._moments[0][0] <= moment:
            touched.append(heapq.heappop(self._moments)[1])
        for name in dict.fromkeys(touched):
            facts = self._facts[name]
            self._public[name] = is_public(facts, moment)
            document = self._generation.columns.document(name)
            if document is not None:
                self._documents[document] = self._public[name]
            elif self._public[name]:
                self._added.add(name)
            else:
                self._added.discard(name)
            for time_ in (facts.published, facts.embargo_until, facts.expires):
                if time_ is not None and time_ > moment:
                    heapq.heappush(self._moments, (time_, name))
            self._events.append(name)
        expired = int(np.searchsorted(self._expiries, now, side="right"))
        # Of what has changed since, the store knows better when it expires.
        hidden = {d for d in self._expiring[:expired].tolist() if d not in self._documents}
        hidden.update(d for d, public in self._documents.items() if not public)
        until = float(self._expiries[expired]) if expired < len(self._expiries) else math.inf
        if self._moments:
            until = min(until, self._moments[0][0].timestamp())
        sequence = max(last, self._state.sequence if self._state else 0)
        documents = np.array(sorted(hidden), np.int64)
        return FreshState(sequence, until, documents, len(self._events), len(self._added))

    def _changed(self, last: int) -> "Iterable[StoredPublication]":
        """Yield the facts of what may differ and was not known before."""
        if self._store is None:
            return
        columns = self._generation.columns
        if self._state is None:
            # What was in the store but not public at the build has a later date or embargo than
            # anything that is in the generation.
            newest = int(columns.published[-1]) if len(columns.published) else UNDATED
            since = datetime.fromtimestamp(0 if newest == UNDATED else newest, UTC)
            for facts in self._store.scheduled(since):
                if columns.document(facts.id) is None:
                    yield facts
        known = self._state.sequence if self._state else self._generation.manifest.store_sequence
        if last > known:
            yield from self._store.publications_since(known)

    def _note(self, facts: "StoredPublication") -> bool:
        """Keep the facts of an article; say whether it is one that has to be kept."""
        name = facts.id
        if name not in self._facts and self._generation.columns.document(name) is None:
            if facts.status is not Status.PUBLISHED:
                return False
            if self._beyond >= MOST_FRESH:
                self._warn()
                return False
            self._beyond += 1
        self._facts[name] = facts
        return True

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "more than %d articles came in since generation %d was built; the others are not "
                "found or recommended before the next one: run `backfile rebuild`",
                MOST_FRESH,
                self._generation.number,
            )


def content(article: Article) -> Article:
    """Return an article without what decides whether it is public, to compare it with another."""
    return replace(article, status=Status.PUBLISHED, embargo_until=None, expires=None)
