"""The one module that imports Whoosh: what we use of it stands here and nowhere else."""

from whoosh import __version__, analysis, columns, fields, formats, query, scoring
from whoosh.analysis import analyzers
from whoosh.codec import base as codec_base
from whoosh.codec import whoosh3 as stock_codec
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import FieldType, Schema, ensure_schema
from whoosh.filedb import compound
from whoosh.filedb.filestore import FileStorage, RamStorage, Storage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.formats import Positions
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.lang import porter, porter2
from whoosh.lang.morph_en import variations
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.qparser import QueryParser, plugins, syntax
from whoosh.query.spans import Span
from whoosh.reading import IndexReader, SegmentReader, TermInfo, TermNotFound
from whoosh.searching import Searcher
from whoosh.util.filelock import try_for
from whoosh.writing import IndexingError, SegmentWriter

__all__ = [
    "BufferFile",
    "EmptyIndexError",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "IndexReader",
    "IndexingError",
    "LeafMatcher",
    "LockError",
    "Positions",
    "QueryParser",
    "RamStorage",
    "ReadTooFar",
    "Schema",
    "Searcher",
    "SegmentReader",
    "SegmentWriter",
    "Span",
    "Storage",
    "StructFile",
    "TermInfo",
    "TermNotFound",
    "W3Codec",
    "W3Segment",
    "__version__",
    "analysis",
    "analyzers",
    "codec_base",
    "columns",
    "compound",
    "ensure_schema",
    "fields",
    "formats",
    "plugins",
    "porter",
    "porter2",
    "query",
    "scoring",
    "stock_codec",
    "syntax",
    "try_for",
    "variations",
]
