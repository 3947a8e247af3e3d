"""The manifest of a generation: what it holds, how it was built, and the checksum of every file."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.arrays import DamagedFileError

FORMAT = 1
"""Raised by one whenever older code could not read the folder."""
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """Size and SHA-256 of one file."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation says of itself.

    Nothing in it depends on when or where it was built, so the same archive gives the same bytes.
    ``languages`` has the archive's languages, commonest first; ``store_sequence`` is the last
    change of the store that is in it for certain.
    """

    articles: int
    terms: int
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
            if found != FORMAT:
                raise DamagedFileError(
                    f"{path} has format {found}, this version of Backfile reads {FORMAT}: run "
                    "`backfile rebuild`"
                )
            if not sound:
                raise DamagedFileError(f"{path} is damaged: its checksum does not fit")
            files = {name: FileEntry(**entry) for name, entry in content.pop("files").items()}
            languages = tuple(content.pop("languages"))
            return cls(files=files, languages=languages, **content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedFileError(f"{path} cannot be read: {error}") from error

    def verify(self, folder: Path) -> None:
        """Read every file once; raise `DamagedFileError` that names the first that differs."""
        with ThreadPoolExecutor(2) as pool:  # hashing leaves the interpreter's lock
            list(pool.map(lambda name: self._verify_file(folder, name), sorted(self.files)))

    def _verify_file(self, folder: Path, name: str) -> None:
        if describe(folder / name) != self.files[name]:
            raise DamagedFileError(
                f"{folder / name} is damaged: its content is not what the build wrote"
            )


def sync(path: Path) -> None:
    """See to it that a file or the entries of a folder lie on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def describe(path: Path) -> FileEntry:
    """Return size and SHA-256 of a file; `DamagedFileError` when it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return FileEntry(file.tell(), digest)
    except OSError as error:
        raise DamagedFileError(f"{path} cannot be read: {error.strerror}") from error


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(_text(content).encode()).hexdigest()
