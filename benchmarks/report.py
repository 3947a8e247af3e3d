"""A run as text: tables of medians, ratios to Backfile, and targets met or missed."""

from collections.abc import Iterator

from benchmarks.figures import Run, SizeFigures
from benchmarks.peers.field import ENTRIES, OURS
from benchmarks.questions import Family
from benchmarks.targets import Target, latencies, targets


def lines(run: Run) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{run.corpus}, {run.machine}, commit {run.commit}, {run.day}"
    for size in run.sizes:
        yield from size_lines(size)


def size_lines(size: SizeFigures) -> Iterator[str]:
    """Yield the lines of one size."""
    yield f"\n{size.articles:,} articles"
    for key, reason in size.skipped.items():
        yield f"  {ENTRIES[key].name}: skipped, {reason}"
    yield from _build_lines(size)
    yield from _search_lines(size)
    yield from _serving_lines(size)
    yield from _target_lines(size)


def _build_lines(size: SizeFigures) -> Iterator[str]:
    heads = ("articles/s", "by CPU", "peak MB", "given MB", "index MB", "times ours")
    yield f"\n  {'build':28}" + "".join(f"{head:>12}" for head in heads)
    ours = size.peers[OURS].build
    for peer in size.peers.values():
        build = peer.build
        values = (
            f"{build.articles / build.seconds:,.0f}",
            f"{build.articles / max(build.cpu, 0.01):,.0f}",
            f"{build.peak / 1e6:,.0f}",
            f"{build.given / 1e6:,.0f}",
            f"{build.size / 1e6:,.0f}",
            f"{build.seconds / ours.seconds:.2f}",
        )
        name = f"{peer.name} {peer.version}".strip()
        yield f"  {name:28}" + "".join(f"{value:>12}" for value in values)


def _search_lines(size: SizeFigures) -> Iterator[str]:
    heads = ("first p50", "p95", "best p50", "p95", "times ours", "p95", "hits")
    yield f"\n  {'ten best ids, ms':28}" + "".join(f"{head:>12}" for head in heads)
    for family in Family:
        ours = latencies(size, family, OURS)
        if not ours:
            continue
        yield f"  {family} ({ours.questions})"
        for key, peer in size.peers.items():
            if theirs := latencies(size, family, key):
                times = (theirs.first_median, theirs.first_p95, theirs.median, theirs.p95)
                ratios = (theirs.median / ours.median, theirs.p95 / ours.p95)
                values = [*(f"{time:.3f}" for time in times), *(f"{ratio:.2f}" for ratio in ratios)]
                yield (
                    f"    {peer.name:26}"
                    + "".join(f"{value:>12}" for value in values)
                    + f"{theirs.hits:>12,}"
                )
    opened = ("to open, ms", "resident MB", "private MB")
    yield f"\n  {'a process that searches':28}" + "".join(f"{head:>12}" for head in opened)
    for peer in size.peers.values():
        if search := peer.search:
            yield (
                f"  {peer.name:28}{search.open:12.1f}{search.resident / 1e6:12,.0f}"
                f"{search.private / 1e6:12,.0f}"
            )


def _serving_lines(size: SizeFigures) -> Iterator[str]:
    if serving := size.serving:
        yield "\n  Backfile, serving"
        yield f"    opening a generation{serving.open:21.1f} ms"
        yield f"    page, p50 / p95{serving.page_median:26.2f} / {serving.page_p95:.2f} ms"
        yield (
            f"    ten snippets, p50 / p95{serving.snippets_median:18.2f} / "
            f"{serving.snippets_p95:.2f} ms"
        )
        yield f"    memory after 200 pages{serving.resident / 1e6:19,.0f} MB resident"
        yield f"    of it private{serving.private / 1e6:28,.0f} MB"
        yield f"    worst hostile query{serving.hostile:22,.1f} ms ({serving.hostile_query})"


def _target_lines(size: SizeFigures) -> Iterator[str]:
    yield f"\n  {'target':52}{'wanted':>15}{'measured':>12}"
    for target in targets(size):
        yield target_line(target)


def target_line(target: Target, digits: int = 2) -> str:
    """Return what was wanted, what was measured, and whether that is enough."""
    bound = "at least" if target.least else "at most"
    return (
        f"  {target.what:52}{bound:>10} {target.wanted:<6.4g}{target.measured:10.{digits}f} "
        f"{target.unit:6} {'met' if target.met else 'MISSED'}"
    )
