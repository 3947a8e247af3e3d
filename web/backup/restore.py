"""Putting a backup back: made aside and checked first, then exchanged for what is there.

A store in SQLite and the index are files, which are made beside those that are there. A store in
PostgreSQL is replaced in one transaction; a mark that is kept with it tells, after a kill, whether
that came to its end.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import cast

from rich.filesize import decimal
from sqlalchemy import URL, make_url

from articles.store import Store
from index.manifest import NAME as MANIFEST
from index.manifest import Manifest, sync
from index.publish import Generations
from web.backup.backup import table_member
from web.backup.backup_file import (
    GENERATION,
    SETTINGS,
    STORE,
    BackupError,
    BackupFile,
    Member,
    OnProgress,
    open_alone,
)
from web.backup.exchange import ASIDE, PLAN, Move, Plan, alone, finish_locked
from web.console.secret import FILE as KEY
from web.settings import Settings

SETTINGS_FOLDER = "restored-settings"
"""The folder in the home in which the settings of the backup are laid down."""
_SPARE = 1 << 24
_SIDE_FILES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What was put back; ``before`` are the folders that hold what was there."""

    made: datetime
    articles: int
    rows: int
    settings: tuple[str, ...]
    generation: int | None
    before: tuple[Path, ...]


def restore(
    settings: Settings,
    path: Path,
    *,
    replace: bool,
    now: datetime,
    on_progress: OnProgress = lambda *_: None,
) -> RestoreReport:
    """Put a backup in the place of an archive.

    Until all of it is made and checked nothing of what is there is touched, and after that it is
    brought to its end, if need be by whatever command comes next: see
    `web.backup.exchange.finish_restore`.

    Raises
    ------
    BackupError
        When the backup is damaged, the place is taken, or there is no room; nothing has changed.
    RestoreRunningError
        When another restore is at work there.
    """
    with BackupFile(path) as backup:
        backup.check(on_progress)
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
            with alone(settings.home):
                finish_locked(settings)
                return _Restore(settings, backup, now, on_progress).run(replace=replace)
        except OSError as error:
            raise BackupError(
                f"the backup cannot be put back into {settings.home}: "
                f"{error.strerror or error} ({error.filename or 'while writing'}). What was there "
                "is as it was; make room or let this user write there, and try again"
            ) from error


