"""The calls for single blocks: what belongs beside one article or many, and Editor's choice."""

from flask import Response

from recommender.blocks import Decided
from recommender.recipes import CHAIN, ONLY_SIMILAR
from recommender.related import RelatedRequest, UnknownArticleError
from recommender.shelf import BlockItem
from web.addresses import site_address
from web.answers import RelatedAnswerModel, related_answer
from web.api import api, problems
from web.blocks.answering import Made, answer
from web.blocks.answers import BatchModel, ChoiceModel
from web.blocks.blueprint import blocks_api
from web.blocks.lookup import asked_id
from web.blocks.page_blocks import shown_items
from web.blocks.parameters import Batch, BesidePageParameters, ChoiceParameters
from web.blocks.views import JSON
from web.blocks.writing import block_json, items_json, written
from web.locales import gettext
from web.parameters import ArticlePath, BesideParameters, related_request
from web.serving import deciding, served, serving


@blocks_api.get(
    "/api/v1/articles/<article_id:article_id>/related",
    responses={200: RelatedAnswerModel},
    description="The closest first; where too few are close enough, what goes on with the story, "
    "then the newest of the section, then of all, each with its reason. An article that came in "
    "after the index was built is answered for by its text.",
)
def related(path: ArticlePath, query: BesideParameters) -> Response:
    """Return the articles that stand beside one article."""
    return _related_to(path.article_id, "", query)


@api.get(
    "/api/v1/related",
    responses={200: RelatedAnswerModel},
    description="As for the article's id.",
)
def related_by_address(query: BesidePageParameters) -> Response:
    """Return the articles that stand beside the article at an address."""
    return _related_to("", query.url, query)


@blocks_api.get("/api/v1/editors-choice", responses={200: ChoiceModel})
def editors_choice(query: ChoiceParameters) -> Response:
    """Return what the editors have chosen for a section, filled up where they let it be."""
    site = site_address(serving().settings)

    def made(basis: Decided) -> Made:
        items = served().blocks.editors_choice(query.section, basis, limit=query.limit)
        shown = shown_items(items, site)
        content = block_json(gettext("Editor’s choice"), shown, section=query.section)
        return Made(content.encode("utf-8", "replace"), JSON, not items)

    return answer(("editors-choice", site, query.section, query.limit), made)


@blocks_api.post(
    "/api/v1/batch",
    responses={200: BatchModel, **problems(413, 415)},
    description="Articles that are not known are said to be so; the others are answered.",
)
def batch(body: Batch) -> Response:
    """Return the articles that stand beside each of many articles."""
    site, asked = site_address(serving().settings), related_request(body, serving().settings)
    with deciding() as basis:
        entries = [_entry(article_id, asked, body, basis, site) for article_id in body.ids]
    content = f'{{"articles":[{",".join(entries)}]}}'
    return Response(content.encode("utf-8", "replace"), mimetype=JSON)


def _entry(
    article_id: str, asked: RelatedRequest, query: BesideParameters, basis: Decided, site: str
) -> str:
    try:
        items, is_known = _beside(article_id, asked, query, basis), True
    except UnknownArticleError:
        items, is_known = (), False
    shown = items_json(shown_items(items, site))
    return f'{{"id":{written(article_id)},"is_known":{written(is_known)},"related":{shown}}}'


def _related_to(article_id: str, url: str, query: BesideParameters) -> Response:
    asked = related_request(query, serving().settings)

    def made(basis: Decided) -> Made:
        found = asked_id(article_id, url)
        items = _beside(found, asked, query, basis)
        answered = related_answer(items, versions=served().versions(found))
        return Made(answered.model_dump_json().encode(), JSON, not items)

    return answer(("related", article_id, url, asked, query.fill), made)


def _beside(
    article_id: str, asked: RelatedRequest, query: BesideParameters, basis: Decided
) -> tuple[BlockItem, ...]:
    article = served().plain(article_id)
    chain = CHAIN if query.fill else ONLY_SIMILAR
    return served().blocks.related(article, asked, basis, chain=chain)
