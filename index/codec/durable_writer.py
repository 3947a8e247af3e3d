"""The writer of an array index: what it has committed survives any end of the process."""

import zlib
from contextlib import suppress
from typing import Any

from index.codec.codec import EXTENSION, ArraySegment
from index.codec.contents import Contents
from index.codec.litter import sweep
from index.codec.stock_segments import StockSegment
from index.codec.storages import folder_of, open_arrays, read_file
from index.codec.toc import read_toc, write_toc
from index.codec.writer import ArrayWriter
from index.manifest import FileEntry, sync
from index.whoosh_api import LockError, W3Segment, try_for


class DurableWriter(ArrayWriter):
    """Adds, updates and deletes documents of an `ArrayIndex`.

    Its files lie on the disk before the table of contents names them, and that takes its place in
    one step. A writer that was killed leaves files that nobody names; the next one removes them.
    """

    def __init__(self, ix: Any, timeout: float = 0.0, delay: float = 0.1, **options: Any) -> None:
        lock = ix.lock("WRITELOCK")
        if not try_for(lambda: lock.acquire(blocking=False), timeout=timeout, delay=delay):
            raise LockError(f"another writer has the index {ix.indexname}")
        try:
            self._before = read_toc(ix.storage, ix.indexname)
            sweep(ix.storage, ix.indexname, self._before)
            ix.storage.temp_storage(f"{ix.indexname}.tmp").destroy()
            super().__init__(ix, _lk=False, **options)
        except BaseException:
            lock.release()
            raise
        self.writelock = lock

    def commit(self, *arguments: Any, **options: Any) -> None:
        """Commit as Whoosh's writer does; where that fails, the index is as it was before."""
        try:
            super().commit(*arguments, **options)
        except BaseException:
            if not self.is_closed:
                self._cleanup_on_error()
            raise

    def _commit_toc(self, segments: list[Any]) -> None:
        own = [_describable(segment) for segment in segments]
        contents = Contents(self.schema, own, self.generation, self._files(own))
        write_toc(self.storage, self.indexname, contents)
        self._before = contents

    def _cleanup_on_error(self) -> None:
        with suppress(Exception):
            self._close_segment()
        self._finish()

    def _finish(self) -> None:
        sweep(self.storage, self.indexname, self._before)
        super()._finish()

    def _files(self, segments: list[Any]) -> dict[str, FileEntry]:
        """Return what is known of every file of these segments, new ones brought to the disk."""
        known, found = self._before.files, {}
        for segment in segments:
            for name in segment.list_files(self.storage):
                found[name] = known[name] if name in known else self._new_file(name)
        return found

    def _new_file(self, name: str) -> FileEntry:
        folder = folder_of(self.storage)
        if folder is not None:
            sync(folder / name)
        return entry_of(self.storage, name)


def _describable(segment: Any) -> Any:
    """Return a segment that the table of contents can describe."""
    if isinstance(segment, ArraySegment | StockSegment):
        return segment
    if type(segment) is not W3Segment:
        raise TypeError(f"{segment} was written by a codec that is neither ours nor Whoosh's own")
    return StockSegment.of(segment)


def entry_of(storage: Any, name: str) -> FileEntry:
    """Return size and checksum of a file; that of a file of arrays stands in it already."""
    if not name.endswith(EXTENSION):
        data = read_file(storage, name)
        return FileEntry(len(data), zlib.crc32(data))
    file = open_arrays(storage, name)
    try:
        return FileEntry(file.size, file.checksum)
    finally:
        file.close()
