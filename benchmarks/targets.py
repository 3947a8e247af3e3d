"""What Backfile is held to beside other engines, and whether a run shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.figures import BuildFigures, Latency, SizeFigures
from benchmarks.peers.field import ENTRIES, OURS
from benchmarks.questions import Family

LARGE = 500_000
"""Articles from which on only plain searches are held to anything."""


AT_LEAST = ("times", "of 1")
"""Units of which more is better."""


@dataclass(frozen=True, slots=True)
class Target:
    """One promise: at least so many times or so much of 1, or at most so many of another unit."""

    what: str
    wanted: float
    measured: float
    unit: str = "times"

    @property
    def met(self) -> bool:
        """Whether the run shows it."""
        return self.measured >= self.wanted if self.least else self.measured <= self.wanted

    @property
    def least(self) -> bool:
        """Whether more is better."""
        return self.unit in AT_LEAST


def targets(size: SizeFigures) -> list[Target]:
    """Return the targets that this size can show; those of engines that were skipped are absent."""
    if size.articles >= LARGE:
        return [*_searches(size, "tantivy", {Family.ANY: (2, 2)})]
    wanted = {
        Family.ANY: (2, 3),
        Family.TYPED: (2, 3),
        Family.ALL: (1, None),
        Family.PHRASE: (1, None),
        Family.PREFIX: (1, None),
        Family.DATES: (1.5, None),
    }
    return [
        *_builds(size),
        *_searches(size, "tantivy", wanted),
        *_searches(size, "tantivy-fused", wanted),
        *_searches(size, "whoosh", {Family.ANY: (100, None)}),
        *_serving(size),
    ]


def _builds(size: SizeFigures) -> Iterator[Target]:
    ours = size.peers[OURS].build
    yield Target("memory of the build", 1_500, ours.peak / 1e6, "MB")
    for key, wanted in (("whoosh", 15), ("tantivy", 1)):
        if key in size.peers:
            yield Target(f"build, beside {ENTRIES[key].name}", wanted, _faster(size, key))
    if "tantivy" in size.peers:
        share = ours.size / size.peers["tantivy"].build.size
        yield Target("size, of tantivy's", 1.2, share, "of its")
    if "backfile-2" in size.peers:
        gain = _rate(size.peers["backfile-2"].build) / _rate(ours)
        yield Target("build with 2 processes, beside 1", 1.5, gain)


def _searches(
    size: SizeFigures, key: str, wanted: Mapping[Family, tuple[float, float | None]]
) -> Iterator[Target]:
    for family, (median, p95) in wanted.items():
        ours, theirs = latencies(size, family, OURS), latencies(size, family, key)
        if ours and theirs:
            name = f"{family}, beside {ENTRIES[key].name}"
            yield Target(f"{name}, median", median, theirs.median / ours.median)
            if p95:
                yield Target(f"{name}, p95", p95, theirs.p95 / ours.p95)


def _serving(size: SizeFigures) -> Iterator[Target]:
    if serving := size.serving:
        yield Target("snippets of ten hits", 2, serving.snippets_median, "ms")
        yield Target("opening a generation", 20, serving.open, "ms")
        yield Target("private memory of a worker", 250, serving.private / 1e6, "MB")
        yield Target("worst hostile query", 250, serving.hostile, "ms")


def latencies(size: SizeFigures, family: Family, key: str) -> Latency | None:
    """Return how fast an engine answered a family of questions, None when it did not."""
    search = size.peers[key].search if key in size.peers else None
    return search.families.get(family.value) if search else None


def _faster(size: SizeFigures, key: str) -> float:
    return _rate(size.peers[OURS].build) / _rate(size.peers[key].build)


def _rate(build: BuildFigures) -> float:
    return build.articles / build.seconds
