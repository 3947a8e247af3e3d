"""Counts views and clicks: in memory first, then in the store.

A thread of its own writes every few seconds, so that no request waits for the store. What the store
does not take is kept and tried again; the batch is written whole or not at all, and what it tells
views apart by is written with it, so that nothing is lost and nothing counts twice.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Protocol

from articles.database import StoreError
from articles.readings import Click, Tally, View, hour_of
from articles.readings_store import ReadingStore
from web.batches import Batches
from web.counting.rates import Rates
from web.counting.rules import kept_readings
from web.counting.visitors import Visitors
from web.receipts import Receipt
from web.settings import Settings

SECONDS = 5.0
"""Between two batches; they come sooner when half of what may wait is there."""
MOST_WAITING = 100_000
"""Views, clicks and the like that wait to be written; more are not counted until these are."""
A_NETWORK = 20
"""As many times what a visitor may ask in a minute may be asked from one address."""
_FINISHING = 50
"""Turns in which visits that are over are finished with one batch, at most."""
logger = logging.getLogger(__name__)


class Impressions(Protocol):
    """Who is told of each receipt whose page was viewed or whose item was followed."""

    def viewed(self, receipt: Receipt) -> None: ...  # noqa: D102
    def clicked(self, receipt: Receipt, block: str, position: int) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Followed:
    """Which item of a receipt was followed."""

    receipt: Receipt
    block: str
    position: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Who lets something be counted: never stored, and only as long as a request lasts."""

    address: str
    agent: str
    paired: bool = True


