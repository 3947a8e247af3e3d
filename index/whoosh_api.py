"""The one module that imports Whoosh: what we use of it stands here and nowhere else."""

from whoosh import query
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.qparser import QueryParser, plugins, syntax
from whoosh.reading import SegmentReader

__all__ = [
    "FieldType",
    "FileStorage",
    "Positions",
    "QueryParser",
    "Schema",
    "SegmentReader",
    "W3Codec",
    "W3Segment",
    "plugins",
    "query",
    "syntax",
]
