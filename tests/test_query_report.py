"""The report of queries in the store, over SQLite and a real PostgreSQL, beside a naive one."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.asked_queries import AskedQuery
from articles.query_report import QueryCount, QueryDays, QueryList, QueryTotals
from articles.store import Store

TODAY = date(2026, 9, 14)
WEEK = QueryDays(TODAY - timedelta(days=6), TODAY)


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def asked(text, ago=0, searches=1, without_hits=0, hits=5, milliseconds=10, clicks=0):
    day = TODAY - timedelta(days=ago)
    return AskedQuery(text, day, searches, without_hits, hits, milliseconds, clicks)


def texts(store, which, **options):
    return [one.text for one in store.query_report.listed(which, WEEK, **options)]


def test_each_list_has_its_order(store):
    store.queries.add(
        [
            asked("bridge", 1, searches=9, milliseconds=90, clicks=7),
            asked("bridge", 7, searches=8),
            asked("ferry", 2, searches=5, without_hits=4, hits=0, milliseconds=500),
            asked("toll", 6, searches=4, milliseconds=40),
            asked("tram", 13, searches=7),
            asked("toll", 0, searches=0, hits=0, milliseconds=0, clicks=1),
            asked("ancient", 14, searches=99),
        ]
    )
    assert texts(store, QueryList.TOP) == ["bridge", "ferry", "toll"]
    assert texts(store, QueryList.WITHOUT_HITS) == ["ferry"]
    assert texts(store, QueryList.WITHOUT_CLICKS) == ["toll", "bridge", "ferry"]
    assert texts(store, QueryList.RISING) == ["ferry", "toll", "bridge"]
    assert texts(store, QueryList.SLOW) == ["ferry", "bridge", "toll"]
    assert texts(store, QueryList.TOP, offset=1, limit=1) == ["ferry"]
    assert store.query_report.totals(WEEK) == QueryTotals(3, 18, 4, 630, 15, 8)
    assert [one.hits for one in store.query_report.listed(QueryList.TOP, WEEK)] == [5, 0, 5]


def test_nothing_asked_is_nothing_reported(store):
    assert store.query_report.totals(WEEK) == QueryTotals()
    assert [texts(store, which) for which in QueryList] == [[], [], [], [], []]
    first = QueryDays(date.min, date.min)
    assert first.begins == date.min
    assert store.query_report.totals(first) == QueryTotals()


def test_more_texts_than_one_statement_takes_have_their_hits(store):
    store.queries.add([asked(f"{number:04}", hits=number) for number in range(1_200)])
    found = store.query_report.listed(QueryList.TOP, WEEK, limit=2_000)
    assert [(one.text, one.hits) for one in found] == [(f"{n:04}", n) for n in range(1_200)]


def naive(which, rows):
    """Return what `listed` should, from rows by text."""
    counts = []
    for text in sorted({row.text for row in rows}):
        within = sorted(
            (row for row in rows if row.text == text and row.day >= WEEK.first),
            key=lambda row: row.day,
        )
        before = sum(row.searches for row in rows if row.text == text and row.day < WEEK.first)
        if within:
            sums = [
                sum(getattr(row, name) for row in within)
                for name in ("searches", "without_hits", "milliseconds", "clicks")
            ]
            *first, clicks = sums[0], sums[1], within[-1].hits, sums[2], before, sums[3]
            counts.append(QueryCount(text, *first, clicks))
    worth = {
        QueryList.TOP: lambda one: one.searches,
        QueryList.WITHOUT_HITS: lambda one: one.without_hits,
        QueryList.WITHOUT_CLICKS: lambda one: one.unfollowed,
        QueryList.RISING: lambda one: one.searches - one.before,
        QueryList.SLOW: lambda one: one.mean or 1e-9,
    }[which]
    return sorted((one for one in counts if worth(one) > 0), key=worth, reverse=True)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            asked,
            st.sampled_from(["a", "B", "é", "я", "e "]),
            st.integers(0, 13),
            st.integers(1, 9),
            st.integers(0, 1),
            st.integers(0, 3),
            st.integers(0, 2**40),
            st.integers(0, 9),
        ),
        unique_by=lambda row: (row.text, row.day),
        max_size=20,
    ),
    st.sampled_from(QueryList),
)
def test_the_database_counts_as_a_naive_report_does(store, rows, which):
    store.queries.forget(date.max)
    store.queries.add(rows)
    assert store.query_report.listed(which, WEEK) == naive(which, rows)
    assert store.query_report.totals(WEEK).before == sum(
        row.searches for row in rows if row.day < WEEK.first
    )
