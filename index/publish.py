"""Which generation is served: published atomically, three kept, rolled back at will."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from articles.errors import BackfileError
from index.arrays import DamagedFileError
from index.generation import Generation, created
from index.manifest import Manifest, sync

KEPT = 3
"""Generations that stay on disk, the served one among them."""
_CURRENT = "CURRENT"
_PARTIAL = ".partial"


class NoGenerationError(BackfileError):
    """There is nothing to serve, or nothing to go back to."""


class RebuildRunningError(BackfileError):
    """Another process is at work on the generations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationInfo:
    """One line of the list of generations; ``damage`` says what its manifest suffers from."""

    number: int
    created: datetime | None
    articles: int
    terms: int
    bytes: int
    current: bool
    damage: str = ""


class Generations:
    """The folder of all generations, and CURRENT, the file that names the served one.

    CURRENT is replaced, never written in place, and only after the generation lies on the disk: a
    reader sees the old one or the new one, whatever happens in between.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current_number(self) -> int | None:
        """Return the number of the served generation, None when there is none; 10 microseconds."""
        try:
            return int((self.folder / _CURRENT).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            raise DamagedFileError(
                f"{self.folder / _CURRENT} does not hold a number: run `backfile rollback --to N` "
                "with one of `backfile generations`"
            ) from error

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all complete generations, ascending."""
        if not self.folder.is_dir():
            return ()
        names = (entry.name for entry in self.folder.iterdir())
        return tuple(sorted(int(name) for name in names if name.isdigit()))

    def list(self) -> tuple[GenerationInfo, ...]:
        """Return what lies there, oldest first; reads manifests only."""
        current = self.current_number()
        return tuple(self._info(number, current=number == current) for number in self.numbers())

    def open_current(self, *, damaged: Collection[int] = ()) -> Generation:
        """Open the served generation; when it is damaged, the newest older one that is sound.

        Parameters
        ----------
        damaged : collection of int
            Generations in which a damaged page was found: they are passed over.

        Raises
        ------
        NoGenerationError
            When there is none, or none is sound; the message says what is wrong with each.
        """
        current = self.current_number()
        if current is None:
            raise NoGenerationError(
                f"no index has been built in {self.folder} yet: import articles, then run "
                "`backfile rebuild`"
            )
        warnings: list[str] = []
        for number in [current, *(n for n in reversed(self.numbers()) if n < current)]:
            if number in damaged:
                warnings.append(f"generation {number} is not served: it is damaged")
                continue
            try:
                generation = Generation(self._path(number))
            except DamagedFileError as error:
                warnings.append(f"generation {number} is not served: {error}")
            else:
                generation.warnings = tuple(warnings)
                return generation
        raise NoGenerationError(
            "no sound generation is left, run `backfile rebuild`: " + "; ".join(warnings)
        )

    def open(self, number: int) -> Generation:
        """Open one that is kept, served or not.

        Raises
        ------
        NoGenerationError
            When there is none of that number.
        DamagedFileError
            When it is damaged.
        """
        if number not in self.numbers():
            raise self._absent(number)
        return Generation(self._path(number))

    def rollback(
        self, to: int | None = None, *, before_serving: Callable[[], None] = lambda: None
    ) -> int:
        """Serve an older generation again (or the one numbered ``to``) and return its number.

        ``before_serving`` is called when it has been found sound, and may still stop it.

        Raises
        ------
        NoGenerationError
            When there is no such generation.
        DamagedFileError
            When it is damaged; the served one stays.
        """
        with self.locked():
            current, numbers = self.current_number(), self.numbers()
            if to is None:
                older = [number for number in numbers if current is None or number < current]
                if not older:
                    raise NoGenerationError(
                        f"there is no generation before {current}" if current else "none is built"
                    )
                to = older[-1]
            elif to not in numbers:
                raise self._absent(to)
            folder = self._path(to)
            Manifest.read(folder).verify(folder)
            before_serving()
            self._switch(to)
            return to

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other build, rollback and clean-up out; a killed process leaves no lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "LOCK").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RebuildRunningError(
                    f"another rebuild or rollback is at work in {self.folder}: wait until it ends"
                ) from error
            yield

    def begin(self, goes_on: Callable[[Path], bool] = lambda _: False) -> tuple[Path, bool]:
        """Return a folder for the next generation, and whether it is what a killed build left.

        Parameters
        ----------
        goes_on : callable
            Says whether a build can go on from an unfinished folder. Otherwise it is removed, and
            the one that is returned is empty.
        """
        number = max([*self.numbers(), self.current_number() or 0], default=0) + 1
        # Never called as it was, in case a process of a killed build still adds files by name.
        folder = self.folder / f"{number:06d}.{secrets.token_hex(4)}{_PARTIAL}"
        kept = False
        for leftover in sorted(self.folder.glob(f"*{_PARTIAL}")):
            if not kept and goes_on(leftover):
                leftover.rename(folder)
                kept = True
            else:
                self._remove(leftover)
        if not kept:
            folder.mkdir()
        return folder, kept

    def abandon(self) -> None:
        """Remove what is unfinished, though its build may be at work: for who holds the lock."""
        for leftover in self.folder.glob(f"*{_PARTIAL}"):
            self._remove(leftover)

    def publish(self, folder: Path) -> int:
        """Serve the finished generation in ``folder``, drop those beyond three."""
        path = folder.with_name(folder.name.partition(".")[0])
        folder.rename(path)
        sync(self.folder)
        self._switch(int(path.name))
        for number in self.numbers()[:-KEPT]:
            # Renamed first, so that a kill halfway leaves litter for the next build and no ruin.
            # Processes that still serve it have it mapped: the files live until they let go.
            doomed = self._path(number).rename(self.folder / f"{number:06d}.old{_PARTIAL}")
            shutil.rmtree(doomed)
        return int(path.name)

    def _absent(self, number: int) -> NoGenerationError:
        kept = ", ".join(map(str, self.numbers())) or "none"
        return NoGenerationError(f"there is no generation {number}; kept are: {kept}")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}"

    def _remove(self, leftover: Path) -> None:
        # Renamed first, so that nothing more is added to it by its name.
        doomed = leftover.rename(self.folder / f"doomed-{leftover.name}")
        shutil.rmtree(doomed, ignore_errors=True)

    def _switch(self, number: int) -> None:
        fresh = self.folder / f"{_CURRENT}.new"
        with fresh.open("w") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / _CURRENT)
        sync(self.folder)

    def _info(self, number: int, *, current: bool) -> GenerationInfo:
        folder = self._path(number)
        bare = GenerationInfo(
            number=number, created=None, articles=0, terms=0, bytes=0, current=current
        )
        try:
            manifest = Manifest.read(folder)
        except DamagedFileError as error:
            return replace(bare, damage=str(error))
        return replace(
            bare,
            created=created(folder),
            articles=manifest.articles,
            terms=manifest.terms,
            bytes=manifest.size,
        )
