"""Many numpy arrays in one file that is mapped when it is read.

Layout, all integers little-endian: the magic; the arrays, each aligned to 64 bytes; the CRC-32 of
every page of 64 KiB of every array, in the arrays' order; the header in JSON (arrays with dtype,
offset and length, checksum of the page checksums, and what else the writer noted); and a tail of
fixed size with the format, that says where the header lies. The header comes last, so that arrays
stream to the disk as they are made.

Opening reads header and tail only. A page is checked when it is first used: a damaged one raises
`DamagedFileError` with the names of file and array, and nothing wrong is ever returned. Nothing is
pickled.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, overload

import numpy as np

from index.arrays import Array, DamagedFileError

FORMAT = 1
"""Raised by one whenever older code could not read the file."""
PAGE = 1 << 16
"""Bytes that share a checksum: checking one takes about 20 microseconds."""
_MAGIC = b"BACKFILE"
_ALIGNMENT = 64
_TAIL = struct.Struct("<QQII8s")
"""Where the page checksums begin, the header's length, its CRC-32, the format, the magic again."""


class ArrayFileWriter:
    """Writes arrays one after the other to a binary file.

    Parameters
    ----------
    file : BinaryIO
        Open for writing at its start; the caller closes it.
    after : ArrayFile or None
        What ``file`` holds already, to go on behind its arrays; its notes are the caller's to keep.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> writer = ArrayFileWriter(file)
    >>> writer.add("squares", np.arange(4) ** 2)
    >>> checksum = writer.finish({"kind": "example"})
    >>> ArrayFile(file.getvalue(), "memory")["squares"][1:3].tolist()
    [1, 4]
    """

    def __init__(self, file: BinaryIO, after: "ArrayFile | None" = None) -> None:
        self._file = file
        self._entries: dict[str, list[Any]] = {}
        self._sums: list[int] = []
        self._at = 0
        if after is None:
            self._write(_MAGIC)
        else:
            self._entries, self._sums, self._at = after.layout()
            file.seek(self._at)
            file.truncate()

    def add(self, name: str, array: Array) -> None:
        """Write an array of numbers of one dimension."""
        array = np.ascontiguousarray(array)
        self.add_chunks(name, array.dtype, (array,))

    def add_chunks(self, name: str, dtype: Any, chunks: Iterable[Array]) -> None:
        """Write an array that comes in pieces, so that it never lies in memory whole."""
        if name in self._entries:
            raise ValueError(f"the array {name} stands in the file already")
        dtype = np.dtype(dtype).newbyteorder("<")
        if dtype.hasobject or dtype.fields is not None:
            raise TypeError(f"{name}: only arrays of numbers can be written, not {dtype}")
        self._write(bytes(-self._at % _ALIGNMENT))
        start, page, filled = self._at, 0, 0
        for chunk in chunks:
            data = np.ascontiguousarray(chunk, dtype).data.cast("B")
            self._write(data)
            while len(data):
                piece = data[: PAGE - filled]
                page = zlib.crc32(piece, page)
                filled += len(piece)
                data = data[len(piece) :]
                if filled == PAGE:
                    self._sums.append(page)
                    page = filled = 0
        if filled:
            self._sums.append(page)
        self._entries[name] = [dtype.str, start, (self._at - start) // dtype.itemsize]

    def finish(self, notes: Mapping[str, Any] | None = None) -> int:
        """Write checksums, header and tail; return the CRC-32 that stands for the whole file."""
        self._write(bytes(-self._at % _ALIGNMENT))
        at, sums = self._at, np.array(self._sums, "<u4").tobytes()
        content = {
            "page": PAGE,
            "pages": zlib.crc32(sums),
            "arrays": self._entries,
            "notes": dict(notes or {}),
        }
        header = json.dumps(content, separators=(",", ":")).encode()
        self._write(sums)
        self._write(header)
        checksum = zlib.crc32(header)
        self._write(_TAIL.pack(at, len(header), checksum, FORMAT, _MAGIC))
        return checksum

    def _write(self, data: Any) -> None:
        self._file.write(data)
        self._at += len(data)


class ArrayFile:
    """The arrays of one file.

    Parameters
    ----------
    buffer : bytes or mmap
        The whole file.
    name : str
        What errors call it.

    Raises
    ------
    DamagedFileError
        When header or tail are not what was written, or of another format.
    """

    def __init__(self, buffer: Any, name: str) -> None:
        self.name = name
        self._buffer = buffer
        self._arrays: dict[str, MappedArray] = {}
        content, self._sums = self._read()
        self.notes: dict[str, Any] = content["notes"]
        self._entries: dict[str, tuple[np.dtype[Any], int, int, int]] = {}
        page = 0
        for array, (dtype, start, length) in content["arrays"].items():
            kind = np.dtype(dtype)
            self._entries[array] = (kind, start, length, page)
            page += -(-length * kind.itemsize // PAGE)

    @classmethod
    def open(cls, path: Path) -> "ArrayFile":
        """Map the file at ``path``."""
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < _TAIL.size:
                    raise DamagedFileError(f"{path} is damaged: it is cut off after {size} bytes")
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), str(path))
        except OSError as error:
            raise DamagedFileError(f"{path} cannot be read: {error.strerror}") from error

    @property
    def checksum(self) -> int:
        """The CRC-32 of the header, which holds the checksum of all others."""
        return int(_TAIL.unpack_from(self._buffer, len(self._buffer) - _TAIL.size)[2])

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._buffer)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all arrays in the order in which they lie."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> "MappedArray":
        array = self._arrays.get(name)
        if array is None:
            try:
                dtype, start, length, page = self._entries[name]
            except KeyError:
                raise DamagedFileError(f"{self.name} has no array {name}") from None
            pages = -(-length * dtype.itemsize // PAGE)
            view = np.frombuffer(self._buffer, dtype, length, start)
            array = MappedArray(view, self._sums[page : page + pages], f"{self.name}, array {name}")
            self._arrays[name] = array
        return array

    def layout(self) -> tuple[dict[str, list[Any]], list[int], int]:
        """Return what a writer notes of each array, the page checksums, and where they begin."""
        entries = {
            name: [kind.str, start, length]
            for name, (kind, start, length, _) in self._entries.items()
        }
        at = int(_TAIL.unpack_from(self._buffer, len(self._buffer) - _TAIL.size)[0])
        return entries, self._sums.tolist(), at

    def verify(self) -> None:
        """Check every byte; `DamagedFileError` names the first array that differs."""
        end = len(_MAGIC)
        for name, (dtype, start, length, _) in self._entries.items():
            self[name].all()
            if any(self._buffer[end:start]):
                raise DamagedFileError(f"{self.name} is damaged: bytes before array {name}")
            end = start + length * dtype.itemsize
        if any(self._buffer[end : end + -end % _ALIGNMENT]):
            raise DamagedFileError(f"{self.name} is damaged: bytes behind the arrays")

    def close(self) -> None:
        """Let go of the mapping; it ends with the last array that somebody still holds."""
        self._arrays.clear()
        self._entries.clear()
        self._sums = np.empty(0, np.uint32)
        buffer, self._buffer = self._buffer, b""
        if isinstance(buffer, mmap.mmap):
            try:
                buffer.close()
            except BufferError:  # somebody still holds an array: it goes with that
                return

    def _read(self) -> tuple[dict[str, Any], Array]:
        data = self._buffer
        if len(data) < len(_MAGIC) + _TAIL.size:
            raise DamagedFileError(f"{self.name} is damaged: it is cut off")
        at, length, checksum, version, magic = _TAIL.unpack_from(data, len(data) - _TAIL.size)
        stop = len(data) - _TAIL.size
        if magic != _MAGIC or data[: len(_MAGIC)] != _MAGIC:
            raise DamagedFileError(f"{self.name} is damaged, or no file of arrays")
        if version != FORMAT:
            raise DamagedFileError(
                f"{self.name} is damaged or has format {version}, while this version of Backfile "
                f"reads {FORMAT}: run `backfile rebuild`"
            )
        start = stop - length
        if not len(_MAGIC) <= at <= start <= stop or (start - at) % 4:
            raise DamagedFileError(f"{self.name} is damaged: its tail does not fit")
        header = bytes(data[start:stop])
        if zlib.crc32(header) != checksum:
            raise DamagedFileError(f"{self.name} is damaged: its header is not what was written")
        content: dict[str, Any] = json.loads(header)
        sums = bytes(data[at:start])
        if zlib.crc32(sums) != content["pages"]:
            raise DamagedFileError(
                f"{self.name} is damaged: its checksums are not what was written"
            )
        return content, np.frombuffer(sums, "<u4")


class MappedArray:
    """One array of a file; what is taken of it has been checked.

    Slices are views: they cost no memory of their own and must not outlive the file's closing by
    accident. Safe to share between threads: checking twice does no harm.
    """

    def __init__(self, view: Array, sums: Array, name: str) -> None:
        self._view = view
        self._bytes = view.view(np.uint8)
        self._sums = sums
        self._unchecked = bytearray(b"\1") * len(sums)
        self._left = len(sums)
        self._name = name
        self._item = view.dtype.itemsize
        self.dtype = view.dtype

    def __len__(self) -> int:
        return len(self._view)

    @overload
    def __getitem__(self, span: slice) -> Array: ...

    @overload
    def __getitem__(self, span: int) -> Any: ...

    def __getitem__(self, span: slice | int) -> Any:
        """Return a contiguous slice, or one item."""
        if self._left:
            if isinstance(span, slice):
                start, stop, step = span.indices(len(self._view))
                if step != 1:
                    raise ValueError("only contiguous slices can be taken")
            else:
                start = range(len(self._view))[span]
                stop = start + 1
            if start < stop:
                self._check(start * self._item // PAGE, (stop * self._item - 1) // PAGE + 1)
        return self._view[span]

    def all(self) -> Array:
        """Return the whole array."""
        if self._left:
            self._check(0, len(self._sums))
        return self._view

    def _check(self, first: int, last: int) -> None:
        page = self._unchecked.find(1, first, last)
        if page < 0:
            return
        while page >= 0:
            start = page * PAGE
            if zlib.crc32(self._bytes[start : start + PAGE].data) != self._sums[page]:
                raise DamagedFileError(
                    f"{self._name} is damaged: the {PAGE >> 10} KiB from byte {start:,} on are not "
                    "what was written"
                )
            self._unchecked[page] = 0
            page = self._unchecked.find(1, page + 1, last)
        self._left = self._unchecked.count(1)
