"""Each request: its id, its line in the log, and its place in the numbers."""

import logging
import re
import secrets
import time

from flask import Flask, Response, current_app, g, request

from web.watching.latencies import Answer
from web.watching.logs import ACCESS
from web.watching.metrics import METHODS, count_request
from web.watching.watcher import Watcher

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{8,64}")
UNKNOWN_ROUTE = "none"
"""What stands for the address of a request to which nothing answers."""
TIMED = {
    "pages.search": Answer.SEARCH,
    "api.search": Answer.SEARCH,
    "api.related_to_text": Answer.RELATED,
    "api.related_by_address": Answer.RELATED,
    "blocks.related": Answer.RELATED,
    "blocks.page_blocks_of": Answer.PAGE_BLOCKS,
}
"""Whose answers are timed by the minute; refusals are fast and are left out."""
logger = logging.getLogger(ACCESS)


def watcher() -> Watcher:
    """Return what watches the application."""
    kept: Watcher = current_app.extensions["watching"]
    return kept


def well_formed(given: str) -> bool:
    r"""Say whether somebody else's id of a request is taken over.

    Examples
    --------
    >>> well_formed("7f3c9a51-0b6e"), well_formed("short"), well_formed("two lines\nhere")
    (True, False, False)
    """
    return bool(_WELL_FORMED.fullmatch(given))


def register_requests(app: Flask, kept: Watcher) -> None:
    """Watch every request; to be called before any other part asks to see them.

    What is asked to see requests first sees answers last, as they are sent.
    """
    app.extensions["watching"] = kept

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        given = request.headers.get(HEADER, "")
        g.request_id = given if well_formed(given) else secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        seconds = time.perf_counter() - g.begun
        rule = request.url_rule
        route = rule.rule if rule else UNKNOWN_ROUTE
        count_request(kept.tallies, route, request.method, response.status_code, seconds)
        timed = TIMED.get(request.endpoint or "")
        if timed and response.status_code < 400:
            kept.latencies.add(timed, seconds)
        if logger.isEnabledFor(logging.INFO):
            method = request.method if request.method in METHODS else "other"
            ms = round(1_000 * seconds, 2)
            facts = {"method": method, "route": route, "status": response.status_code, "ms": ms}
            logger.info("%s %s %d %.2f ms", method, route, response.status_code, ms, extra=facts)
        return response
