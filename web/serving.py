"""What one process serves: the current generation, and the next one as soon as it is published."""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from flask import Flask, Response, current_app, g

from articles.article import Article, is_public
from articles.errors import BackfileError
from articles.message import Message
from articles.store import Store
from index.addresses import Addresses, FreshAddresses
from index.arrays import DamagedFileError
from index.columns import Columns
from index.generation import Generation
from index.publish import Generations, NoGenerationError
from index.visibility import Visibility
from recommender.blocks import BlockMaker, Decided
from recommender.drafts import Drafts
from recommender.popular import PopularLists
from recommender.popularity import Placed
from recommender.recommender import Recommender
from recommender.related import (
    RelatedArticle,
    RelatedRequest,
    RunningStory,
    UnknownArticleError,
)
from search.coverage import CoverageReader
from search.embedded import EmbeddedEngine
from search.engine import Engine, MarkedArticle, SearchRequest, Sort
from search.examples import example_words
from search.grammar import ExampleWords
from search.marked import marked_article
from search.name_list import NameList, NameListError
from search.values import ValueReader
from web.blocks.deciding import Deciding
from web.console.secret import console_secret
from web.counting.counter import Counter
from web.counting.popularity import Popularity
from web.impression_log import ImpressionLog
from web.query_log import QueryLog
from web.receipts import Receipts
from web.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a generation is.

    ``last_change`` is when the newest change in it was made in the store; ``waiting`` are those
    made since.
    """

    generation: int
    created: datetime
    last_change: datetime | None
    waiting: int


class Served:
    """One open generation with everything that answers from it.

    ``requests`` counts those that are under way; `Serving` guards it.
    """

    def __init__(
        self,
        generation: Generation,
        store: Store,
        settings: Settings,
        names: NameList | None = None,
        *,
        popularity: Callable[[], PopularLists] = PopularLists,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        visibility = Visibility(generation, store, clock=lambda: now().timestamp())
        self.generation = generation
        self.engine: Engine = EmbeddedEngine(
            generation,
            visibility,
            pairs=settings.pair_weights,
            broadening=settings.broadening,
            names=names or settings.names,
        )
        self.recommender = Recommender(
            generation, visibility, minimum_score=settings.related_minimum_score
        )
        self.blocks = BlockMaker(self.recommender)
        self.visibility = visibility
        self._deciding = Deciding(store, generation, visibility, popularity, settings.recipe_plan)
        self._addresses = Addresses(generation)
        self._fresh_addresses = FreshAddresses(visibility.fresh)
        self.drafts = Drafts(generation, self.recommender)
        self.coverage = CoverageReader(generation, visibility)
        self.values = ValueReader(generation, visibility)
        self.requests = 0
        self._now = now
        self.years = _years(self.engine)
        self._store = store

    @cached_property
    def examples(self) -> ExampleWords:
        """Words of the archive that examples of queries are made of."""
        return example_words(self.generation)

    def steady(self) -> AbstractContextManager[object]:
        """Let all that this thread asks meanwhile be answered from one state of the store."""
        return self.visibility.fresh.steady()

    def decided(self, moment: datetime) -> Decided:
        """Return what the blocks of a moment are made of."""
        return self._deciding.at(moment)

    def at_address(self, address: str) -> str | None:
        """Return the id of the article at a web address, None when no article has it."""
        found = self._fresh_addresses.find(address)
        if found is not None:
            return found
        document = self._addresses.document(address)
        return None if document is None else self.generation.columns.ids([document])[0]

    def plain(self, article_id: str) -> Article:
        """Return a public article as `article` does, where nothing is to be marked in it.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        document = self.generation.columns.document(article_id)
        if document is not None and self.visibility.shows(document):
            (article,) = self.generation.documents.articles([document])
            return article
        return self.article(article_id)

    def article(self, article_id: str) -> Article:
        """Return a public article, also one that came in after the generation was built.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        return self.marked(article_id).article

    def marked(self, article_id: str, query: str = "") -> MarkedArticle:
        """Return a public article with what the query finds marked; not yet in one that is new.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        marked = self.engine.article(article_id, query)
        article = marked.article if marked else self._store.get(article_id)
        if article is None or not is_public(article, self._now()):
            raise UnknownArticleError(
                Message("No public article has the id “%(id)s”.", id=article_id[:200])
            )
        return marked or marked_article(article)

    def generation_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of the generation that have these ids, as they were indexed."""
        columns = self.generation.columns
        documents = [number for one in ids if (number := columns.document(one)) is not None]
        found = self.generation.documents.articles(documents)
        return {article.id: article for article in found}

    def related(self, article_id: str, request: RelatedRequest) -> tuple[RelatedArticle, ...]:
        """Return the related articles of a public article, by its text if it is not indexed yet.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        try:
            return self.recommender.for_article(article_id, request)
        except UnknownArticleError:
            article = self.article(article_id)
            return self.recommender.for_text(
                "\n".join((article.title, article.summary, *article.body)),
                request,
                language=article.language,
                published=article.published,
            )

    def running_story(self, article_id: str) -> RunningStory:
        """Return what came before and after in the story; nothing of one that is not indexed."""
        try:
            return self.recommender.running_story(article_id)
        except UnknownArticleError:
            return RunningStory()

    def versions(self, article_id: str) -> tuple[RelatedArticle, ...]:
        """Return the near copies of an article; one that is not indexed yet has none."""
        try:
            return self.recommender.versions(article_id)
        except UnknownArticleError:
            return ()

    def freshness(self) -> Freshness:
        """Return how old the generation is beside the store."""
        sequence = self.generation.manifest.store_sequence
        change = self._store.change(sequence)
        return Freshness(
            self.generation.number,
            self.generation.created,
            change.at if change else None,
            max(self._store.last_sequence() - sequence, 0),
        )

    def close(self) -> None:
        """End what goes on in the background, and release the generation's files."""
        self.recommender.close()
        self.engine.close()


