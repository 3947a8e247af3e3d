"""The JSON shapes: what the API answers and what the commands print with ``--json``."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from articles.article import Article, Status
from articles.users import Role
from recommender.related import RelatedArticle
from recommender.shelf import BlockItem, Reason
from search.coverage import Coverage
from search.cursor import Cursor
from search.engine import (
    MAXIMUM_WINDOW,
    Hit,
    SearchAnswer,
    SearchRequest,
    Suggestion,
    SuggestionKind,
    Unit,
)
from search.reason import Kind
from web.best_bets import NOTHING, BestBets
from web.blocks.reasons import reason_text
from web.other_words import SYNONYMS, NameVariantsModel, SynonymsModel
from web.served import Freshness


class Answer(BaseModel):
    """A shape that is read from the attributes of the dataclass behind it."""

    model_config = ConfigDict(from_attributes=True)


class FieldCountModel(Answer):
    """How often something stands in one field of an article."""

    field: str = Field(description="`text` is the summary and the body without the title.")
    count: int


class ReasonModel(Answer):
    """One part of a hit's score; all parts add up to it."""

    kind: Kind = Field(
        description="A `related_word` was added by `mode=broaden`; a `condition` gives all its "
        "articles the same; `recency` is what `recent` adds; `other` is a part of the query whose "
        "score is no sum."
    )
    text: str = Field(description="As it is written most often, or as it was asked for.")
    score: float
    fields: list[FieldCountModel] = Field(description="Where it stands in the article.")
    words: list[str] = Field(
        description="The words of the article that a pattern, a name in several spellings or a "
        "word with synonyms stands for."
    )
    articles: int = Field(description="How many articles have it; 0 where that is not counted.")


class HitModel(Answer):
    """One article that answers the query."""

    id: str
    url: str = Field(description="The article on the newspaper's own site; may be empty.")
    title: str
    marked_title: str = Field(description="The title as HTML, matched words in <mark>.")
    snippet: str = Field(description="A passage as HTML, matched words in <mark>.")
    section: str
    source: str
    authors: list[str]
    language: str = Field(description="A primary subtag of BCP 47.")
    published: datetime | None
    updated: datetime | None
    score: float = Field(description="Comparable only within one answer.")
    explanation: list[ReasonModel] = Field(
        description="What the score is made of, the weightiest first; empty without `explain`."
    )


class FacetCountModel(Answer):
    """How many of the hits carry one value."""

    value: str
    count: int


class FacetModel(Answer):
    """The commonest values of one field among the hits."""

    name: str
    counts: list[FacetCountModel]


class CorrectionModel(Answer):
    """The query that was probably meant: words are spelt as the archive spells them."""

    query: str
    marked: str = Field(description="The query as HTML, what was changed in <em>.")
    total: int = Field(description="The exact number of articles that answer it.")
    searched: bool = Field(
        description="Whether the answer is that of this query, because that of the other is empty."
    )


class BucketModel(Answer):
    """How many of the hits were published from one day to another, both included."""

    first: date
    last: date
    count: int


class TimelineModel(Answer):
    """The hits over time in consecutive buckets of one unit."""

    unit: Unit
    buckets: list[BucketModel]


class SearchAnswerModel(Answer):
    """One page of hits, and what can be said about all of them."""

    total: int = Field(description="The exact number of articles that answer the query.")
    page: int
    size: int
    offset: int = Field(description="How many hits stand before the first of this page.")
    best_bets: list[HitModel] = Field(
        description="What editors have chosen for this query, on the first page by relevance "
        "without filters. It stands before the hits and is left out of them, also on later pages; "
        "`total` and `next` do not know of it."
    )
    redirect: str = Field(
        description="Where editors send readers who ask this, a path or an address of the site; "
        "mostly empty."
    )
    hits: list[HitModel]
    facets: list[FacetModel]
    timeline: TimelineModel | None = Field(description="Null unless `timeline` asks for it.")
    next: str = Field(
        description="The parameter `after` of the next page: with it no hit is repeated or "
        "skipped when articles come in meanwhile. Empty on the last page."
    )
    notices: list[str] = Field(description="Whatever was not searched as written, in sentences.")
    variants: list[NameVariantsModel] = Field(
        description="The names that were searched in other spellings, too; none with "
        "`variants=false`."
    )
    synonyms: list[SynonymsModel] = Field(description=SYNONYMS)
    correction: CorrectionModel | None = Field(
        description="Null where the words stand in the archive, or nothing there is like them."
    )
    generation: int


