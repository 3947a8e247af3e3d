"""A run as pictures: builds, queries by family, and how queries grow with the archive."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Run, SizeFigures
from benchmarks.peers.field import ENTRIES
from benchmarks.questions import Family
from benchmarks.targets import latencies
from web.evaluation.svg import COLOURS, bar, dot, grid, line, picture, text

WIDTH = 760
LEFT = 170
RIGHT = 600
ROW = 15
_COLOUR = dict(zip(ENTRIES, COLOURS, strict=False))


def draw(run: Run, folder: Path) -> list[Path]:
    """Write all plots of a run into a folder and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = {"growth.svg": growth(run)} if len(run.sizes) > 1 else {}
    for size in run.sizes:
        plots[f"build-{size.articles}.svg"] = builds(run, size)
        plots[f"queries-{size.articles}.svg"] = queries(run, size)
    for name, content in plots.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in plots]


def builds(run: Run, size: SizeFigures) -> str:
    """Return a picture of articles a second, with the memory and the size of each index."""
    rates = {key: peer.build.articles / peer.build.seconds for key, peer in size.peers.items()}
    most = max(rates.values())

    def shapes() -> Iterator[str]:
        for row, (key, rate) in enumerate(rates.items()):
            y, build = 48 + 30 * row, size.peers[key].build
            length = (RIGHT - LEFT - 130) * rate / most
            yield text(LEFT - 10, y + 14, size.peers[key].name, anchor="end")
            yield bar(LEFT, y, length, 20, _COLOUR[key])
            yield text(LEFT + length + 8, y + 14, f"{rate:,.0f}")
            said = f"peak {build.peak / 1e6:,.0f} MB, index {build.size / 1e6:,.0f} MB"
            yield text(WIDTH - 16, y + 14, said, kind="small", anchor="end")

    title = f"Articles indexed a second, {size.articles:,} of {run.corpus}"
    return picture(WIDTH, 56 + 30 * len(rates), title, shapes())


def queries(run: Run, size: SizeFigures) -> str:
    """Return a picture of medians (dots) and 95th percentiles (ends of lines), logarithmic."""
    rows = [
        (family, key)
        for family in Family
        for key in size.peers
        if latencies(size, family, key) is not None
    ]
    shown = [latency for row in rows if (latency := latencies(size, *row))]
    place = scale([value for found in shown for value in (found.median, found.p95)], LEFT, RIGHT)
    families = list(dict.fromkeys(family for family, _ in rows))
    bottom = 76 + ROW * len(rows) + 12 * len(families)

    def shapes() -> Iterator[str]:
        yield from legend([key for key in size.peers if any(row[1] == key for row in rows)])
        yield from axis(place, [v for found in shown for v in (found.median, found.p95)], bottom)
        y = 76.0
        for family in families:
            yield text(LEFT - 10, y + 12, family.value, anchor="end")
            for key in (key for other, key in rows if other is family):
                if found := latencies(size, family, key):
                    middle = y + ROW / 2
                    ends = [(place(found.median), middle), (place(found.p95), middle)]
                    yield line(ends, _COLOUR[key])
                    yield dot(*ends[0], _COLOUR[key])
                    said = f"{_short(found.median)} / {_short(found.p95)} ms"
                    yield text(WIDTH - 16, middle + 4, said, kind="small", anchor="end")
                    y += ROW
            y += 12

    title = f"Ten best ids, median and 95th percentile, {size.articles:,} of {run.corpus}"
    return picture(WIDTH, bottom + 30, title, shapes())


def growth(run: Run) -> str:
    """Return a picture of the median of plain queries by the number of articles."""
    sizes = sorted(run.sizes, key=lambda size: size.articles)
    keys = [key for key in ENTRIES if any(latencies(s, Family.ANY, key) for s in sizes)]
    found = {
        key: [(s.articles, own.median) for s in sizes if (own := latencies(s, Family.ANY, key))]
        for key in keys
    }
    across = scale([size.articles for size in sizes], LEFT, RIGHT)
    times = [time for points in found.values() for _, time in points]
    up = scale(times, 380, 80)

    def shapes() -> Iterator[str]:
        yield from legend(keys)
        for size in sizes:
            x = across(size.articles)
            yield grid(x, 80, x, 380)
            yield text(x, 400, f"{size.articles:,}", kind="small", anchor="middle")
        for tick in decades(times):
            yield grid(LEFT, up(tick), RIGHT, up(tick))
            yield text(LEFT - 10, up(tick) + 4, f"{tick:g} ms", kind="small", anchor="end")
        for key, points in found.items():
            places = [(across(articles), up(time)) for articles, time in points]
            yield line(places, _COLOUR[key])
            for x, y in places:
                yield dot(x, y, _COLOUR[key])

    title = f"Median of a query of any word by the number of articles, {run.corpus}"
    return picture(WIDTH, 416, title, shapes())


def legend(keys: Sequence[str]) -> Iterator[str]:
    """Yield the names of engines beside their colours, in one line."""
    x = 16.0
    for key in keys:
        yield dot(x + 4, 46, _COLOUR[key])
        yield text(x + 13, 50, ENTRIES[key].name, kind="small")
        x += 30 + 6.2 * len(ENTRIES[key].name)


def axis(place: Callable[[float], float], values: Sequence[float], bottom: float) -> Iterator[str]:
    """Yield upright lines at 1, 10 and 100 with their labels below."""
    for tick in decades(values):
        yield grid(place(tick), 66, place(tick), bottom)
        yield text(place(tick), bottom + 16, f"{tick:g} ms", kind="small", anchor="middle")


def scale(values: Sequence[float], start: float, stop: float) -> Callable[[float], float]:
    """Return the function that puts values between two places, logarithmically.

    Examples
    --------
    >>> scale([1, 100], 0, 50)(10)
    25.0
    """
    least, most = math.log10(min(values)), math.log10(max(values))
    width = (most - least) or 1.0
    return lambda value: start + (stop - start) * (math.log10(value) - least) / width


def decades(values: Sequence[float]) -> list[float]:
    """Return the powers of ten among the values.

    Examples
    --------
    >>> decades([0.05, 3, 20])
    [0.1, 1.0, 10.0]
    """
    least, most = math.ceil(math.log10(min(values))), math.floor(math.log10(max(values)))
    return [10.0**exponent for exponent in range(least, most + 1)]


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.{1 if milliseconds >= 10 else 3}f}"
