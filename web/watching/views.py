"""The addresses for who watches: `/metrics` and `/readyz`."""

from ipaddress import ip_address, ip_network

from flask import Response, request
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from web.counting.visitors import FORWARDED, client_address
from web.serving import serving
from web.settings import Settings
from web.watching.requests import watcher

MEDIA_TYPE = "text/plain; version=1.0.0; charset=utf-8"

watching = APIBlueprint("watching", __name__, doc_ui=False)


class ReadyModel(BaseModel):
    """What a process says that can answer readers."""

    status: str = "ready"
    generation: int


@watching.get("/readyz")
def readyz() -> Response:
    """Say whether readers can be sent here; 503 with the reason while they cannot."""
    found = watcher().readiness()
    if found.generation is None:
        raise ServiceUnavailable(found.reason)
    answer = ReadyModel(generation=found.generation).model_dump_json()
    return Response(answer, mimetype="application/json", headers={"Cache-Control": "no-store"})


@watching.get("/metrics")
def metrics() -> Response:
    """Give the numbers to whom the settings name."""
    if not may_see_numbers(serving().settings):
        raise Forbidden(
            "The numbers are for the addresses of the setting metrics_addresses; behind a proxy, "
            "trusted_proxies says whose word counts for who asks."
        )
    return Response(
        watcher().exposition(), content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
    )


def may_see_numbers(settings: Settings) -> bool:
    """Say whether the request comes from one of the addresses that may.

    Where no proxy is trusted but one has forwarded the request, nobody knows who asks: a proxy on
    this machine has an address of this machine.
    """
    if not settings.trusted_proxies and any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(client_address(request, settings.trusted_proxies, whole=True))
    except ValueError:
        return False
    return any(address in ip_network(one) for one in settings.metrics_addresses.split(",") if one)