class SuggestionModel(Answer):
    """One thing that somebody who types may mean."""

    kind: SuggestionKind
    text: str
    marked: str = Field(description="The text as HTML, what was typed in <mark>.")
    count: int = Field(description="How many articles carry the name, or answered the query last.")
    url: str = Field(description="Where it leads: an article or a search of this archive.")


class SuggestAnswerModel(Answer):
    """Past queries, then names, the commonest first, then headlines."""

    suggestions: list[SuggestionModel]


class RelatedModel(Answer):
    """One article that belongs beside another, and the terms that say why."""

    id: str
    url: str
    title: str
    snippet: str = Field(description="The beginning of the article as HTML.")
    section: str
    published: datetime | None
    score: float = Field(description="How likely both are about one subject, between 0 and 1.")
    words: float = Field(description="The likeness of the words, four fifths of the similarity.")
    themes: float = Field(description="The likeness of the themes, one fifth of the similarity.")
    age: float = Field(description="What the score was multiplied with; 1 without `half_life`.")
    terms: list[str] = Field(description="The words that weigh most in the score.")
    copies: int = Field(description="How many other versions its story has.")


class BesideModel(RelatedModel):
    """One article that stands beside another, and why it does."""

    reason: Reason = Field(
        description="Only what is `similar` was found by its score; that of others may be 0."
    )
    reason_text: str = Field(description="The reason in words.")


class RelatedAnswerModel(Answer):
    """What stands beside an article, and apart from it near copies of the article."""

    related: list[BesideModel]
    versions: list[RelatedModel] = Field(description="Versions of the same story, by date.")


class ArticleModel(Answer):
    """One article, whole."""

    id: str
    title: str
    url: str
    summary: str
    body: list[str] = Field(description="Paragraphs without markup.")
    section: str
    tags: list[str]
    people: list[str]
    places: list[str]
    authors: list[str]
    source: str
    additional_sources: list[str]
    caption: str
    language: str
    published: datetime | None
    updated: datetime | None
    status: Status
    embargo_until: datetime | None
    expires: datetime | None


class MonthModel(BaseModel):
    """The articles of one month."""

    month: str = Field(description="Such as 2011-07.")
    articles: int


class GapModel(Answer):
    """Days without an article, more of them than the rhythm of the archive explains."""

    first: date
    last: date
    days: int


class HoldingModel(Answer):
    """The languages, sources or sections of an archive."""

    values: int = Field(description="How many there are; up to 100 are counted.")
    counts: list[FacetCountModel] = Field(description="The commonest first.")


class CoverageModel(BaseModel):
    """What the archive covers of all that readers may see."""

    articles: int
    undated: int = Field(description="How many of them have no date.")
    first: date | None = Field(description="The day of the oldest article, in UTC.")
    last: date | None = Field(description="The day of the newest article.")
    months: list[MonthModel] = Field(description="The months that have articles, in order.")
    gaps: list[GapModel] = Field(
        description="Each is more than three times as long as is usual around it from one day "
        "with articles to the next. The 100 longest, in order."
    )
    gaps_found: int = Field(description="How many gaps there are.")
    languages: HoldingModel
    sources: HoldingModel
    sections: HoldingModel
    generation: int
    created: datetime = Field(description="When the index was built.")
    last_change: datetime | None = Field(description="When the newest change in it was made.")
    changes_since: int = Field(description="How many changes came after the index was built.")


