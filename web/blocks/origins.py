"""Which sites' pages may read the answers of the calls that are made for them (CORS)."""

from collections.abc import Collection

from flask import Flask, Response, request

EVERY = "*"
METHODS = "GET, POST, OPTIONS"
PREFLIGHT_KEPT = 86_400
"""Seconds for which a browser need not ask again whether it may ask."""


def register_origins(app: Flask, origins: Collection[str], *, calls: Collection[str]) -> None:
    """Let pages of some origins read the answers of some calls.

    Nobody's cookies count for these answers, so a page learns nothing that its reader could not
    ask for. What holds for one origin must not be kept for another: caches are told so.

    Parameters
    ----------
    app : Flask
        The application.
    origins : collection of str
        Such as ``https://courier.example``; ``*`` among them is every origin.
    calls : collection of str
        Their endpoints, or the names of blueprints.
    """
    open_calls = frozenset(calls)

    @app.after_request
    def allow(response: Response) -> Response:
        if not origins or open_calls.isdisjoint((request.blueprint, request.endpoint)):
            return response
        origin = request.headers.get("Origin", "")
        if EVERY in origins:
            response.headers["Access-Control-Allow-Origin"] = EVERY
        else:
            response.vary.add("Origin")
            if origin not in origins:
                return response
            response.headers["Access-Control-Allow-Origin"] = origin
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_KEPT)
        return response
