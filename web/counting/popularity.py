"""What is popular, as a process knows it: lists that are read anew at most once a minute."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from articles.article import is_public
from articles.errors import BackfileError
from articles.store import Store
from index.columns import UNDATED, Columns
from recommender.popular import PopularLists
from recommender.popularity import Placed, PopularityReader
from web.counting.rules import popular_rules
from web.settings import Settings

REFRESH_SECONDS = 60.0
"""For which the lists are kept."""
MOST_NEW = 200
"""Articles that came in after the index was built and may stand in lists, those read most."""
_PATIENCE = 40.0
logger = logging.getLogger(__name__)


class Popularity:
    """Knows what is popular; safe to share between threads.

    The first who asks waits for the lists; later ones get those of before, and a thread of its own
    reads new ones where these are older than a minute.

    Parameters
    ----------
    store : Store
        What was counted, and what articles that are not indexed yet are.
    columns : callable
        Calls a function with the columns of the generation that is served.
    settings : Settings
        What is popular.
    now : callable
        Tells the time.
    """

    def __init__(
        self,
        store: Store,
        columns: Callable[[Callable[[Columns], dict[str, Placed]]], dict[str, Placed]],
        settings: Settings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._columns = columns
        self._reader = PopularityReader(store.readings, self._place, popular_rules(settings))
        self._now = now
        self._lock = threading.Lock()
        self._lists: PopularLists | None = None
        self._read = 0.0
        self._thread: threading.Thread | None = None
        self._closed = False

    def lists(self) -> PopularLists:
        """Return what is popular, as it was at most some minutes ago."""
        lists = self._lists
        if lists is None:
            return self.refresh()
        if time.monotonic() - self._read >= REFRESH_SECONDS:
            self._begin()
        return lists

    def of_day(self, day: date) -> PopularLists:
        """Return the lists of one calendar day in UTC, as its window ``day``.

        Raises
        ------
        StoreError
            When the store does not answer.
        """
        return self._reader.of_day(day)

    def refresh(self) -> PopularLists:
        """Read the lists anew, and return them; those of before while that fails."""
        with self._lock:
            before = self._lists or PopularLists()
            try:
                lists = self._reader.read(self._now())
            except BackfileError as error:
                logger.warning("what is popular stays as it was: %s", str(error))
                lists = before
            # Equal ones stay the same, so that nothing is made anew of them.
            self._lists = before if lists == before else lists
            self._read = time.monotonic()
            return self._lists

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)

    def _begin(self) -> None:
        if self._lock.locked() or self._closed:
            return
        # Set first, so that others who ask meanwhile begin no other thread.
        self._read = time.monotonic()
        self._thread = threading.Thread(target=self.refresh, name="popularity", daemon=True)
        self._thread.start()

    def _place(self, ids: Sequence[str]) -> dict[str, Placed]:
        placed = self._columns(lambda columns: places_in(columns, ids))
        now = self._now()
        for article_id in [one for one in ids if one not in placed][:MOST_NEW]:
            article = self._store.get(article_id)
            if article and is_public(article, now):
                placed[article_id] = Placed(article.published, (article.section,))
        return placed


def places_in(columns: Columns, ids: Sequence[str]) -> dict[str, Placed]:
    """Return where those of the articles belong that are in a generation."""
    sections = columns.facet("section")
    placed = {}
    for article_id in ids:
        document = columns.document(article_id)
        if document is None:
            continue
        published = int(columns.published[document])
        codes = sections.codes[int(sections.ends[document]) : int(sections.ends[document + 1])]
        placed[article_id] = Placed(
            None if published == UNDATED else datetime.fromtimestamp(published, UTC),
            tuple(sections.values[int(code)] for code in codes),
        )
    return placed
