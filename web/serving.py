"""What one process serves: the current generation, and the next one as soon as it is published."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property

from flask import Flask, Response, current_app, g

from articles.errors import BackfileError
from articles.store import Store
from index.arrays import DamagedFileError
from index.columns import Columns
from index.publish import Generations, NoGenerationError
from recommender.blocks import Decided
from recommender.popularity import Placed
from search.name_list import NameList, NameListError
from web.batches import Batches
from web.console.secret import console_secret
from web.counting.counter import Counter
from web.counting.popularity import Popularity
from web.impression_log import ImpressionLog
from web.layering import Layering
from web.query_log import QueryLog
from web.receipts import Receipts
from web.served import Served
from web.settings import Settings
from web.warming import LONGEST, warm

GENERATION = "Backfile-Generation"
"""The header in which every answer names the generation that it was made from."""
LOOK_SECONDS = 0.25
"""Between two looks at which generation is the current one."""
WARMING_PAUSE = 0.02
"""Seconds between two questions of warming, in which requests go first."""
logger = logging.getLogger(__name__)


class Serving:
    """Hands each request the generation that is current when it begins, open until it ends.

    The first request that sees a new generation opens it, while those beside it go on with the old
    one; after `look_ahead` a thread does, so that no request waits. The old one is closed when its
    last request has ended, so that no answer is mixed from two.
    """

    def __init__(
        self, settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.now = now
        self._now = now
        self._names = settings.names
        self.store = Store.open(settings.store_url)
        self.query_log = QueryLog(
            self.store.queries, days=settings.query_log_days, least=settings.query_suggested_after
        )
        self.impressions = ImpressionLog(
            self.store.impressions,
            plan=settings.recipe_plan,
            days=settings.report_days,
            now=now,
        )
        self.counter = Counter(self.store.readings, settings, impressions=self.impressions, now=now)
        self.popularity = Popularity(self.store, self._with_columns, settings, now=now)
        self._generations = Generations(settings.generations_folder)
        self._served: Served | None = None
        self._seen: int | None = None
        self._damaged: set[int] = set()
        self.readers = threading.BoundedSemaphore(max(1, settings.threads - 1))
        self.layering = Layering(self.keep_up)
        self._ahead = Batches("generations", self._look, seconds=LOOK_SECONDS)
        self._opening = threading.Lock()
        self._counting = threading.Lock()

    def look_ahead(self) -> None:
        """Open and warm the current generation, and from now on have a thread do so with new ones.

        Requests meet them a moment after they are published, and none of them is slow for it.
        Another thread has all found that comes in meanwhile.
        """
        self.layering.begin()
        try:
            served = self.current()
        except BackfileError as error:
            logger.warning("%s", str(error))
        else:
            try:
                warm(served, self.now())
            except DamagedFileError as error:
                logger.warning("generation %d: %s", served.generation.number, str(error))
                self.give_up(served)
            finally:
                self.release(served)
        self._ahead.begin()

    @cached_property
    def receipts(self) -> Receipts:
        """Signs what blocks show."""
        return Receipts(console_secret(self.settings))

    def current(self) -> Served:
        """Return what this request is answered from; hand it back to `release`.

        Raises
        ------
        NoGenerationError
            When there is none that can be opened, and none is open already.
        """
        if self._served is None or not self.layering.running:
            self._refresh()
        with self._counting:
            if self._served is None:
                raise NoGenerationError("no generation could be opened: run `backfile rebuild`")
            self._served.use.requests += 1
            return self._served

    def keep_up(self) -> bool:
        """Have some of what has come in found from the next request on; one at a time may call it.

        While the server's own thread does so, another one opens new generations, so that the first
        answer from one has all that came in meanwhile.

        Returns
        -------
        bool
            Whether nothing was left to take in.

        Raises
        ------
        BackfileError
            As `current`, and when the store does not answer.
        """
        served = self.current()
        try:
            renewed = served.renewed()
            if renewed is not None:
                with self._counting:
                    if self._served is served:
                        self._served = renewed
            return renewed is None
        finally:
            self.release(served)

    def catch_up(self) -> None:
        """Have all found that has come in, from the next request on."""
        while not self.keep_up():
            pass

    def release(self, served: Served) -> None:
        """End a request; the last one to leave a generation that is no longer served closes it."""
        with self._counting:
            served.use.requests -= 1
            current = self._served.use if self._served else None
            last = served.use is not current and not served.use.requests
        if last:
            served.close()

    def give_up(self, damaged: Served) -> bool:
        """Serve an older generation instead of one in which a damaged page was found.

        Returns
        -------
        bool
            Whether another one is served now; without one the damaged one stays, for its sound
            pages still give right answers.
        """
        with self._opening:
            if self._served is damaged:
                self._damaged.add(damaged.generation.number)
                self._open(self._number())
            return self._served is not damaged

    @property
    def fresh(self) -> int:
        """Articles that are found beyond those of the generation."""
        served = self._served
        return served.fresh if served else 0

    @property
    def newcomers(self) -> int:
        """Articles that lists hold beyond those of the generation."""
        served = self._served
        return served.recommender.newcomers if served else 0

    def finish_counting(self) -> None:
        """Store what was counted and waits to be stored; nothing is counted afterwards.

        No other generation is looked for any more, either, and nothing taken in.
        """
        self.layering.close()
        self._ahead.close()
        self.counter.close()
        self.query_log.close()
        self.impressions.close()
        self.popularity.close()

    def close(self) -> None:
        """Close the generation and the store; only when no request is under way."""
        self.finish_counting()
        self._serve(None)
        self.store.close()

    def _with_columns(self, use: Callable[[Columns], dict[str, Placed]]) -> dict[str, Placed]:
        """Return what is read from the columns of what is served; nothing where nothing is."""
        try:
            served = self.current()
        except BackfileError:
            return {}
        try:
            return use(served.generation.columns)
        finally:
            self.release(served)

    def _refresh(self) -> None:
        """Open the current generation unless it is open or somebody else is at it."""
        while self._served is None or self._number() != self._seen:
            # With nothing to serve meanwhile, wait for the request that is opening.
            if not self._opening.acquire(blocking=self._served is None):
                return
            try:
                number = self._number()
                if self._served is None or number != self._seen:
                    self._open(number)
            finally:
                self._opening.release()

    def _look(self) -> None:
        """Open and warm the current generation when it is another one than before."""
        number = self._number()
        # With nothing to serve meanwhile, the first request opens it.
        if not self.layering.running or self._served is None or number == self._seen:
            return
        with self._opening:
            try:
                self._open(number, warmed=True)
            except Exception:
                # The thread has to go on; the same generation is not tried again and again.
                logger.exception("generation %s cannot be opened", number)
                self._seen = number

    def _number(self) -> int | None:
        try:
            return self._generations.current_number()
        except DamagedFileError:
            return None

    def _open(self, number: int | None, *, warmed: bool = False) -> None:
        try:
            served = self._opened()
            if warmed:
                served = self._caught_up(self._warmed(served))
        except BackfileError as error:
            if self._served is None:
                raise
            # As text: a kept error would keep the frames it went through, and what they hold.
            logger.warning("no other generation is served: %s", str(error))
        else:
            self._serve(served)
        # Remembered whatever came of it: a damaged generation is not tried on every request.
        self._seen = number

    def _opened(self) -> Served:
        """Return the current generation, or the newest older one that is sound."""
        generation = self._generations.open_current(damaged=self._damaged)
        for warning in generation.warnings:
            logger.warning("%s", warning)
        served = Served(
            generation,
            self.store,
            self.settings,
            self._read_names(),
            popularity=self.popularity.lists,
            now=self._now,
            layered=self.layering.running,
        )
        return self._caught_up(served)

    def _caught_up(self, served: Served) -> Served:
        """Return what answers with what has come in; after an import the rest follows later."""
        try:
            return (served.renewed() if self.layering.running else None) or served
        except (BackfileError, OSError) as error:
            logger.warning("what has come in is not found yet: %s", str(error))
            return served

    def _warmed(self, served: Served) -> Served:
        """Have a generation answer before it is served; return it, or an older one that is sound.

        Raises
        ------
        NoGenerationError
            When none is sound as far as that shows.
        """
        while True:
            try:
                warm(served, self.now(), pause=WARMING_PAUSE, seconds=LONGEST)
            except DamagedFileError as error:
                logger.warning("generation %d: %s", served.generation.number, str(error))
            else:
                return served
            self._damaged.add(served.generation.number)
            served.close()
            served = self._opened()

    def _read_names(self) -> NameList:
        """Return the list of names as it is now; while it cannot be read, as it was."""
        try:
            self._names = self.settings.names
        except NameListError as error:
            logger.warning("the list of names stays as it was: %s", str(error))
        return self._names

    def _serve(self, served: Served | None) -> None:
        with self._counting:
            old, self._served = self._served, served
            idle = old is not None and not old.use.requests
        if old is not None and idle:
            old.close()


def serving() -> Serving:
    """Return what the application serves from."""
    kept: Serving = current_app.extensions["backfile"]
    return kept


def served() -> Served:
    """Return the generation of this request: the same one, however often it is asked for."""
    if "served" not in g:
        g.served = serving().current()
    kept: Served = g.served
    return kept


def deciding() -> AbstractContextManager[Decided]:
    """Give what the blocks of this moment are made of, by the application's clock."""
    return served().deciding(current_app.extensions["clock"]())


