"""Files of arrays in Whoosh's storages, on the disk or in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from index.arrays import DamagedFileError
from index.codec.container import ArrayFile, ArrayFileWriter
from index.whoosh_api import FileStorage


def folder_of(storage: Any) -> Path | None:
    """Return the folder that a storage keeps its files in, None when they are in memory."""
    return Path(storage.folder) if isinstance(storage, FileStorage) else None


def open_arrays(storage: Any, name: str) -> ArrayFile:
    """Open a file of arrays; mapped where it lies on the disk.

    Raises
    ------
    FileNotFoundError
        Where there is no such file; Whoosh then looks whether the index has changed meanwhile.
    DamagedFileError
        Where it is not what was written.
    """
    folder = folder_of(storage)
    if folder is None:
        return ArrayFile(read_file(storage, name), name)
    try:
        return ArrayFile.open(folder / name)
    except DamagedFileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise error.__cause__ from None
        raise


def read_file(storage: Any, name: str) -> bytes:
    """Return the bytes of a file; `FileNotFoundError` where there is none."""
    folder = folder_of(storage)
    if folder is not None:
        return (folder / name).read_bytes()
    if not storage.file_exists(name):
        raise FileNotFoundError(f"{storage} has no file {name}")
    with storage.open_file(name) as file:
        return bytes(file.read())


@contextmanager
def writing_arrays(storage: Any, name: str, notes: dict[str, Any]) -> Iterator[ArrayFileWriter]:
    """Write a file of arrays, or go on with one that another writer has finished.

    ``notes`` is read at the end and joins what the file's notes say already.
    """
    written = open_arrays(storage, name) if storage.file_exists(name) else None
    with _file(storage, name, exists=written is not None) as file:
        writer = ArrayFileWriter(file, written)
        earlier = written.notes if written else {}
        if written is not None:
            written.close()
        yield writer
        writer.finish({**earlier, **notes})


@contextmanager
def _file(storage: Any, name: str, *, exists: bool) -> Iterator[Any]:
    folder = folder_of(storage)
    if folder is not None:
        with (folder / name).open("r+b" if exists else "wb") as file:
            yield file
        return
    buffer = BytesIO()
    if exists:
        with storage.open_file(name) as earlier:
            buffer.write(earlier.read())
    yield buffer
    with storage.create_file(name) as file:
        file.write(buffer.getvalue())
