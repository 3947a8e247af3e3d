"""Reads the table of contents that Whoosh itself writes, in which schema and segments are pickled.

The pickles are read as data; nothing that they name is loaded.
"""

from io import BytesIO
from typing import Any

from index.codec.codec import ArraySegment
from index.codec.contents import Contents
from index.codec.descriptions import NAMES, schema_from_pickle
from index.codec.pickles import Instance, read_pickle
from index.codec.stock_segments import StockSegment
from index.whoosh_api import StructFile

VERSION = -111
"""The only format that is read; Whoosh has written it since 2011."""
_SIZES = (4, 8, 4)
"""Bytes of Whoosh's int, long and float."""
_MAGIC = -12345
_SEGMENT = "whoosh.codec.whoosh3.W3Segment"
_ARRAY_SEGMENT = f"{ArraySegment.__module__}.{ArraySegment.__qualname__}"
_SEGMENT_NAMES = {
    _SEGMENT,
    _ARRAY_SEGMENT,
    "whoosh.codec.whoosh3.W3Codec",
    "index.manifest.FileEntry",
}


def read_stock_toc(data: bytes, index: str, generation: int, schema: Any) -> Contents:
    """Return what Whoosh's table of contents says.

    Raises
    ------
    UnsafePickleError
        When it names anything but the parts of schemas and segments.
    UnknownKindError
        When the schema is none.
    ValueError
        When it has another format.
    """
    file = StructFile(BytesIO(data))
    sizes = tuple(file.read_varint() for _ in _SIZES)
    if sizes != _SIZES or file.read_int() != _MAGIC:
        raise ValueError("it is no table of contents")
    version = file.read_int()
    if version != VERSION:
        raise ValueError(f"it has Whoosh's format {version}; only {VERSION} is read")
    release = tuple(file.read_varint() for _ in range(3))
    pickled = file.read_string()
    if schema is None:
        schema = schema_from_pickle(read_pickle(pickled, NAMES))
    if file.read_int() != generation:
        raise ValueError("it is of another commit")
    file.read_int()
    found = read_pickle(file.file, _SEGMENT_NAMES)
    if not isinstance(found, list):
        raise TypeError("its segments are no list")
    segments = [_segment(index, instance) for instance in found]
    return Contents(schema, segments, generation, version=version, release=release)


def _segment(index: str, instance: Any) -> Any:
    if not isinstance(instance, Instance) or instance.state["indexname"] != index:
        raise ValueError("it has a segment of another index")
    state = instance.state
    if instance.name == _ARRAY_SEGMENT:
        return ArraySegment(index, state["segid"], state["_documents"], state["_deleted"])
    if instance.name != _SEGMENT:
        raise ValueError(f"it has a {instance.name} for a segment")
    return StockSegment(
        index,
        state["segid"],
        state["_doccount"],
        state["_deleted"] or (),
        compound=state["compound"],
        lengths=state.get("_fieldlengths", {}),
    )
