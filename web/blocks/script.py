"""The script and the style sheet that a site puts on its pages, at addresses of their own.

Anybody's page may load them. Each has one address that never changes, ``/blocks.js``, which a
browser asks again after an hour, and one that holds a checksum, ``/blocks.js?v=...``, whose content
never changes.
"""

import hashlib
import json
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, request

from web.addresses import path_of

LARGEST = 5_000
"""Bytes of the script as it is served, its style included."""
FRESH, STALE, FOREVER = timedelta(hours=1), timedelta(days=7), timedelta(days=365)
"""How long the address without a checksum is good, good while it is asked again, and the other."""
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_STATIC = Path(__file__).parent.parent / "static"
_STYLE_OF_NONE = 'const style = "";'
"""The line of the script that the style sheet is put into."""

block_files = Blueprint("block_files", __name__)


class BlockFile(NamedTuple):
    """One of the files, as it is served."""

    content: bytes
    media_type: str
    checksum: str


@block_files.get("/<any('blocks.js', 'blocks.css'):name>")
def block_file(name: str) -> Response:
    """Return the script or the style sheet."""
    file = files()[name]
    response = Response(file.content, content_type=f"{file.media_type}; charset=utf-8")
    response.headers.update(HEADERS)
    kept = response.cache_control
    kept.public = True
    if request.args.get("v") == file.checksum:
        kept.max_age, kept.immutable = int(FOREVER.total_seconds()), True
    else:
        kept.max_age = int(FRESH.total_seconds())
        kept.stale_while_revalidate = kept.stale_if_error = int(STALE.total_seconds())
    return response


def address_of_file(name: str) -> str:
    """Return the path of a file that holds its checksum."""
    return path_of("block_files.block_file", name=name, v=files()[name].checksum)


@cache
def files() -> dict[str, BlockFile]:
    """Return the files by their names."""
    style = (_STATIC / "blocks.css").read_text(encoding="utf-8")
    script = (_STATIC / "blocks.js").read_text(encoding="utf-8")
    assert _STYLE_OF_NONE in script
    whole = script.replace(_STYLE_OF_NONE, f"const style = {json.dumps(tight_style(style))};")
    return {
        "blocks.js": _file(tight_script(whole), "text/javascript"),
        "blocks.css": _file(style, "text/css"),
    }


def tight_script(script: str) -> str:
    r"""Return a script without its comments and most of its white space.

    A comment begins a line or stands at its end after a blank. No text holds two slashes after a
    blank, or a blank beside a comma, a semicolon or a bracket.

    Examples
    --------
    >>> tight_script("const a = [ // why\n  { b: 1 },\n  2];\n// what\nc(a);\n")
    'const a = [\n{b: 1},2];c(a);'
    """
    bare = re.sub(r"^\s*//.*\n|^\s+|\s+//.*$", "", script, flags=re.MULTILINE)
    return re.sub(r"(?<=[{(,;])\s+|\s+(?=[})])", "", bare)


def tight_style(style: str) -> str:
    r"""Return a style sheet without its comments and most of its white space.

    Examples
    --------
    >>> tight_style("/* why */\na {\n  margin: 0;\n  color: red\n}\n")
    'a{margin:0;color:red}'
    """
    return re.sub(r"/\*.*?\*/|\s+(?=[{}])|(?<=[{}:;,])\s+", "", style, flags=re.DOTALL).strip()


def _file(text: str, media_type: str) -> BlockFile:
    content = text.encode()
    return BlockFile(content, media_type, hashlib.sha256(content).hexdigest()[:12])
