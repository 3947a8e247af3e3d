"""Opening files: decompression, decoding and lines, all of them bounded."""

import codecs
import gzip
import lzma
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, cast

from articles.importers.problem import DamagedFileError
from articles.importers.source import ByteStream

COMPRESSIONS = (".gz", ".xz")
CHUNK = 2**17
MAXIMUM_EXPANSION = 200
"""A file may grow to so many times its compressed size: news text reaches about 5."""
EXPANSION_FLOOR = 4 * 2**30
"""Up to so many bytes any growth is taken: repeats in small files compress without limit."""

_READ_AS_WINDOWS = "not UTF-8: read as Windows-1252"


class Expanding:
    """A stream that is decompressed as it is read, and left when it grows beyond all measure."""

    def __init__(self, raw: ByteStream, compression: str) -> None:
        self._raw = raw
        source = cast("BinaryIO", raw)
        self._stream: ByteStream = raw
        if compression == ".gz":
            self._stream = gzip.GzipFile(fileobj=source)
        elif compression == ".xz":
            self._stream = lzma.LZMAFile(source)  # noqa: SIM115 (whoever opened the file closes it)
        self._read = 0

    def read1(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, empty at the end.

        Raises
        ------
        DamagedFileError
            When the data expands without measure.
        """
        data = self._stream.read1(size)
        self._read += len(data)
        if self._read > EXPANSION_FLOOR and self._read > MAXIMUM_EXPANSION * self._raw.tell():
            raise DamagedFileError(
                f"reading stopped after {self._read:,} bytes, more than {MAXIMUM_EXPANSION} times "
                "the compressed size: if the file is sound, decompress it before the import"
            )
        return data

    def tell(self) -> int:
        """Return how many decompressed bytes were read."""
        return self._read


class Line(NamedTuple):
    """One line without its end; ``data`` is None when the line is too long to be held."""

    number: int
    data: bytes | None
    size: int


def lines(stream: ByteStream, maximum: int) -> Iterator[Line]:
    r"""Yield the lines as UTF-8, holding never more than ``maximum`` bytes and a chunk.

    A byte order mark is taken off, and text in UTF-16 that has one is made UTF-8.

    Examples
    --------
    >>> from io import BytesIO
    >>> list(map(tuple, lines(BytesIO(b"one\n\nthree"), 4)))
    [(1, b'one', 3), (2, b'', 0), (3, None, 5)]
    """
    number, held, size = 1, list[bytes](), 0
    for chunk in _utf8_chunks(stream):
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            size += len(part)
            yield Line(number, b"".join((*held, part)) if size <= maximum else None, size)
            number, held, size = number + 1, [], 0
        size += len(rest)
        if size <= maximum:
            held.append(rest)
        else:
            held.clear()
    if size:
        yield Line(number, b"".join(held) if size <= maximum else None, size)


def read_whole(stream: ByteStream, maximum: int) -> bytes | None:
    """Return all bytes of the stream, None when there are more than ``maximum``."""
    held = bytearray()
    while chunk := stream.read1(CHUNK):
        held += chunk
        if len(held) > maximum:
            return None
    return bytes(held)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of the bytes, and what had to be repaired to read it.

    Examples
    --------
    >>> decoded("café".encode("windows-1252"))
    ('café', ('not UTF-8: read as Windows-1252',))
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ()
    try:
        return data.decode(), ()
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace"), (_READ_AS_WINDOWS,)


def too_long(size: int | None, maximum: int) -> str:
    """Return the reason for which a record of that size is rejected."""
    found = f"{size:,} bytes long" if size else "too long"
    return f"{found}, above the limit of {maximum:,} bytes: raise maximum_record_bytes to read it"


def _utf8_chunks(stream: ByteStream) -> Iterator[bytes]:
    first = stream.read1(CHUNK)
    while 0 < len(first) < len(codecs.BOM_UTF8) and (more := stream.read1(CHUNK)):
        first += more
    recode: Callable[[bytes, bool], bytes] | None = None
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")

        def recode(data: bytes, final: bool) -> bytes:
            return decoder.decode(data, final).encode("utf-8", "replace")

    chunk, left = first, first.removeprefix(codecs.BOM_UTF8)
    while chunk:
        yield recode(left, False) if recode else left
        chunk = left = stream.read1(CHUNK)
    if recode:
        yield recode(b"", True)
