"""What a process searches is kept up with the store, by a thread of its own."""

import gc
import logging
import threading
import time
from collections.abc import Callable

from articles.errors import BackfileError
from index.layers.scratch import remove_orphans
from web.batches import Batches

SECONDS = 0.1
"""Between two looks at the store."""
REST = 2.0
"""Times as long as it took to take in what had come is rested: searches need the processor."""
SHORTEST_REST, LONGEST_REST = 0.6, 1.0
"""So that what comes steadily is taken in together, and found within a second all the same."""
COLLECTED = 5
"""Times that something is taken in before memory is collected."""
FAILED, LONGEST_FAILED = 0.2, 5.0
"""Seconds that are rested after a first fault, and at most when it comes again: each time twice as
long."""
logger = logging.getLogger(__name__)


class Layering:
    """Has a process search what has come in; safe to share between threads.

    Parameters
    ----------
    keep_up : callable
        Takes in some of what has come in and says whether that is all; never called twice at once.

    Attributes
    ----------
    took : callable
        Told the seconds whenever something was taken in.
    running : bool
        Whether it has begun and not ended.
    """

    def __init__(self, keep_up: Callable[[], bool]) -> None:
        self._keep_up = keep_up
        self._batches = Batches("layers", self._work, seconds=SECONDS)
        self._stopped = threading.Event()
        self._complete = time.monotonic()
        self._said = ""
        self._failed = FAILED
        self._uncollected = 0
        self.running = False
        self.took: Callable[[float], None] = lambda _: None

    @property
    def lag(self) -> float:
        """Seconds since all that was in the store was found; 0 where nobody keeps up."""
        return time.monotonic() - self._complete if self.running else 0.0

    def begin(self) -> None:
        """Begin; what killed processes left behind is removed."""
        remove_orphans()
        self._complete = time.monotonic()
        self.running = True
        self._batches.begin()

    def close(self) -> None:
        """End, when what is being taken in has been."""
        self.running = False
        self._stopped.set()
        self._batches.close()

    def _work(self) -> None:
        if self._stopped.is_set():
            return
        started = time.monotonic()
        try:
            complete = self._keep_up()
        except Exception as error:  # noqa: BLE001  the thread must live on: the next time may do
            self._say(error)
            self._stopped.wait(self._failed)
            self._failed = min(2 * self._failed, LONGEST_FAILED)
            return
        self._said, self._failed = "", FAILED
        now = time.monotonic()
        if complete:
            self._complete = now
        else:
            self.took(now - started)
            self._uncollected += 1
            if self._uncollected >= COLLECTED:
                # What is no longer searched refers to itself, tens of megabytes each time.
                gc.collect()
                self._uncollected = 0
            rest = max(SHORTEST_REST, min(REST * (now - started), LONGEST_REST))
            self._stopped.wait(rest)

    def _say(self, error: Exception) -> None:
        """Log a fault once, not every time that it comes again."""
        text = f"{type(error).__name__}: {error}"
        if text != self._said:
            self._said = text
            logger.warning(
                "what has come in since the rebuild is not found yet; it is tried again: %s",
                text,
                exc_info=not isinstance(error, BackfileError | OSError),
            )
