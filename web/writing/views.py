"""The calls that write articles: with a key, or signed by a webhook."""

from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, OpenAPI, Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Conflict, NotFound, RequestEntityTooLarge, Unauthorized

from articles.api_keys import Scope
from articles.importers.source import ImportOptions
from articles.writing import (
    MOST_ARTICLES,
    Asked,
    Once,
    RepeatedCallError,
    WriteError,
    WriteOutcome,
    Written,
    read_asked,
    read_asked_as,
)
from web.api import problems
from web.parameters import ArticlePath
from web.problems import ParameterError
from web.serving import serving
from web.writing.answers import WriteAnswerModel, write_answer
from web.writing.keys import require_key
from web.writing.signatures import SIGNATURE, TIMESTAMP, WINDOW, SignatureError, check_signature

LONGEST_BODY = 16 * 2**20
"""Bytes of the longest body that is read: 100 articles with room to spare."""
LONGEST_CALL_KEY = 200
_CALLS = "`Idempotency-Key` makes a call that is repeated within a day safe: the same answer again."

writing = APIBlueprint(
    "writing",
    __name__,
    abp_tags=[Tag(name="Writing", description="What programs keep and withdraw.")],
    abp_responses={200: WriteAnswerModel, **problems(400, 401, 405, 409, 413, 500, 503)},
    operation_id_callback=lambda *, name, **_: name,
)
_MINUTES = WINDOW.seconds // 60
_FIELDS = {"type": "object", "description": "An article, under the names that imports know."}


def _body(*schemas: dict[str, Any]) -> dict[str, Any]:
    """Return how the document describes a body that the view reads itself."""
    schema = {"oneOf": list(schemas)} if len(schemas) > 1 else schemas[0]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_SEVERAL = _body(
    _FIELDS, {"type": "array", "items": _FIELDS, "minItems": 1, "maxItems": MOST_ARTICLES}
)


class WebhookPath(BaseModel):
    """The path of one webhook."""

    name: str = Field(description="The webhook's name.")


@writing.post(
    "/api/v1/articles",
    responses=problems(403),
    openapi_extensions=_SEVERAL,
    description="One article or an array of them, with a key of the scope `articles:write` in the "
    "header `Authorization: Bearer`. Each is read as an import reads it, added or replaced by its "
    f"id; one of only `id` and `status: withdrawn` is withdrawn. {_CALLS}",
)
def write_articles() -> Response:
    """Add, replace and withdraw articles."""
    key = require_key(Scope.WRITE_ARTICLES)
    data = _data()
    caller = f"key {key.name}"
    written, again = _write(_read(data), caller, _once(caller, data))
    return write_answer(written, again=again)


@writing.put(
    "/api/v1/articles/<article_id:article_id>",
    responses=problems(403),
    openapi_extensions=_body(_FIELDS),
    description=f"With a key, as above; an article that cannot be kept is a problem. {_CALLS}",
)
def write_article(path: ArticlePath) -> Response:
    """Add or replace one article."""
    key = require_key(Scope.WRITE_ARTICLES)
    data = _data()
    caller, now = f"key {key.name}", serving().now()
    try:
        asked = read_asked_as(path.article_id, data, _options(), now)
    except WriteError as error:
        raise ParameterError("body", str(error)) from error
    written, again = _write([asked], caller, _once(caller, data))
    if written[0].outcome is WriteOutcome.REJECTED:
        raise ParameterError("body", "; ".join(written[0].reasons))
    return write_answer(written, again=again)


@writing.delete(
    "/api/v1/articles/<article_id:article_id>",
    responses=problems(403, 404),
    description=f"With a key, as above. The article stays in the archive, withdrawn. {_CALLS}",
)
def withdraw_article(path: ArticlePath) -> Response:
    """Withdraw one article."""
    key = require_key(Scope.WRITE_ARTICLES)
    caller = f"key {key.name}"
    written, again = _write([Asked(path.article_id)], caller, _once(caller, b""))
    if written[0].outcome is WriteOutcome.REJECTED:
        raise NotFound
    return write_answer(written, again=again)


@writing.post(
    "/api/v1/webhooks/<name>",
    openapi_extensions=_SEVERAL,
    description=f"Articles as above, signed instead of with a key: `{TIMESTAMP}` has the seconds "
    f"since 1970, at most {_MINUTES} minutes from now, and `{SIGNATURE}` is `sha256=` and the "
    "HMAC-SHA256, in hexadecimal digits, of the timestamp, a full stop and the body. A call is "
    "taken once.",
)
def receive_webhook(path: WebhookPath) -> Response:
    """Add, replace and withdraw the articles of a signed call."""
    data = _data()
    webhook = serving().store.webhooks.get(path.name)
    try:
        signature = check_signature(
            webhook.secret if webhook else "", dict(request.headers), data, serving().now()
        )
    except SignatureError as error:
        raise Unauthorized(str(error)) from error
    caller = f"webhook {path.name}"
    once = Once(caller, signature, sha256(data).digest(), answered_again=False)
    written, again = _write(_read(data), caller, once)
    return write_answer(written, again=again)


@writing.before_request
def bound() -> None:
    """Refuse bodies that are longer than any call's: 413."""
    request.max_content_length = LONGEST_BODY


def register_writing(app: OpenAPI) -> None:
    """Add the calls; those on the addresses of articles stand in the document beside GET."""
    there = {url: app.paths[url] for url in writing.paths if url in app.paths}
    app.register_api(writing)
    for url, calls in there.items():
        ours = app.paths[url]
        methods = {method: getattr(ours, method) for method in ours.model_fields_set}
        app.paths[url] = calls.model_copy(update=methods)


def _data() -> bytes:
    data = request.get_data(cache=False)
    if request.content_length is None and len(data) >= LONGEST_BODY:
        raise RequestEntityTooLarge  # it came in chunks, of which no more were read
    return data


def _options() -> ImportOptions:
    return ImportOptions(language=serving().settings.language)


def _read(data: bytes) -> list[Asked]:
    try:
        return read_asked(data, _options(), serving().now())
    except WriteError as error:
        raise ParameterError("body", str(error)) from error


def _once(caller: str, data: bytes) -> Once | None:
    """Return which call this is, None when it has no key."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    if len(key) > LONGEST_CALL_KEY or not (key.isascii() and key.isprintable()):
        detail = f"give at most {LONGEST_CALL_KEY} printable characters of ASCII"
        raise ParameterError("Idempotency-Key", detail)
    call = f"{request.method} {request.path}\0".encode("utf-8", "surrogatepass")
    return Once(caller, key, sha256(call + data).digest())


def _write(asked: list[Asked], by: str, once: Once | None) -> tuple[list[Written], bool]:
    try:
        return serving().store.writes.write(asked, by=by, now=serving().now(), once=once)
    except RepeatedCallError as error:
        raise Conflict(str(error)) from error
