"""Blocks as JSON: written as they are, because a site asks hundreds of times a second."""

import json
from dataclasses import fields
from operator import attrgetter
from typing import Any

from web.blocks.page_blocks import PageBlocks, ShownBlock, ShownBlockItem

_NAMES = tuple(field.name for field in fields(ShownBlockItem))
_values = attrgetter(*_NAMES)


def written(value: Any) -> str:
    """Return plain values as JSON; a time ends in Z, as the rest of the API writes them."""
    return _encode(value)


def page_blocks_json(page: PageBlocks) -> str:
    """Return the answer about the blocks of an article's page."""
    assert page.article is not None
    article = {"id": page.article.id, "url": page.address, "title": page.article.title}
    return written({"article": article, **blocks_record(page)})


def blocks_record(page: PageBlocks) -> dict[str, Any]:
    """Return recipe, receipt and blocks as plain values."""
    return {
        "recipe": page.recipe,
        "receipt": page.receipt,
        "blocks": {block.name: block_record(block) for block in page.blocks},
    }


def block_record(block: ShownBlock) -> dict[str, Any]:
    """Return a block as plain values."""
    return {"title": block.title, "items": [item_record(item) for item in block.items]}


def item_record(item: ShownBlockItem) -> dict[str, Any]:
    """Return an item as plain values."""
    return dict(zip(_NAMES, _values(item), strict=True))


def _plain(value: Any) -> str:
    return str(value.isoformat()).removesuffix("+00:00") + "Z"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
