"""An index of Whoosh's kind whose segments are files of arrays, and that holds no pickle."""

from pathlib import Path
from typing import Any

from index.arrays import DamagedFileError
from index.codec.codec import EXTENSION
from index.codec.contents import Contents
from index.codec.durable_writer import DurableWriter, entry_of
from index.codec.litter import sweep
from index.codec.storages import open_arrays
from index.codec.toc import latest_generation, read_toc, toc_name, write_toc
from index.whoosh_api import FileIndex, FileStorage, ensure_schema

MAIN = "MAIN"
"""What an index is called where nothing else is said."""


class ArrayIndex(FileIndex):  # type: ignore[misc]
    """Whoosh's index over segments of arrays, and over segments that Whoosh has written.

    Parameters
    ----------
    storage : Storage
        Whoosh's storage, on the disk or in memory.
    schema : Schema or None
        Stands in for the schema that was written with the index.
    indexname : str
        Several indexes can share a storage.

    Raises
    ------
    EmptyIndexError
        When there is no such index.
    DamagedFileError
        When its table of contents is not what was written, or asks for what is not known.
    """

    def __init__(self, storage: Any, schema: Any = None, indexname: str = MAIN) -> None:
        self.storage = storage
        self.indexname = indexname
        self._schema = ensure_schema(schema) if schema is not None else None
        self._read_toc()

    @classmethod
    def create(cls, storage: Any, schema: Any, indexname: str = MAIN) -> "ArrayIndex":
        """Make an empty index; one of this name that is there already is emptied.

        Raises
        ------
        UnknownKindError
            When the schema cannot be described; it names the field.
        """
        generation = latest_generation(storage, indexname) + 1
        contents = Contents(ensure_schema(schema), [], generation)
        write_toc(storage, indexname, contents)
        sweep(storage, indexname, contents)
        return cls(storage, schema, indexname)

    def writer(self, procs: int = 1, **options: Any) -> DurableWriter:
        """Return a writer; there is one at a time.

        ``procs`` is Whoosh's and has no effect: what takes long is done by numpy.

        Raises
        ------
        LockError
            When another writer is at work and does not end within ``timeout`` seconds.
        """
        del procs
        return DurableWriter(self, **options)

    def latest_generation(self) -> int:
        """Return the number of the latest commit."""
        return latest_generation(self.storage, self.indexname)

    def last_modified(self) -> float:
        """Return when the latest commit was, in seconds since 1970."""
        name = toc_name(self.indexname, self.latest_generation())
        return float(self.storage.file_modified(name))

    def verify(self) -> None:
        """Read every byte of the index once.

        Raises
        ------
        DamagedFileError
            When one is not what was written; it names the file.
        """
        for name, entry in sorted(self._read_toc().files.items()):
            if not self.storage.file_exists(name):
                raise DamagedFileError(f"{name} is missing")
            if entry_of(self.storage, name) != entry:
                raise DamagedFileError(f"{name} is damaged: it is not the file that was committed")
            if name.endswith(EXTENSION):
                file = open_arrays(self.storage, name)
                try:
                    file.verify()
                finally:
                    file.close()

    def _read_toc(self) -> Contents:
        return read_toc(self.storage, self.indexname, self._schema)


def create_in(folder: Path | str, schema: Any, indexname: str = MAIN) -> ArrayIndex:
    """Make an empty index in a folder."""
    return ArrayIndex.create(FileStorage(str(folder)), schema, indexname)


def open_dir(folder: Path | str, indexname: str = MAIN, schema: Any = None) -> ArrayIndex:
    """Open the index in a folder; one that Whoosh has written is continued with arrays."""
    return ArrayIndex(FileStorage(str(folder)), schema, indexname)
