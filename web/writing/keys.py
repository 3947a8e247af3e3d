"""Who calls: the key in the header Authorization, and what it may do."""

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from articles.api_keys import ApiKey, Scope
from web.serving import serving


def bearer() -> str:
    """Return the key that was sent, empty where none was."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def require_key(scope: Scope, *, instead: str = "") -> ApiKey:
    """Return the key of this call; ``instead`` says what else may be sent.

    Raises
    ------
    Unauthorized
        When there is none, or it is unknown, expired or revoked, which look alike from outside.
    Forbidden
        When it is good for something else.
    """
    given = bearer()
    key = serving().store.api_keys.check(given, serving().now()) if given else None
    if key is None:
        raise Unauthorized(
            f"Send {instead}a key of this archive that is good, in the header Authorization: "
            "Bearer; `backfile key add` makes one.",
            www_authenticate=WWWAuthenticate("bearer"),
        )
    if scope not in key.scopes:
        raise Forbidden(f"The key {key.name} has not the scope {scope}: make one that has it.")
    return key
