"""What the coverage page shows: when the archive has articles, where it has gaps, of what it is."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from search.coverage import Coverage, Holding
from search.engine import Bucket, Timeline, Unit
from search.gaps import Gap
from web.addresses import days_address, list_address, search_address, value_address
from web.bands import bands
from web.chart import Chart, chart, period
from web.formatting import language_name
from web.locales import articles, gettext, month, percent
from web.permalinks import absolute
from web.served import Freshness

MOST_BARS = 240
"""Months of the chart, which are twenty years; what is longer is shown by years or decades."""
MOST_GAPS = 12
MOST_LINES = 12
"""Languages, sources or sections that are named."""
MOST_ROWS = 250
"""Years of the table; where more have articles it has a row a decade."""
SHADES = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """The articles of a month, or of a year; ``shade`` is 0 for none and `SHADES` for the most."""

    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    """A year, or a decade; one without an address stands for the empty ones in a row."""

    label: str
    address: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of years by months, or of decades by years."""

    by_months: bool
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A language, source or section: how many articles are of it, and how many of all that is."""

    label: str
    address: str
    count: int
    share: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The commonest of them, how many there are, and where all are listed."""

    values: int
    lines: tuple[Line, ...]
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """What ``coverage.html`` shows; ``gaps`` are the longest, in order, of `Coverage.gaps_found`.

    ``charts`` are the bands of one chart, each with what it is of; there is none where no article
    has a date. What they show is said once more in a table: of ``days`` where each has a bar,
    otherwise of the ``grid``. ``highest`` says what the tallest bar is of.
    """

    coverage: Coverage
    charts: tuple[tuple[str, Chart], ...]
    heading: str
    highest: str
    days: tuple[Bucket, ...]
    grid: Grid
    gaps: tuple[Gap, ...]
    languages: Lines
    sources: Lines
    sections: Lines
    freshness: Freshness
    canonical: str


def coverage_page(coverage: Coverage, fresh: Freshness) -> CoveragePage:
    """Return the page of a coverage."""
    timeline = coverage.timeline(MOST_BARS)
    most = max(timeline.buckets, key=lambda bucket: bucket.count, default=None)
    longest = sorted(coverage.gaps, key=lambda gap: (-gap.days, gap.first))[:MOST_GAPS]
    return CoveragePage(
        coverage=coverage,
        charts=tuple(_charts(timeline, most.count if most else 0)),
        heading=_heading(timeline.unit),
        highest=f"{articles(most.count)}, {period(most.first, most.last)}" if most else "",
        days=timeline.buckets if timeline.unit == "day" else (),
        grid=grid_of(coverage.months, days_address),
        gaps=tuple(sorted(longest, key=lambda gap: gap.first)),
        languages=_lines("language", coverage.languages, coverage.articles),
        sources=_lines("source", coverage.sources, coverage.articles),
        sections=_lines("section", coverage.sections, coverage.articles),
        freshness=fresh,
        canonical=absolute(url_for("pages.coverage")),
    )


def _charts(timeline: Timeline, most: int) -> Iterable[tuple[str, Chart]]:
    for band in bands(timeline) if most else ():
        first = max(band.buckets[0].first, timeline.buckets[0].first)
        last = min(band.buckets[-1].last, timeline.buckets[-1].last)
        yield period(first, last), chart(band, days_address, most)


def _heading(unit: Unit) -> str:
    """Return what a chart shows that counts articles by a unit."""
    headings: dict[Unit, str] = {
        "day": gettext("Articles a day"),
        "month": gettext("Articles a month"),
        "year": gettext("Articles a year"),
        "decade": gettext("Articles a decade"),
    }
    return headings[unit]


def grid_of(months: Sequence[Bucket], address: Callable[[date, date], str]) -> Grid:
    """Return the table of the months that have articles: a row a year, or a decade if many.

    Examples
    --------
    >>> months = [Bucket(date(y, 3, 1), date(y, 3, 31), 5) for y in (1988, 1991)]
    >>> [(row.label, row.total) for row in grid_of(months, "{} {}".format).rows]
    [('1988', 5), ('1989–1990', 0), ('1991', 5)]
    """
    counts = {(one.first.year, one.first.month - 1): one.count for one in months}
    by_months = len({year for year, _ in counts}) <= MOST_ROWS
    if by_months:
        heads = tuple(month(date(2000, number, 1), "LLL") for number in range(1, 13))
        return Grid(True, heads, tuple(_rows(counts, 12, 1, address)))
    decades: Counter[tuple[int, int]] = Counter()
    for (year, _), count in counts.items():
        decades[year // 10, year % 10] += count
    return Grid(False, tuple(map(str, range(10))), tuple(_rows(decades, 10, 10, address)))


def _rows(
    counts: Mapping[tuple[int, int], int],
    width: int,
    years: int,
    address: Callable[[date, date], str],
) -> Iterable[Row]:
    """Yield a row for each number that has anything, and one for those without between two."""
    most = max(counts.values(), default=0)
    before: int | None = None
    for number in sorted({number for number, _ in counts}):
        if before is not None and number > before + 1:
            yield Row(_years((before + 1) * years, number * years - 1), "", (), 0)
        found = [counts.get((number, place), 0) for place in range(width)]
        first, last = number * years, number * years + years - 1
        leads = address(date(max(first, 1), 1, 1), date(last, 12, 31))
        cells = tuple(Cell(count, -(-SHADES * count // most)) for count in found)
        yield Row(_years(first, last), leads, cells, sum(found))
        before = number


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _lines(name: str, holding: Holding, whole: int) -> Lines:
    lines = tuple(
        Line(
            language_name(item.value) if name == "language" else item.value,
            search_address(language=item.value)
            if name == "language"
            else value_address(name, item.value),
            item.count,
            percent(item.count, whole),
            item.value if name == "language" else "",
        )
        for item in holding.counts[:MOST_LINES]
    )
    more = holding.values > len(lines) and name != "language"
    return Lines(holding.values, lines, list_address(name) if more else "")
