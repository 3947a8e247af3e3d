"""The reader's pages: search, articles, what the archive covers, and its lists of names."""

from dataclasses import replace

from flask import Response, abort, json, redirect, render_template, request
from flask_openapi3 import APIBlueprint

from recommender.recipes import recipe_for
from web.addresses import KINDS
from web.advanced import AdvancedParameters, searched
from web.advanced_page import advanced_page
from web.article_page import article_page, cited
from web.best_bets import best_bets
from web.browse_page import (
    PAGE_SIZE,
    browse_page,
    unknown_value_page,
    value_page,
    values_page,
)
from web.citations import FORMATS, Citation, CitationFormat
from web.console.session import now
from web.coverage_page import coverage_page
from web.help_page import help_page as page_of_help
from web.locales import LOCALES, choose_language
from web.parameters import (
    ArticleParameters,
    ArticlePath,
    KindPath,
    LanguagePath,
    SearchParameters,
    SuggestParameters,
    ValuePath,
    ValuesParameters,
    marked_query,
    search_request,
)
from web.readers import followed_query, is_by_reader
from web.search_links import SearchLinks
from web.search_page import search_page
from web.serving import deciding, served, serving
from web.suggesting import kept_shortly, suggestions
from web.watching.requests import watcher

pages = APIBlueprint("pages", __name__, doc_ui=False)


@pages.get("/", endpoint="start")
@pages.get("/search")
def search(query: SearchParameters) -> str | Response:
    """Show the articles that answer the query; without one, the newest; or go where it leads."""
    asked = replace(search_request(query, serving().settings), timeline=True)
    engine = served().engine
    answer = engine.search(asked)
    watcher().searched(answer.seconds)
    if is_by_reader(request, query):
        serving().query_log.count(query.q, answer.total_as_typed, answer.seconds)
    kept = serving()
    bets = best_bets(asked, answer.offset, kept.store, served(), kept.settings, now())
    # Whoever changes anything of the search wants its hits.
    if bets.redirect and query.model_dump(exclude_defaults=True).keys() == {"q"}:
        return redirect(bets.redirect)  # type: ignore[return-value]
    page = search_page(query, asked, answer, engine, bets)
    return render_template("search.html", page=page)


@pages.get("/suggest")
def suggest(query: SuggestParameters) -> Response:
    """Suggest to a browser what to complete a query to, in the form of OpenSearch."""
    texts = [suggestion.text for suggestion in suggestions(query.q, query.limit)]
    answer = json.dumps([query.q, texts])
    return kept_shortly(Response(answer, mimetype="application/x-suggestions+json"))


@pages.get("/articles/<article_id:article_id>")
def article(path: ArticlePath, query: ArticleParameters) -> str | Response:
    """Show an article with the articles that belong beside it, or how it is cited."""
    settings, today = serving().settings, now().date()
    words = marked_query(query, settings)
    found = served().marked(path.article_id, words)
    if query.cite:
        return citation_file(cited(found.article, settings, today), query.cite)
    if followed := followed_query(request):
        serving().query_log.clicked(followed)
    running = served().running_story(path.article_id)
    recipe = recipe_for(path.article_id, now(), settings)
    wanted = replace(recipe.request(settings.related_limit), without=running.ids)
    with deciding() as basis:
        related = served().blocks.related(found.article, wanted, basis, chain=recipe.chain)
    versions = served().versions(path.article_id)
    page = article_page(found, words, running, related, versions, settings, today)
    return render_template("article.html", page=page)


@pages.get("/help")
def help_page() -> str:
    """Show everything that can be written in a query, with examples that this archive answers."""
    return render_template("help.html", page=page_of_help(served().examples))


@pages.get("/advanced")
def advanced(query: SearchParameters) -> str:
    """Show the form for people who type no operators, filled from a search."""
    return render_template("advanced.html", page=advanced_page(query, served().searched.columns))


@pages.get("/advanced/search")
def advanced_search(query: AdvancedParameters) -> Response:
    """Go to the search that the form asks for."""
    parameters = searched(query, served().searched.columns.holds)
    return redirect(SearchLinks(parameters).to(), 303)  # type: ignore[return-value]


def citation_file(citation: Citation, name: CitationFormat) -> Response:
    """Return a citation as a file to keep."""
    written = FORMATS[name]
    response = Response(
        written.write(citation), content_type=f"{written.media_type}; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{citation.key}.{name}")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get("/coverage")
def coverage() -> str:
    """Show when the archive has articles, where it has gaps, and how old the index is."""
    page = coverage_page(served().coverage.read(), served().freshness())
    return render_template("coverage.html", page=page)


@pages.get("/browse")
def browse() -> str:
    """Show the kinds of names that have lists."""
    return render_template("browse.html", page=browse_page(served().values))


@pages.get("/browse/<kind>")
def values(path: KindPath, query: ValuesParameters) -> str:
    """Show the sections, or the authors, and so on, one page of them."""
    name = KINDS.get(path.kind) or abort(404)
    found = served().values.listed(
        name,
        words=query.q,
        order=query.order,
        offset=(query.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    page = values_page(path.kind, query, found)
    return render_template("values.html", page=page)


@pages.get("/browse/<kind>/<value:value>")
def value(path: ValuePath) -> tuple[str, int]:
    """Show one of them: its newest articles, and a search inside."""
    name = KINDS.get(path.kind) or abort(404)
    portrait = served().values.portrait(name, path.value)
    if portrait is None:
        unknown = unknown_value_page(path.kind, path.value, served().values)
        return render_template("unknown_value.html", page=unknown), 404
    page = value_page(portrait, serving().settings.site_name)
    return render_template("value.html", page=page), 200


@pages.get("/language/<code>")
def language(path: LanguagePath) -> Response:
    """Go back to a page, which speaks the chosen language from now on."""
    if path.code not in LOCALES:
        abort(404)
    return choose_language(path.code, request.args.get("back", "/"))
