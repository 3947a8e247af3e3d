"""The room that a rebuild needs, on the disk and in memory, asked before anything is written."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from articles.errors import BackfileError
from articles.store import Store
from index.publish import Generations

BYTES_AN_ARTICLE = 8_000
"""What an article takes in a generation, where none is there to ask: news of 2,500 characters."""
SPARE = 1.15
"""For what the unfinished generation needs besides, and for an archive that has grown."""
PROGRAM_MEMORY = 200 * 2**20
"""Bytes that the program itself takes, in two processes."""
MEMORY_AN_ARTICLE = 11_000
"""Bytes of memory for each article: 80,000 took 990 MB at most, while segments were written."""
_CGROUP = Path("/sys/fs/cgroup")


class NoRoomError(BackfileError):
    """There is too little room for a rebuild."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a rebuild needs and what there is, in bytes; ``free_memory`` is None where unknown."""

    disk: int
    free_disk: int
    memory: int
    free_memory: int | None
    folder: Path

    @property
    def faults(self) -> tuple[str, ...]:
        """What there is too little of, in sentences."""
        found = []
        if self.disk > self.free_disk:
            found.append(
                f"A rebuild needs about {decimal(self.disk)} in {self.folder}, and "
                f"{decimal(self.free_disk)} are free."
            )
        if self.free_memory is not None and self.memory > self.free_memory:
            found.append(
                f"A rebuild needs about {decimal(self.memory)} of memory, and "
                f"{decimal(self.free_memory)} are free."
            )
        return tuple(found)


def room_for(store: Store, generations: Generations) -> Room:
    """Return what a rebuild of the store would need here and now.

    The disk holds the new generation beside those that are kept. How large it will be follows from
    the newest one.
    """
    articles = store.count()
    known = [info for info in generations.list() if info.articles and not info.damage]
    each = known[-1].bytes / known[-1].articles if known else BYTES_AN_ARTICLE
    return Room(
        disk=round(articles * each * SPARE),
        free_disk=free_disk(generations.folder),
        memory=PROGRAM_MEMORY + articles * MEMORY_AN_ARTICLE,
        free_memory=free_memory(),
        folder=generations.folder,
    )


def check_room(store: Store, generations: Generations) -> None:
    """Raise `NoRoomError` when there is too little room for a rebuild."""
    faults = room_for(store, generations).faults
    if faults:
        raise NoRoomError(
            f"{' '.join(faults)} Nothing was begun. `backfile rebuild --force` begins all the same."
        )


def free_disk(folder: Path) -> int:
    """Return the bytes that are free where a folder is, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


def free_memory() -> int | None:
    """Return the bytes of memory that a process may still take, None where nobody says."""
    found = [amount for amount in (_of_the_machine(), _of_the_group()) if amount is not None]
    return min(found, default=None)


def _of_the_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    facts = {line.partition(":")[0]: line.partition(":")[2].split() for line in lines}
    return int(facts["MemAvailable"][0]) * 1024 if "MemAvailable" in facts else None


def _of_the_group() -> int | None:
    """Return what is left to the container or unit; the files it has read make room."""
    try:
        group = Path("/proc/self/cgroup").read_text().strip().rpartition("::")[2].lstrip("/")
        folder = _CGROUP / group
        folder = folder if (folder / "memory.max").exists() else _CGROUP
        most = (folder / "memory.max").read_text().strip()
        if most == "max":
            return None
        used = int((folder / "memory.current").read_text())
        facts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return max(int(most) - used + int(facts.get("inactive_file", 0)), 0)
    except (OSError, ValueError):
        return None
