"""What blocks showed, in the store, held over SQLite and over a real PostgreSQL."""

from datetime import date, timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.impressions import ArticleClicks, ArticlePlace, ItemPlace, Tally
from articles.store import Store
from tests.impression_rows import article_rows, by_article
from tests.older_stores import make_older

TODAY = date(2026, 9, 1)
YESTERDAY = TODAY - timedelta(days=1)
BEGUN = date(2026, 8, 20)


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def place(day=TODAY, block="related", position=1, reason="similar", recipe="standard"):
    return ItemPlace(day, block, position, reason, recipe)


def beside(article_id="a1", block="related", recipe="standard", begun=BEGUN):
    return ArticlePlace(begun, article_id, block, recipe)


def test_what_several_processes_count_is_added_up(store):
    impressions = store.impressions
    assert impressions.days() is None
    impressions.add({place(): Tally(2, 1), place(position=2): Tally(2)})
    impressions.add({place(): Tally(3), place(YESTERDAY): Tally(0, 1)}, {beside(): Tally(1)})
    impressions.add({}, {beside(): Tally(4, 2), beside("a2"): Tally(1, 1)})
    impressions.add({})
    assert impressions.items(YESTERDAY, TODAY) == {
        place(YESTERDAY): Tally(0, 1),
        place(): Tally(5, 1),
        place(position=2): Tally(2),
    }
    assert list(impressions.items(TODAY, TODAY)) == [place(), place(position=2)]
    assert impressions.items(TODAY + timedelta(days=1), date.max) == {}
    assert impressions.days() == (YESTERDAY, TODAY)
    assert article_rows(store) == {beside(): Tally(5, 2), beside("a2"): Tally(1, 1)}
    assert impressions.compared(BEGUN, ["standard"], "related") == [
        ArticleClicks("a1", "standard", 5, 2, 5, 2),
        ArticleClicks("a2", "standard", 1, 1, 1, 1),
    ]
    assert impressions.compared(BEGUN, ["recent"], "related") == []
    assert impressions.compared(TODAY, ["standard"], "related") == []
    assert impressions.compared(BEGUN, [], "related") == []


def test_a_page_is_shown_as_often_as_the_block_that_is_shown_most(store):
    articles = {
        beside(): Tally(5, 2),
        beside(block="popular"): Tally(9, 3),
        beside(block="popular", recipe="recent"): Tally(4, 4),
    }
    store.impressions.add({}, articles)
    assert store.impressions.compared(BEGUN, ["standard", "recent"], "related") == [
        ArticleClicks("a1", "recent", 0, 0, 4, 4),
        ArticleClicks("a1", "standard", 5, 2, 9, 5),
    ]


def test_what_is_too_old_is_forgotten(store):
    old = BEGUN - timedelta(days=1)
    store.impressions.add(
        {place(): Tally(1), place(YESTERDAY): Tally(1), place(old): Tally(1)},
        {beside(): Tally(1), beside(begun=old): Tally(1)},
    )
    assert store.impressions.forget(BEGUN) == 2
    assert store.impressions.forget(BEGUN) == 0
    assert store.impressions.days() == (YESTERDAY, TODAY)
    assert set(article_rows(store)) == {beside()}
    assert store.impressions.forget(date.max) == 3


def test_one_that_cannot_be_stored_leaves_all_others_out(store):
    with pytest.raises(Exception, match=r"(?i)null"):
        store.impressions.add({place(): Tally(1), place(recipe=None): Tally(1)})
    assert store.impressions.days() is None


def test_processes_that_count_at_once_lose_nothing(database_url, store):
    def count():
        with Store.open(database_url) as own:
            for _ in range(20):
                own.impressions.add(
                    {place(position=number): Tally(1, 1) for number in range(1, 6)},
                    {beside(f"a{number}"): Tally(1) for number in range(5)},
                )

    threads = [Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(store.impressions.items(TODAY, TODAY).values()) == {Tally(60, 60)}
    assert set(article_rows(store).values()) == {Tally(60)}


PLACES = st.builds(
    place,
    st.sampled_from([TODAY, YESTERDAY]),
    st.sampled_from(["related", "popular"]),
    st.integers(1, 3),
    st.sampled_from(["similar", "newest"]),
    st.sampled_from(["standard", "é'\"%s"]),
)
ARTICLES = st.builds(
    beside,
    st.sampled_from(["a", "A", "ä/ \n%(x)s"]),
    st.sampled_from(["related", "popular"]),
    st.sampled_from(["standard", "recent"]),
    st.sampled_from([BEGUN, TODAY]),
)
TALLIES = st.builds(Tally, st.integers(0, 2**40), st.integers(0, 9))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.dictionaries(PLACES, TALLIES), st.dictionaries(ARTICLES, TALLIES))))
def test_the_store_does_what_a_dict_would(store, batches):
    store.impressions.forget(date.max)
    items, articles = {}, {}
    for some, others in batches:
        store.impressions.add(some, others)
        for model, added in ((items, some), (articles, others)):
            for key, tally in added.items():
                model[key] = model.get(key, Tally()) + tally
    assert store.impressions.items(YESTERDAY, TODAY) == items
    assert article_rows(store) == articles
    for recipes in (["standard"], ["standard", "recent"]):
        found = store.impressions.compared(BEGUN, recipes, "related")
        assert found == by_article(articles, BEGUN, recipes)


def test_an_archive_of_before_gets_the_tables(database_url):
    with Store.open(database_url) as store:
        make_older(store, "0004")
    with Store.open(database_url) as store:
        store.impressions.add({place(): Tally(1)}, {beside(): Tally(1)})
        assert store.impressions.days() == (TODAY, TODAY)


@given(st.lists(TALLIES))
def test_tallies_add_up(tallies):
    whole = sum(tallies, Tally())
    assert whole.shown == sum(one.shown for one in tallies)
    assert whole.clicks == sum(one.clicks for one in tallies)
    assert whole.share * whole.shown == pytest.approx(whole.clicks if whole.shown else 0)
