"""Bar charts over time: from counts to what is drawn, without a word of SVG.

Places along the time are shares of the width in percent, so that a chart is as wide as its page and
its letters keep their size; heights are in pixels. The macro of ``chart.html`` draws it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from search.periods import Unit
from web.locales import articles, short_day, short_month

HEIGHT = 96
"""Pixels of the tallest bar."""
LOWEST = 2.0
"""Pixels of the bar of a single article, so that it is seen beside thousands."""
BAND = 62
"""The most bars side by side; what is longer is broken into bands, like lines of a text."""
FEWEST = 12
"""Bars are never wider than if there were so many."""
MOST_TICKS = 12
_LETTER = 1.9
"""Percent of the width of a phone that a letter below the axis takes."""
_YEARS = {"year": 1, "decade": 10, "century": 100}


@dataclass(frozen=True, slots=True)
class Column:
    """What becomes a bar: some days, what they are called, and how many articles they have."""

    label: str
    first: date
    last: date
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that leads to its articles: ``x`` and ``width`` in percent, the rest in pixels."""

    label: str
    address: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Words below the axis; ``minor`` ones are left out where there is little room."""

    label: str
    x: float
    minor: bool


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a chart, and in words from when to when it goes."""

    label: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``chart.html`` draws: nothing where nothing is counted.

    ``highest`` is the column of the tallest bar, the first of equal ones.
    """

    bands: tuple[Band, ...] = ()
    highest: Column | None = None
    height: int = HEIGHT


def chart(unit: Unit, columns: Sequence[Column]) -> Chart:
    """Return the chart of consecutive columns of one unit; the first and last may be shorter.

    All bands have one scale and as many places. Columns without articles leave a place empty.
    """
    highest = max(columns, key=lambda column: column.count, default=None)
    if highest is None or not highest.count:
        return Chart()
    lead, places = layout(unit, columns)
    early = [_before(columns[0], back) for back in range(lead, 0, -1)] if unit == "month" else []
    whole = enumerate([*early, *columns], lead - len(early))
    lines = groupby(whole, lambda item: item[0] // places)
    bands = (
        _band(unit, [(at % places, column) for at, column in line], places, highest.count)
        for _, line in lines
    )
    return Chart(tuple(bands), highest)


def layout(unit: Unit, columns: Sequence[Column]) -> tuple[int, int]:
    """Return how many places the first band leaves empty in front, and the places of each band.

    Several bands begin with a January, a decade or a century each, and are about equally full.

    Examples
    --------
    >>> years = [Column("", date(y, 1, 1), date(y, 12, 31), 1, "") for y in range(1897, 1997)]
    >>> layout("year", years), layout("year", years[:20])
    ((7, 60), (0, 20))
    """
    if len(columns) <= BAND:
        return 0, max(len(columns), FEWEST)
    first = columns[0].first
    whole = 12 if unit == "month" else 10
    lead = first.month - 1 if unit == "month" else first.year // _YEARS.get(unit, 1) % 10
    taken = lead + len(columns)
    share = -(-taken // -(-taken // BAND))
    return lead, -(-share // whole) * whole


def _before(column: Column, months: int) -> Column:
    """Return an empty month of the same year, so that its January has a tick."""
    first = column.first.replace(month=column.first.month - months, day=1)
    return Column("", first, first, 0, "")


def _band(unit: Unit, line: Sequence[tuple[int, Column]], places: int, most: int) -> Band:
    width = 100 / places
    first, last = next(column.label for _, column in line if column.label), line[-1][1].label
    return Band(
        first if first == last else f"{first} – {last}",
        tuple(_bar(place, column, width, most) for place, column in line if column.count),
        tuple(_ticks(unit, line, width)),
    )


def _bar(place: int, column: Column, width: float, most: int) -> Bar:
    height = max(column.count / most * HEIGHT, LOWEST)
    label = f"{column.label}: {articles(column.count)}"
    return Bar(label, column.address, place * width, width, HEIGHT - height, height)


def _ticks(unit: Unit, line: Sequence[tuple[int, Column]], width: float) -> Iterable[Tick]:
    """Yield what stands below the axis: few enough to be read, at round years where it can be."""
    long = unit == "month" and len(line) > 2 * FEWEST
    found = [(place, column) for place, column in line if not long or column.first.month == 1]
    step = next(step for step in (1, 2, 5, 10, 20, 50) if len(found) <= step * MOST_TICKS)
    if unit in _YEARS:
        found = [item for item in found if item[1].first.year // _YEARS[unit] % step == 0]
    else:
        found = found[::step]
    for number, (place, column) in enumerate(found):
        label = _below(column, unit, with_year=long or not number)
        if place * width + len(label) * _LETTER <= 100:
            yield Tick(label, place * width, bool(number % 2) and len(found) > MOST_TICKS // 2)


def _below(column: Column, unit: Unit, *, with_year: bool) -> str:
    if unit == "day":
        return short_day(column.first)
    if unit == "month" and column.first.month > 1:
        return short_month(column.first, with_year=with_year)
    return str(column.first.year)
