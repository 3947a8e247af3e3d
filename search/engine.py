"""The role of a search engine: what it is asked, what it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from articles.article import Article
from articles.message import Message
from search.cursor import Cursor
from search.errors import SearchError
from search.reason import Reason

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["any", "all"]
Mode = Literal["exact", "broaden"]
Spelling = Literal["repair", "exact"]
SuggestionKind = Literal["query", "person", "place", "section", "author", "source", "tag", "title"]
Unit = Literal["day", "month", "year", "decade", "century"]

FACETS = ("section", "year", "source", "author", "person", "place", "tag", "language")
"""What a search can be narrowed by, in the order in which it is shown."""
MAXIMUM_WINDOW = 10_000
"""The deepest hit that can be asked for: ``offset + limit`` is never more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What a reader asks.

    Values of one filter are alternatives, different filters must all hold; ``published_from`` and
    ``published_to`` are whole days in UTC and both included. An empty query means every article.
    ``match`` says whether plain words without operators must all be there; the
    ``mode`` ``broaden`` also searches words that the best articles share. ``recent`` prefers recent
    articles a little among those of nearly equal score. ``variants`` searches names in their other
    spellings, too, and words with their synonyms. With the ``spelling`` ``repair`` a query that
    finds nothing is searched as it was probably meant.

    ``after`` and ``before`` name a hit behind or before which the page lies, wherever that hit
    stands now; ``offset`` is then only about where that is. ``facets`` and ``timeline`` ask for
    counts of all hits, ``explain`` gives each hit its reasons.
    """

    query: str = ""
    sort: Sort = "relevance"
    match: Match = "any"
    mode: Mode = "exact"
    variants: bool = True
    spelling: Spelling = "repair"
    section: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    person: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    recent: bool = False
    offset: int = 0
    limit: int = 10
    after: Cursor | None = None
    before: Cursor | None = None
    facets: bool = True
    timeline: bool = False
    snippets: bool = True
    explain: bool = False

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 0 or self.offset + self.limit > MAXIMUM_WINDOW:
            raise SearchError(
                Message(
                    "Only the first %(most)s articles of a search can be paged through, and "
                    "%(first)s to %(last)s were asked for: narrow the search by words, section or "
                    "dates",
                    most=MAXIMUM_WINDOW,
                    first=self.offset + 1,
                    last=self.offset + self.limit,
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that answers the query.

    ``snippet`` and ``marked_title`` are escaped HTML in which ``<mark>`` stands around matched
    words; ``score`` is comparable only within one answer, and the sum of what ``explanation`` has,
    the weightiest reason first, where the request asked to explain.
    """

    id: str
    url: str
    title: str
    marked_title: str
    snippet: str
    section: str
    source: str
    authors: tuple[str, ...]
    language: str
    published: datetime | None
    updated: datetime | None
    score: float
    explanation: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the hits carry one value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of one field, most frequent first, ties by value; years newest first.

    They are counted among the articles that answer without the filters of this very field, so that
    another value can be added to those that are chosen.
    """

    name: str
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class NameVariants:
    """A word that was asked for, as it was typed, and the other spellings that were searched.

    ``others`` are as they are written most often, the commonest first; never empty.
    """

    asked: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A word or phrase that was asked for, as it was typed, and what was searched with it.

    ``others`` are as they stand in the newsroom's word lists; never empty.
    """

    asked: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many hits were published from one day to another, both included."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The hits over time in consecutive buckets of one unit; the first and last may be shorter."""

    unit: Unit
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedQuery:
    """What a reader may have meant: the query with words spelt as the archive spells them.

    ``marked`` is escaped HTML in which ``<em>`` stands around what was changed, ``total`` how many
    articles answer it. Where ``searched``, nothing answered the query as it was typed, and the
    answer is that of this one.
    """

    query: str
    marked: str
    total: int
    searched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What the engine answers.

    ``total`` is exact; ``offset`` is how many hits stand before the first that is answered.
    ``timeline`` is None where it was not asked for or would have one bucket. ``notices`` tells the
    reader, in whole sentences, whatever was not searched as written, but for what ``variants``,
    ``synonyms`` and ``correction`` say; it is empty when the query was taken as it stands.
    ``variants`` are the names that were searched in other spellings, ``synonyms`` the words that
    were searched with others of the same meaning, both in the order of the query, each once.
    """

    total: int
    hits: tuple[Hit, ...]
    offset: int = 0
    facets: tuple[Facet, ...] = ()
    timeline: Timeline | None = None
    notices: tuple[str, ...] = ()
    variants: tuple[NameVariants, ...] = ()
    synonyms: tuple[Synonyms, ...] = ()
    correction: CorrectedQuery | None = None
    generation: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def total_as_typed(self) -> int:
        """How many articles answer the query as it was typed."""
        return 0 if self.correction and self.correction.searched else self.total


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ids of the hits that were asked for, in order, and the score of each."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What somebody who types may mean.

    ``marked`` is escaped HTML in which ``<mark>`` stands around what was typed; ``count`` is how
    many articles carry a name or answered a past query. A ``title`` is that of ``article_id``,
    which is empty for all others.
    """

    kind: SuggestionKind
    text: str
    marked: str
    count: int
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article, and its texts as escaped HTML in which ``<mark>`` stands around matched words.

    ``body`` has as many paragraphs as the article's. ``words`` are the marked ones as the article
    mostly writes them, in its order; empty when none is there.
    """

    article: Article
    title: str
    summary: str
    caption: str
    body: tuple[str, ...]
    words: tuple[str, ...]


class Engine(Protocol):
    """Answers queries over one state of the archive; safe to share between threads."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer the request; no text of a reader's raises."""
        ...

    def rank(self, request: SearchRequest) -> Ranking:
        """Return the ids and scores of the hits of `search`, and nothing that takes longer.

        For whoever has the articles already or wants none of them: runs of relevance experiments,
        feeds, permalinks, and measurements beside engines that answer with ids.
        """
        ...

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return names and headlines that somebody who types may mean; no text raises.

        Every word that was typed begins a word of each; names come first, the commonest first.
        """
        ...

    def article(self, article_id: str, query: str = "") -> MarkedArticle | None:
        """Return the public article of that id, None when there is none.

        What a search for the query would mark is marked, in the whole article.
        """
        ...

    def close(self) -> None:
        """Release files and mappings; the engine answers nothing afterwards."""
        ...