def _years(engine: Engine) -> str:
    """Return the years between the oldest and the newest article, empty when nobody knows them."""
    sorts: tuple[Sort, ...] = ("oldest", "newest")
    ends = [
        engine.search(SearchRequest(sort=sort, limit=1, facets=False, snippets=False)).hits
        for sort in sorts
    ]
    years = [hit.published.year for hits in ends for hit in hits if hit.published]
    return "–".join(map(str, sorted({years[0], years[-1]}))) if years else ""


class Serving:
    """Hands each request the generation that is current when it begins, open until it ends.

    The first request that sees a new generation opens it, while those beside it go on with the old
    one. The old one is closed when its last request has ended, so that no answer is mixed from two.
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
        self._opening = threading.Lock()
        self._counting = threading.Lock()

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
        self._refresh()
        with self._counting:
            if self._served is None:
                raise NoGenerationError("no generation could be opened: run `backfile rebuild`")
            self._served.requests += 1
            return self._served

    def release(self, served: Served) -> None:
        """End a request; the last one to leave a generation that is no longer served closes it."""
        with self._counting:
            served.requests -= 1
            last = served is not self._served and not served.requests
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

    def finish_counting(self) -> None:
        """Store what was counted and waits to be stored; nothing is counted afterwards."""
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
        """Open the current generation unless it is open or another request is at it."""
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

    def _number(self) -> int | None:
        try:
            return self._generations.current_number()
        except DamagedFileError:
            return None

    def _open(self, number: int | None) -> None:
        try:
            generation = self._generations.open_current(damaged=self._damaged)
        except BackfileError as error:
            if self._served is None:
                raise
            # As text: a kept error would keep the frames it went through, and what they hold.
            logger.warning("no other generation is served: %s", str(error))
        else:
            for warning in generation.warnings:
                logger.warning("%s", warning)
            served = Served(
                generation,
                self.store,
                self.settings,
                self._read_names(),
                popularity=self.popularity.lists,
                now=self._now,
            )
            self._serve(served)
        # Remembered whatever came of it: a damaged generation is not tried on every request.
        self._seen = number

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
            idle = old is not None and not old.requests
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


def decided() -> Decided:
    """Return what the blocks of this moment are made of, by the application's clock."""
    return served().decided(current_app.extensions["clock"]())


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

    def release() -> None:
        kept.readers.release()
        kept.release(used)

    response.call_on_close(release)
    return True


def register_serving(app: Flask, kept: Serving) -> None:
    """Let the application serve from ``kept``, and release the generation after each request."""
    app.extensions["backfile"] = kept

    @app.teardown_appcontext
    def release(_: BaseException | None) -> None:
        used = g.pop("served", None)
        if used is not None:
            kept.release(used)
