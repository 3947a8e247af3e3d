"""What answers from one open generation: search, articles, what belongs beside them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from articles.article import Article, is_public
from articles.message import Message
from articles.store import Store
from index.addresses import Addresses, FreshAddresses
from index.generation import Generation
from index.layers.layers import Layers
from index.visibility import FreshVisibility, Visibility
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
from search.joint_terms import JointTermReader
from search.marked import marked_article
from search.name_list import NameList
from search.terms import TermReader
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


@dataclass(slots=True)
class Use:
    """How many requests are under way that a generation answers; `Serving` guards it."""

    requests: int = 0


class Served:
    """One open generation with everything that answers from it.

    What is searched may have layers over it: then `renewed` gives another one of the same
    generation whenever articles have come in, and each request keeps the one it began with.

    Parameters
    ----------
    generation : Generation
        What was built; closed with this.
    store : Store
        What has changed since.
    settings : Settings
        How is answered.
    names : NameList, optional
        Names in several spellings.
    popularity : callable
        Gives the lists of what is popular.
    now : callable
        The time.
    layered : bool
        Whether somebody calls `renewed`: then the old text of what has changed is hidden at once.

    Attributes
    ----------
    searched : Generation
        What is searched: the generation, alone or with its layers.
    changed : datetime
        When that was last made anew.
    fresh : int
        How many of its articles came in after the build.
    words : LiveWords
        The word lists by which it is searched.
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
        layered: bool = False,
    ) -> None:
        visibility = Visibility(generation, store, clock=lambda: now().timestamp())
        self.generation = generation
        self._settings = settings
        self._names = names or settings.names
        self._now = now
        self._store = store
        self._layers = Layers(generation, visibility.fresh, aside=layered)
        self._terms = TermReader(generation)
        self.fresh = 0
        self.search_in(
            generation,
            FreshVisibility(generation, visibility.fresh) if layered else visibility,
            self._terms,
            generation.created,
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
        self.use = Use()

    def search_in(
        self, searched: Generation, visibility: Visibility, terms: TermReader, changed: datetime
    ) -> None:
        """Search this index from now on; called before anybody asks."""
        self.searched = searched
        self.changed = changed
        self._shown = visibility
        self._joint_terms = terms if isinstance(terms, JointTermReader) else None
        self.words = LiveWords(
            EmbeddedEngine(
                searched,
                visibility,
                pairs=self._settings.pair_weights,
                broadening=self._settings.broadening,
                names=self._names,
                terms=terms,
            ),
            self._store,
        )
        self.coverage = CoverageReader(searched, visibility)
        self.values = ValueReader(searched, visibility)
        self.years = _years(self.engine)

    def renewed(self) -> "Served | None":
        """Return what answers with what has come in, None where nothing has; one at a time.

        After an import it has a part of it only: see `waiting`.
        """
        view = self._layers.renewed()
        if view is None:
            return None
        words = self.examples  # before the copy, which keeps them: they cost more than all the rest
        found = copy(self)
        found.fresh = view.fresh
        visibility = FreshVisibility(view.generation, self.visibility.fresh, view.events)
        terms = JointTermReader(view.generation, self._terms, self._joint_terms)
        found.search_in(view.generation, visibility, terms, self._now())
        # What is first asked of an index reads much of it once, which is no matter of a reader's.
        slip = f"{words.word[1:]} {words.other}"
        found.engine.search(SearchRequest(query=slip, timeline=True, limit=1))
        return found

    @property
    def waiting(self) -> int:
        """How many events of the store `renewed` has not taken in."""
        return self._layers.waiting

    @property
    def engine(self) -> Engine:
        """What searches, by the word lists that are live now."""
        return self.words.engine()

    @cached_property
    def examples(self) -> ExampleWords:
        """Words of the archive that examples of queries are made of."""
        return example_words(self.searched)

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
        document = self.searched.columns.document(article_id)
        if document is not None and self._shown.shows(document):
            (article,) = self.searched.documents.articles([document])
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
        self._layers.close()
        self.generation.close()


def _years(engine: Engine) -> str:
    """Return the years between the oldest and the newest article, empty when nobody knows them."""
    sorts: tuple[Sort, ...] = ("oldest", "newest")
    ends = [
        engine.search(SearchRequest(sort=sort, limit=1, facets=False, snippets=False)).hits
        for sort in sorts
    ]
    years = [hit.published.year for hits in ends for hit in hits if hit.published]
    return "–".join(map(str, sorted({years[0], years[-1]}))) if years else ""
