"""Arrivals: what happens in the store is in every list at the next request.

What readers may see is known at once, whatever has happened. A few new articles are taken in by the
request that meets them, many by a thread of their own, so that no request waits for an import.
"""

import logging
import threading
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

import numpy as np

from articles.errors import BackfileError
from index.arrays import Array
from index.fresh import MOST_FRESH, Fresh, FreshState
from index.fresh_terms import FreshTerms
from recommender.built import Built
from recommender.intake import Intake, key_of
from recommender.newcomers import Newcomers, Taken
from recommender.present import Present

AT_ONCE = 10
"""Changed articles that a request takes in itself, in some milliseconds each."""
_AT_A_TIME = 8
"""Articles that the thread takes in before they are in the lists."""
_PATIENCE = 0.2
"""Seconds that a request waits while another one takes in what is new."""
logger = logging.getLogger(__name__)


class _Moment(NamedTuple):
    """What is known of the store, what was taken in, and what follows from both."""

    state: FreshState
    taken: Taken
    present: Present


class Arrivals:
    """Takes in what differs from a generation; safe to share between threads.

    Parameters
    ----------
    built : Built
        The articles of the generation.
    fresh : Fresh
        Knows what differs.
    most : int
        Articles that are taken in at most.
    """

    def __init__(self, built: Built, fresh: Fresh, *, most: int = MOST_FRESH) -> None:
        self._built = built
        self._fresh = fresh
        self._most = most
        self._intake = Intake(built)
        self._newest: dict[str, int] = {}
        self._replaced: dict[str, int] = {}
        self._pending: dict[str, None] = {}
        self._seen = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._warned = False
        self._taken = Taken.of(self._intake, np.zeros(0, bool), np.empty(0, np.int64))
        self._moment: _Moment | None = None

    @property
    def count(self) -> int:
        """How many articles have been taken in."""
        return self._taken.count

    @property
    def terms(self) -> FreshTerms:
        """What the words of a text are, new ones among them."""
        return self._intake.terms

    def present(self) -> Present:
        """Return the archive as it is now: the same object until something happens."""
        state = self._fresh.state()
        moment = self._moment
        if moment is None or moment.state is not state:
            self._meet(state)
        taken = self._taken
        if moment is None or moment.state is not state or moment.taken is not taken:
            present = Present(self._built, state.hidden, self._newcomers(taken))
            moment = self._moment = _Moment(state, taken, present)
        return moment.present

    def close(self) -> None:
        """End the thread; what has not been taken in stays out."""
        with self._lock:
            self._closed = True
        self._wait()

    def catch_up(self, seconds: float | None = None) -> None:
        """Wait until everything is taken in that has happened, at most so many seconds."""
        self.present()
        self._wait(seconds)

    def _wait(self, seconds: float | None = None) -> None:
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _newcomers(self, taken: Taken) -> Newcomers:
        is_public = self._fresh.is_public
        public = (is_public(name) for name in islice(taken.intake.ids, taken.count))
        shown = np.fromiter(public, bool, taken.count) & taken.current
        return Newcomers(self._built, taken, shown)

    def _meet(self, state: FreshState) -> None:
        """See to it that what has happened up to a state is taken in."""
        # Whoever has the lock takes in what this request has met, too.
        if not self._lock.acquire(timeout=0 if self._thread else _PATIENCE):
            return
        try:
            for name in self._fresh.since(self._seen, state):
                self._pending[name] = None
            self._seen = max(self._seen, state.events)
            if not self._pending or self._closed:
                return
            if len(self._pending) <= AT_ONCE and self._thread is None:
                self._take_some(AT_ONCE)
            elif self._thread is None:
                thread = threading.Thread(target=self._work, name="newcomers", daemon=True)
                self._thread = thread
                thread.start()
        finally:
            self._lock.release()

    def _work(self) -> None:
        """Take in everything that waits, a few at a time; then the thread ends."""
        while True:
            with self._lock:
                if self._closed or not self._pending:
                    self._thread = None
                    return
                try:
                    self._take_some(_AT_A_TIME)
                except BackfileError as error:
                    logger.warning("new articles are not recommended yet: %s", str(error))
                    self._thread = None
                    return

    def _take_some(self, most: int) -> None:
        """Take in some of what waits; the lock is held."""
        names = list(islice(self._pending, most))
        articles = self._fresh.articles(names)
        for name in names:
            article = articles.get(name)
            if article is not None:
                before = self._newest.get(name)
                if before is None or self._intake.keys[before] != key_of(article):
                    if self._intake.count >= self._most:
                        self._warn()
                    else:
                        self._stand(name, self._intake.take(article))
            elif self._fresh.is_public(name):
                # It says again what it says in the generation.
                self._newest.pop(name, None)
                self._replaced.pop(name, None)
            del self._pending[name]
        current = np.zeros(self._intake.count, bool)
        current[_numbers(self._newest.values())] = True
        self._taken = Taken.of(self._intake, current, _numbers(self._replaced.values()))

    def _stand(self, name: str, number: int) -> None:
        """Let a newcomer stand for an article, instead of what stands in the generation."""
        self._newest[name] = number
        document = self._built.generation.columns.document(name)
        if document is not None:
            self._replaced[name] = document

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "more than %d articles were added or changed since generation %d was built; the "
                "others are recommended as they were then: run `backfile rebuild`",
                self._most,
                self._built.generation.number,
            )


def _numbers(numbers: Iterable[int]) -> Array:
    return np.array(list(numbers), np.int64)
