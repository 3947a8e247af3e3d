"""The call for all blocks of a page."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from flask import Response, current_app, render_template

from articles.article import Article
from recommender.blocks import Decided
from recommender.recipes import Recipe, UnknownRecipeError, recipe_for
from recommender.related import UnknownArticleError
from web.addresses import site_address
from web.blocks.answering import Made, answer
from web.blocks.answers import HTML, PageBlocksModel, UnknownPageModel
from web.blocks.blueprint import blocks_api
from web.blocks.lookup import asked_id
from web.blocks.page_blocks import PageBlocks, page_blocks
from web.blocks.parameters import BlocksParameters
from web.blocks.writing import page_json, problem_json
from web.locales import DEFAULT, speaking
from web.problems import MEDIA_TYPE, ParameterError, problem_of
from web.serving import deciding, served, serving

JSON = "application/json"
PAGE = "text/html; charset=utf-8"
UNKNOWN = {
    "description": HTTPStatus.NOT_FOUND.phrase,
    "content": {
        MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{UnknownPageModel.__name__}"}},
        **HTML,
    },
}


@blocks_api.get(
    "/api/v1/page-blocks",
    responses={200: PageBlocksModel, 404: UNKNOWN},
    description="Related, Editor's choice and Popular; no story stands in them twice. Related is "
    "never empty while the archive has other articles; every item says its reason. An answer that "
    "is unchanged costs next to nothing with `If-None-Match`.",
)
def page_blocks_of(query: BlocksParameters) -> Response:
    """Return all blocks of an article's page."""
    site = site_address(serving().settings)
    key = ("page-blocks", site, *query.__dict__.values())
    try:
        return answer(key, lambda basis: _made(query, basis, site))
    except UnknownArticleError as error:
        return _unknown(query, site, error)


def _made(query: BlocksParameters, basis: Decided, site: str) -> Made:
    article = served().plain(asked_id(query.id, query.url))
    shown = _shown(article, query, basis, site)
    if query.format == "html":
        return Made(_fragment(shown, query).encode(), PAGE, shown.is_empty)
    return Made(page_json(shown).encode("utf-8", "replace"), JSON, shown.is_empty)


def _shown(
    article: Article | None, query: BlocksParameters, basis: Decided, site: str
) -> PageBlocks:
    kept = serving()
    recipe = _recipe(query, article, basis.now)
    request = recipe.request(query.limit or kept.settings.related_limit)
    request = replace(request, mode=query.mode or recipe.mode, explain=query.explain)
    found = served().blocks.blocks(
        article, request, basis, section=query.section, chain=recipe.chain
    )
    with speaking(_language(query)):
        return page_blocks(
            article,
            found,
            site,
            kept.receipts,
            basis.now.date(),
            recipe=recipe.name,
            explain=query.explain,
        )


def _recipe(query: BlocksParameters, article: Article | None, now: datetime) -> Recipe:
    """Return the recipe that is asked for, else that of the article at the moment."""
    settings = serving().settings
    if not query.recipe:
        return recipe_for(article.id if article else "", now, settings)
    try:
        return settings.recipe_plan.named(query.recipe)
    except UnknownRecipeError as error:
        raise ParameterError("recipe", str(error)) from error


def _fragment(shown: PageBlocks, query: BlocksParameters) -> str:
    with speaking(_language(query)):
        return render_template("blocks/blocks.html", page=shown)


def _unknown(query: BlocksParameters, site: str, error: UnknownArticleError) -> Response:
    """Say that a page is not known, with the blocks that fit every page where that is asked."""
    shown = None
    if query.fallback:
        with deciding() as basis:
            shown = _shown(None, query, basis, site)
    if shown and query.format == "html":
        return Response(_fragment(shown, query), 404)
    content = problem_json(problem_of(error).model_dump(), shown)
    return Response(content.encode("utf-8", "replace"), 404, mimetype=MEDIA_TYPE)


def _language(query: BlocksParameters) -> str:
    return query.lang or current_app.extensions["backfile"].settings.locale or DEFAULT