class Counter:
    """Counts what readers open and follow; safe to share between threads.

    Parameters
    ----------
    store : ReadingStore
        Where it is kept.
    settings : Settings
        How often a reader asks, and for how long things are kept.
    impressions : Impressions, optional
        Told of what counted.
    now : callable
        Tells the time.
    """

    def __init__(
        self,
        store: ReadingStore,
        settings: Settings,
        *,
        impressions: Impressions | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._a_minute = settings.counting_views_a_minute
        self._an_hour = settings.counting_views_an_hour
        self._keeping = kept_readings(settings)
        self._impressions = impressions
        self._now = now
        self.visitors = Visitors(store.salt)
        self._by_visitor, self._by_network = Rates(), Rates()
        self._lock = threading.Lock()
        self._views: dict[View, Receipt | None] = {}
        self._clicks: dict[Click, Followed] = {}
        self._tallies: dict[tuple[int, str], int] = {}
        self._programs: set[bytes] = set()
        self._lost = 0
        self._tidied: tuple[object, int] = (None, 0)
        self._writing = threading.Lock()
        self._batches = Batches("counting", self.write, seconds=SECONDS)

    @property
    def waiting(self) -> int:
        """Views and clicks that are to be written."""
        return len(self._views) + len(self._clicks) + len(self._tallies)

    def view(
        self, asking: Asking, article_id: str, receipt: Receipt | None, at: datetime | None = None
    ) -> None:
        """Count that somebody opened an article, ``at`` another time than now if it is given."""
        now = self._now()
        visitor = self._visitor(asking, now, at or now)
        if visitor is None:
            return
        view = View(visitor, hour_of(at or now), article_id, asking.paired)
        with self._lock:
            if view in self._views or self._has_room():
                self._views.setdefault(view, receipt)
        self._begin()

    def click(self, asking: Asking, followed: Followed, at: datetime | None = None) -> None:
        """Count that somebody followed an item of a receipt; nothing where there was none."""
        item = followed.receipt.item(followed.block, followed.position)
        now = self._now()
        visitor = self._visitor(asking, now, at or now) if item else None
        if item is None or visitor is None:
            return
        mark = mark_of(followed.receipt, followed.block, item.id)
        click = Click(visitor, hour_of(at or now), item.id, mark)
        with self._lock:
            if click in self._clicks or self._has_room():
                self._clicks.setdefault(click, followed)
        self._begin()

    def tally(self, article_id: str, at: datetime | None = None) -> None:
        """Count a view that is known to be one of its own."""
        key = hour_of(at or self._now()), article_id
        with self._lock:
            if key in self._tallies or self._has_room():
                self._tallies[key] = self._tallies.get(key, 0) + 1
        self._begin()

    def write(self) -> None:
        """Store what waits, and forget what is too old; what cannot be stored waits again."""
        with self._writing:
            try:
                self._write()
                self._tidy()
            except Exception:
                # Whatever it is, the next batch must not wait for a thread that has ended.
                logger.exception("a batch of views and clicks failed")

    def begin(self) -> None:
        """Start the thread, which also forgets what is too old where nobody reads."""
        self._batches.begin()

    def close(self) -> None:
        """Store what waits, and end the thread."""
        self._batches.close()
        waiting = len(self._views) + len(self._clicks) + sum(self._tallies.values())
        if waiting:
            logger.error("%d views and clicks could not be stored and are lost", waiting)

    def _write(self) -> None:
        with self._lock:
            views, self._views = self._views, {}
            clicks, self._clicks = self._clicks, {}
            tallies, self._tallies = self._tallies, {}
            programs, self._programs = self._programs, set()
            lost, self._lost = self._lost, 0
        if lost:
            logger.warning("%d views or clicks found no place and were not counted", lost)
        if not (views or clicks or tallies or programs):
            return
        try:
            counted = self._store.count(
                list(views),
                list(clicks),
                [Tally(*key, number) for key, number in tallies.items()],
                programs,
                now=self._now(),
                most=self._an_hour,
            )
        except StoreError as error:
            logger.warning("%d views and clicks wait: %s", len(views) + len(clicks), error)
            self._keep(views, clicks, tallies, programs)
            return
        if self._impressions is None:
            return
        for view in counted.views:
            if receipt := views[view]:
                self._impressions.viewed(receipt)
        for click in counted.clicks:
            followed = clicks[click]
            self._impressions.clicked(followed.receipt, followed.block, followed.position)

    def _tidy(self) -> None:
        """Finish visits that are over; forget what is kept no longer, with the first of a day."""
        now = self._now()
        day, hour = now.astimezone(UTC).date(), hour_of(now)
        if self._tidied == (day, hour):
            return
        try:
            self.visitors.prepare(now)
            if self._tidied[0] != day:
                self._store.forget(now, self._keeping)
            done = any(not self._store.finish(now) for _ in range(_FINISHING))
        except StoreError as error:
            logger.warning("what is too old is forgotten later: %s", error)
        else:
            self._tidied = (day, hour if done else 0)

    def _visitor(self, asking: Asking, now: datetime, at: datetime) -> bytes | None:
        """Return who asks, None when it asks too often to be counted."""
        minute = int(at.timestamp()) // 60
        network = self.visitors.network(asking.address, now)
        if self._by_network.count(network, minute) > A_NETWORK * self._a_minute:
            return None
        visitor = self.visitors.visitor(asking.address, asking.agent, now)
        if self._by_visitor.count(visitor, minute) > self._a_minute:
            with self._lock:
                if len(self._programs) < MOST_WAITING:
                    self._programs.add(visitor)
            return None
        return visitor

    def _has_room(self) -> bool:
        """Say whether one more may wait; the lock is held."""
        if len(self._views) + len(self._clicks) + len(self._tallies) < MOST_WAITING:
            return True
        self._lost += 1
        return False

    def _begin(self) -> None:
        self._batches.begin()
        if 2 * (len(self._views) + len(self._clicks)) >= MOST_WAITING:
            self._batches.hurry()

    def _keep(
        self,
        views: dict[View, Receipt | None],
        clicks: dict[Click, Followed],
        tallies: dict[tuple[int, str], int],
        programs: set[bytes],
    ) -> None:
        """Let a batch that could not be stored wait again, before what has come in since."""
        with self._lock:
            for view, receipt in self._views.items():
                views.setdefault(view, receipt)
            for click, followed in self._clicks.items():
                clicks.setdefault(click, followed)
            for key, number in self._tallies.items():
                tallies[key] = tallies.get(key, 0) + number
            self._views, self._clicks, self._tallies = views, clicks, tallies
            self._programs |= programs


def mark_of(receipt: Receipt, block: str, article_id: str) -> bytes:
    """Return what tells a click from others of its visitor: by what the receipt says.

    Not by its text, of which there are several: the last letter of base64 has idle bits.
    """
    said = repr((receipt.article, block, article_id))
    return blake2b(said.encode("utf-8", "backslashreplace"), digest_size=8).digest()
