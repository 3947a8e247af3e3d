"""What one run measured, as values that can be kept in a file of JSON."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """One build: seconds by the clock and of processor time; memory and size in bytes.

    ``given`` is what the process held before: the articles that it was given.
    """

    articles: int
    seconds: float
    cpu: float
    peak: int
    given: int
    size: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over all questions of a family; ``hits`` are all that answer them.

    ``first`` is the first time that a fresh process answers, else each question counts with its
    best time of all passes.
    """

    questions: int
    hits: int
    first_median: float
    first_p95: float
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """A process that searches: to open in milliseconds, memory after all questions in bytes."""

    open: float
    resident: int
    private: int
    families: dict[str, Latency]


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """One engine at one size."""

    name: str
    version: str
    build: BuildFigures
    search: SearchFigures | None = None


@dataclass(frozen=True, slots=True)
class ServingFigures:
    """What only Backfile is measured for, in milliseconds and bytes.

    Snippets are those of ten hits alone, without the search for them.
    """

    open: float
    page_median: float
    page_p95: float
    snippets_median: float
    snippets_p95: float
    resident: int
    private: int
    hostile: float
    hostile_query: str


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """All engines at one size, by their keys; ``skipped`` says why others are not there."""

    articles: int
    peers: dict[str, PeerFigures] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    serving: ServingFigures | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one corpus."""

    corpus: str
    machine: str
    commit: str
    day: str
    sizes: tuple[SizeFigures, ...]

    def with_size(self, size: SizeFigures) -> "Run":
        """Return the run with the figures of one more size."""
        return replace(self, sizes=(*self.sizes, size))

    def write(self, path: Path) -> None:
        """Write the run as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Run":
        """Return the run that ``write`` wrote."""
        record = json.loads(path.read_text(encoding="utf-8"))
        return cls(**record | {"sizes": tuple(map(_size, record["sizes"]))})


def _size(record: dict[str, Any]) -> SizeFigures:
    peers = {key: _peer(peer) for key, peer in record["peers"].items()}
    serving = record["serving"] and ServingFigures(**record["serving"])
    return SizeFigures(**record | {"peers": peers, "serving": serving})


def _peer(record: dict[str, Any]) -> PeerFigures:
    search = record["search"]
    if search:
        families = {name: Latency(**latency) for name, latency in search["families"].items()}
        search = SearchFigures(**search | {"families": families})
    return PeerFigures(**record | {"build": BuildFigures(**record["build"]), "search": search})