class UserModel(Answer):
    """One person who may log in to the console."""

    name: str
    role: Role
    created: datetime
    failures: int = Field(description="Wrong passwords since the last right one.")
    locked_until: datetime | None


class HealthModel(Answer):
    """What the process serves."""

    status: Literal["ok"] = "ok"
    generation: int
    articles: int
    warnings: list[str]


def search_answer(
    answer: SearchAnswer, request: SearchRequest, bets: BestBets = NOTHING
) -> SearchAnswerModel:
    """Return the shape of a search answer; ``page`` counts from 1."""
    size = max(request.limit, 1)
    return SearchAnswerModel(
        total=answer.total,
        page=answer.offset // size + 1,
        size=request.limit,
        offset=answer.offset,
        best_bets=[HitModel.model_validate(hit) for hit in bets.hits],
        redirect=bets.redirect,
        hits=[HitModel.model_validate(hit) for hit in bets.others(answer.hits)],
        facets=[FacetModel.model_validate(facet) for facet in answer.facets],
        timeline=answer.timeline and TimelineModel.model_validate(answer.timeline),
        next=next_cursor(answer),
        notices=list(answer.notices),
        variants=[NameVariantsModel.model_validate(name) for name in answer.variants],
        synonyms=[SynonymsModel.model_validate(word) for word in answer.synonyms],
        correction=answer.correction and CorrectionModel.model_validate(answer.correction),
        generation=answer.generation,
    )


def next_cursor(answer: SearchAnswer) -> str:
    """Return the cursor behind which the next page lies, empty when there is none."""
    behind = answer.offset + len(answer.hits)
    if not answer.hits or behind >= min(answer.total, MAXIMUM_WINDOW):
        return ""
    return cursor_of(answer.hits[-1])


def cursor_of(hit: Hit) -> str:
    """Return the cursor that names a hit."""
    published = None if hit.published is None else int(hit.published.timestamp() // 1)
    return str(Cursor(published, hit.score, hit.id))


def suggest_answer(found: Iterable[tuple[Suggestion, str]]) -> SuggestAnswerModel:
    """Return the shape of suggestions, each with its address."""
    return SuggestAnswerModel(
        suggestions=[
            SuggestionModel(
                kind=suggestion.kind,
                text=suggestion.text,
                marked=suggestion.marked,
                count=suggestion.count,
                url=address,
            )
            for suggestion, address in found
        ]
    )


def related_answer(
    items: Iterable[BlockItem], *, versions: Iterable[RelatedArticle] = ()
) -> RelatedAnswerModel:
    """Return the shape of what stands beside an article, and of the versions of its story."""
    return RelatedAnswerModel(
        related=[_beside(item) for item in items], versions=_related(versions)
    )


def _beside(item: BlockItem) -> BesideModel:
    article = item.article
    values = {name: getattr(article, name) for name in RelatedModel.model_fields}
    text = reason_text(item.reason, article)
    return BesideModel(**values, reason=item.reason, reason_text=text)


def coverage_answer(coverage: Coverage, fresh: Freshness) -> CoverageModel:
    """Return the shape of a coverage."""
    return CoverageModel(
        articles=coverage.articles,
        undated=coverage.undated,
        first=coverage.first,
        last=coverage.last,
        months=[
            MonthModel(month=period.first.isoformat()[:7], articles=period.count)
            for period in coverage.months
        ],
        gaps=[GapModel.model_validate(gap) for gap in coverage.gaps],
        gaps_found=coverage.gaps_found,
        languages=HoldingModel.model_validate(coverage.languages),
        sources=HoldingModel.model_validate(coverage.sources),
        sections=HoldingModel.model_validate(coverage.sections),
        generation=fresh.generation,
        created=fresh.created,
        last_change=fresh.last_change,
        changes_since=fresh.waiting,
    )


def _related(items: Iterable[RelatedArticle]) -> list[RelatedModel]:
    return [RelatedModel.model_validate(item) for item in items]


def article_answer(article: Article) -> ArticleModel:
    """Return the shape of an article: every field of `Article`."""
    return ArticleModel.model_validate(article)
