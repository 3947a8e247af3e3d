"""The catalogue: finds articles, public or not, as a plain reading of all of them would."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article, Status, is_public
from articles.catalogue import LONGEST, Showing, Wanted
from articles.store import Store
from articles.writing import Asked
from tests.older_stores import make_older

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ARTICLES = [
    Article(id="public", title="Bridge opens to ferries", published=NOW - DAY, section="Politics"),
    Article(id="undated", title="A bridge without a day", source="Agency"),
    Article(id="later", title="Tomorrow's bridge", published=NOW + DAY),
    Article(id="embargo", title="Budget", published=NOW - DAY, embargo_until=NOW + DAY),
    Article(id="over", title="An offer", published=NOW - 3 * DAY, expires=NOW),
    Article(id="draft", title="Élan of the brücke", status=Status.DRAFT, published=NOW - 5 * DAY),
    Article(id="private", title="100% private_note", status=Status.PRIVATE),
    Article(
        id="gone",
        title="Bridge closed",
        status=Status.WITHDRAWN,
        published=NOW - 2 * DAY,
        url="https://www.courier.example/gone/?utm_source=x",
    ),
]
PUBLIC = {"public", "undated"}


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as opened:
        opened.upsert(ARTICLES, NOW)
        yield opened


def ids(store, **wanted):
    found, total = store.catalogue.find(Wanted(**wanted), NOW)
    assert len(found) == total
    return [entry.id for entry in found]


def test_the_newest_stand_first_and_those_without_a_date_last(store):
    every = ["later", "public", "embargo", "gone", "over", "draft", "undated", "private"]
    assert ids(store) == every
    found, total = store.catalogue.find(Wanted(), NOW, offset=2, limit=3)
    assert ([entry.id for entry in found], total) == (every[2:5], 8)
    assert store.catalogue.find(Wanted(), NOW, offset=8) == ([], 8)


def test_what_readers_see_is_what_the_rule_says(store):
    found = {showing: set(ids(store, showing=showing)) for showing in Showing}
    assert found == {
        Showing.PUBLIC: PUBLIC,
        Showing.WAITING: {"later", "embargo"},
        Showing.EXPIRED: {"over"},
        Showing.DRAFT: {"draft"},
        Showing.PRIVATE: {"private"},
        Showing.WITHDRAWN: {"gone"},
    }
    assert {one.id for one in ARTICLES if is_public(one, NOW)} == PUBLIC


def test_articles_are_found_by_id_address_and_words_of_the_headline(store):
    assert ids(store, text=" gone ") == ["gone"]
    assert ids(store, text="http://courier.example/gone#top") == ["gone"]
    assert ids(store, text="http://courier.example/other") == []
    assert ids(store, text="BRIDGE fer") == ["public"]
    assert ids(store, text="elan, Brücke") == ["draft"]
    assert ids(store, text="bridge") == ["later", "public", "gone", "undated"]
    assert ids(store, text="100%") == ["private"]
    assert ids(store, text="_") == ids(store, text="%") == ids(store, text="\0") == []


def test_filters_narrow_each_other(store):
    assert ids(store, section="Politics") == ["public"]
    assert ids(store, source="Agency") == ["undated"]
    assert ids(store, section="Politics", source="Agency") == []
    assert ids(store, first=date(2025, 12, 30), last=date(2025, 12, 30)) == ["gone"]
    assert "later" in ids(store, first=date(2026, 1, 2), last=date.max)
    assert ids(store, last=date.min) == []
    assert (store.catalogue.sections(), store.catalogue.sources()) == (["Politics"], ["Agency"])


def test_what_is_written_is_found_at_once_and_stays_right_in_older_stores(database_url):
    with Store.open(database_url) as store:
        store.upsert(ARTICLES, NOW)
        store.upsert([replace(ARTICLES[0], title="Tunnel opens", section="Sport")], NOW)
        store.writes.write([Asked("undated")], by="key", now=NOW)
        assert ids(store, text="tunnel", section="Sport") == ["public"]
        assert ids(store, showing=Showing.PUBLIC) == ["public"]
        kept = store.catalogue.find(Wanted(), NOW)
        make_older(store, "0009")
    with Store.open(database_url) as store:
        assert store.catalogue.find(Wanted(), NOW) == kept
        assert ids(store, text="http://courier.example/gone") == ["gone"]


def test_long_and_odd_headlines_are_kept_as_the_database_can(store):
    store.upsert([Article(id="odd", title="\0" + "ł" * 1_000, section="s" * 1_000)], NOW)
    (entry,), total = store.catalogue.find(Wanted(section="s" * 1_000), NOW)
    assert (total, entry.id, len(entry.title)) == (1, "odd", LONGEST)
    assert entry.title.startswith("\ufffdł")


MOMENTS = st.none() | st.sampled_from([NOW - DAY, NOW, NOW + DAY])


@settings(max_examples=20, deadline=None)
@given(states=st.lists(st.tuples(st.sampled_from(Status), MOMENTS, MOMENTS, MOMENTS), max_size=8))
def test_exactly_one_word_says_what_readers_see(states, tmp_path_factory):
    folder = tmp_path_factory.mktemp("states")
    articles = [
        Article(id=f"a{n}", title="t", status=s, published=p, embargo_until=e, expires=x)
        for n, (s, p, e, x) in enumerate(states)
    ]
    with Store.open(f"sqlite:///{folder}/a.sqlite3") as store:
        store.upsert(articles, NOW)
        found = {showing: ids(store, showing=showing) for showing in Showing}
    assert sorted(one for some in found.values() for one in some) == sorted(
        one.id for one in articles
    )
    assert set(found[Showing.PUBLIC]) == {one.id for one in articles if is_public(one, NOW)}


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=40))
def test_no_text_breaks_the_search(text, tmp_path_factory):
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('text')}/a.sqlite3") as store:
        store.upsert(ARTICLES[:1], NOW)
        store.catalogue.find(Wanted(text=text, section=text, source=text), NOW)
