"""What an archive covers: days, months, gaps and holdings, held against counting by hand."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article, Status
from index.visibility import Visibility
from search.coverage import CoverageReader
from search.gaps import gaps
from search.periods import counted, day_of, days_of, divided, months
from tests.archives import NOW, build, random_articles
from tests.oracles import naive_coverage

DAYS = st.lists(st.dates(), min_size=1, max_size=60)
CLOSE_DAYS = st.lists(st.dates(date(2011, 1, 1), date(2012, 6, 1)), min_size=1, max_size=150)


def numbers(days):
    """Return days as days since 1970, ascending."""
    return np.array(sorted((day - date(1970, 1, 1)).days for day in days), np.int64)


def midnights(days):
    return numbers(days) * 86_400


@given(DAYS)
def test_every_day_of_the_calendar_is_read_from_its_seconds(days):
    for second in (0, 86_399):
        assert [day_of(int(one)) for one in days_of(midnights(days) + second)] == sorted(days)
    beyond = np.array([np.iinfo(np.int64).min + 1, np.iinfo(np.int64).max - 1])
    assert [day_of(int(one)) for one in days_of(beyond)] == [date.min, date.max]


@given(DAYS | CLOSE_DAYS)
def test_months_are_those_that_one_counts_by_hand(days):
    found = months(*counted(numbers(days)))
    assert [((p.first.year, p.first.month), p.count) for p in found] == naive_coverage.months(days)
    assert all(bucket.first.day == 1 for bucket in found)


@given(DAYS | CLOSE_DAYS, st.integers(1, 240))
def test_periods_follow_each_other_and_hold_every_article(days, most):
    timeline = divided(*counted(numbers(days)), most)
    first, last = timeline.buckets[0], timeline.buckets[-1]
    assert first.first <= min(days) <= first.last
    assert last.first <= max(days) <= last.last
    for one, following in pairwise(timeline.buckets):
        assert following.first == one.last + timedelta(days=1)
    for bucket in timeline.buckets:
        assert bucket.count == sum(bucket.first <= day <= bucket.last for day in days)
    if timeline.unit in ("month", "year"):
        assert len(timeline.buckets) <= most


@pytest.mark.parametrize(
    ("first", "last", "unit", "buckets"),
    [
        (date(2011, 7, 9), date(2011, 7, 11), "day", 3),
        (date(2011, 7, 1), date(2011, 8, 31), "day", 62),
        (date(2011, 7, 1), date(2011, 9, 1), "month", 3),
        (date(1992, 1, 31), date(2011, 12, 1), "month", 240),
        (date(1991, 12, 31), date(2011, 12, 1), "year", 21),
        (date(1785, 1, 1), date(2024, 1, 1), "year", 240),
        (date(1784, 1, 1), date(2024, 1, 1), "decade", 25),
        (date(1, 1, 1), date(9999, 12, 31), "decade", 1000),
    ],
)
def test_the_unit_suits_the_time(first, last, unit, buckets):
    timeline = divided(*counted(numbers([first, last])), 240)
    assert (timeline.unit, len(timeline.buckets)) == (unit, buckets)


@given(DAYS | CLOSE_DAYS)
def test_gaps_are_those_that_one_finds_by_hand(days):
    found = gaps(np.unique(numbers(days)))
    assert [(gap.first, gap.last) for gap in found] == naive_coverage.gaps(days)
    assert all(gap.days == (gap.last - gap.first).days + 1 > 2 for gap in found)


@given(st.lists(st.integers(1, 9), min_size=90, max_size=300), st.data())
def test_gaps_of_a_long_archive_are_judged_by_their_neighbours(distances, data):
    hole = data.draw(st.integers(0, len(distances) - 1))
    distances[hole] = 40
    days = [date(1900, 1, 1) + timedelta(days=n) for n in np.cumsum([0, *distances]).tolist()]
    found = gaps(numbers(days))
    assert [(gap.first, gap.last) for gap in found] == naive_coverage.gaps(days)
    assert 39 in [gap.days for gap in found]


def year_of(rhythm):
    return [date(2011, 1, 1) + timedelta(days=n) for n in range(365) if rhythm(n)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (year_of(lambda _: True), []),
        (year_of(lambda n: n not in (100, 101)), []),
        (year_of(lambda n: n not in (100, 101, 102)), [3]),
        (year_of(lambda n: n % 7 < 5), []),  # nothing at weekends
        (year_of(lambda n: n % 7 < 5 and not 98 <= n < 105), [9]),
        (year_of(lambda n: n % 7 == 0), []),
        (year_of(lambda n: n % 7 == 0 and n not in (98, 105)), []),
        (year_of(lambda n: n % 7 == 0 and n not in (98, 105, 112)), [27]),
        ([date(2011, 1, 1), date(2019, 1, 1)], []),  # too few to know a rhythm
        ([], []),
    ],
)
def test_a_gap_is_what_the_rhythm_does_not_explain(days, found):
    assert [gap.days for gap in gaps(numbers(days))] == found


def test_a_weekly_that_becomes_a_daily_has_no_gaps_as_a_weekly():
    weekly = [date(1900, 1, 1) + timedelta(weeks=n) for n in range(300)]
    daily = [weekly[-1] + timedelta(days=n) for n in range(1, 900)]
    assert gaps(numbers([*weekly, *daily])) == ()


@contextmanager
def reading(home, articles):
    """Build an archive; give a reader of its coverage and the store."""
    store, generations, _ = build(home, articles)
    generation = generations.open_current()
    try:
        yield CoverageReader(generation, Visibility(generation, store)), store
    finally:
        generation.close()
        store.close()


def test_coverage_counts_what_is_public(tmp_path, make_article):
    articles = random_articles(300)
    hidden = make_article(section="Secret", status=Status.DRAFT, published=NOW)
    dated = [article.published.date() for article in articles if article.published]
    newest = max(articles, key=lambda article: article.published or NOW - timedelta(days=10**5))
    with reading(tmp_path, [*articles, hidden]) as (reader, store):
        found = reader.read()
        assert reader.read() is found
        store.upsert([Article.from_record(newest.to_record() | {"status": "withdrawn"})], NOW)
        later = reader.read()
    assert (found.articles, found.undated) == (300, 300 - len(dated))
    assert (found.first, found.last) == (min(dated), max(dated))
    counts = [((one.first.year, one.first.month), one.count) for one in found.months]
    assert counts == naive_coverage.months(dated)
    assert [(gap.first, gap.last) for gap in found.gaps] == naive_coverage.gaps(dated)
    for holding, field in ((found.sections, "section"), (found.languages, "language")):
        counts = naive_coverage.values(articles, field)
        assert {item.value: item.count for item in holding.counts} == counts
        assert holding.values == len(counts)
    assert (later.articles, later.last) == (299, sorted(dated)[-2])
    assert sum(item.count for item in later.sections.counts) == 299


def test_an_archive_may_be_empty(tmp_path):
    with reading(tmp_path, []) as (reader, _):
        found = reader.read()
    assert (found.articles, found.first, found.last, found.months) == (0, None, None, ())
    assert found.gaps == found.timeline(60).buckets == ()


def test_an_archive_may_be_without_dates(tmp_path, make_article):
    with reading(tmp_path, [make_article(), make_article()]) as (reader, _):
        found = reader.read()
    assert (found.articles, found.undated, found.first, found.months) == (2, 2, None, ())


def test_odd_dates_are_no_trouble(tmp_path, make_article):
    days = [datetime(1, 1, 1, tzinfo=UTC), datetime(988, 2, 28, 23, 59, 59, tzinfo=UTC), NOW]
    with reading(tmp_path, [make_article(published=day) for day in days]) as (reader, _):
        found = reader.read()
    months = [one.first.isoformat()[:7] for one in found.months]
    assert months == ["0001-01", "0988-02", "2026-01"]
    assert found.timeline(240).unit == "decade"
