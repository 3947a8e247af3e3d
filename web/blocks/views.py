"""The calls about blocks: those of a page, and each for itself."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, render_template
from flask_openapi3 import APIBlueprint, Tag

from articles.article import Article
from articles.curation import Curation
from articles.message import Message
from recommender.blocks import Blocks, NothingRead
from recommender.related import RelatedRequest, UnknownArticleError
from web.addresses import site_address
from web.api import problems
from web.blocks.address_book import own_id
from web.blocks.answers import (
    BlockItemModel,
    BlockModel,
    BlocksArticleModel,
    BlocksModel,
    PageBlocksModel,
    UnknownPageModel,
)
from web.blocks.page_blocks import PageBlocks, page_blocks
from web.blocks.parameters import BlocksParameters
from web.console.session import now
from web.problems import MEDIA_TYPE, ParameterError, ProblemModel
from web.serving import served, serving

STANDARD = "standard"
"""The recipe of whoever names none."""

blocks_api = APIBlueprint(
    "blocks",
    __name__,
    abp_tags=[Tag(name="Blocks", description="What a site puts on its pages.")],
    abp_responses=problems(400, 405, 500, 503),
    operation_id_callback=lambda *, name, **_: name,
)
HTML = {"text/html": {"schema": {"type": "string"}}}
UNKNOWN = {
    "description": HTTPStatus.NOT_FOUND.phrase,
    "content": {
        MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{UnknownPageModel.__name__}"}},
        **HTML,
    },
}


@blocks_api.get(
    "/api/v1/page-blocks",
    responses={
        200: {
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/PageBlocksModel"}},
                **HTML,
            }
        },
        404: UNKNOWN,
    },
    description="Related, Editor's choice and Popular of an article's page; no story stands in "
    "them twice.",
)
def page_blocks_of(query: BlocksParameters) -> Response:
    """Return all blocks of a page."""
    if bool(query.id) == bool(query.url):
        raise ParameterError("id", "give either the id of an article or its url")
    asked = RelatedRequest(limit=query.limit or serving().settings.related_limit, mode=query.mode)
    try:
        article = served().article(query.id or _id_at(query.url))
    except UnknownArticleError as error:
        return _unknown(query, asked, error.args[0])
    return _answer(_shown(article, query, asked), query)


def _id_at(url: str) -> str:
    """Return the id of the article at an address."""
    own = own_id(url, site_address(serving().settings))
    found = own or served().addresses.find(url)
    if found is None:
        raise UnknownArticleError(
            Message(
                "No public article has the address “%(url)s”: give it as the archive has it, or "
                "ask by id.",
                url=url[:200],
            )
        )
    return found


def _shown(article: Article | None, query: BlocksParameters, asked: RelatedRequest) -> PageBlocks:
    moment = now()
    found = _blocks(article, query, asked, moment)
    kept = serving()
    return page_blocks(
        article,
        found,
        kept.settings,
        kept.receipts,
        moment.date(),
        recipe=STANDARD,
        explain=query.explain,
    )


def _blocks(
    article: Article | None, query: BlocksParameters, asked: RelatedRequest, moment: datetime
) -> Blocks:
    return served().blocks.blocks(
        article, asked, Curation(), NothingRead(), moment, section=query.section
    )


def _answer(shown: PageBlocks, query: BlocksParameters, status: int = 200) -> Response:
    if query.format == "html":
        return Response(render_template("blocks/blocks.html", page=shown), status)
    assert shown.article is not None
    answer = PageBlocksModel(
        article=BlocksArticleModel(
            id=shown.article.id, url=shown.address, title=shown.article.title
        ),
        recipe=shown.recipe,
        receipt=shown.receipt,
        blocks=_blocks_model(shown),
    )
    return Response(answer.model_dump_json(), status, mimetype="application/json")


def _unknown(query: BlocksParameters, asked: RelatedRequest, detail: str) -> Response:
    shown = _shown(None, query, asked) if query.fallback else None
    if shown and query.format == "html":
        return _answer(shown, query, 404)
    problem = ProblemModel(title=HTTPStatus.NOT_FOUND.phrase, status=404, detail=detail)
    content: dict[str, Any] = problem.model_dump()
    if shown:
        content.update(recipe=shown.recipe, receipt=shown.receipt, blocks=_blocks_model(shown))
    answer = UnknownPageModel.model_validate(content)
    return Response(answer.model_dump_json(exclude_none=True), 404, mimetype=MEDIA_TYPE)


def _blocks_model(shown: PageBlocks) -> BlocksModel:
    return BlocksModel(
        **{
            block.name: BlockModel(
                title=block.title,
                items=[BlockItemModel(**asdict(item)) for item in block.items],
            )
            for block in shown.blocks
        }
    )
