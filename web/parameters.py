"""What may be asked in an address or a posted body, and how it becomes a search request."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from articles.identifiers import MAXIMUM_ID_BYTES
from articles.message import Message
from recommender.drafts import Draft
from recommender.related import (
    MAXIMUM_HALF_LIFE,
    MAXIMUM_RELATED,
    MINIMUM_HALF_LIFE,
    MOST_NAMED,
    RelatedRequest,
)
from recommender.related import Mode as RelatedMode
from search.cursor import Cursor
from search.engine import Match, Mode, SearchRequest, Sort, Spelling
from search.values import Order
from web.citations import CitationFormat
from web.draft_markup import draft_of as draft_of_html
from web.problems import ParameterError
from web.settings import Settings


@cache
def _schema_of(model: "type[Parameters]", *args: Any, **kwargs: Any) -> dict[str, Any]:
    return super(Parameters, model).model_json_schema(*args, **kwargs)


class Parameters(BaseModel):
    """Parameters of one call; those it does not know are ignored, empty ones count as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the schema, made once: the extension asks for it on every request."""
        return _schema_of(cls, *args, **kwargs)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        """Leave out what a form sends for a field that nobody filled in."""
        if not isinstance(data, dict):
            return data
        values = {
            name: [item for item in value if item != ""] if isinstance(value, list) else value
            for name, value in data.items()
        }
        return {name: value for name, value in values.items() if value not in ("", [])}


def _day(value: Any) -> Any:
    """Read a day strictly: a bare number would otherwise pass as seconds since 1970."""
    if isinstance(value, str):
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError as error:
            message = "give a day as year-month-day, such as 2011-07-11"
            raise PydanticCustomError("day", message) from error
    return value


Day = Annotated[date | None, BeforeValidator(_day)]
Value = Annotated[str, Field(max_length=300)]
Named = Annotated[str, Field(max_length=MAXIMUM_ID_BYTES)]
Values = Annotated[tuple[Value, ...], Field(max_length=50)]
Years = Annotated[tuple[Annotated[int, Field(ge=1, le=9999)], ...], Field(max_length=50)]
Within = Literal["today", "week", "month", "year"]
DAYS: dict[Within, int] = {"today": 1, "week": 7, "month": 30, "year": 365}
"""Days that a span up to today has."""
SPANS: dict[Within, Message] = {
    "today": Message("Today"),
    "week": Message("Past week"),
    "month": Message("Past month"),
    "year": Message("Past year"),
}


class SearchParameters(Parameters):
    """The parameters of a search, the same for the page and the API."""

    q: str = Field("", description='Words, "phrases", AND, OR, NOT, +word, -word, prefix*.')
    sort: Sort = Field("relevance", description="Without a query, relevance means newest.")
    match: Match = Field("any", description="Whether plain words must all be there.")
    mode: Mode = Field("exact", description="`broaden` also searches words of the best articles.")
    variants: bool = Field(
        True, description="Whether other spellings of names and synonyms are searched, too."
    )
    spelling: Spelling = Field(
        "repair", description="`exact` searches what finds nothing as it is, not as it was meant."
    )
    section: Values = Field((), description="May be repeated: any of these sections.")
    source: Values = Field((), description="May be repeated: any of these sources.")
    author: Values = Field((), description="May be repeated: any of these authors.")
    language: Values = Field((), description="May be repeated: any of these languages.")
    year: Years = Field((), description="May be repeated: any of these years.")
    person: Values = Field((), description="May be repeated: any of these people.")
    place: Values = Field((), description="May be repeated: any of these places.")
    tag: Values = Field((), description="May be repeated: any of these tags.")
    published_from: Day = Field(None, alias="from", description="The first day, in UTC.")
    published_to: Day = Field(None, alias="to", description="The last day, in UTC.")
    within: Within | None = Field(
        None, description="The last days up to today: 1, 7, 30 or 365, whenever that is asked."
    )
    recent: bool = Field(
        False, description="Whether recent articles are preferred a little, by at most a quarter."
    )
    page: int = Field(1, ge=1, description="The page of hits, counted from 1.")
    size: int | None = Field(None, ge=1, description="How many hits a page holds.")
    after: str = Field("", description="A `next` cursor: the page behind that hit.")
    before: str = Field("", description="A `previous` cursor: the page before that hit.")
    facets: bool = Field(True, description="Whether to count sections, sources and the like.")
    timeline: bool = Field(False, description="Whether to count the hits over time.")
    explain: bool = Field(False, description="Whether to say what each score is made of.")


class SuggestParameters(Parameters):
    """What was typed so far, and how many suggestions are wanted."""

    q: str = Field("", max_length=300, description="The last word may be unfinished.")
    limit: int = Field(8, ge=1, le=20, description="How many suggestions at most.")


class ArticlePath(BaseModel):
    """The path of one article."""

    article_id: str = Field(description="The article's id, percent-encoded.")


class KindPath(BaseModel):
    """The path of a list: sections, authors, sources, people, places or tags."""

    kind: str


class ValuePath(KindPath):
    """The path of one value of such a list."""

    value: str = Field(description="The value, percent-encoded.")


class ValuesParameters(Parameters):
    """Which part of a list of values is shown."""

    q: str = Field("", max_length=300, description="Letters that stand in the names.")
    order: Order = Field("name", description="By name, or what stands in most articles first.")
    page: int = Field(1, ge=1, le=1_000_000, description="The page of the list, counted from 1.")


class ArticleParameters(Parameters):
    """How one article is shown."""

    q: str = Field("", description="The query whose words are marked in the article.")
    cite: CitationFormat | None = Field(None, description="How it is cited, instead of the page.")


class LanguagePath(BaseModel):
    """The path that chooses the language of the pages."""

    code: str = Field(description="A primary subtag of BCP 47.")


class RelatedParameters(Parameters):
    """How many related articles, and how close they must be."""

    limit: int | None = Field(None, ge=1, le=MAXIMUM_RELATED)
    minimum_score: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    mode: RelatedMode = Field(
        "mixed", description="`background`: only earlier articles; `followup`: only later ones."
    )
    any_language: bool = Field(False, description="Whether other languages count, too.")
    versions: bool = Field(
        False,
        description="Whether versions of one story may stand in the list; near copies never do.",
    )
    half_life: float | None = Field(
        None,
        ge=MINIMUM_HALF_LIFE,
        le=MAXIMUM_HALF_LIFE,
        allow_inf_nan=False,
        description="Days between two articles that halve the score; default: age is no matter.",
    )
    section: Annotated[tuple[Value, ...], Field(max_length=MOST_NAMED)] = Field(
        (), description="May be repeated: only articles of these sections."
    )
    exclude: Annotated[tuple[Named, ...], Field(max_length=MOST_NAMED)] = Field(
        (), description="May be repeated: ids of articles that are not listed."
    )
    in_language: str | None = Field(
        None,
        max_length=35,
        description="Only articles in this language, such as en; default: the article's own.",
    )
    within_days: float | None = Field(
        None,
        ge=0,
        le=MAXIMUM_HALF_LIFE,
        allow_inf_nan=False,
        description="Only articles that appeared at most so many days before or after.",
    )
    published_from: Day = Field(None, alias="from", description="The first day, in UTC.")
    published_to: Day = Field(None, alias="to", description="The last day, in UTC.")
    explain: bool = Field(True, description="Whether `terms` are told.")


class BesideParameters(RelatedParameters):
    """Which articles stand beside one, and whether only those that are similar."""

    fill: bool = Field(
        True,
        description="Whether the list is filled up with what is not similar enough: what goes on "
        "with the story, then the newest of the section, then of all.",
    )


class RelatedText(RelatedParameters):
    """A text that related articles are wanted for."""

    text: str = Field("", description="The text; it may be empty when there is a title.")
    format: Literal["text", "html"] = Field(
        "text",
        description="`html`: what is linked in it already is not named again, and no link is set "
        "inside of another or of a heading.",
    )
    title: str = ""
    language: str | None = Field(None, max_length=35, description="Such as en; default: guessed.")
    published: AwareDatetime | None = Field(None, description="Its date, for `mode`; default: now.")


def related_request(parameters: RelatedParameters, settings: Settings) -> RelatedRequest:
    """Return the request that the parameters make under the settings.

    Raises
    ------
    ParameterError
        When the days are the wrong way round.
    """
    first, last = parameters.published_from, parameters.published_to
    check_days(first, last)
    return RelatedRequest(
        limit=parameters.limit or settings.related_limit,
        minimum_score=parameters.minimum_score,
        mode=parameters.mode,
        any_language=parameters.any_language,
        versions=parameters.versions,
        half_life=parameters.half_life,
        excluded=parameters.exclude,
        sections=parameters.section,
        language=parameters.in_language,
        within_days=parameters.within_days,
        published_from=datetime.combine(first, time.min, UTC) if first else None,
        published_to=datetime.combine(last, time.max, UTC) if last else None,
        explain=parameters.explain,
    )


def check_days(first: date | None, last: date | None) -> None:
    """Refuse days that are the wrong way round.

    Raises
    ------
    ParameterError
        When the first lies after the last.
    """
    if first and last and first > last:
        exchange = Message(
            "%(first)s lies after %(last)s: exchange the two days", first=first, last=last
        )
        raise ParameterError("from", exchange)


def draft_of(body: RelatedText) -> Draft:
    """Return the draft that was posted.

    Raises
    ------
    ParameterError
        When there is nothing in it.
    """
    if not (body.text.strip() or body.title.strip()):
        raise ParameterError("text", "give a text or a title")
    draft = draft_of_html(body.text) if body.format == "html" else Draft(text=body.text)
    published = body.published or datetime.now(UTC)
    return replace(draft, title=body.title, language=body.language, published=published)


def search_request(parameters: SearchParameters, settings: Settings) -> SearchRequest:
    """Return the request that the parameters make under the settings.

    Raises
    ------
    ParameterError
        When the query is too long, the page too large or the days are the wrong way round.
    SearchError
        When the page lies beyond the deepest hit that can be asked for.
    """
    size = parameters.size or settings.page_size
    check_length(parameters.q, settings)
    if size > settings.maximum_page_size:
        most = settings.maximum_page_size
        raise ParameterError("size", Message("at most %(most)s hits fit on a page", most=most))
    first, last = parameters.published_from, parameters.published_to
    check_days(first, last)
    if parameters.within:
        today = datetime.now(UTC).date()
        start = today - timedelta(days=DAYS[parameters.within] - 1)
        first, last = max(first or start, start), min(last or today, today)
    sort = parameters.sort
    if sort == "relevance" and not parameters.q.strip():
        sort = "newest"
    return SearchRequest(
        query=parameters.q,
        sort=sort,
        match=parameters.match,
        mode=parameters.mode,
        variants=parameters.variants,
        spelling=parameters.spelling,
        section=parameters.section,
        source=parameters.source,
        author=parameters.author,
        language=parameters.language,
        year=parameters.year,
        person=parameters.person,
        place=parameters.place,
        tag=parameters.tag,
        published_from=first,
        published_to=last,
        recent=parameters.recent,
        offset=(parameters.page - 1) * size,
        limit=size,
        after=Cursor.parse(parameters.after) if parameters.after else None,
        before=Cursor.parse(parameters.before) if parameters.before else None,
        facets=parameters.facets,
        timeline=parameters.timeline,
        explain=parameters.explain,
    )


def marked_query(parameters: ArticleParameters, settings: Settings) -> str:
    """Return the query whose words are marked.

    Raises
    ------
    ParameterError
        When it is too long.
    """
    check_length(parameters.q, settings)
    return parameters.q.strip()


def check_length(query: str, settings: Settings) -> None:
    """Refuse a query that is too long.

    Raises
    ------
    ParameterError
        When it is; it says how long one may be.
    """
    most = settings.maximum_query_length
    if len(query) > most:
        allowed = Message(
            "the query has %(length)s characters and %(most)s are allowed: search for a few of its "
            "words",
            length=len(query),
            most=most,
        )
        raise ParameterError("q", allowed)
