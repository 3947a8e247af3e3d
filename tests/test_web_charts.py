"""From counts to bars: every bar has its place, its height and its address."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.periods import counted, divided, months
from tests.test_search_coverage import numbers
from web.charts import BAND, HEIGHT, LOWEST, MOST_TICKS, Chart, chart, layout
from web.coverage_page import MOST_ROWS, SHADES, grid_of
from web.time_chart import columns_of

DAYS = st.lists(st.dates(), min_size=1, max_size=40)
CLOSE_DAYS = st.lists(st.dates(date(2000, 1, 1), date(2019, 12, 31)), min_size=1, max_size=80)
UNITS = pytest.mark.parametrize(
    ("first", "last", "bands"),
    [
        (date(2011, 7, 9), date(2011, 7, 11), 1),
        (date(2011, 7, 1), date(2011, 8, 31), 1),
        (date(2011, 7, 9), date(2016, 6, 11), 1),
        (date(2011, 7, 9), date(2016, 12, 11), 2),
        (date(2000, 7, 9), date(2019, 12, 11), 4),
        (date(1897, 7, 9), date(2019, 12, 11), 3),
        (date(1, 7, 9), date(2019, 12, 11), 4),
    ],
)


def drawn(days):
    division = divided(*counted(numbers(days)), 240)
    columns = tuple(columns_of(division, lambda one: f"/{one.first}"))
    return columns, chart(division.unit, columns)


@given(DAYS | CLOSE_DAYS)
def test_every_count_has_a_bar_of_its_height(days):
    columns, found = drawn(days)
    counts = [column for column in columns if column.count]
    bars = [bar for band in found.bands for bar in band.bars]
    assert [bar.address for bar in bars] == [column.address for column in counts]
    most = max(column.count for column in columns)
    assert found.highest == next(column for column in columns if column.count == most)
    for bar, column in zip(bars, counts, strict=True):
        assert bar.height == pytest.approx(max(HEIGHT * column.count / most, LOWEST))
        assert bar.y + bar.height == pytest.approx(HEIGHT)
        assert bar.label.startswith(f"{column.label}: {column.count} article")
        assert bar.x >= 0
        assert bar.x + bar.width <= 100.001
    for band in found.bands:
        places = [round(bar.x / bar.width) for bar in band.bars]
        assert places == sorted(set(places))
        assert len({round(bar.width, 6) for bar in band.bars}) <= 1


@given(DAYS | CLOSE_DAYS)
def test_what_stands_below_the_axis_has_room(days):
    _, found = drawn(days)
    for band in found.bands:
        assert len(band.ticks) <= MOST_TICKS
        for major in ([tick for tick in band.ticks if not tick.minor], band.ticks):
            places = [tick.x for tick in major]
            assert places == sorted(places)
        assert all(tick.label and 0 <= tick.x < 100 for tick in band.ticks)


@UNITS
def test_a_long_time_is_broken_into_bands(first, last, bands):
    columns, found = drawn([first, first, last])
    assert len(found.bands) in (bands, bands - 1)  # the last may hold nothing
    lead, places = layout(divided(*counted(numbers([first, last])), 240).unit, columns)
    assert places <= BAND + 12
    assert (lead + len(columns) - 1) // places + 1 == bands


def test_the_first_band_of_months_begins_with_its_january():
    _, found = drawn([date(2010, 3, 1), date(2020, 1, 1)])
    assert [tick.label for tick in found.bands[0].ticks] == [str(y) for y in range(2010, 2016)]
    assert found.bands[0].ticks[0].x == 0
    assert found.bands[0].bars[0].x == pytest.approx(2 / 72 * 100)


def test_months_and_days_are_named_where_they_are_few():
    _, found = drawn([date(2011, 11, 5), date(2012, 6, 1)])
    assert [tick.label for tick in found.bands[0].ticks] == [
        "Nov 2011", "Dec", "2012", "Feb", "Mar", "Apr", "May", "Jun",
    ]  # fmt: skip
    _, found = drawn([date(2011, 7, 9), date(2011, 7, 11)])
    assert [tick.label for tick in found.bands[0].ticks] == ["9 Jul", "10 Jul", "11 Jul"]


def test_nothing_is_drawn_of_nothing():
    assert chart("month", ()) == Chart()


@given(DAYS | CLOSE_DAYS)
def test_the_table_says_what_the_chart_shows(days):
    found = grid_of(months(*counted(numbers(days))), str)
    assert sum(row.total for row in found.rows) == len(days)
    assert all(sum(cell.count for cell in row.cells) == row.total for row in found.rows)
    for row in found.rows:
        assert bool(row.address) == bool(row.total) == bool(row.cells)
        for cell in row.cells:
            assert bool(cell.shade) == bool(cell.count)
            assert cell.shade <= SHADES
    assert found.by_months
    years = {day.year for day in days}
    assert [row.label for row in found.rows if row.total] == [str(year) for year in sorted(years)]


def test_the_table_of_very_many_years_has_decades():
    days = [date(year, 5, 1) for year in range(1000, 1000 + 2 * MOST_ROWS) if year != 1205]
    found = grid_of(months(*counted(numbers(days))), str)
    assert not found.by_months
    assert len(found.rows) == 2 * MOST_ROWS // 10
    assert [cell.count for cell in found.rows[20].cells] == [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert found.rows[20].label == "1200–1209"
