"""What answers from one open generation: search, articles, what belongs beside them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from articles.article import Article, is_public
from articles.message import Message
from articles.store import Store
from index.addresses import Addresses, FreshAddresses
from index.generation import Generation
from index.visibility import Visibility
from recommender.blocks import BlockMaker, Decided
from recommender.drafts import Drafts
from recommender.popular import PopularLists
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
from search.name_list import NameList
from search.values import ValueReader
from web.blocks.deciding import Deciding
from web.live_words import LiveWords
from web.settings import Settings


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

    ``requests`` counts those that are under way; `Serving` guards it. ``words`` has the word lists
    by which it searches.
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
        self.words = LiveWords(
            EmbeddedEngine(
                generation,
                visibility,
                pairs=settings.pair_weights,
                broadening=settings.broadening,
                names=names or settings.names,
            ),
            store,
        )
        self.recommender = Recommender(
            generation, visibility, minimum_score=settings.related_minimum_score
        )
        self.blocks = BlockMaker(self.recommender)
        self.visibility = visibility
        self._deciding = Deciding(store, generation, visibility, popularity, settings)
        self._addresses = Addresses(generation)
        self._fresh_addresses = FreshAddresses(visibility.fresh)
        self.drafts = Drafts(generation, self.recommender, visibility.fresh.articles)
        self.coverage = CoverageReader(generation, visibility)
        self.values = ValueReader(generation, visibility)
        self.requests = 0
        self._now = now
        self.years = _years(self.engine)
        self._store = store

    @property
    def engine(self) -> Engine:
        """What searches, by the word lists that are live now."""
        return self.words.engine()

    @cached_property
    def examples(self) -> ExampleWords:
        """Words of the archive that examples of queries are made of."""
        return example_words(self.generation)

    def deciding(self, moment: datetime) -> AbstractContextManager[Decided]:
        """Give what the blocks of a moment are made of; meanwhile the thread sees one state."""
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
        self.words.close()


def _years(engine: Engine) -> str:
    """Return the years between the oldest and the newest article, empty when nobody knows them."""
    sorts: tuple[Sort, ...] = ("oldest", "newest")
    ends = [
        engine.search(SearchRequest(sort=sort, limit=1, facets=False, snippets=False)).hits
        for sort in sorts
    ]
    years = [hit.published.year for hits in ends for hit in hits if hit.published]
    return "–".join(map(str, sorted({years[0], years[-1]}))) if years else ""
