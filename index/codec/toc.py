"""The table of contents of an index: its schema and its segments, as JSON with a checksum.

One that Whoosh has written itself is read too, without loading its pickles.
"""

import json
import re
import zlib
from dataclasses import asdict
from time import time_ns
from typing import Any

from index.arrays import DamagedFileError
from index.codec.codec import ArraySegment
from index.codec.contents import Contents
from index.codec.descriptions import UnknownKindError, schema_from_json, schema_to_json
from index.codec.pickles import UnsafePickleError
from index.codec.stock_segments import StockSegment
from index.codec.stock_toc import read_stock_toc
from index.codec.storages import folder_of, read_file
from index.manifest import FileEntry, sync
from index.whoosh_api import EmptyIndexError

FORMAT = 1
"""Raised by one whenever older code could not read the file."""
_KINDS: dict[str, Any] = {"arrays": ArraySegment, "whoosh": StockSegment}


def toc_name(index: str, generation: int) -> str:
    """Return the name of a table of contents; it is the one that Whoosh gives it."""
    return f"_{index}_{generation}.toc"


def latest_generation(storage: Any, index: str) -> int:
    """Return the number of the latest commit, -1 where there is no index."""
    pattern = re.compile(rf"_{re.escape(index)}_([0-9]+)\.toc")
    found = (pattern.fullmatch(name) for name in storage.list())
    return max((int(match[1]) for match in found if match), default=-1)


def read_toc(storage: Any, index: str, schema: Any = None) -> Contents:
    """Return what an index consists of; ``schema`` stands in for the one that was written.

    Raises
    ------
    EmptyIndexError
        When there is no index.
    DamagedFileError
        When the file is not what was written, or asks for something that is not known.
    FileNotFoundError
        When the next commit has taken its place just now.
    """
    generation = latest_generation(storage, index)
    if generation < 0:
        raise EmptyIndexError(f"there is no index {index} in {storage}")
    name = toc_name(index, generation)
    data = read_file(storage, name)
    try:
        if not data.startswith(b"{"):
            return read_stock_toc(data, index, generation, schema)
        return _parsed(data, index, generation, schema)
    except (UnknownKindError, UnsafePickleError) as error:
        raise DamagedFileError(f"{name}: {error}") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise DamagedFileError(f"{name} is damaged: {error}") from error


def write_toc(storage: Any, index: str, contents: Contents) -> None:
    """Write a table of contents; it takes effect at once, and lies on the disk then.

    Raises
    ------
    UnknownKindError
        When the schema cannot be described.
    """
    contents.schema.clean()
    content = {
        "format": FORMAT,
        "generation": contents.generation,
        "release": contents.release,
        "schema": json.loads(schema_to_json(contents.schema)),
        "segments": [
            {"kind": _kind(segment), **segment.describe()} for segment in contents.segments
        ],
        "files": {name: asdict(entry) for name, entry in sorted(contents.files.items())},
    }
    body = json.dumps(content, separators=(",", ":")).encode()
    name = toc_name(index, contents.generation)
    temporary = f"{name}.{time_ns()}"
    with storage.create_file(temporary) as file:
        file.write(body + _line(body))
    folder = folder_of(storage)
    if folder is not None:
        sync(folder / temporary)
        sync(folder)
    storage.rename_file(temporary, name, safe=True)
    if folder is not None:
        sync(folder)


def _parsed(data: bytes, index: str, generation: int, schema: Any) -> Contents:
    body, _, line = data.partition(b"\n")
    if b"\n" + line != _line(body):
        raise ValueError("its checksum does not fit")
    content = json.loads(body)
    if content["format"] != FORMAT or content["generation"] != generation:
        raise ValueError(f"it has format {content['format']} of commit {content['generation']}")
    files = {name: FileEntry(**entry) for name, entry in content["files"].items()}
    segments = [
        _KINDS[segment.pop("kind")].from_description(index, files, segment)
        for segment in content["segments"]
    ]
    if schema is None:
        schema = schema_from_json(json.dumps(content["schema"]))
    release = tuple(content["release"])
    return Contents(schema, segments, generation, files, FORMAT, release)


def _kind(segment: Any) -> str:
    return next(kind for kind, cls in _KINDS.items() if type(segment) is cls)


def _line(body: bytes) -> bytes:
    """Return the line that ends the file: the checksum of what stands before it."""
    return f"\n{zlib.crc32(body):08x}\n".encode()
