"""What blocks showed is counted: in memory first, then in the store, and never for whom."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from articles.impressions import NOTHING, ArticlePlace, ItemPlace, Tally
from articles.impressions_store import ImpressionStore
from articles.store import StoreError
from recommender.recipes import RecipePlan
from web.batches import Batches
from web.query_log import oldest_kept
from web.receipts import Receipt

MOST_WAITING = 50_000
"""Different places that wait to be written; at others nothing is counted until these are."""
SECONDS = 10.0
"""Between two batches; they come sooner when half of the places that may wait are there."""
SHOWN, CLICKED = Tally(shown=1), Tally(clicks=1)
_Place = TypeVar("_Place", ItemPlace, ArticlePlace)
logger = logging.getLogger(__name__)


class ImpressionLog:
    """Counts the items that viewed pages showed, and those that were followed; thread-safe.

    Who counts views decides what is a view: here each call counts. What the store does not take is
    kept and written with the next batch.

    Parameters
    ----------
    store : ImpressionStore
        Where they are kept.
    plan : RecipePlan
        Which recipes are compared, and when.
    days : int
        For how many days they are kept; with 0 nothing is counted.
    now : callable
        Tells the time.
    """

    def __init__(
        self,
        store: ImpressionStore,
        *,
        plan: RecipePlan,
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._plan = plan
        self._days = days
        self._now = now
        self._lock = threading.Lock()
        self._items: dict[ItemPlace, Tally] = {}
        self._articles: dict[ArticlePlace, Tally] = {}
        self._lost = 0
        self._cleared: object = None
        self._batches = Batches("impressions", self.write, seconds=SECONDS)

    def viewed(self, receipt: Receipt) -> None:
        """Count every item of the blocks of a page that was viewed."""
        if not self._days:
            return
        now = self._now()
        day, recipe = now.astimezone(UTC).date(), receipt.recipe
        items = [
            ItemPlace(day, block, position, item.reason, recipe)
            for block, shown in receipt.blocks
            for position, item in enumerate(shown, 1)
        ]
        full = [block for block, shown in receipt.blocks if shown]
        self._count(items, self._articles_of(receipt, full, now), SHOWN)

    def clicked(self, receipt: Receipt, block: str, position: int) -> None:
        """Count a click on what stood at a position of a block; nothing where nothing did."""
        item = receipt.item(block, position)
        if item is None or not self._days:
            return
        now = self._now()
        day = now.astimezone(UTC).date()
        place = ItemPlace(day, block, position, item.reason, receipt.recipe)
        self._count([place], self._articles_of(receipt, [block], now), CLICKED)

    def write(self) -> None:
        """Store what waits, and once a day forget what is too old."""
        with self._lock:
            items, self._items = self._items, {}
            articles, self._articles = self._articles, {}
            lost, self._lost = self._lost, 0
        if lost:
            logger.warning("%d impressions or clicks found no place and were not counted", lost)
        today = self._now().astimezone(UTC).date()
        try:
            if items or articles:
                self._store.add(items, articles)
                items, articles = {}, {}
            if self._cleared != today:
                self._store.forget(oldest_kept(self._days, today))
                self._cleared = today
        except StoreError as error:
            logger.warning("impressions are counted later: %s", error)
            self._keep(items, articles)

    def close(self) -> None:
        """Store what waits, and end the thread."""
        self._batches.close()

    def _articles_of(
        self, receipt: Receipt, blocks: list[str], now: datetime
    ) -> list[ArticlePlace]:
        """Return where an experiment counts, empty when the page is not part of one."""
        begun = self._plan.begins
        if begun is None or not self._plan.compares(receipt.recipe, now) or not receipt.article:
            return []
        return [ArticlePlace(begun, receipt.article, block, receipt.recipe) for block in blocks]

    def _count(self, items: list[ItemPlace], articles: list[ArticlePlace], one: Tally) -> None:
        with self._lock:
            for place in items:
                self._add(self._items, place, one)
            for beside in articles:
                self._add(self._articles, beside, one)
            many = 2 * max(len(self._items), len(self._articles)) >= MOST_WAITING
        self._batches.begin()
        if many:
            self._batches.hurry()

    def _keep(self, items: dict[ItemPlace, Tally], articles: dict[ArticlePlace, Tally]) -> None:
        """Take back what could not be stored, beside what has come in since."""
        with self._lock:
            for place, tally in items.items():
                self._add(self._items, place, tally)
            for beside, tally in articles.items():
                self._add(self._articles, beside, tally)

    def _add(self, waiting: dict[_Place, Tally], place: _Place, tally: Tally) -> None:
        before = waiting.get(place)
        if before is None and len(waiting) >= MOST_WAITING:
            self._lost += tally.shown + tally.clicks
            return
        waiting[place] = (before or NOTHING) + tally
