"""Making a backup: the store of one moment, the settings, and the served index where it is wanted.

The index is opened before the store is looked at, so that the store knows all that is in it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from articles.store import Store
from articles.store_copies import Snapshot
from articles.tables import ARTICLES
from index.generation import Generation
from index.manifest import NAME
from index.publish import Generations
from web.backup.backup_file import (
    GENERATION,
    SETTINGS,
    STORE,
    BackupWriter,
    Contents,
    OnProgress,
    writing_backup,
)
from web.console.secret import FILE as KEY
from web.settings import FILE, Settings, settings_file

FILES = ("name_variants", "golden_pairs", "golden_queries")
"""Settings that name a file which belongs to them."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What is in a backup."""

    file: Path
    bytes: int
    articles: int
    rows: int
    settings: tuple[str, ...]
    generation: int | None


def make_backup(
    settings: Settings,
    store: Store,
    path: Path,
    *,
    with_index: bool,
    now: datetime,
    on_progress: OnProgress = lambda *_: None,
) -> BackupReport:
    """Write all of an archive into one file, while it is used.

    Raises
    ------
    BackupError
        When the file cannot be written.
    NoGenerationError
        When the index is wanted and there is none that is sound.
    StoreError
        When the store cannot be read.
    """
    with ExitStack() as stack:
        generation = _opened(settings) if with_index else None
        files: dict[str, IO[bytes]] = {}
        if generation:
            stack.enter_context(closing(generation))
            # All opened before one is read: a rebuild may remove their names meanwhile.
            for name in (*sorted(generation.manifest.files), NAME):
                files[name] = stack.enter_context((generation.folder / name).open("rb"))
        writer = stack.enter_context(writing_backup(path))
        snapshot = stack.enter_context(store.copies.snapshot())
        rows = _add_store(writer, snapshot, store.count(), on_progress)
        kept = _add_settings(writer, settings)
        for place, (name, file) in enumerate(files.items()):
            on_progress("copying the index", place, len(files))
            writer.add(GENERATION + name, _chunks(file))
        contents = Contents(
            made=now,
            program=version("backfile"),
            schema=snapshot.version,
            tables=snapshot.shapes,
            articles=rows[ARTICLES.name],
            generation=generation.number if generation else None,
            built=generation.created if generation else None,
            members=tuple(writer.members),
        )
        writer.finish(contents)
    return BackupReport(
        file=path,
        bytes=path.stat().st_size,
        articles=contents.articles,
        rows=sum(rows.values()),
        settings=kept,
        generation=contents.generation,
    )


def _opened(settings: Settings) -> Generation:
    return Generations(settings.generations_folder).open_current()


def _add_store(
    writer: BackupWriter, snapshot: Snapshot, articles: int, on_progress: OnProgress
) -> dict[str, int]:
    """Write all tables; return how many rows each has."""
    rows = {}
    for shape in snapshot.shapes:
        lines = snapshot.lines(shape.name)
        if shape.name == ARTICLES.name:
            lines = _told(lines, articles, on_progress)
        rows[shape.name] = writer.add(table_member(shape.name), lines, rows=True).rows
    return rows


def _told(lines: Iterator[bytes], total: int, on_progress: OnProgress) -> Iterator[bytes]:
    for done, line in enumerate(lines, 1):
        yield line
        if not done % 100 or done == total:
            on_progress("copying articles", done, max(done, total))


def _add_settings(writer: BackupWriter, settings: Settings) -> tuple[str, ...]:
    """Write the settings file, the key of the console's cookies, and the files that belong to them.

    What a setting names and is not there is left out, as an archive works without it.
    """
    found = {FILE: settings_file(), KEY: settings.home / KEY}
    found |= {name: Path(value) for name in FILES if (value := getattr(settings, name))}
    kept = {name: path for name, path in found.items() if path.is_file()}
    for name, path in kept.items():
        with path.open("rb") as file:
            writer.add(SETTINGS + name, _chunks(file))
    return tuple(kept)


def table_member(name: str) -> str:
    """Return the name of the member that holds a table."""
    return f"{STORE}{name}.jsonl"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")