class _Restore:
    """One restore into a home that nobody else is restoring into."""

    def __init__(
        self, settings: Settings, backup: BackupFile, now: datetime, on_progress: OnProgress
    ) -> None:
        self._settings = settings
        self._backup = backup
        self._on_progress = on_progress
        self._home = settings.home
        url = make_url(settings.store_url)
        self._file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        # Beside what they take the place of, because only there can they be renamed to it.
        folders = {self._home, *([self._file.parent] if self._file else [])}
        self._before = {
            folder: _unused(folder / f"before-restore-{now:%Y%m%d-%H%M%S}") for folder in folders
        }

    def run(self, *, replace: bool) -> RestoreReport:
        if not replace:
            self._require_nobody_there()
        self._require_unused()
        self._require_room()
        try:
            for folder in self._before:
                shutil.rmtree(folder / ASIDE, ignore_errors=True)
                (folder / ASIDE).mkdir(mode=0o700, parents=True)
            laid_down = self._lay_down_settings()
            self._lay_down_index()
            rows = self._replace_file() if self._file else self._replace_database()
        finally:
            if not (self._home / PLAN).exists():
                for folder in self._before:
                    shutil.rmtree(folder / ASIDE, ignore_errors=True)
        contents = self._backup.contents
        return RestoreReport(
            made=contents.made,
            articles=contents.articles,
            rows=rows,
            settings=laid_down,
            generation=contents.generation,
            before=tuple(folder for folder in self._before.values() if folder.exists()),
        )

    def _require_nobody_there(self) -> None:
        taken = [path for path in (self._file, self._settings.generations_folder) if path]
        there = [str(path) for path in taken if path.exists()]
        if not self._file:
            with Store.open(self._settings.store_url) as store:
                if not store.copies.is_empty():
                    there.append(self._settings.masked_store_url)
        if there:
            raise BackupError(
                f"there is an archive already: {', '.join(there)}. Name another folder "
                "(backfile --home FOLDER restore FILE), or give --replace to put the backup in its "
                "place"
            )

    def _require_unused(self) -> None:
        """Refuse while a server or another command has the store open."""
        if not self._file or not self._file.exists():
            return
        try:
            with closing(sqlite3.connect(self._file, timeout=0)) as database:
                # Only who is alone can do this; and then all is in the one file.
                database.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise self._used() from error
            # A damaged one is what is to be replaced.

    def _used(self) -> BackupError:
        return BackupError(
            f"{self._settings.masked_store_url} is in use: stop the server and whatever else works "
            "with this archive, then restore"
        )

    def _require_room(self) -> None:
        """Refuse beforehand what cannot fit; rows take up to half more room than their lines."""
        of_store = sum(member.bytes for member in self._backup.named(STORE))
        needed = dict.fromkeys(self._before, _SPARE)
        needed[self._home] += self._backup.size - of_store
        if self._file:
            needed[self._file.parent] += of_store * 3 // 2
        if len(needed) > 1 and same_disk(*needed):
            needed = {self._home: sum(needed.values())}
        for folder, size in needed.items():
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
            if free < size:
                raise BackupError(
                    f"there is not enough room in {folder}: the backup takes up to "
                    f"{decimal(size)}, and {decimal(free)} are free. Make room and try again; "
                    "nothing was changed"
                )

    def _lay_down_settings(self) -> tuple[str, ...]:
        names = []
        for member in self._backup.named(SETTINGS):
            name = member.name.removeprefix(SETTINGS)
            folder = self._home / ASIDE
            if name != KEY:
                names.append(name)
                folder = folder / SETTINGS_FOLDER
            self._lay_down(member, folder / name)
        return tuple(names)

    def _lay_down_index(self) -> None:
        number, members = self._backup.contents.generation, self._backup.named(GENERATION)
        if number is None:
            return
        generations = Generations(self._home / ASIDE / "generations")
        folder = generations.folder / f"{number:06d}.partial"
        done = 0
        for member in members:
            self._lay_down(member, folder / member.name.removeprefix(GENERATION))
            done += member.bytes
            self._on_progress("laying down the index", done, sum(m.bytes for m in members))
        Manifest.read(folder).verify(folder)
        if self._backup.contents.built:
            built = self._backup.contents.built.timestamp()
            os.utime(folder / MANIFEST, (built, built))
        generations.publish(folder)

    def _lay_down(self, member: Member, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_alone(path) as file:
            for chunk in self._backup.chunks(member):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        sync(path.parent)

    def _replace_file(self) -> int:
        """Make the store in a file of its own and exchange everything; return how many rows."""
        file = cast("Path", self._file)
        new = file.parent / ASIDE / file.name
        url = URL.create("sqlite", database=str(new)).render_as_string(hide_password=False)
        with Store.open(url) as store:
            rows = self._fill(store, "")
        with closing(sqlite3.connect(new)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        sync(new)
        sync(new.parent)
        self._require_unused()
        sides = [file.with_name(file.name + suffix) for suffix in _SIDE_FILES]
        moves = [self._move(side) for side in sides if side.exists()]
        plan = Plan(moves=(*moves, self._move(file, new), *self._moves()))
        plan.write(self._home)
        plan.carry_out(self._home)
        return rows

    def _replace_database(self) -> int:
        """Replace the rows of a database in one transaction, then exchange everything else."""
        plan = Plan(moves=tuple(self._moves()), mark=secrets.token_hex(16))
        with Store.open(self._settings.store_url) as store:
            if store.copies.others():
                raise self._used()
            plan.write(self._home)
            try:
                rows = self._fill(store, plan.mark)
            except BaseException:
                if store.copies.mark() != plan.mark:
                    plan.drop(self._home)
                raise
        plan.carry_out(self._home)
        return rows

    def _moves(self) -> Iterator[Move]:
        """Yield what is exchanged in the home besides the store."""
        aside = self._home / ASIDE
        # An index without its store would show what the store of the backup knows nothing of.
        yield self._move(self._settings.generations_folder, aside / "generations")
        for name in (KEY, SETTINGS_FOLDER):
            if (aside / name).exists():
                yield self._move(self._home / name, aside / name)

    def _move(self, target: Path, new: Path | None = None) -> Move:
        old = self._before[target.parent] / target.name
        return Move(str(target), str(old), str(new) if new and new.exists() else "")

    def _fill(self, store: Store, mark: str) -> int:
        contents, rows = self._backup.contents, 0
        members = self._backup.named(STORE)
        with store.copies.filling(contents.schema, mark) as filling:
            for place, shape in enumerate(contents.tables):
                self._on_progress("filling the store", place, len(members))
                member = self._backup.members.get(table_member(shape.name))
                if member is None:
                    raise BackupError(f"the backup has no rows of its table {shape.name[:40]!a}")
                found = filling.fill(shape, self._backup.lines(member))
                if found != member.rows:
                    raise BackupError(f"the backup has {found:,} of {member.rows:,} {shape.name}")
                rows += found
        return rows


def _unused(path: Path) -> Path:
    """Return a name like this one that nothing has."""
    names = chain([path], (path.with_name(f"{path.name}-{number}") for number in count(2)))
    return next(name for name in names if not name.exists())


def same_disk(*folders: Path) -> bool:
    """Say whether folders lie on one disk; of one that is missing, where it will be."""
    devices = set()
    for folder in folders:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        devices.add(there.stat().st_dev)
    return len(devices) == 1
