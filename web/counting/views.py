"""The calls that count: a page's beacons, the image for pages without JavaScript, and servers'."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, Field

from articles.api_keys import Scope
from web.api import problems
from web.counting.addresses import article_at
from web.counting.beacons import (
    LONGEST_BODY,
    ClickBeacon,
    EventModel,
    EventsModel,
    ViewBeacon,
    read_click,
    read_events,
    read_view,
)
from web.counting.counter import Asking, Followed
from web.counting.visitors import client_address, network_of
from web.parameters import Parameters
from web.problems import ParameterError
from web.readers import LONGEST_AGENT, is_ahead, is_browser
from web.receipts import Receipt, ReceiptError
from web.serving import serving
from web.writing.keys import bearer, require_key

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent image of one pixel, in GIF."""
OLDEST_EVENT = timedelta(days=31)
"""How old an event may be that a server tells of."""
_EARLY = timedelta(minutes=5)
"""By how much a server's clock may be ahead of ours."""
UNDERSTOOD: ResponseDict = {204: {"description": "Understood, whether it counted or not."}}

counting = APIBlueprint(
    "counting",
    __name__,
    abp_tags=[Tag(name="Counting", description="What readers open and follow, and never who.")],
    operation_id_callback=lambda *, name, **_: name,
)


def _body(model: type[BaseModel], *types: str) -> dict[str, Any]:
    """Return how the document describes a body that the view reads itself."""
    schema = model.model_json_schema()
    for name in schema.pop("$defs", {}):
        schema["properties"]["events"]["items"] = EventModel.model_json_schema()
        assert name == EventModel.__name__
    return {
        "requestBody": {"required": True, "content": {type_: {"schema": schema} for type_ in types}}
    }


@counting.post(
    "/api/v1/views",
    responses={**UNDERSTOOD, **problems(400, 405, 413, 500)},
    openapi_extensions=_body(ViewBeacon, "application/json", "text/plain"),
    description="For `navigator.sendBeacon`. One view of an article by a visitor counts in an "
    "hour. Nothing counts that no browser sends, or that was no public article of this archive.",
)
def count_view() -> Response:
    """Count that an article was opened."""
    _count_view(read_view(request))
    return Response(status=204)


class PixelParameters(Parameters):
    """What the image counts: an article, by the receipt of its blocks or by its id."""

    receipt: str = Field("", description="As the blocks of the page had it.")
    id: str = Field("", description="The article's id.")


@counting.get(
    "/api/v1/views.gif",
    responses={
        200: {"content": {"image/gif": {"schema": {"type": "string", "format": "binary"}}}},
        **problems(400, 405, 500),
    },
    description="For pages without JavaScript: an image of one pixel, which counts as `views` do.",
)
def count_view_by_image(query: PixelParameters) -> Response:
    """Count that an article was opened, and return an image."""
    if not (query.receipt or query.id):
        raise ParameterError("receipt", "give a receipt or an id")
    _count_view(ViewBeacon.model_construct(receipt=query.receipt, id=query.id, url=""))
    response = Response(PIXEL, mimetype="image/gif")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@counting.post(
    "/api/v1/clicks",
    responses={**UNDERSTOOD, **problems(400, 405, 413, 500)},
    openapi_extensions=_body(ClickBeacon, "application/json", "text/plain"),
    description="For `navigator.sendBeacon`. It counts once a day for a visitor and an item, and "
    "only what the receipt says was shown there.",
)
def count_click() -> Response:
    """Count that an item of a block was followed."""
    beacon = read_click(request)
    receipt, asking = _receipt(beacon.receipt), _asking()
    if receipt and asking:
        serving().counter.click(asking, Followed(receipt, beacon.block, beacon.position))
    return Response(status=204)


@counting.post(
    "/api/v1/events",
    responses={**UNDERSTOOD, **problems(400, 401, 403, 405, 413, 500, 503)},
    openapi_extensions=_body(EventsModel, "application/json"),
    description="For a server that counts for its readers; with the header `Authorization: "
    "Bearer` and a key of the scope `counting:write`, or the setting `counting_key`. Readers who "
    "are programs do not count.",
)
def count_events() -> Response:
    """Count what the readers of a server did."""
    settings = serving().settings
    key, given = settings.counting_key.get_secret_value(), bearer().encode("utf-8", "replace")
    if not (key and hmac.compare_digest(key.encode(), given)):
        require_key(Scope.WRITE_COUNTING, instead="the setting counting_key or ")
    events = read_events(request)
    now = serving().now()
    for number, event in enumerate(events):
        _check(event, number, now)
    if settings.counting:
        for event in events:
            _count_event(event, min(event.at, now) if event.at else None)
    return Response(status=204)


@counting.before_request
def bound() -> None:
    """Refuse bodies that are longer than any beacon: 413."""
    if request.endpoint != f"{counting.name}.{count_events.__name__}":
        request.max_content_length = LONGEST_BODY


def _count_view(beacon: ViewBeacon) -> None:
    asking = _asking()
    if asking is None:
        return
    receipt = _receipt(beacon.receipt)
    article_id = receipt.article if receipt else _named(beacon)
    if article_id is not None:
        serving().counter.view(asking, article_id, receipt)


def _check(event: EventModel, number: int, now: datetime) -> None:
    """Refuse an event that no server of ours would send.

    Raises
    ------
    ParameterError
        When its time is none at which anything can have been read, or a click has no reader.
    """
    if event.at and not now - OLDEST_EVENT <= event.at <= now + _EARLY:
        detail = f"an event is at most {OLDEST_EVENT.days} days old, and none is yet to come"
        raise ParameterError(f"events.{number}.at", detail)
    if event.kind == "click" and not (event.address and event.receipt):
        raise ParameterError(f"events.{number}", "a click needs the reader's address and a receipt")


def _count_event(event: EventModel, at: datetime | None) -> None:
    counter = serving().counter
    if (event.agent or event.address) and not is_browser(event.agent):
        return
    receipt = _receipt(event.receipt)
    asking = Asking(network_of(event.address), event.agent[:LONGEST_AGENT], not event.private)
    if event.kind == "click":
        if receipt:
            counter.click(asking, Followed(receipt, event.block, event.position), at)
        return
    article_id = receipt.article if receipt else _named(event)
    if article_id is None:
        return
    if event.address:
        counter.view(asking, article_id, receipt, at)
    elif article_id:
        counter.tally(article_id, at)


def _asking() -> Asking | None:
    """Return who asks, None where nobody reads: nothing counts then."""
    settings, agent = serving().settings, request.headers.get("User-Agent", "")
    if not settings.counting or not is_browser(agent) or is_ahead(request):
        return None
    if request.method == "HEAD":
        return None
    private = "1" in (request.headers.get("DNT"), request.headers.get("Sec-GPC"))
    address = client_address(request, settings.trusted_proxies)
    return Asking(address, agent[:LONGEST_AGENT], not private)


def _receipt(text: str) -> Receipt | None:
    """Return what a receipt says, None when it is none of ours."""
    if not text:
        return None
    try:
        return serving().receipts.read(text, today=serving().now().astimezone(UTC).date())
    except ReceiptError:
        return None


def _named(beacon: ViewBeacon) -> str | None:
    """Return the article that is named without a receipt, None when a forged one was given."""
    if beacon.receipt:
        return None
    return beacon.id or article_at(beacon.url)
