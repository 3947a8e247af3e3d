"""The word lists that are live, picked up by every process at its next request."""

import logging
import threading

from articles.store import Store, StoreError
from articles.word_lists import WordLines
from search.embedded import EmbeddedEngine

logger = logging.getLogger(__name__)


class LiveWords:
    """Gives an engine the word lists that are live; safe to share between threads.

    Parameters
    ----------
    engine : EmbeddedEngine
        Searches without lists.
    store : Store
        Asked on every call for the number of the live lists, and for these when it is another.
    """

    def __init__(self, engine: EmbeddedEngine, store: Store) -> None:
        self._plain = engine
        self._store = store
        self._lock = threading.Lock()
        self._live: tuple[int, EmbeddedEngine] = 0, engine
        self._silent = False

    def engine(self) -> EmbeddedEngine:
        """Return the engine as it searches now; while the store is silent, as it did before."""
        try:
            if self._store.word_lists.number() != self._live[0]:
                self._read()
            self._silent = False
        except StoreError as error:
            if not self._silent:  # once, not for every question
                logger.warning("the word lists stay as they were: %s", str(error))
            self._silent = True
        return self._live[1]

    def trying(self, lines: WordLines) -> EmbeddedEngine:
        """Return the engine as it would search with other lists."""
        return self._plain.worded(lines)

    def _read(self) -> None:
        with self._lock:
            edition = self._store.word_lists.live()
            if edition.number != self._live[0]:
                self._live = edition.number, self._plain.worded(edition.lines)
