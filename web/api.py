"""The JSON API under /api/v1, described by the OpenAPI document that is made from these views."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint, Tag
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from web.answers import (
    ArticleModel,
    CoverageModel,
    HealthModel,
    SearchAnswerModel,
    SuggestAnswerModel,
    article_answer,
    coverage_answer,
    search_answer,
    suggest_answer,
)
from web.best_bets import best_bets
from web.console.session import now
from web.link_answers import TextAnswerModel, text_answer
from web.parameters import (
    ArticlePath,
    RelatedText,
    SearchParameters,
    SuggestParameters,
    draft_of,
    related_request,
    search_request,
)
from web.problems import MEDIA_TYPE, ParameterError, ProblemModel
from web.serving import served, serving
from web.suggesting import address, kept_shortly, suggestions
from web.watching.requests import watcher


def problems(*statuses: int) -> ResponseDict:
    """Return how the document describes these statuses: each a problem."""
    schema = {"$ref": f"#/components/schemas/{ProblemModel.__name__}"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


api = APIBlueprint(
    "api",
    __name__,
    abp_tags=[Tag(name="Archive", description="Search, articles and what belongs beside them.")],
    abp_responses=problems(400, 404, 405, 500, 503),
    operation_id_callback=lambda *, name, **_: name,
)


@api.before_request
def read_body() -> None:
    """Refuse a body that is no JSON before the extension reads it: 413, 415 or 400."""
    if request.method != "POST":
        return
    if request.content_length is None and len(request.get_data()) >= _longest_body():
        raise RequestEntityTooLarge  # it came in chunks, of which no more were read
    try:
        request.get_json()
    except (BadRequest, RecursionError) as error:
        raise ParameterError("body", "this is not a JSON document that can be read") from error


@api.get(
    "/api/v1/search",
    responses={200: SearchAnswerModel},
    description="Values of one filter are alternatives, different filters must all hold. Without "
    "words, every article answers. Parameters that are not listed here are ignored.",
)
def search(query: SearchParameters) -> Response:
    """Search the archive."""
    asked = search_request(query, serving().settings)
    answer = served().engine.search(asked)
    watcher().searched(answer.seconds)
    kept = serving()
    bets = best_bets(asked, answer.offset, kept.store, served(), kept.settings, now())
    response = as_json(search_answer(answer, asked, bets))
    response.headers["Server-Timing"] = f"search;dur={answer.seconds * 1000:.1f}"
    return response


@api.get(
    "/api/v1/suggest",
    responses={200: SuggestAnswerModel},
    description="Every word that was typed begins a word of each suggestion, whatever its capitals "
    "and accents. Nothing is suggested for words that exclude something or name a field.",
)
def suggest(query: SuggestParameters) -> Response:
    """Suggest what somebody who types may mean."""
    found = suggestions(query.q, query.limit)
    return kept_shortly(as_json(suggest_answer((item, address(item)) for item in found)))


@api.get("/api/v1/articles/<article_id:article_id>", responses={200: ArticleModel})
def article(path: ArticlePath) -> Response:
    """Return one public article."""
    return as_json(article_answer(served().article(path.article_id)))


@api.post(
    "/api/v1/related",
    responses={200: TextAnswerModel, **problems(413, 415)},
    description="For a text that is being written: what it should link to, and the articles in "
    "whose lists it would stand, which should link to it. Each has the words on which the link is "
    "to be set. Nothing of the text is kept.",
)
def related_to_text(body: RelatedText) -> Response:
    """Return the articles that belong beside a text, the closest first."""
    draft, settings = draft_of(body), serving().settings
    asked = replace(related_request(body, settings), versions=True)
    return as_json(text_answer(served().drafts.links(draft, asked, places=settings.related_limit)))


@api.get(
    "/api/v1/coverage",
    responses={200: CoverageModel},
    description="What readers may see now; what was withdrawn since the index was built is not "
    "counted.",
)
def coverage() -> Response:
    """Say what the archive covers: days, gaps, languages, sources, sections."""
    return as_json(coverage_answer(served().coverage.read(), served().freshness()))


@api.get("/healthz", responses={200: HealthModel})
def healthz() -> Response:
    """Say which generation is served; 503 when there is none."""
    generation = served().generation
    return as_json(
        HealthModel(
            generation=generation.number,
            articles=generation.articles,
            warnings=list(generation.warnings),
        )
    )


def _longest_body() -> int:
    longest: int = current_app.config["MAX_CONTENT_LENGTH"]
    return longest


def as_json(answer: BaseModel) -> Response:
    """Return the answer as a JSON response."""
    return Response(answer.model_dump_json(), mimetype="application/json")
