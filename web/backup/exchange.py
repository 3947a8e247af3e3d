"""Putting what was made aside in the place of what is there: all of it, whenever a kill comes.

What is to be done is written down first, and whoever opens the home next goes on where a killed
process stopped. Each step can be done twice.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from articles.errors import BackfileError
from articles.store import Store
from web.backup.backup_file import sync_folder
from web.settings import Settings

ASIDE = "restoring"
"""The folder beside what is replaced in which everything is made first."""
PLAN = "restore.plan"
_LOCK = "restore.lock"


class RestoreRunningError(BackfileError):
    """Another process is restoring into the same home."""


@dataclass(frozen=True, slots=True)
class Move:
    """``new`` takes the place of ``target``, which goes to ``old``; or only the latter."""

    target: str
    old: str
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    moves : tuple of Move
        In their order.
    mark : str
        What a database that cannot be moved is marked with when its part is done; empty where all
        can be moved.
    """

    moves: tuple[Move, ...]
    mark: str = ""

    @classmethod
    def read(cls, home: Path) -> "Plan | None":
        """Return what a killed process left to be done, None when there is nothing."""
        try:
            content = json.loads((home / PLAN).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        return cls(moves=tuple(Move(**move) for move in content["moves"]), mark=content["mark"])

    def write(self, home: Path) -> None:
        """Write it down: from now on it is done, by whomever."""
        fresh = home / f"{PLAN}.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(home / PLAN)
        sync_folder(home)

    def carry_out(self, home: Path) -> None:
        """Do what is left of it."""
        for move in self.moves:
            _exchange(Path(move.target), Path(move.old), Path(move.new) if move.new else None)
        self.drop(home)

    def drop(self, home: Path) -> None:
        """Forget it."""
        (home / PLAN).unlink(missing_ok=True)
        sync_folder(home)


def _exchange(target: Path, old: Path, new: Path | None) -> None:
    if new is not None and not new.exists():
        return
    if target.exists() and not old.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        if new is None or target.is_dir() or not _linked(target, old):
            target.rename(old)
        sync_folder(old.parent)
    if new is not None:
        new.replace(target)
    sync_folder(target.parent)


def _linked(target: Path, old: Path) -> bool:
    """Give a file a second name, so that it is never away; say whether the disk can do that."""
    try:
        old.hardlink_to(target)
    except OSError:
        return False
    return True


@contextmanager
def alone(home: Path, *, wait: bool = False) -> Iterator[None]:
    """Keep every other restore out of a home; a killed process leaves no lock.

    Raises
    ------
    RestoreRunningError
        When there is another, unless it is waited for.
    """
    with (home / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise RestoreRunningError(
                f"another restore is at work in {home}: wait until it ends"
            ) from error
        yield


def finish_restore(settings: Settings) -> None:
    """Bring to its end what a killed restore began; without one this asks for one file only."""
    if (settings.home / PLAN).exists():
        with alone(settings.home, wait=True):
            finish_locked(settings)


def finish_locked(settings: Settings) -> None:
    """Do so for who has the home alone."""
    plan = Plan.read(settings.home)
    if plan is None:
        return
    if plan.mark and _mark_of(settings) != plan.mark:
        plan.drop(settings.home)  # the database was not replaced, so nothing else is
    else:
        plan.carry_out(settings.home)
    for move in plan.moves:
        shutil.rmtree(Path(move.target).with_name(ASIDE), ignore_errors=True)


def _mark_of(settings: Settings) -> str:
    with Store.open(settings.store_url) as store:
        return store.copies.mark()
