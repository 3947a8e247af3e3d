"""Blocks as JSON: written as they are, because a site asks hundreds of times a second."""

import json
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from web.blocks.page_blocks import MOST_KEPT, PageBlocks, ShownBlockItem

_NAMES = tuple(field.name for field in fields(ShownBlockItem))
_values = attrgetter(*_NAMES)


def written(value: Any) -> str:
    """Return plain values as JSON; a time ends in Z, as the rest of the API writes them."""
    return _encode(value)


def page_json(page: PageBlocks) -> str:
    """Return the answer about the blocks of an article's page."""
    assert page.article is not None
    article = {"id": page.article.id, "url": page.address, "title": page.article.title}
    return _object(article=written(article), **_blocks(page))


def problem_json(problem: dict[str, Any], page: PageBlocks | None) -> str:
    """Return a problem, with the blocks that fit every page where there are some."""
    parts = {name: written(value) for name, value in problem.items()}
    return _object(**parts, **(_blocks(page) if page else {}))


def block_json(title: str, items: Iterable[ShownBlockItem], **others: str) -> str:
    """Return a block."""
    parts = {name: written(value) for name, value in others.items()}
    return _object(title=written(title), items=items_json(items), **parts)


def items_json(items: Iterable[ShownBlockItem]) -> str:
    """Return a list of items."""
    return f"[{','.join(map(_item, items))}]"


def _blocks(page: PageBlocks) -> dict[str, str]:
    blocks = {block.name: block_json(block.title, block.items) for block in page.blocks}
    recipe, receipt = written(page.recipe), written(page.receipt)
    return {"recipe": recipe, "receipt": receipt, "blocks": _object(**blocks)}


@lru_cache(MOST_KEPT)
def _item(item: ShownBlockItem) -> str:
    record = dict(zip(_NAMES, _values(item), strict=True))
    if item.score is not None:
        record["score"] = item.score._asdict()
    return written(record)


def _object(**parts: str) -> str:
    """Return an object of parts that are JSON already; the names need no escape."""
    return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items()) + "}"


def _plain(value: Any) -> str:
    return str(value.isoformat()).removesuffix("+00:00") + "Z"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
