"""The part of the application that the calls about blocks belong to."""

from flask import request
from flask_openapi3 import APIBlueprint, Tag
from werkzeug.exceptions import BadRequest

from web.api import problems
from web.problems import ParameterError

blocks_api = APIBlueprint(
    "blocks",
    __name__,
    abp_tags=[Tag(name="Blocks", description="What a site puts on its pages.")],
    abp_responses=problems(400, 404, 405, 500, 503),
    operation_id_callback=lambda *, name, **_: name,
)


@blocks_api.before_request
def read_body() -> None:
    """Refuse a body that is no JSON before the extension reads it: 413, 415 or 400."""
    if request.method != "POST":
        return
    try:
        request.get_json()
    except (BadRequest, RecursionError) as error:
        raise ParameterError("body", "this is not a JSON document that can be read") from error