def decided() -> Decided:
    """Return what the blocks of this moment are made of, for who needs nothing else of it."""
    with deciding() as basis:
        return basis


def change_generation() -> bool:
    """Leave this request's generation for damage; say whether the next `served` is another one."""
    used = g.pop("served", None)
    if used is None:
        return False
    changed = serving().give_up(used)
    serving().release(used)
    return changed


def keep_serving(response: Response) -> bool:
    """Keep the generation of this request open until its response has been sent, or given up.

    What is read while it is sent would otherwise be read from a generation that may be closed.

    Returns
    -------
    bool
        False, and nothing is kept, while as many responses are being read from generations as may
        be: who reads slowly takes a thread, and one must be left for all others.
    """
    kept = serving()
    if not kept.readers.acquire(blocking=False):
        return False
    used = g.pop("served")
    response.headers[GENERATION] = str(used.generation.number)

    def release() -> None:
        kept.readers.release()
        kept.release(used)

    response.call_on_close(release)
    return True


def register_serving(app: Flask, kept: Serving) -> None:
    """Let the application serve from ``kept``, and release the generation after each request."""
    app.extensions["backfile"] = kept

    @app.after_request
    def name_generation(response: Response) -> Response:
        """Say which generation an answer was made from, where it was made from one."""
        if "served" in g:
            response.headers[GENERATION] = str(g.served.generation.number)
        return response

    @app.teardown_appcontext
    def release(_: BaseException | None) -> None:
        used = g.pop("served", None)
        if used is not None:
            kept.release(used)
