"""From counts to bars: each has its place, its height and its address; a table says the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine import Bucket, Timeline
from search.periods import counted, divided, months
from tests.test_search_coverage import numbers
from web.bands import BAND, bands
from web.chart import HEIGHT, LEAST, chart
from web.coverage_page import MOST_ROWS, SHADES, grid_of

DAYS = st.lists(st.dates(), min_size=1, max_size=40)
CLOSE_DAYS = st.lists(st.dates(date(2000, 1, 1), date(2019, 12, 31)), min_size=1, max_size=80)


def timeline_of(days):
    return divided(*counted(numbers(days)), 240)


@given(DAYS | CLOSE_DAYS)
def test_bands_hold_every_bucket_once_in_order(days):
    timeline = timeline_of(days)
    parts = bands(timeline)
    every = [bucket for part in parts for bucket in part.buckets]
    start = every.index(timeline.buckets[0])
    assert tuple(every[start : start + len(timeline.buckets)]) == timeline.buckets
    assert not any(one.count for one in (*every[:start], *every[start + len(timeline.buckets) :]))
    assert len({len(part.buckets) for part in parts}) == 1
    firsts = [bucket.first for bucket in every if date.min < bucket.first < date(9990, 1, 1)]
    assert firsts == sorted(set(firsts))
    if len(parts) > 1:
        for part in parts:
            begins = part.buckets[0].first
            assert begins.month == 1
            assert timeline.unit == "month" or begins.year % 10 == 0 or begins == date.min


@pytest.mark.parametrize(
    ("first", "last", "sizes"),
    [
        (date(2011, 7, 9), date(2011, 7, 11), [3]),
        (date(2011, 7, 1), date(2011, 8, 31), [62]),
        (date(2011, 7, 9), date(2016, 6, 11), [60]),
        (date(2011, 7, 9), date(2016, 12, 11), [36, 36]),
        (date(2000, 7, 9), date(2019, 12, 11), [60, 60, 60, 60]),
        (date(1897, 7, 9), date(2019, 12, 11), [50, 50, 50]),
        (date(1, 7, 9), date(2019, 12, 11), [60, 60, 60, 60]),
    ],
)
def test_a_long_time_is_broken_into_bands(first, last, sizes):
    found = [len(part.buckets) for part in bands(timeline_of([first, last]))]
    assert found == sizes
    assert max(found) <= BAND


@given(DAYS | CLOSE_DAYS)
def test_every_count_has_a_bar_of_its_height(days):
    timeline = timeline_of(days)
    most = max(bucket.count for bucket in timeline.buckets)
    drawn = [chart(part, lambda a, b: f"{a} {b}", most) for part in bands(timeline)]
    bars = [bar for one in drawn for bar in one.bars if bar.count]
    wanted = [bucket for bucket in timeline.buckets if bucket.count]
    for bar, bucket in zip(bars, wanted, strict=True):
        assert bar.address == f"{bucket.first} {bucket.last}"
        assert bar.height == pytest.approx(max(HEIGHT * bucket.count / most, LEAST), abs=0.1)
        assert bar.name.endswith(f": {bucket.count} article{'' if bucket.count == 1 else 's'}")
        assert 0 <= bar.x < bar.x + bar.width <= 100
    for one in drawn:
        assert sum(bool(bar.label) for bar in one.bars) <= 8
        assert all(not bar.address for bar in one.bars if not bar.count)


def labels(timeline):
    return [bar.label for bar in chart(timeline, lambda *_: "").bars if bar.label]


def test_labels_are_round_where_they_can_be():
    first, second = bands(timeline_of([date(2010, 3, 1), date(2016, 11, 1)]))
    assert labels(first) == ["2010", "2011", "2012", "2013"]
    assert labels(second) == ["2014", "2015", "2016", "2017"]
    centuries = bands(timeline_of([date(1897, 3, 1), date(2016, 11, 1)]))
    assert labels(centuries[0]) == ["1890", "1900", "1910", "1920", "1930"]
    assert labels(timeline_of([date(2011, 11, 5), date(2012, 6, 1)])) == [
        "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    ]  # fmt: skip


def test_a_band_may_be_measured_by_another():
    low = Timeline("year", (Bucket(date(2011, 1, 1), date(2011, 12, 31), 5),))
    assert chart(low, lambda *_: "").bars[0].height == HEIGHT
    assert chart(low, lambda *_: "", 10).bars[0].height == HEIGHT / 2


@given(DAYS | CLOSE_DAYS)
def test_the_table_says_what_the_chart_shows(days):
    found = grid_of(months(*counted(numbers(days))), "{} {}".format)
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
    found = grid_of(months(*counted(numbers(days))), "{} {}".format)
    assert not found.by_months
    assert len(found.rows) == 2 * MOST_ROWS // 10
    assert [cell.count for cell in found.rows[20].cells] == [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert (found.rows[20].label, found.rows[20].address) == ("1200–1209", "1200-01-01 1209-12-31")
