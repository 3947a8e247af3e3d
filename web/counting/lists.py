"""The calls that tell what is popular, and what is read together."""

from collections.abc import Iterable
from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from articles.article import Article
from recommender.popular import LONGEST, Window
from recommender.related import UnknownArticleError
from web.answers import Answer
from web.api import as_json, problems
from web.counting.popularity import Popularity
from web.parameters import ArticlePath, Day, Parameters, Value
from web.served import Served
from web.serving import served, serving

USUAL = 10
"""Articles of a list when nobody says how many."""

popular_api = APIBlueprint(
    "popular",
    __name__,
    abp_tags=[Tag(name="Popular", description="What many readers open.")],
    abp_responses=problems(400, 404, 405, 500, 503),
    operation_id_callback=lambda *, name, **_: name,
)


class PopularParameters(Parameters):
    """Which list of popular articles is wanted."""

    window: Window = Field(
        "day",
        description="`hour`: this hour and the one before; `day`: this hour and 23 before; `week`, "
        "`month`: 7 or 30 days up to today; `trending`: read more than as a rule.",
    )
    section: Value = Field("", description="Only articles of this section.")
    date: Day = Field(None, description="One calendar day in UTC instead of a window.")
    limit: int = Field(USUAL, ge=1, le=LONGEST)


class AlsoReadParameters(Parameters):
    """How many articles are wanted that are read together with one."""

    limit: int = Field(USUAL, ge=1, le=USUAL)


class ReadArticleModel(Answer):
    """An article that readers open."""

    position: int = Field(description="Counted from 1.")
    id: str
    url: str
    title: str
    summary: str
    section: str
    published: datetime | None


class PopularArticleModel(ReadArticleModel):
    """A popular article."""

    views: int = Field(description="Views in the window.")
    score: float = Field(description="What the list is ordered by.")


class PopularAnswerModel(Answer):
    """A list of popular articles, the most popular first."""

    window: str = Field(description="The window, or the day.")
    section: str
    items: list[PopularArticleModel]


class AlsoReadAnswerModel(Answer):
    """What is opened in the same visits as an article, the closest first."""

    items: list[ReadArticleModel]


@popular_api.get(
    "/api/v1/popular",
    responses={200: PopularAnswerModel},
    description="Counted anew at most once a minute. An article that was long at the top, or is "
    "old, counts less in all windows but `all`; a calendar day is as it was.",
)
def popular(query: PopularParameters) -> Response:
    """Return what many readers open."""
    return as_json(popular_answer(serving().popularity, served(), query))


@popular_api.get(
    "/api/v1/articles/<article_id:article_id>/also-read",
    responses={200: AlsoReadAnswerModel},
    description="Only what was read together in several visits; nobody is followed from one visit "
    "to another.",
)
def also_read(path: ArticlePath, query: AlsoReadParameters) -> Response:
    """Return what readers of an article also read."""
    article = served().article(path.article_id)
    ids = serving().popularity.lists().also_read(article.id)
    items = [_item(one, position) for position, one in _public(served(), ids, query.limit)]
    return as_json(AlsoReadAnswerModel(items=items))


def popular_answer(
    popularity: Popularity, served: Served, query: PopularParameters
) -> PopularAnswerModel:
    """Return the shape of the list that is asked for."""
    if query.date:
        found = popularity.of_day(query.date).of("day", query.section)
    else:
        found = popularity.lists().of(query.window, query.section)
    counts = {one.id: one for one in found}
    return PopularAnswerModel(
        window=query.date.isoformat() if query.date else query.window,
        section=query.section,
        items=[
            PopularArticleModel(
                **_item(article, position).model_dump(),
                views=counts[article.id].views,
                score=counts[article.id].score,
            )
            for position, article in _public(served, counts, query.limit)
        ],
    )


def _public(served: Served, ids: Iterable[str], limit: int) -> list[tuple[int, Article]]:
    """Return the first of the articles that readers may see now, each with its position."""
    found: list[Article] = []
    for article_id in ids:
        if len(found) == limit:
            break
        try:
            found.append(served.plain(article_id))
        except UnknownArticleError:
            continue
    return list(enumerate(found, 1))


def _item(article: Article, position: int) -> ReadArticleModel:
    return ReadArticleModel(
        position=position,
        id=article.id,
        url=article.url,
        title=article.title,
        summary=article.summary,
        section=article.section,
        published=article.published,
    )
