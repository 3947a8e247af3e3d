"""How blocks become a part of the application."""

from collections.abc import Collection

from flask_openapi3 import OpenAPI

from web.api import api
from web.blocks import related_views, views
from web.blocks.answering import Answers
from web.blocks.blueprint import blocks_api
from web.blocks.origins import register_origins
from web.blocks.script import block_files
from web.settings import Settings

CALLS = (views.page_blocks_of, related_views.related, related_views.related_by_address)
"""Some of the calls: importing their modules adds all of them to their blueprints."""


def register_blocks(app: OpenAPI, settings: Settings, *, open_too: Collection[str] = ()) -> None:
    """Add the calls about blocks, and the files that a site's pages load.

    The pages of the origins that the settings name may read their answers, and those of the
    calls or blueprints ``open_too``.
    """
    app.register_api(blocks_api)
    app.register_blueprint(block_files)
    app.extensions["blocks"] = Answers()
    # By its address it stands beside the call for a text, in the blueprint of that.
    calls = {blocks_api.name, f"{api.name}.{related_views.related_by_address.__name__}", *open_too}
    register_origins(app, settings.origins, calls=calls)
