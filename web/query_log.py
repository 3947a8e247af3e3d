"""What readers ask for is counted: in memory first, then in the store, and never by whom.

Nothing is kept of the reader: no address, no cookie, no time of day. A thread of its own writes, so
that no request waits for the store; it begins with the first query and ends with the application.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from articles.asked_queries import AskedQuery, normalised
from articles.query_store import QueryStore
from articles.store import StoreError
from search.past_queries import PastQueries

MOST_WAITING = 1_000
"""Different queries that wait to be written; more are not counted until these are."""
SECONDS = 5.0
"""Between two writes; they come sooner when half of the queries that may wait are there."""
REFRESH_SECONDS = 60.0
"""For which the past queries that are suggested are kept."""
MOST_SUGGESTED = 10_000
"""Past queries that are suggested at most, the most successful."""
_PATIENCE = 40.0
"""Seconds that the last write may take: longer than a store waits for its turn."""
logger = logging.getLogger(__name__)


class QueryLog:
    """Counts queries, and knows which of them to suggest; safe to share between threads.

    Parameters
    ----------
    store : QueryStore
        Where they are kept.
    days : int
        For how many days; with 0 nothing is counted and nothing suggested.
    least : int
        How often a query must have found something before it is suggested.
    today : callable
        Says which day it is, in UTC.
    """

    def __init__(
        self,
        store: QueryStore,
        *,
        days: int,
        least: int,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._store = store
        self._days = days
        self._least = least
        self._today = today
        self._lock = threading.Lock()
        self._waiting: dict[tuple[date, str], AskedQuery] = {}
        self._cleared: date | None = None
        self._past = PastQueries()
        self._past_rows: object = []
        self._refreshed = -REFRESH_SECONDS
        self._asked = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """Different queries that are to be written."""
        return len(self._waiting)

    def count(self, query: str, hits: int, seconds: float) -> None:
        """Count one search, where its text may be kept."""
        text = normalised(query) if self._days else ""
        if text:
            milliseconds = round(seconds * 1000)
            self._add(AskedQuery(text, self._today(), 1, int(not hits), hits, milliseconds))

    def clicked(self, query: str) -> None:
        """Count that a hit of a query was followed, likewise."""
        text = normalised(query) if self._days else ""
        if text:
            self._add(AskedQuery(text, self._today(), 0, 0, 0, 0, clicks=1))

    def past(self) -> PastQueries:
        """Return what is suggested now; it is read anew at most once a minute, by the thread."""
        if self._days and time.monotonic() - self._refreshed >= REFRESH_SECONDS:
            with self._lock:
                self._asked = True
                if self._thread is None:
                    self._wake.set()
                self._begin()
        return self._past

    def write(self) -> None:
        """Store what waits, and once a day forget what is too old."""
        with self._lock:
            waiting = sorted(self._waiting.items())
            self._waiting.clear()
        try:
            if waiting:
                self._store.add([query for _, query in waiting])
            today = self._today()
            if self._cleared != today:
                self._store.forget(oldest_kept(self._days, today))
                self._cleared = today
        except StoreError as error:
            logger.warning("%d queries were not counted: %s", len(waiting), error)

    def refresh(self) -> None:
        """Read anew what is suggested."""
        try:
            rows = self._store.successful(least=self._least, most=MOST_SUGGESTED)
        except StoreError as error:
            logger.warning("past queries are suggested as before: %s", error)
        else:
            if rows != self._past_rows:
                self._past, self._past_rows = PastQueries(rows), rows
        self._refreshed = time.monotonic()

    def close(self) -> None:
        """Store what waits, and end the thread; nothing is counted afterwards."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join(_PATIENCE)

    def _add(self, asked: AskedQuery) -> None:
        key = asked.day, asked.text
        with self._lock:
            before = self._waiting.get(key)
            if before is None and len(self._waiting) >= MOST_WAITING:
                return
            self._waiting[key] = _both(before, asked) if before else asked
            if len(self._waiting) * 2 >= MOST_WAITING:
                self._wake.set()
            self._begin()

    def _begin(self) -> None:
        """Start the thread with the first query; the lock is held."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="query log", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            self._wake.wait(SECONDS)
            self._wake.clear()
            closed = self._closed
            if self._waiting or closed:
                self.write()
            if closed:
                return
            if self._asked and time.monotonic() - self._refreshed >= REFRESH_SECONDS:
                self._asked = False
                self.refresh()


def oldest_kept(days: int, today: date) -> date:
    """Return the first day of which queries are kept, today among them.

    Examples
    --------
    >>> oldest_kept(1, date(2011, 7, 11)), oldest_kept(0, date(2011, 7, 11))
    (datetime.date(2011, 7, 11), datetime.date(2011, 7, 12))
    """
    return today + timedelta(days=1 - days)


def _both(before: AskedQuery, asked: AskedQuery) -> AskedQuery:
    return replace(
        asked,
        searches=before.searches + asked.searches,
        hits=asked.hits if asked.searches else before.hits,
        without_hits=before.without_hits + asked.without_hits,
        milliseconds=before.milliseconds + asked.milliseconds,
        clicks=before.clicks + asked.clicks,
    )
