"""How blocks become a part of the application."""

from collections.abc import Callable, Collection

from flask import Response, request
from flask_openapi3 import OpenAPI
from flask_openapi3.models import Schema
from pydantic import ValidationError

from web.api import api
from web.blocks import related_views, views
from web.blocks.answering import Answers
from web.blocks.answers import UnknownPageModel
from web.blocks.blueprint import blocks_api
from web.blocks.origins import register_origins
from web.blocks.parameters import BlocksParameters
from web.blocks.script import block_files
from web.parameters import Parameters
from web.problems import ParameterError
from web.settings import Settings

CALLS = (views.page_blocks_of, related_views.related, related_views.related_by_address)
"""Some of the calls: importing their modules adds all of them to their blueprints."""


def register_blocks(app: OpenAPI, settings: Settings, *, open_too: Collection[str] = ()) -> None:
    """Add the calls about blocks, and the files that a site's pages load.

    The pages of the origins that the settings name may read their answers, and those of the
    calls or blueprints ``open_too``.
    """
    app.register_api(blocks_api)
    # The extension knows a shape only where it is answered with 200.
    shape = UnknownPageModel.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    app.components_schemas[UnknownPageModel.__name__] = Schema(**shape)
    name = f"{blocks_api.name}.{views.page_blocks_of.__name__}"
    app.view_functions[name] = read_at_once(views.page_blocks_of, BlocksParameters)
    app.register_blueprint(block_files)
    app.extensions["blocks"] = Answers()
    # By its address it stands beside the call for a text, in the blueprint of that.
    calls = {blocks_api.name, f"{api.name}.{related_views.related_by_address.__name__}", *open_too}
    register_origins(app, settings.origins, calls=calls)


def read_at_once(view: Callable[..., Response], model: type[Parameters]) -> Callable[[], Response]:
    """Return a view whose parameters are read in one go: the extension reads each for itself.

    That takes a fifth of the time of an answer that somebody has already.
    """

    def read() -> Response:
        try:
            query = model.model_validate(request.args.to_dict())
        except ValidationError as error:
            raise ParameterError.of(error) from error
        return view(query=query)

    return read
