"""The files that are meant by the paths given for an import."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.importers.kinds import DESCRIPTION, ZIP, Kind, kind_of
from articles.importers.problem import Problem, UnreadableFileError
from articles.importers.zip_file import read_zip

_PAGES = (".html", ".htm", ".xhtml")
_ATTACHED = ("_files", ".files")
"""Ends of the folders in which browsers keep what belongs to a saved page."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file to import; ``name`` is its path below the folder that was given, without suffix."""

    path: Path
    kind: Kind
    name: str
    size: int


def find_files(
    paths: Sequence[Path], problems: list[Problem]
) -> list[tuple[Path, list[FoundFile]]]:
    """Return for each path the files it means, those of folders sorted; add what is left out.

    Raises
    ------
    UnreadableFileError
        When a path is missing or of a kind that nobody reads, before anything is imported.
    """
    return [(path, _files_of(path, problems)) for path in paths]


def _files_of(path: Path, problems: list[Problem]) -> list[FoundFile]:
    if path.is_dir():
        found = list(_walked(path, problems))
        if not found:
            raise UnreadableFileError(f"{path} holds no file that can be imported: {DESCRIPTION}")
        return found
    if not path.exists():
        raise UnreadableFileError(f"{path} does not exist: check its name and folder")
    found_kind = file_kind(path.name) if path.is_file() else None
    if found_kind is None:
        raise UnreadableFileError(
            f"{path} is of no kind that can be imported: rename it to end in one of {DESCRIPTION}, "
            "or name a folder of such files"
        )
    return [FoundFile(path, found_kind, found_kind.stem, path.stat().st_size)]


def _walked(top: Path, problems: list[Problem]) -> Iterator[FoundFile]:
    """Yield the files of known kinds below a folder, each folder's files before its folders."""
    root = top.resolve()

    def unreadable(error: OSError) -> None:
        problems.append(_left_out(Path(error.filename or top), f"cannot be listed ({error})"))

    for folder, folders, names in os.walk(top, onerror=unreadable):
        attached = {
            f"{Path(name).stem}{end}" for name in names for end in _ATTACHED if _is_page(name)
        }
        folders[:] = sorted(set(folders) - attached - {name for name in folders if name[0] == "."})
        for name in sorted(names):
            path, kind = Path(folder, name), file_kind(name)
            if kind is None or name.startswith(".") or not path.is_file():
                continue
            if not path.resolve().is_relative_to(root):
                problems.append(
                    _left_out(path, "a link that leads out of the folder: not followed")
                )
                continue
            stem = path.relative_to(top).with_name(kind.stem).as_posix()
            yield FoundFile(path, kind, stem, path.stat().st_size)


def file_kind(name: str) -> Kind | None:
    """Return how a file of that name is read, a zip included; None when nobody here reads it."""
    if name.casefold().endswith(ZIP):
        return Kind(read_zip, "", name[: -len(ZIP)])
    return kind_of(name)


def _is_page(name: str) -> bool:
    return name.casefold().endswith(_PAGES)


def _left_out(path: Path, reason: str) -> Problem:
    return Problem(str(path), 0, "rejected", "", reason)
