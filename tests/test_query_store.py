"""Queries of readers in the store, held over SQLite and over a real PostgreSQL."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.asked_queries import MAXIMUM_QUERY, AskedQuery, PastQuery, normalised
from articles.store import Store
from tests.older_stores import make_older

TODAY = date(2026, 9, 1)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def asked(text="bridge toll", day=TODAY, searches=1, without_hits=0, hits=5, milliseconds=10):
    return AskedQuery(text, day, searches, without_hits, hits, milliseconds)


def clicked(text="bridge toll", day=TODAY, clicks=1):
    return AskedQuery(text, day, 0, 0, 0, 0, clicks)


def successful(store, least=1, most=10):
    return store.queries.successful(least=least, most=most)


def test_what_several_processes_count_is_added_up(store):
    store.queries.add([asked(), asked("ferry", hits=0, without_hits=1)])
    store.queries.add([asked(searches=3, without_hits=1, hits=7, milliseconds=20)])
    store.queries.add([asked(day=YESTERDAY)])
    assert list(store.queries.all()) == [
        asked(day=YESTERDAY),
        asked(searches=4, without_hits=1, hits=7, milliseconds=30),
        asked("ferry", hits=0, without_hits=1),
    ]
    store.queries.add([])


def test_the_successful_come_by_their_success_over_all_days(store):
    store.queries.add([asked("a", searches=2), asked("b", YESTERDAY, searches=2, hits=1)])
    store.queries.add([asked("b", searches=2, hits=9), asked("c", searches=9, without_hits=8)])
    store.queries.add([asked("never", searches=9, without_hits=9, hits=0)])
    assert successful(store) == [PastQuery("b", 4, 9), PastQuery("a", 2, 5), PastQuery("c", 1, 5)]
    assert successful(store, least=2, most=1) == [PastQuery("b", 4, 9)]
    assert successful(store, least=3) == [PastQuery("b", 4, 9)]
    # What finds nothing any more is not suggested.
    store.queries.add([asked("b", hits=0, without_hits=1)])
    assert successful(store) == [PastQuery("a", 2, 5), PastQuery("c", 1, 5)]


def test_clicks_are_counted_beside_searches_and_say_nothing_of_hits(store):
    store.queries.add([asked(day=YESTERDAY, searches=3), clicked(day=YESTERDAY), clicked()])
    store.queries.add([clicked(day=YESTERDAY, clicks=2)])
    counts = [(one.day, one.searches, one.hits, one.clicks) for one in store.queries.all()]
    assert counts == [(YESTERDAY, 3, 5, 3), (TODAY, 0, 0, 1)]
    assert successful(store) == [PastQuery("bridge toll", 3, 5)]


def test_what_is_too_old_is_forgotten(store):
    days = [TODAY - timedelta(days=age) for age in range(5)]
    store.queries.add([asked(day=day) for day in days])
    assert store.queries.forget(days[2]) == 2
    assert [query.day for query in store.queries.all()] == days[2::-1]
    assert store.queries.forget(days[2]) == 0
    assert store.queries.forget(date.max) == 3
    assert successful(store) == []


def test_capitals_and_accents_are_told_apart_by_both_databases(store):
    store.queries.add([asked(text) for text in ("é", "e", "E", "я", "e ", "")])
    assert [query.text for query in store.queries.all()] == ["", "E", "e", "e ", "é", "я"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            asked,
            st.sampled_from(["a", "b", "é"]),
            st.sampled_from([TODAY, YESTERDAY]),
            st.integers(1, 9),
            st.integers(0, 1),
            st.integers(0, 3),
            st.integers(0, 2**40),
        ),
        max_size=9,
    )
)
def test_the_store_does_what_a_dict_would(store, given_ones):
    store.queries.forget(date.max)
    model = {}
    for one in given_ones:
        before = model.get((one.day, one.text), asked(searches=0, milliseconds=0))
        model[one.day, one.text] = AskedQuery(
            one.text,
            one.day,
            before.searches + one.searches,
            before.without_hits + one.without_hits,
            one.hits,
            before.milliseconds + one.milliseconds,
        )
        store.queries.add([one])
    assert list(store.queries.all()) == [model[key] for key in sorted(model)]
    totals = []
    for text in {text for _, text in model}:
        rows = [model[day, text] for day in (YESTERDAY, TODAY) if (day, text) in model]
        successes = sum(row.searches - row.without_hits for row in rows)
        if successes >= 2 and rows[-1].hits:
            totals.append(PastQuery(text, successes, rows[-1].hits))
    assert successful(store, least=2) == sorted(totals, key=lambda q: (-q.successes, q.text))


@pytest.mark.parametrize("version", ["0003", "0009"])
def test_an_archive_of_before_gets_what_it_lacks(database_url, version):
    with Store.open(database_url) as store:
        store.queries.add([asked("ferry")])
        make_older(store, version)
    with Store.open(database_url) as store:
        store.queries.add([asked(), clicked()])
        kept = [asked("ferry")] if version == "0009" else []
        assert list(store.queries.all()) == [replace(asked(), clicks=1), *kept]


def test_an_iterator_lets_its_connection_go(store):
    store.queries.add([asked(f"{number:03}") for number in range(300)])
    with closing(store.queries.all()) as reading:
        assert next(reading).text == "000"
    assert store._database._engine.pool.checkedout() == 0


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("  Bridge \t TOLL\n", "bridge toll"),
        ("Cafe\u0301", "café"),
        ("bridge AND Toll", "bridge AND Toll"),
        ("brand", "brand"),
        ("title:Bridge", "title:bridge"),
        ("2011-07-11", "2011-07-11"),
        ("[2011-07 TO 2011-09]", "[2011-07 TO 2011-09]"),
        ("budget 1,014,000", "budget 1,014,000"),
        ("x" * MAXIMUM_QUERY, "x" * MAXIMUM_QUERY),
        ("x" * (MAXIMUM_QUERY + 1), ""),
        ("ines@example.org", ""),
        ("@ines", ""),
        ("+374 91 123 456", ""),
        ("(091) 12-34-56", ""),
        ("1234567", ""),
        ("123456", "123456"),
        ("", ""),
        (" \n", ""),
        ("a\0b", ""),
        ("\ud800", ""),
        ("a\u202eb", ""),
    ],
)
def test_what_is_kept_of_a_query(query, kept):
    assert normalised(query) == kept


@given(st.text(st.characters() | st.characters(categories=["Cs"]), max_size=90))
def test_what_is_kept_can_be_stored_and_is_its_own_form(query):
    kept = normalised(query)
    assert len(kept) <= MAXIMUM_QUERY
    assert kept.isprintable()
    assert kept.encode().decode() == kept
    assert normalised(kept) == kept
