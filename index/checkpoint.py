"""Checkpoints: what a rebuild has complete, so that the next one goes on there after a crash.

They lie in the folder of the unfinished generation. Nothing is trusted: a file counts when its
checksums fit, and all of it only while the store is, up to a few changes, as it was.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.arrays import DamagedFileError
from index.codec.container import ArrayFile
from index.manifest import FORMAT
from index.word_fields import K1, TITLE_WEIGHT, B

if TYPE_CHECKING:  # a process that builds layers begins sooner without the database
    from articles.store import Store

FOLDER = "checkpoint"
MOST_BEHIND = 1_000
"""Changes of the store since a rebuild began that let the next one go on; the generation is served
with them, as it is with those that arrive during any rebuild."""
LONGEST_BEHIND = timedelta(days=1)
"""For how long after its beginning a rebuild may be gone on with."""
_BEGINNING = "beginning"
_FORMAT = 1
"""Raised by one whenever a build cannot go on from what older code left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """From what a rebuild began: whatever differs makes other files.

    ``now`` is the moment whose public articles are in it, ``sequence`` the last change of the store
    and ``change`` what that was.
    """

    now: str
    sequence: int
    change: list[str]
    memory: int
    code: list[str | int]
    settings: list[float]

    @classmethod
    def of(cls, store: "Store", now: datetime, memory: int) -> "Beginning":
        """Return the beginning of a rebuild of what the store is now."""
        sequence = store.last_sequence()
        return cls(
            now=now.isoformat(),
            sequence=sequence,
            change=_change(store, sequence),
            memory=memory,
            code=[version("backfile"), FORMAT, _FORMAT],
            settings=[TITLE_WEIGHT, K1, B],
        )

    @property
    def moment(self) -> datetime:
        """The moment whose public articles are in it."""
        return datetime.fromisoformat(self.now)

    def leads_to(self, other: "Beginning", store: "Store") -> bool:
        """Say whether a rebuild that began so may be gone on with by one that begins as another."""
        return (
            (self.memory, self.code, self.settings) == (other.memory, other.code, other.settings)
            and timedelta() <= other.moment - self.moment <= LONGEST_BEHIND
            and 0 <= other.sequence - self.sequence <= MOST_BEHIND
            # A store that was put back to a backup counts on from there.
            and self.change == _change(store, self.sequence)
        )


class Checkpoint:
    """The checkpoint of one unfinished generation.

    Parameters
    ----------
    folder : Path
        The generation's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def begin(self, beginning: Beginning | None) -> None:
        """Begin an empty one; without a ``beginning`` nobody can go on with it."""
        self.folder.mkdir()
        if beginning:
            self.note(_BEGINNING, asdict(beginning))

    @property
    def beginning(self) -> Beginning | None:
        """From what the rebuild began, None when that cannot be read."""
        found = self.noted(_BEGINNING)
        try:
            return Beginning(**found) if found else None
        except TypeError:
            return None

    def note(self, name: str, values: dict[str, Any]) -> None:
        """Note that something is complete, and what the next rebuild must know of it."""
        path = self.folder / f"{name}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(values), encoding="utf-8")
        fresh.replace(path)

    def noted(self, name: str) -> dict[str, Any] | None:
        """Return what was noted, None when it is not complete."""
        try:
            found = json.loads((self.folder / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def part(self, name: str, number: int) -> Path:
        """Return the file of a numbered part of something."""
        return self.folder / f"{name}_{number:06d}.arrays"

    def parts(self, name: str) -> Iterator[ArrayFile]:
        """Yield the parts that are complete and sound, from 0 to the first that is not.

        Each is closed when the next one is asked for.
        """
        number = 0
        while (file := sound(self.part(name, number))) is not None:
            try:
                yield file
            finally:
                file.close()
            number += 1

    def end(self) -> None:
        """Remove it, when the generation is complete."""
        shutil.rmtree(self.folder)


def sound(path: Path) -> ArrayFile | None:
    """Open a file every byte of which is as it was written; None when there is none."""
    try:
        file = ArrayFile.open(path)
    except DamagedFileError:
        return None
    try:
        file.verify()
    except DamagedFileError:
        file.close()
        return None
    return file


def _change(store: "Store", sequence: int) -> list[str]:
    change = store.change(sequence)
    return [change.article_id, change.kind.value, change.at.isoformat()] if change else []
