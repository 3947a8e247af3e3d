"""Views and clicks in the store, held over SQLite and over a real PostgreSQL."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from articles import readings_visits
from articles.article import Article, Status
from articles.readings import (
    Click,
    CoReading,
    Kind,
    Span,
    Tally,
    View,
    day_of,
    first_hour,
    hour_of,
)
from articles.readings_visits import MOST_PAIRED, Keeping
from articles.store import Store, StoreError
from articles.tables import CO_READINGS, READINGS, VISITOR_MARKS, VISITS
from tests.older_stores import make_older
from tests.oracles.naive_counting import NaiveCounting

NOW = datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
HOUR = hour_of(NOW)
TODAY = NOW.date()
ANN, BEN, CAT = (name * 8 for name in (b"a", b"b", b"c"))
IDS = ["bridge", "ferry", "toll", "é"]


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        hidden = [
            Article(id="draft", title="Draft", status=Status.DRAFT),
            Article(id="later", title="Later", embargo_until=NOW + timedelta(days=99)),
        ]
        store.upsert([Article(id=one, title=one) for one in IDS] + hidden, NOW)
        yield store


def view(visitor=ANN, article_id="bridge", hour=HOUR, paired=True):
    return View(visitor, hour, article_id, paired)


def click(visitor=ANN, article_id="bridge", mark=b"mark-one", hour=HOUR):
    return Click(visitor, hour, article_id, mark)


def count(store, *views, clicks=(), tallies=(), programs=(), now=NOW, most=3):
    return store.readings.count(views, clicks, tallies, programs, now=now, most=most)


def totals(store, kind=Kind.VIEW):
    return dict(store.readings.most_read(Span.ALL, most=99, kind=kind))


def rows(store, table):
    with store._database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


def test_a_view_counts_once_for_its_visitor_article_and_hour(store):
    counted = count(store, view(), view(), view(BEN), view(article_id="ferry"))
    assert counted.views == (view(), view(BEN), view(article_id="ferry"))
    assert count(store, view(), view(BEN)).views == ()
    assert count(store, view(hour=HOUR + 1)).views == (view(hour=HOUR + 1),)
    assert totals(store) == {"bridge": 3, "ferry": 1}


def test_it_counts_in_its_hour_its_day_and_for_all_time(store):
    tomorrow = hour_of(NOW + timedelta(days=1))
    count(store, view(), view(BEN, hour=HOUR + 1), view(CAT, hour=tomorrow))
    start = first_hour(TODAY)
    kept = sorted(row for row in rows(store, READINGS))
    assert kept == [
        (0, 0, HOUR, "bridge", 1),
        (0, 0, HOUR + 1, "bridge", 1),
        (0, 0, tomorrow, "bridge", 1),
        (0, 1, start, "bridge", 2),
        (0, 1, start + 24, "bridge", 1),
        (0, 2, 0, "bridge", 3),
    ]


@pytest.mark.parametrize("article_id", ["draft", "later", "nobody's", "a\0b", "\ud800", "x" * 3000])
def test_what_readers_cannot_see_is_neither_counted_nor_kept(store, article_id):
    counted = count(
        store,
        view(article_id=article_id),
        clicks=[click(article_id=article_id)],
        tallies=[Tally(HOUR, article_id)],
    )
    assert (counted.views, counted.clicks) == ((), ())
    assert rows(store, READINGS) == rows(store, VISITS) == rows(store, VISITOR_MARKS) == []


def test_a_page_of_no_article_is_told_apart_but_not_counted(store):
    assert count(store, view(article_id=""), view(article_id="")).views == (view(article_id=""),)
    assert count(store, view(article_id="")).views == ()
    assert rows(store, READINGS) == []


def test_a_click_counts_once_a_day_for_its_visitor_and_item(store):
    other = click(mark=b"mark-two")
    assert count(store, clicks=[click(), click(), other, click(BEN)]).clicks == (
        click(), other, click(BEN),
    )  # fmt: skip
    assert count(store, clicks=[click(), click(hour=HOUR + 1)]).clicks == ()
    assert totals(store, Kind.CLICK) == {"bridge": 3}
    assert totals(store) == {}
    assert store.readings.clicks_of(["bridge", "ferry"], TODAY) == {"bridge": 3}
    assert store.readings.clicks_of(["bridge"], TODAY + timedelta(days=1)) == {}


def test_tallies_all_count(store):
    count(store, tallies=[Tally(HOUR, "bridge", 5), Tally(HOUR, "bridge"), Tally(HOUR, "ferry")])
    assert totals(store) == {"bridge": 6, "ferry": 1}


def test_who_opens_too_much_counts_nothing_and_what_counted_is_taken_back(store):
    many = [view(article_id=one) for one in IDS]
    before = view(article_id="toll", hour=HOUR - 1)
    assert count(store, before, *many[:3], view(BEN)).programs == 0
    counted = count(store, many[3], clicks=[click()])
    assert (counted.views, counted.clicks, counted.programs) == ((), (), 1)
    assert totals(store) == {"bridge": 1}
    assert [row[1] for row in rows(store, VISITS)] == [BEN]
    assert count(store, view(article_id="toll"), clicks=[click()]).views == ()
    assert totals(store, Kind.CLICK) == {}
    tomorrow = NOW + timedelta(days=1)
    store.readings.forget(tomorrow, Keeping())
    assert count(store, view(hour=HOUR + 24), now=tomorrow).views


def test_a_program_that_is_known_as_such_counts_nothing(store):
    count(store, view())
    assert count(store, view(BEN), programs=[ANN]).programs == 1
    assert totals(store) == {"bridge": 1}
    assert count(store, view(article_id="ferry"), programs=[ANN]).programs == 0
    assert totals(store) == {"bridge": 1}


def test_an_error_leaves_nothing(store):
    with pytest.raises((StoreError, OverflowError)):
        count(store, view(), clicks=[click()], tallies=[Tally(HOUR, "bridge", 2**70)])
    assert rows(store, VISITS) == rows(store, READINGS) == rows(store, VISITOR_MARKS) == []


def test_finished_visits_say_what_is_read_together_and_nothing_of_who_read(store):
    count(store, view(), view(article_id="ferry"), view(article_id="toll"))
    count(store, view(BEN, "ferry"), view(BEN, "bridge"), view(CAT, "toll"))
    count(store, view(CAT, "é", paired=False), view(CAT, ""))
    assert not store.readings.finish(NOW + timedelta(hours=1))
    assert len(rows(store, VISITS)) == 8
    assert not store.readings.finish(NOW + timedelta(hours=2))
    assert rows(store, VISITS) == []
    assert sorted(rows(store, CO_READINGS)) == [
        (TODAY, "bridge", "ferry", 2), (TODAY, "bridge", "toll", 1), (TODAY, "ferry", "toll", 1),
    ]  # fmt: skip
    assert store.readings.read_together(TODAY, least=2, most=9) == [("bridge", "ferry", 2)]
    assert store.readings.read_together(TODAY, least=1, most=2) == [
        ("bridge", "ferry", 2), ("bridge", "toll", 1),
    ]  # fmt: skip
    assert store.readings.read_together(TODAY + timedelta(days=1), least=1, most=9) == []


def test_visits_are_finished_turn_by_turn(store, monkeypatch):
    monkeypatch.setattr(readings_visits, "VISITS_A_TURN", 5)
    count(store, *(view(bytes([n]) * 8, one) for n in range(9) for one in IDS[:3]))
    later, turns = NOW + timedelta(hours=2), 1
    while store.readings.finish(later):
        turns += 1
    assert turns > 5
    assert {row[3] for row in rows(store, CO_READINGS)} == {9}


def test_a_visit_that_is_longer_than_any_says_nothing(store):
    ids = [f"n{number}" for number in range(MOST_PAIRED + 1)]
    store.upsert([Article(id=one, title=one) for one in ids], NOW)
    count(store, *(view(article_id=one) for one in ids), most=99)
    store.readings.finish(NOW + timedelta(hours=2))
    assert rows(store, CO_READINGS) == []


def test_of_each_day_the_most_frequent_pairs_are_kept(store, monkeypatch):
    monkeypatch.setattr(readings_visits, "MOST_PAIRS", 6)
    pairs = [CoReading(TODAY, "a", f"b{n}", 1 + n) for n in range(6)]
    assert store.readings.add_log(b"one", [], pairs, NOW)
    assert rows(store, CO_READINGS) == []  # of no article
    ids = ["a", *(f"b{n}" for n in range(7))]
    store.upsert([Article(id=one, title=one) for one in ids], NOW)
    views = [Tally(HOUR, one) for one in ids]
    assert store.readings.add_log(b"two", views, pairs, NOW)
    assert len(rows(store, CO_READINGS)) == 6
    assert store.readings.add_log(b"three", views, [CoReading(TODAY, "a", "b6", 9)], NOW)
    assert sorted(row[3] for row in rows(store, CO_READINGS)) == [4, 5, 6, 9]


def test_a_log_counts_once(store):
    views = [Tally(HOUR, "bridge", 4), Tally(HOUR, "draft", 9)]
    assert store.readings.add_log(b"digest", views, [], NOW)
    assert not store.readings.add_log(b"digest", views, [], NOW)
    assert store.readings.add_log(b"other", [Tally(HOUR - 24, "bridge")], [], NOW)
    assert totals(store) == {"bridge": 5}


def test_each_day_has_a_salt_of_its_own_which_is_gone_the_day_after(store):
    salt = store.readings.salt(TODAY)
    assert len(salt) == 16
    assert store.readings.salt(TODAY) == salt
    tomorrow = store.readings.salt(TODAY + timedelta(days=1))
    assert tomorrow != salt
    count(store, clicks=[click()])
    store.readings.forget(NOW, Keeping())
    assert store.readings.salt(TODAY) == salt
    assert len(rows(store, VISITOR_MARKS)) == 1
    store.readings.forget(NOW + timedelta(days=1), Keeping())
    assert rows(store, VISITOR_MARKS) == []
    assert store.readings.salt(TODAY + timedelta(days=1)) == tomorrow
    assert store.readings.salt(TODAY) != salt


def test_hours_and_days_are_forgotten_and_their_sum_is_not(store):
    ages = [0, 1, 2, 3, 9]
    count(store, tallies=[Tally(HOUR - 24 * age, "bridge") for age in ages],
          clicks=[click(hour=HOUR - 24 * 9)])  # fmt: skip
    pairs = [CoReading(TODAY - timedelta(days=age), "bridge", "ferry") for age in ages]
    store.readings.add_log(b"x", [Tally(HOUR, "bridge"), Tally(HOUR, "ferry")], pairs, NOW)
    store.readings.forget(NOW, Keeping(hours=2, days=4, together=3))
    kept = rows(store, READINGS)
    hours = {(kind, (HOUR - start) // 24) for kind, span, start, *_ in kept if span == Span.HOUR}
    days = {day_of(start) for kind, span, start, *_ in kept if span == Span.DAY}
    assert hours == {(0, 0), (0, 1)}
    assert days == {TODAY - timedelta(days=age) for age in range(4)}
    assert totals(store) == {"bridge": 6, "ferry": 1}
    assert totals(store, Kind.CLICK) == {"bridge": 1}
    assert {row[0] for row in rows(store, CO_READINGS)} == {
        TODAY - timedelta(days=age) for age in range(3)
    }


def test_windows_hold_their_first_and_last_hour(store):
    count(store, tallies=[Tally(HOUR - ago, "bridge", 10**ago) for ago in range(4)])
    read = store.readings.most_read
    assert read(Span.HOUR, HOUR - 2, HOUR - 1, most=9) == [("bridge", 110)]
    assert read(Span.HOUR, HOUR + 1, HOUR + 9, most=9) == []


def test_ties_go_by_id_and_lists_are_bounded(store):
    count(store, tallies=[Tally(HOUR, one, 1 + (one == "toll")) for one in reversed(IDS)])
    assert store.readings.most_read(Span.ALL, most=3) == [("toll", 2), ("bridge", 1), ("ferry", 1)]


def test_late_views_weigh_more(store):
    count(store, tallies=[Tally(HOUR, "ferry", 2), Tally(HOUR - 1, "bridge", 3)])
    count(store, tallies=[Tally(HOUR - 2, "toll", 9)])
    found = store.readings.rising({HOUR: 1.0, HOUR - 1: 0.5}, most=9)
    assert [(one.article_id, one.views, one.weighted, one.squared) for one in found] == [
        ("ferry", 2, 2.0, 2.0), ("bridge", 3, 1.5, 0.75),
    ]  # fmt: skip


VISITORS = st.sampled_from([ANN, BEN, CAT])
HOURS = st.integers(HOUR - 2, HOUR)
ARTICLES = st.sampled_from([*IDS, "draft", "nobody's"])
STEPS = st.lists(
    st.tuples(
        st.lists(st.builds(View, VISITORS, HOURS, ARTICLES, st.booleans()), max_size=8),
        st.lists(
            st.builds(Click, VISITORS, HOURS, ARTICLES, st.sampled_from([b"one", b"two"])),
            max_size=3,
        ),
        st.sets(VISITORS, max_size=1),
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_the_store_counts_as_one_would_by_hand(store, steps):
    with store._database.writing() as connection:
        for table in (READINGS, VISITS, VISITOR_MARKS, CO_READINGS):
            connection.execute(table.delete())
    model, now = NaiveCounting(set(IDS), most=2), NOW
    for views, clicks, programs, hours, finish in steps:
        now += timedelta(hours=hours)
        shift = hour_of(now) - HOUR
        moved = [replace(one, hour=one.hour + shift) for one in views]
        followed = [replace(one, hour=one.hour + shift) for one in clicks]
        count(store, *moved, clicks=followed, programs=programs, now=now, most=2)
        model.count(moved, followed, programs, hour_of(now))
        if finish:
            store.readings.finish(now)
            model.finish(hour_of(now))
        for kind, counts in ((Kind.VIEW, model.views), (Kind.CLICK, model.clicks)):
            kept = {row[1:4]: row[4] for row in rows(store, READINGS) if row[0] == kind and row[4]}
            expected = Counter()
            for (hour, article_id), number in counts.items():
                expected[Span.HOUR, hour, article_id] += number
                expected[Span.DAY, hour // 24 * 24, article_id] += number
                expected[Span.ALL, 0, article_id] += number
            assert kept == {key: number for key, number in expected.items() if number}
        assert {(bytes(row[1]), row[0], row[2]): bool(row[3]) for row in rows(store, VISITS)} == (
            model.visits
        )
        pairs = {
            ((day - date(1970, 1, 1)).days, *ids): n for day, *ids, n in rows(store, CO_READINGS)
        }
        assert pairs == dict(model.pairs)


def test_an_archive_of_before_gets_the_tables(database_url):
    with Store.open(database_url) as store:
        make_older(store, "0005")
    with Store.open(database_url) as store:
        store.upsert([Article(id="bridge", title="Bridge")], NOW)
        count(store, view(), clicks=[click()])
        assert store.readings.salt(TODAY)
        assert totals(store) == {"bridge": 1}
