"""The file of a backup: a zip of plain members, with a manifest of their checksums at its end.

It is written aside and renamed when it lies on the disk; so there is a whole one or none. What is
read of it is held against the manifest before anything is done with it.
"""

import fcntl
import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt, TypeAdapter

from articles.errors import BackfileError
from articles.store_copies import TableShape

FORMAT = 1
"""Raised by one whenever older code could not read the file."""
MANIFEST = "manifest.json"
STORE, SETTINGS, GENERATION = "store/", "settings/", "generation/"
MOST_MEMBERS = 10_000
LARGEST_MANIFEST = 1 << 24
LONGEST_LINE = 1 << 28
"""Bytes; an article of the greatest length, each of its characters written with six, is less."""
MOST_EXPANSION = 200
"""A member may be so many times as long as what it is compressed to: text reaches about 20."""
EXPANSION_FLOOR = 1 << 26
"""Up to so many bytes any growth is taken."""
_CHUNK = 1 << 20
_LEVEL = 6
_NAME = re.compile(r"(?:store|settings|generation)/[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}")
# What zipfile raises on damaged or hostile input, besides what it documents.
_FAULTS = (
    zipfile.BadZipFile, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError,
    UnicodeError, struct.error, zlib.error,
)  # fmt: skip

OnProgress = Callable[[str, int, int], None]
"""Told what is under way, and how many bytes of how many are done."""


class BackupError(BackfileError):
    """A backup cannot be made, read or put back."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup; ``rows`` is how many lines a table has."""

    name: str
    bytes: NonNegativeInt
    sha256: str
    rows: NonNegativeInt = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup says of itself.

    Attributes
    ----------
    made : datetime
        When it was made.
    program : str
        The version of Backfile that made it.
    schema : str
        The version of the store's schema.
    tables : tuple of TableShape
        What is in the store.
    articles : int
        How many articles the store has, public or not.
    generation : int or None
        The number of the generation that is in it.
    built : datetime or None
        When that was built.
    members : tuple of Member
        All files but the manifest.
    """

    made: AwareDatetime
    program: str
    schema: str
    tables: tuple[TableShape, ...]
    articles: NonNegativeInt
    generation: PositiveInt | None
    built: AwareDatetime | None
    members: tuple[Member, ...]


_CONTENTS = TypeAdapter(Contents)


class BackupWriter:
    """Writes the members of a backup one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes], *, rows: bool = False) -> Member:
        """Write a member; with ``rows`` each chunk is one."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                count += 1
        member = Member(name, size, digest.hexdigest(), count if rows else 0)
        self.members.append(member)
        return member

    def finish(self, contents: Contents) -> None:
        """Write the manifest."""
        content = {"format": FORMAT, **_CONTENTS.dump_python(contents, mode="json")}
        whole = {**content, "checksum": _checksum(content)}
        self._archive.writestr(MANIFEST, json.dumps(whole, indent=1) + "\n")


@contextmanager
def writing_backup(path: Path) -> Iterator[BackupWriter]:
    """Give what writes a backup, which stands under its name when all of it lies on the disk.

    Only its owner may read it. What was there under that name before stays until then.

    Raises
    ------
    BackupError
        When it cannot be written; what was there stays, and nothing half is left.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        with open_alone(partial) as file:
            try:
                with zipfile.ZipFile(
                    file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL
                ) as archive:
                    yield BackupWriter(archive)
                file.flush()
                os.fsync(file.fileno())
                partial.replace(path)
                sync_folder(path.parent)
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BackupError(
            f"the backup {path} cannot be written: {error.strerror or error}. Nothing else has "
            "changed; make room there or name another place, and try again"
        ) from error


@contextmanager
def open_alone(path: Path) -> Iterator[IO[bytes]]:
    """Give a new file that only its owner may read and nobody else is writing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"another program is writing {path}: wait until it ends") from error
        file.truncate()
        os.fchmod(file.fileno(), 0o600)
        yield file


def sync_folder(folder: Path) -> None:
    """See to it that the entries of a folder lie on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BackupFile:
    """A backup that is read; a context manager.

    Opening reads the manifest and holds the list of members against it, and no name or size is
    taken from elsewhere.

    Raises
    ------
    BackupError
        When it is no backup, of a newer format, damaged, or made to do harm.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except _FAULTS as error:
            raise BackupError(f"{path} is no backup, or is cut off: {error}") from error
        try:
            self._read()
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.bytes for member in self.members.values())

    def named(self, folder: str) -> list[Member]:
        """Return the members of a folder."""
        return [member for name, member in self.members.items() if name.startswith(folder)]

    def check(self, on_progress: OnProgress) -> None:
        """Read every byte once; `BackupError` names the member that is not what was written."""
        done = 0
        for member in self.members.values():
            digest = hashlib.sha256()
            for chunk in self.chunks(member):
                digest.update(chunk)
                done += len(chunk)
                on_progress("checking the backup", done, self.size)
            if digest.hexdigest() != member.sha256:
                raise self._damaged(f"{member.name} is not what was written")

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield a member piece by piece."""
        with self._opened(member) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def lines(self, member: Member) -> Iterator[bytes]:
        """Yield the lines of a member."""
        with self._opened(member) as file:
            while line := file.readline(LONGEST_LINE):
                if not line.endswith(b"\n"):
                    raise self._damaged(f"{member.name} has a line that does not end")
                yield line

    @contextmanager
    def _opened(self, member: Member) -> Iterator[IO[bytes]]:
        try:
            with self._archive.open(member.name) as file:
                yield file
        except _FAULTS as error:
            raise self._damaged(f"{member.name}: {error}") from error

    def _read(self) -> None:
        entries = self._archive.infolist()
        names = [entry.filename for entry in entries]
        if MANIFEST not in names or len(names) > MOST_MEMBERS or len(names) != len(set(names)):
            raise BackupError(f"{self.path} is no backup that Backfile made")
        if self._archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise self._damaged("its manifest is too long")
        try:
            content = json.loads(self._archive.read(MANIFEST))
            sound = content.pop("checksum") == _checksum(content)
            found = content.pop("format")
        except (*_FAULTS, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._damaged(f"its manifest cannot be read: {error}") from error
        if found != FORMAT:
            raise BackupError(
                f"the backup {self.path} has format {found}, and this version of Backfile reads "
                f"{FORMAT}: install the version that made it, or a newer one"
            )
        if not sound:
            raise self._damaged("its manifest does not fit its checksum")
        try:
            self.contents = _CONTENTS.validate_python(content)
        except ValueError as error:
            raise self._damaged("its manifest is none") from error
        self.members = {member.name: member for member in self.contents.members}
        if set(names) != {*self.members, MANIFEST}:
            raise self._damaged("it holds other files than its manifest says")
        for entry in entries:
            self._check_entry(entry)

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        """Refuse what would lie elsewhere than it should, or is longer than it can honestly be."""
        if entry.filename == MANIFEST:
            return
        if not _NAME.fullmatch(entry.filename):
            raise self._damaged(f"{entry.filename[:100]!a} is no name of a file of a backup")
        if entry.file_size != self.members[entry.filename].bytes:
            raise self._damaged(f"{entry.filename} is not as long as its manifest says")
        if entry.file_size > max(EXPANSION_FLOOR, MOST_EXPANSION * entry.compress_size):
            raise self._damaged(f"{entry.filename} grows beyond all measure")

    def _damaged(self, fault: str) -> BackupError:
        return BackupError(
            f"the backup {self.path} is damaged: {fault}. Nothing was changed; take another backup"
        )


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
