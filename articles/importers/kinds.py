"""The kinds of files that can be imported, by the ends of their names."""

import lzma
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from zipfile import BadZipFile

from articles.importers.csv_file import read_csv
from articles.importers.html_page import read_page
from articles.importers.jsonl import read_json, read_jsonl
from articles.importers.opening import COMPRESSIONS, Expanding
from articles.importers.problem import DamagedFileError
from articles.importers.source import ArticleSource, ByteStream, ParsedRecord, SourceFile
from articles.importers.text_page import read_text

SOURCES: Mapping[str, ArticleSource] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".html": read_page,
    ".htm": read_page,
    ".xhtml": read_page,
    ".txt": read_text,
}
ZIP = ".zip"
DESCRIPTION = f"{', '.join(SOURCES)}, each also with {' or '.join(COMPRESSIONS)}, and {ZIP}"


# What the decompressors and zipfile raise where data is damaged or cut off.
_FAULTS = (BadZipFile, EOFError, OSError, lzma.LZMAError, zlib.error)


class Kind(NamedTuple):
    """How a file is read, and its name without what said so."""

    source: ArticleSource
    compression: str
    stem: str


def kind_of(name: str) -> Kind | None:
    """Return how a file of that name is read, None when nobody here reads it.

    Examples
    --------
    >>> kind_of("1988/wire.JSONL.gz").stem, kind_of("photo.jpg")
    ('1988/wire', None)
    """
    lower = name.casefold()
    compression = next((end for end in COMPRESSIONS if lower.endswith(end)), "")
    plain = lower.removesuffix(compression)
    for suffix, source in SOURCES.items():
        if plain.endswith(suffix):
            return Kind(source, compression, name[: len(plain) - len(suffix)])
    return None


def read_stream(kind: Kind, stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield the records of an open file; where it is damaged, one more says what is lost."""
    line = 0
    opened = Expanding(stream, kind.compression) if kind.compression else stream
    try:
        for record in kind.source(opened, file):
            line = record.line
            yield record
    except DamagedFileError as error:
        reason = str(error)
    except _FAULTS as error:
        reason = f"the rest cannot be read ({error}): get the file anew and import it again"
    else:
        return
    yield ParsedRecord(file.label, line + 1 if line else 0, None, (reason,))
