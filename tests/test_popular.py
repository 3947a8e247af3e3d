"""What is popular: the formulas, the lists of a store, and how a process keeps them."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.readings import CoReading, Span, Tally, first_hour, hour_of
from articles.store import Store, StoreError
from articles.tables import READINGS
from recommender import popularity as making
from recommender.popular import (
    LONGEST,
    WINDOWS,
    PopularArticle,
    PopularLists,
    days_in_a_row,
    freshness,
    likeness,
    read_together,
    rotation,
    surge,
)
from recommender.popularity import Placed, PopularityReader, PopularRules
from tests.archives import build, random_articles
from tests.oracles import naive_popular
from web.app import create_app
from web.counting import popularity as keeping
from web.serving import Serving
from web.settings import Settings

NOW = datetime(2026, 9, 10, 10, 30, tzinfo=UTC)
HOUR = hour_of(NOW)
IDS = [f"a{number}" for number in range(6)]
SECTIONS = ("Politics", "Sport")
PLAIN = PopularRules(least_views=1, maximum_age=0, rotation_days=0)


def placing(ids):
    """Place the articles, of which every other stands in another section; the last is hidden."""
    return {
        one: Placed(NOW - timedelta(days=int(one[1:]) * 30), (SECTIONS[int(one[1:]) % 2],))
        for one in ids
        if one != IDS[-1]
    }


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
        store.upsert([Article(id=one, title=one) for one in IDS], NOW)
        yield store


def read(store, *views, rules=PLAIN, now=NOW, pairs=()):
    """Count views, (article, hours ago, how many), and return the lists."""
    tallies = [Tally(HOUR - ago, one, number) for one, ago, number in views]
    store.readings.count(tallies=tallies, now=NOW, most=9)
    return PopularityReader(store.readings, placing, rules).read(now)


def ids(lists, window, section=""):
    return [one.id for one in lists.of(window, section)]


def test_windows_hold_what_they_say(store):
    ago = {"a0": 0, "a1": 1, "a2": 23, "a3": 24, "a4": 24 * 20}
    lists = read(
        store, *((one, hours, 9 - place) for place, (one, hours) in enumerate(ago.items()))
    )
    assert ids(lists, "hour") == ["a0", "a1"]
    assert ids(lists, "day") == ["a0", "a1", "a2"]
    assert ids(lists, "week") == ["a0", "a1", "a2", "a3"]
    assert ids(lists, "month") == ids(lists, "all") == ["a0", "a1", "a2", "a3", "a4"]
    assert lists.of("day")[0] == PopularArticle("a0", 9, 9.0)


def test_sections_have_lists_of_their_own(store):
    lists = read(store, *((one, 0, 1 + place) for place, one in enumerate(IDS)))
    assert ids(lists, "day") == ["a4", "a3", "a2", "a1", "a0"]  # a5 is nobody's to see
    assert ids(lists, "day", "Politics") == ["a4", "a2", "a0"]
    assert ids(lists, "all", "Sport") == ["a3", "a1"]
    assert lists.of("day", "Weather") == ()


def test_too_few_views_make_nothing_popular(store):
    lists = read(store, ("a0", 0, 3), ("a1", 0, 2), rules=PopularRules(maximum_age=0))
    assert [ids(lists, window) for window in WINDOWS] == [["a0"]] * len(WINDOWS)


def test_old_articles_count_less_but_not_for_all_time(store):
    rules = PopularRules(least_views=1, maximum_age=30, rotation_days=0)
    lists = read(store, ("a0", 0, 10), ("a1", 0, 10), ("a2", 0, 19), ("a3", 0, 41), rules=rules)
    # Published 0, 30, 60 and 90 days ago: whole, whole, half, a quarter.
    assert [(one.id, one.score) for one in lists.of("day")] == [
        ("a3", 10.25), ("a0", 10.0), ("a1", 10.0), ("a2", 9.5),
    ]  # fmt: skip
    assert ids(lists, "all") == ["a3", "a2", "a0", "a1"]


def test_what_is_long_at_the_top_makes_room(store):
    days = [("a0", 24 * ago, 100) for ago in range(4)]
    rules = PopularRules(least_views=1, maximum_age=0, rotation_days=3)
    lists = read(store, *days, ("a1", 0, 60), rules=rules)
    assert [(one.id, one.score) for one in lists.of("day")] == [("a1", 60.0), ("a0", 50.0)]
    assert ids(lists, "week") == ["a0", "a1"]  # 400 views count 200
    lists = read(store, rules=PopularRules(least_views=1, maximum_age=0, rotation_days=4))
    assert ids(lists, "day") == ["a0", "a1"]


def test_an_evergreen_is_not_trending_and_what_rises_is(store):
    evergreen = [("a0", ago, 50) for ago in range(8 * 24)]
    # At noon everything is read three times as much.
    noon = [(one, ago, 100) for one in ("a0", "a1") for ago in range(3)]
    usual = [("a1", ago, 50) for ago in range(8 * 24)]
    lists = read(store, *evergreen, *usual, *noon, ("a2", 0, 40))
    assert ids(lists, "trending") == ["a2"]
    assert ids(lists, "day")[:2] == ["a0", "a1"]


def test_a_calendar_day_is_as_it_was(store):
    rules = PopularRules(least_views=2, maximum_age=1, rotation_days=1)
    yesterday = [("a0", 24, 2), ("a1", 24, 1), ("a2", 24 + 10, 9), ("a3", 24 + 11, 9)]
    reader = PopularityReader(store.readings, placing, rules)
    read(store, *yesterday, ("a0", 0, 99))
    day = NOW.date() - timedelta(days=1)
    assert reader.of_day(day).of("day") == (
        PopularArticle("a2", 9, 9.0),
        PopularArticle("a0", 2, 2.0),
    )
    assert ids(reader.of_day(day), "day", "Sport") == []
    assert reader.of_day(date(1970, 1, 1)).of("day") == reader.of_day(date.max).of("day") == ()


def test_what_is_read_together_needs_several_visits(store):
    pairs = [CoReading(NOW.date(), "a0", one, n) for one, n in (("a1", 3), ("a2", 9), ("a3", 2))]
    views = [
        Tally(HOUR, "a0", 10),
        Tally(HOUR, "a1", 3),
        Tally(HOUR, "a2", 900),
        Tally(HOUR, "a3", 2),
    ]
    store.readings.add_log(b"log", views, pairs, NOW)
    lists = PopularityReader(store.readings, placing, PLAIN).read(NOW)
    assert lists.also_read("a0") == ("a1", "a2")  # everybody reads a2
    assert lists.also_read("a1") == lists.also_read("a2") == ("a0",)
    assert lists.also_read("a3") == lists.also_read("nobody's") == ()
    later = PopularityReader(store.readings, placing, PLAIN).read(NOW + timedelta(days=30))
    assert later.also_read("a0") == ()


def test_equal_lists_have_equal_versions(store):
    first = read(store, ("a0", 0, 5), ("a1", 0, 3))
    assert read(store).version == first.version
    assert read(store, ("a0", 0, 5)).version == first.version  # the order is as it was
    assert read(store, ("a1", 0, 50)).version != first.version
    assert PopularLists().version == ""


def test_lists_are_bounded(store):
    many = [f"a{number}" for number in range(6, 6 + LONGEST + 20)]
    store.upsert([Article(id=one, title=one) for one in many], NOW)
    lists = read(store, *((one, 0, 9) for one in many))
    assert [len(lists.of(window)) for window in ("hour", "day", "week", "all")] == [LONGEST] * 4
    assert len(lists.of("day", "Sport")) == (LONGEST + 20) // 2


def test_what_takes_long_is_not_read_each_time(store, monkeypatch):
    asked = []
    most_read = store.readings.most_read
    monkeypatch.setattr(
        store.readings,
        "most_read",
        lambda span, *a, **k: asked.append(span) or most_read(span, *a, **k),
    )
    reader = PopularityReader(store.readings, placing, PLAIN)
    reader.read(NOW)
    reader.read(NOW)
    assert asked.count(Span.ALL) == 2
    monkeypatch.setattr(making, "_QUICK", -1)
    monkeypatch.setattr(making, "_SHARE", 1e9)
    reader.read(NOW)
    assert asked.count(Span.ALL) == 2


VIEWS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 30), st.integers(0, 9 * 24), st.sampled_from([24, 191, 192, 720])),
        st.sampled_from(IDS[:4]),
        st.integers(1, 9),
    ),
    max_size=25,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(VIEWS, st.integers(1, 3), st.integers(0, 3))
def test_lists_are_those_that_one_would_make_view_by_view(store, seen, least, rotation_days):
    with store._database.writing() as connection:
        connection.execute(READINGS.delete())
    single = [(HOUR - ago, one) for ago, one, number in seen for _ in range(number)]
    rules = PopularRules(least_views=least, maximum_age=30, rotation_days=rotation_days)
    lists = read(store, *((one, ago, number) for ago, one, number in seen), rules=rules)

    def worth(one, window):
        worth, days = 1.0, int(one[1:]) * 30
        if window not in ("all", "trending") and days > 30:
            worth *= 0.5 ** ((days - 30) / 30)
        row = naive_popular.in_a_row(single, HOUR, one, least, making.TOP)
        if window != "all" and rotation_days and row >= rotation_days:
            worth *= 0.5 ** (row - rotation_days + 1)
        return worth

    for window in WINDOWS:
        if window == "trending":
            scores = naive_popular.trending(single, HOUR, least)
        else:
            scores = naive_popular.window(single, HOUR, window, least)
        expected = {one: score * worth(one, window) for one, score in scores.items()}
        assert {one.id: one.score for one in lists.of(window)} == pytest.approx(expected)
        found = [one.score for one in lists.of(window)]
        assert found == sorted(found, reverse=True)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 10**6), st.integers(0, 100))
def test_what_a_view_is_worth_never_grows_with_age_and_never_vanishes(age, older, days, most):
    young, old = sorted((age, older))
    assert 1 >= freshness(young, 30) >= freshness(old, 30) >= 2**-20
    assert 1 >= rotation(days, most) >= rotation(days + 1, most) >= 2**-20
    assert freshness(None, 30) == freshness(age, 0) == 1


@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1e7))
def test_a_surge_is_nothing_where_an_article_is_read_as_a_rule(weighted, share, everything):
    assert surge(share * everything, weighted, share, everything, everything) == pytest.approx(0)
    assert surge(0, 0, 0, everything, everything) == 0


@given(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99))
def test_likeness_is_a_share_and_symmetric(together, first, second):
    visits = together + first, together + second
    assert 0 < likeness(together, *visits) <= 1
    assert likeness(together, *visits) == likeness(together, *reversed(visits))


def test_days_in_a_row_end_with_the_first_day_without():
    tops = [frozenset("ab"), frozenset("b"), frozenset("ab"), frozenset()]
    assert days_in_a_row(tops) == {"a": 1, "b": 3}
    assert days_in_a_row([]) == {}


def test_what_is_read_together_is_bounded_and_ordered():
    pairs = [("a", f"b{number:02}", 5) for number in range(20)]
    assert read_together(pairs, {}, most=3)["a"] == ("b00", "b01", "b02")


@pytest.fixture
def serving(tmp_path):
    store, *_ = build(tmp_path / "home", random_articles(30), now=NOW)
    serving = Serving(Settings(home=tmp_path / "home", popular_least_views=1), now=lambda: NOW)
    yield serving
    serving.close()
    store.close()


def tally(serving, *ids):
    serving.store.readings.count(tallies=[Tally(HOUR, one) for one in ids], now=NOW, most=9)


def test_who_asks_first_waits_and_others_get_what_is_known(serving):
    tally(serving, "a00001")
    lists = serving.popularity.lists()
    assert ids(lists, "day") == ["a00001"]
    article = serving.store.get("a00001")
    assert ids(lists, "day", article.section) == ["a00001"]
    tally(serving, "a00002", "a00002")
    assert serving.popularity.lists() is lists
    assert ids(serving.popularity.refresh(), "day") == ["a00002", "a00001"]
    assert serving.popularity.refresh() is serving.popularity.lists()


def test_lists_are_read_anew_behind_the_back_of_who_asks(serving, monkeypatch):
    old = serving.popularity.lists()
    tally(serving, "a00001")
    monkeypatch.setattr(keeping, "REFRESH_SECONDS", 0)
    done = threading.Event()
    refresh = serving.popularity.refresh
    monkeypatch.setattr(serving.popularity, "refresh", lambda: (refresh(), done.set()))
    assert serving.popularity.lists() is old
    assert done.wait(30)
    monkeypatch.undo()
    assert ids(serving.popularity.lists(), "day") == ["a00001"]


def test_an_article_that_is_not_indexed_yet_stands_in_the_lists(serving):
    new = Article(id="new", title="New", section="Sport", published=NOW)
    gone = Article(id="gone", title="Gone", status=Status.WITHDRAWN)
    serving.store.upsert([new, gone], NOW)
    tally(serving, "new", "gone")
    assert ids(serving.popularity.refresh(), "day", "Sport") == ["new"]
    assert ids(serving.popularity.refresh(), "day") == ["new"]


def test_while_the_store_does_not_answer_lists_stay_as_they_were(serving, monkeypatch, caplog):
    tally(serving, "a00001")
    lists = serving.popularity.lists()

    def fail(*_, **__):
        raise StoreError("locked")

    monkeypatch.setattr(serving.store.readings, "rising", fail)
    assert serving.popularity.refresh() is lists
    assert "what is popular stays as it was: locked" in caplog.text


def test_without_an_index_only_what_is_in_the_store_can_be_popular(tmp_path):
    serving = Serving(Settings(home=tmp_path, popular_least_views=1), now=lambda: NOW)
    serving.store.upsert([Article(id="a", title="A", section="S", published=NOW)], NOW)
    tally(serving, "a")
    assert ids(serving.popularity.lists(), "day") == ["a"]
    serving.close()
    assert first_hour(NOW.date()) <= HOUR


@pytest.fixture
def site(tmp_path):
    build(tmp_path / "home", random_articles(30), now=NOW)[0].close()
    settings = Settings(home=tmp_path / "home", popular_least_views=1, popular_maximum_age=0)
    app = create_app(settings, clock=lambda: NOW)
    yield app
    app.extensions["backfile"].close()


def test_the_site_asks_for_lists(site):
    kept, client = site.extensions["backfile"], site.test_client()
    tally(kept, "a00001", "a00002", "a00002", "a00003", "a00003", "a00003")
    section = kept.store.get("a00002").section

    def listed(**asked):
        answer = client.get("/api/v1/popular", query_string=asked)
        assert answer.status_code == 200
        return [(item["position"], item["id"], item["views"]) for item in answer.json["items"]]

    assert listed() == [(1, "a00003", 3), (2, "a00002", 2), (3, "a00001", 1)]
    assert listed(limit=1, window="all") == [(1, "a00003", 3)]
    assert (1, "a00002", 2) in [(1, *item[1:]) for item in listed(section=section)]
    assert listed(date=NOW.date().isoformat(), limit=2) == [(1, "a00003", 3), (2, "a00002", 2)]
    assert listed(date="2011-07-11") == listed(section="Nothing") == []
    first = client.get("/api/v1/popular?limit=1").json["items"][0]
    article = kept.store.get("a00003")
    assert (first["title"], first["section"]) == (article.title, article.section)
    # What is withdrawn leaves the lists with the next request.
    kept.store.upsert([replace(article, status=Status.WITHDRAWN)], NOW)
    assert listed(limit=1) == [(1, "a00002", 2)]
    etag = client.get("/api/v1/popular").headers["ETag"]
    assert client.get("/api/v1/popular", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "query", ["window=year", "limit=0", "limit=201", "date=x", "section=" + "x" * 301]
)
def test_lists_that_there_are_not_are_refused(site, query):
    answer = site.test_client().get(f"/api/v1/popular?{query}")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


def test_what_is_read_together_with_nothing_known_is_nothing(site):
    client = site.test_client()
    assert client.get("/api/v1/articles/a00001/also-read").json == {"items": []}
    assert client.get("/api/v1/articles/nobody's/also-read").status_code == 404
    assert client.get("/api/v1/articles/a00001/also-read?limit=11").status_code == 400
