"""The reader's pages: the search page and the article page."""

from dataclasses import replace

from flask import Response, abort, json, render_template, request
from flask_openapi3 import APIBlueprint

from recommender.related import RelatedRequest
from web.article_page import article_page, cited
from web.citations import FORMATS, Citation, CitationFormat
from web.console.session import now
from web.locales import LOCALES, choose_language
from web.parameters import (
    ArticleParameters,
    ArticlePath,
    LanguagePath,
    SearchParameters,
    SuggestParameters,
    marked_query,
    search_request,
)
from web.readers import is_by_reader
from web.search_page import search_page
from web.serving import served, serving
from web.suggesting import kept_shortly, suggestions

pages = APIBlueprint("pages", __name__, doc_ui=False)


@pages.get("/", endpoint="start")
@pages.get("/search")
def search(query: SearchParameters) -> str:
    """Show the articles that answer the query; without one, the newest."""
    asked = replace(search_request(query, serving().settings), timeline=True)
    engine = served().engine
    answer = engine.search(asked)
    if is_by_reader(request, query):
        serving().query_log.count(query.q, answer.total, answer.seconds)
    return render_template("search.html", page=search_page(query, asked, answer, engine))


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
    running = served().running_story(path.article_id)
    wanted = RelatedRequest(limit=settings.related_limit, without=running.ids)
    related = served().related(path.article_id, wanted)
    versions = served().versions(path.article_id)
    page = article_page(found, words, running, related, versions, settings, today)
    return render_template("article.html", page=page)


def citation_file(citation: Citation, name: CitationFormat) -> Response:
    """Return a citation as a file to keep."""
    written = FORMATS[name]
    response = Response(
        written.write(citation), content_type=f"{written.media_type}; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{citation.key}.{name}")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get("/language/<code>")
def language(path: LanguagePath) -> Response:
    """Go back to a page, which speaks the chosen language from now on."""
    if path.code not in LOCALES:
        abort(404)
    return choose_language(path.code, request.args.get("back", "/"))
