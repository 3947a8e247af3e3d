"""The application: one Flask app with the pages and the API."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, g, request
from flask_openapi3 import Info, OpenAPI
from pydantic import ValidationError
from werkzeug.routing import BaseConverter

from web import formatting, locales
from web.addresses import path_of
from web.api import api
from web.blocks.blueprint import blocks_api
from web.blocks.registration import register_blocks
from web.console.registration import register_console
from web.console.session import Clock, utc_now
from web.console.views import console
from web.counting.lists import popular_api
from web.counting.views import counting
from web.feeds.views import feeds
from web.pages import pages
from web.problems import ParameterError, ProblemModel, register_problems
from web.serving import Serving, register_serving
from web.settings import Settings
from web.watching.requests import register_requests
from web.watching.views import watching
from web.watching.watcher import Watcher
from web.writing.views import register_writing, writing

FOREVER = 31_536_000
"""Seconds that a file whose address holds its checksum may be kept: a year."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class AnyText(BaseConverter):
    """An id or a value in an address: any characters, slashes and line ends too."""

    regex = r"[\s\S]+"
    part_isolating = False

    def to_url(self, value: str) -> str:
        """Return it percent-encoded, its slashes too: proxies may merge two into one."""
        return quote(value, safe="")


def create_app(settings: Settings, *, clock: Clock = utc_now) -> OpenAPI:
    """Return the application that serves the archive of these settings.

    It opens the store at once and a generation when the first request asks for one. Logins to the
    console are counted and end by the ``clock``.
    """
    app = OpenAPI(
        __name__,
        info=Info(
            title=f"{settings.site_name}: search and related articles",
            version="1",
            description="Errors are problems after RFC 9457.",
        ),
        doc_ui=False,
        security_schemes={},
        validation_error_status=400,
        validation_error_model=ProblemModel,
        validation_error_callback=refuse,
    )
    # Two slashes in an id stay two.
    app.url_map.merge_slashes = False
    app.url_map.converters.update(article_id=AnyText, value=AnyText)
    app.config["MAX_CONTENT_LENGTH"] = settings.maximum_text_bytes
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: app.api_doc)
    app.register_api(api)
    app.register_api(pages)
    app.register_api(feeds)
    app.register_api(counting)
    app.register_api(popular_api)
    register_writing(app)
    app.register_api(watching)
    kept = Serving(settings, now=clock)
    register_requests(app, Watcher(kept))
    register_serving(app, kept)
    register_problems(app)
    english = {
        api.name,
        blocks_api.name,
        console.name,
        counting.name,
        popular_api.name,
        watching.name,
        writing.name,
    }
    locales.register_locales(app, fixed=settings.locale, english=english)
    register_templates(app, settings)
    register_console(app, settings, clock, without_forms=(api, blocks_api, counting, writing))
    register_blocks(app, settings, open_too={counting.name, popular_api.name})
    app.after_request(add_headers)
    return app


def refuse(error: ValidationError) -> None:
    """Turn a failed validation into the one error that names the parameters."""
    raise ParameterError.of(error) from error


def register_templates(app: OpenAPI, settings: Settings) -> None:
    """Give the templates their words, and each file of ours an address with its checksum."""
    checksums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in Path(str(app.static_folder)).iterdir()
    }
    app.extensions["checksums"] = checksums
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        settings=settings,
        counted=formatting.counted,
        day=locales.day,
        month=locales.month,
        number=locales.number,
        seconds=locales.seconds,
        articles=locales.articles,
        updated=formatting.updated,
        language_name=formatting.language_name,
        file=lambda name: path_of("static", filename=name, v=checksums[name]),
        url_for=path_of,
    )

    @app.context_processor
    def years() -> dict[str, Any]:
        """Tell the masthead which years the archive covers, where a generation is open."""
        return {"years": g.served.years if "served" in g else ""}


def add_headers(response: Response) -> Response:
    """Say what browsers may do with an answer and how long they may keep it."""
    response.headers.update(HEADERS)
    if request.endpoint == "static" and response.status_code < 400:
        checksum = current_app.extensions["checksums"].get((request.view_args or {})["filename"])
        if response.status_code == 200 and request.args.get("v") == checksum:
            response.headers["Cache-Control"] = f"public, max-age={FOREVER}, immutable"
    elif response.status_code in (200, 304) and request.blueprint != console.name:
        response.headers.setdefault("Cache-Control", "no-cache")
        if request.blueprint in (pages.name, feeds.name):
            response.headers["Vary"] = "Accept-Language, Cookie"
        if response.status_code == 200 and not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
