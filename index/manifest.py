"""The manifest of a generation: what it holds, how it was built, and the checksum of every file."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.arrays import DamagedFileError
from index.codec.container import ArrayFile

FORMAT = 3
"""Raised by one whenever older code could not read the folder."""
OLDEST_FORMAT = 2
"""Is read as well, so that a site goes on serving when Backfile is updated."""
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """Size of one file, and the checksum of its header, which holds those of all its arrays."""

    bytes: int
    checksum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation says of itself.

    Nothing in it depends on when or where it was built, so the same archive gives the same bytes.
    ``languages`` has the archive's languages, commonest first; ``store_sequence`` is the last
    change of the store that is in it for certain.
    """

    articles: int
    terms: int
    segments: int
    languages: tuple[str, ...]
    store_sequence: int
    settings: dict[str, float | int | str]
    files: dict[str, FileEntry]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.bytes for entry in self.files.values())

    def write(self, folder: Path) -> None:
        """Write the manifest, and see to it that it lies on the disk with all its files."""
        for name in self.files:
            sync(folder / name)
        content = {"format": FORMAT, **asdict(self)}
        path = folder / NAME
        path.write_text(_text({**content, "checksum": _checksum(content)}), encoding="utf-8")
        sync(path)
        sync(folder)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Return the manifest of a generation; `DamagedFileError` names what is wrong with it."""
        path = folder / NAME
        try:
            content = json.loads(path.read_bytes())
            sound = content.pop("checksum") == _checksum(content)
            found = content.pop("format")
            if not OLDEST_FORMAT <= found <= FORMAT:
                raise DamagedFileError(
                    f"{path} has format {found}, this version of Backfile reads {OLDEST_FORMAT} to "
                    f"{FORMAT}: run `backfile rebuild`"
                )
            if not sound:
                raise DamagedFileError(f"{path} is damaged: its checksum does not fit")
            files = {name: FileEntry(**entry) for name, entry in content.pop("files").items()}
            languages = tuple(content.pop("languages"))
            return cls(files=files, languages=languages, **content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedFileError(f"{path} cannot be read: {error}") from error

    def check(self, file: ArrayFile, name: str) -> None:
        """Raise `DamagedFileError` when an opened file is not the one that the build wrote."""
        if FileEntry(file.size, file.checksum) != self.files.get(name):
            raise DamagedFileError(f"{file.name} is damaged: it is not the file of this generation")

    def verify(self, folder: Path) -> None:
        """Read every byte once; raise `DamagedFileError` that names the first that differs."""
        for name in sorted(self.files):
            file = ArrayFile.open(folder / name)
            try:
                self.check(file, name)
                file.verify()
            finally:
                file.close()


def sync(path: Path) -> None:
    """See to it that a file or the entries of a folder lie on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def describe(path: Path) -> FileEntry:
    """Return what a manifest says of a file of arrays."""
    file = ArrayFile.open(path)
    try:
        return FileEntry(file.size, file.checksum)
    finally:
        file.close()


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(_text(content).encode()).hexdigest()
