"""The addresses of feeds and exports, and of what a browser adds to its search box."""

from hashlib import sha256
from typing import Literal

from flask import Response, current_app, request, url_for
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel
from werkzeug.exceptions import TooManyRequests

from web.feeds import opensearch as browsers
from web.feeds.exports import EXPORTS, articles_of, export_of, export_request, file_name
from web.feeds.feed import FeedParameters, feed_of, feed_request
from web.feeds.formats import FORMATS
from web.locales import gettext
from web.parameters import SearchParameters
from web.serving import keep_serving, served, serving
from web.watching.requests import watcher

FRESH = 300
"""Seconds for which nobody needs to ask for a feed again."""
RETRY_AFTER = 30
"""Seconds after which to ask again where too many downloads were under way."""
ICON = "favicon.svg"

feeds = APIBlueprint("feeds", __name__, doc_ui=False)


class FeedPath(BaseModel):
    """The ending that names the format of a feed."""

    kind: Literal["rss", "atom", "json"]


class ExportPath(BaseModel):
    """The ending that names the format of an export."""

    kind: Literal["csv", "jsonl"]


@feeds.get("/search.<any(rss, atom, json):kind>")
def feed(path: FeedPath, query: FeedParameters) -> Response:
    """Give the newest articles that answer the query, unless the caller has the very same."""
    answer = served().engine.search(feed_request(query, serving().settings))
    watcher().searched(answer.seconds)
    found = feed_of(path.kind, query, answer)
    form = FORMATS[path.kind]
    body = form.write(found)
    response = Response(body, mimetype=form.media_type)
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.last_modified = found.modified
    response.set_etag(sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return response


@feeds.get("/search.<any(csv, jsonl):kind>")
def export(path: ExportPath, query: SearchParameters) -> Response:
    """Give all articles that answer the query, whole, as they are read one after the other."""
    engine = served().engine
    found = export_of(engine, export_request(query, serving().settings))
    form = EXPORTS[path.kind]
    response = Response(form.write(articles_of(engine, found.ids)), mimetype=form.media_type)
    name = file_name(query.q, path.kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Total-Count"] = str(found.total)
    response.headers["X-Export-Count"] = str(len(found.ids))
    if not keep_serving(response):
        raise TooManyRequests(
            gettext("Others are downloading now: try again in a moment."), retry_after=RETRY_AFTER
        )
    return response


@feeds.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe how the archive is searched, for browsers."""
    icon = url_for("static", filename=ICON, v=current_app.extensions["checksums"][ICON])
    text = browsers.description(serving().settings, icon)
    return Response(text, mimetype=browsers.MEDIA_TYPE)
