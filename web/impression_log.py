"""What blocks showed is counted: in memory first, then in the store, and never for whom."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeVar

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
CLICKED = Tally(clicks=1)
_Key = TypeVar("_Key")
_Sum = TypeVar("_Sum", int, Tally)
logger = logging.getLogger(__name__)


class _Page(NamedTuple):
    """A page as it is counted: most have the same reasons, so they are taken apart when written."""

    day: date
    recipe: str
    blocks: tuple[tuple[str, tuple[str, ...]], ...]


class _Beside(NamedTuple):
    """Which blocks a page of an experiment showed, beside which article."""

    begun: date
    article_id: str
    recipe: str
    blocks: tuple[str, ...]


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
        self._pages: dict[_Page, int] = {}
        self._beside: dict[_Beside, int] = {}
        self._items: dict[ItemPlace, Tally] = {}
        self._articles: dict[ArticlePlace, Tally] = {}
        self._lost = 0
        self._cleared: object = None
        self._batches = Batches("impressions", self.write, seconds=SECONDS)

    @property
    def waiting(self) -> int:
        """Pages and places that are to be written."""
        return len(self._pages) + len(self._beside) + len(self._items) + len(self._articles)

    def viewed(self, receipt: Receipt) -> None:
        """Count every item of the blocks of a page that was viewed."""
        if not self._days:
            return
        now = self._now()
        page = _Page(
            now.astimezone(UTC).date(),
            receipt.recipe,
            tuple(
                (block, tuple([item.reason for item in items])) for block, items in receipt.blocks
            ),
        )
        begun = self._begun(receipt, now)
        with self._lock:
            self._add(self._pages, page, 1)
            if begun:
                blocks = tuple([block for block, items in receipt.blocks if items])
                beside = _Beside(begun, receipt.article, receipt.recipe, blocks)
                self._add(self._beside, beside, 1)
        self._begin()

    def clicked(self, receipt: Receipt, block: str, position: int) -> None:
        """Count a click on what stood at a position of a block; nothing where nothing did."""
        item = receipt.item(block, position)
        if item is None or not self._days:
            return
        now = self._now()
        day = now.astimezone(UTC).date()
        place = ItemPlace(day, block, position, item.reason, receipt.recipe)
        begun = self._begun(receipt, now)
        with self._lock:
            self._add(self._items, place, CLICKED)
            if begun:
                article = ArticlePlace(begun, receipt.article, block, receipt.recipe)
                self._add(self._articles, article, CLICKED)
        self._begin()

    def write(self) -> None:
        """Store what waits, and once a day forget what is too old."""
        items, articles, lost = self._taken()
        if lost:
            logger.warning("%d views or clicks found no place and were not counted", lost)
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
            with self._lock:
                for place, tally in items.items():
                    self._add(self._items, place, tally)
                for article, tally in articles.items():
                    self._add(self._articles, article, tally)

    def close(self) -> None:
        """Store what waits, and end the thread."""
        self._batches.close()

    def _begun(self, receipt: Receipt, now: datetime) -> date | None:
        """Return when the experiment began that a page is part of, None when it is of none."""
        part = receipt.article and self._plan.compares(receipt.recipe, now)
        return self._plan.begins if part else None

    def _taken(self) -> tuple[dict[ItemPlace, Tally], dict[ArticlePlace, Tally], int]:
        """Return what waits, pages taken apart into their items; nothing waits afterwards."""
        with self._lock:
            items, self._items = self._items, {}
            articles, self._articles = self._articles, {}
            pages, self._pages = self._pages, {}
            beside, self._beside = self._beside, {}
            lost, self._lost = self._lost, 0
        for page, views in pages.items():
            for block, reasons in page.blocks:
                for position, reason in enumerate(reasons, 1):
                    place = ItemPlace(page.day, block, position, reason, page.recipe)
                    items[place] = items.get(place, NOTHING) + Tally(views)
        for one, views in beside.items():
            for block in one.blocks:
                article = ArticlePlace(one.begun, one.article_id, block, one.recipe)
                articles[article] = articles.get(article, NOTHING) + Tally(views)
        return items, articles, lost

    def _begin(self) -> None:
        self._batches.begin()
        waiting = [len(self._items), len(self._articles), len(self._pages), len(self._beside)]
        if 2 * max(waiting) >= MOST_WAITING:
            self._batches.hurry()

    def _add(self, waiting: dict[_Key, _Sum], key: _Key, one: _Sum) -> None:
        """Add to what waits, unless there is no room for another; the lock is held."""
        before = waiting.get(key)
        if before is not None:
            waiting[key] = before + one
        elif len(waiting) < MOST_WAITING:
            waiting[key] = one
        else:
            self._lost += 1
