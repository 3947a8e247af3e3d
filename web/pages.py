"""The reader's pages: the search page and the article page."""

from dataclasses import replace

from flask import Response, abort, redirect, render_template, request
from flask_openapi3 import APIBlueprint

from recommender.related import RelatedRequest
from web.advanced import AdvancedParameters, searched
from web.advanced_page import advanced_page
from web.article_page import article_page
from web.help_page import help_page as page_of_help
from web.locales import LOCALES, choose_language
from web.parameters import ArticlePath, LanguagePath, SearchParameters, search_request
from web.search_links import SearchLinks
from web.search_page import search_page
from web.serving import served, serving

pages = APIBlueprint("pages", __name__, doc_ui=False)


@pages.get("/", endpoint="start")
@pages.get("/search")
def search(query: SearchParameters) -> str:
    """Show the articles that answer the query; without one, the newest."""
    asked = replace(search_request(query, serving().settings), timeline=True)
    engine = served().engine
    answer = engine.search(asked)
    return render_template("search.html", page=search_page(query, asked, answer, engine))


@pages.get("/articles/<article_id:article_id>")
def article(path: ArticlePath) -> str:
    """Show an article with the articles that belong beside it."""
    settings = serving().settings
    found = served().article(path.article_id)
    related = served().related(path.article_id, RelatedRequest(limit=settings.related_limit))
    page = article_page(found, related, served().versions(path.article_id), settings)
    return render_template("article.html", page=page)


@pages.get("/help")
def help_page() -> str:
    """Show everything that can be written in a query, with examples that this archive answers."""
    return render_template("help.html", page=page_of_help(served().examples))


@pages.get("/advanced")
def advanced(query: SearchParameters) -> str:
    """Show the form for people who type no operators, filled from a search."""
    return render_template("advanced.html", page=advanced_page(query, served().generation.columns))


@pages.get("/advanced/search")
def advanced_search(query: AdvancedParameters) -> Response:
    """Go to the search that the form asks for."""
    parameters = searched(query, served().generation.columns.holds)
    return redirect(SearchLinks(parameters).to(), 303)  # type: ignore[return-value]


@pages.get("/language/<code>")
def language(path: LanguagePath) -> Response:
    """Go back to a page, which speaks the chosen language from now on."""
    if path.code not in LOCALES:
        abort(404)
    return choose_language(path.code, request.args.get("back", "/"))
