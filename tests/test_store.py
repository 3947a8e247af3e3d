"""What a store promises, held over SQLite and over a real PostgreSQL."""

import dataclasses
import tracemalloc
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

import articles.upserting
from articles.article import Article, Status, is_public
from articles.store import Change, Outcome, Store, StoredPublication, StoreError
from articles.tables import CHANGES, METADATA, VERSION_TABLE
from tests.postgresql_server import new_database

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ADDED, CHANGED, WITHDRAWN, UNCHANGED = Outcome

# The fixtures hold one store for all examples; these keep to ids of their own.
shared_store = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def url(database_url):
    return database_url


@pytest.fixture
def store(url):
    with Store.open(url) as store:
        yield store


def article(article_id, title="t", **fields):
    return Article(id=article_id, title=title, **fields)


moments = st.none() | st.datetimes(timezones=st.just(UTC))
texts = st.text(max_size=30)
lists = st.lists(texts, max_size=3).map(tuple)
any_article = st.builds(
    Article,
    **{field.name: texts for field in dataclasses.fields(Article) if field.type is str},
    **dict.fromkeys(("body", "tags", "people", "places", "authors", "additional_sources"), lists),
    **dict.fromkeys(("published", "updated", "embargo_until", "expires"), moments),
    status=st.sampled_from(Status),
)
any_text = st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0"), max_size=5)


@shared_store
@given(given_article=any_article)
def test_an_article_comes_back_as_it_was_given(store, given_article):
    kept = dataclasses.replace(given_article, id=given_article.id.replace("\0", "-"))
    store.upsert([kept], NOW)
    assert store.get(kept.id) == kept


@shared_store
@given(article_id=any_text, title=any_text)
def test_what_cannot_be_stored_is_refused_before_anything_is_written(store, article_id, title):
    before = store.last_sequence()
    hostile = article(article_id, title)
    bad_id = "\0" in article_id or not encodable(article_id)
    if bad_id or not encodable(title):
        with pytest.raises(StoreError) as caught:
            store.upsert([article(f"good {before}"), hostile], NOW)
        assert ascii(article_id) in str(caught.value)
        assert (store.last_sequence(), store.get(f"good {before}")) == (before, None)
        assert not bad_id or (store.get(article_id), store.first_seen(article_id)) == (None, None)
    else:
        store.upsert([hostile], NOW)
        assert store.get(article_id) == hostile


def encodable(text):
    return not any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (article("x" * 2001), "longer than 2,000 bytes"),
        (article("a", published=datetime(2026, 1, 1)), "published has no time zone"),  # noqa: DTZ001
        (article("a", summary="x" * 5000), "longer than 4,096 bytes"),
    ],
)
def test_the_message_says_what_is_wrong_with_an_article(store, monkeypatch, refused, reason):
    monkeypatch.setattr(articles.upserting, "MAXIMUM_DOCUMENT_BYTES", 4096)
    with pytest.raises(StoreError, match=f"article '{refused.id[:100]}' .*{reason}"):
        store.upsert([article("b"), refused], NOW)
    assert store.count() == 0


def test_the_longest_id_is_stored_even_when_it_cannot_be_compressed(store):
    longest = article("".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(666)))
    assert store.upsert([longest], NOW) == [ADDED]
    assert store.get(longest.id) == longest


def test_equal_content_writes_nothing(store):
    batch = [article("a", published=NOW), article("b", body=("one", "two"))]
    assert store.upsert(batch, NOW) == [ADDED, ADDED]
    assert store.upsert(batch, LATER) == [UNCHANGED, UNCHANGED]
    assert list(store.changes_since(0)) == [Change(1, "a", ADDED, NOW), Change(2, "b", ADDED, NOW)]
    assert store.change(2) == Change(2, "b", ADDED, NOW)
    assert store.change(0) is store.change(3) is None
    assert store.upsert([], LATER) == []


def test_the_time_of_first_sight_never_changes(store):
    store.upsert([article("a")], NOW)
    store.upsert([article("a", "new")], LATER)
    store.upsert([article("a", status=Status.WITHDRAWN)], LATER)
    assert store.first_seen("a") == NOW
    assert store.first_seen("b") is None


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PRIVATE, Status.WITHDRAWN])
def test_an_article_that_is_no_longer_published_is_withdrawn(store, status):
    states = [status, Status.PUBLISHED, status, status, Status.PUBLISHED]
    outcomes = [store.upsert([article("a", status=state)], NOW)[0] for state in states]
    assert outcomes == [ADDED, CHANGED, WITHDRAWN, UNCHANGED, CHANGED]
    assert store.upsert([article("a", "new", status=status)], NOW) == [WITHDRAWN]
    assert store.upsert([article("a", "newer", status=status)], NOW) == [CHANGED]


def test_an_id_that_stands_twice_is_applied_in_order(store):
    old, new = article("a", "old"), article("a", "new", status=Status.WITHDRAWN)
    assert store.upsert([old, old, new], NOW) == [ADDED, UNCHANGED, WITHDRAWN]
    assert store.get("a") == new
    assert store.upsert([old, new], LATER) == [CHANGED, WITHDRAWN]
    assert [change.kind for change in store.changes_since(0)] == [
        ADDED,
        WITHDRAWN,
        CHANGED,
        WITHDRAWN,
    ]
    assert (store.get("a"), store.count()) == (new, 1)


@shared_store
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(0, 4), st.sampled_from("xy"), st.sampled_from(Status))),
        max_size=5,
    )
)
def test_the_store_does_what_a_dict_would(store, batches):
    start = store.last_sequence()
    model, log = {}, []
    for number, batch in enumerate(batches):
        now = NOW + timedelta(minutes=number)
        given_articles = [
            article(f"{start} {name}", title, status=status) for name, title, status in batch
        ]
        expected = []
        for one in given_articles:
            before = model.get(one.id)
            if before is None:
                kind = ADDED
            elif before == one:
                kind = UNCHANGED
            elif before.status is Status.PUBLISHED and one.status is not Status.PUBLISHED:
                kind = WITHDRAWN
            else:
                kind = CHANGED
            model[one.id] = one
            expected.append(kind)
            if kind is not UNCHANGED:
                log.append((one.id, kind, now))
        assert store.upsert(given_articles, now) == expected
    changes = list(store.changes_since(start))
    assert [(change.article_id, change.kind, change.at) for change in changes] == log
    assert [change.sequence for change in changes] == sorted({c.sequence for c in changes})
    assert store.last_sequence() == (changes[-1].sequence if changes else start)
    kept = [one for one in store.articles() if one.id.startswith(f"{start} ")]
    assert kept == [model[name] for name in sorted(model)]
    states = list(store.publications_since(start))
    assert [(state.id, state.status) for state in states] == [(a.id, a.status) for a in kept]
    assert store.counts() == dict(sorted(Counter(a.status for a in store.articles()).items()))


def test_articles_come_by_date_and_then_by_code_point(store):
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    undated = [article(name) for name in ["", "A", "B", "a", "z", "é", "я", "\uffff", "𝒳"]]
    dates = [first, datetime(1890, 1, 1, tzinfo=UTC), NOW, NOW + timedelta(microseconds=1), last]
    dated = [article(name, published=date) for date in dates for name in (f"B{date}", f"a{date}")]
    store.upsert([*reversed(dated), *reversed(undated)], NOW)
    assert list(store.articles()) == undated + dated


def test_an_iterator_sees_one_moment_and_lets_its_connection_go(store, url):
    store.upsert([article(f"{number:04}") for number in range(1000)], NOW)
    pool = store._database._engine.pool
    with closing(store.articles()) as reading, Store.open(url) as other:
        seen = [next(reading)]
        other.upsert([article("0500", "new"), article("9999")], LATER)
        seen += reading
        assert (len(seen), seen[500].title) == (1000, "t")
    assert store.get("0500").title == "new"
    with closing(store.articles()) as abandoned, closing(store.changes_since(0)) as other:
        assert next(abandoned).id == next(other).article_id == "0000"
        assert pool.checkedout() == 2
    assert pool.checkedout() == 0


def test_many_iterators_may_be_open_at_once(store):
    store.upsert([article("a")], NOW)
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(store.articles())) for _ in range(40)]
        assert {next(reader).id for reader in readers} == {"a"}


def test_reading_the_whole_archive_holds_only_a_few_articles(store):
    for start in range(0, 2000, 100):
        batch = [article(str(start + number), body=("x" * 20_000,)) for number in range(100)]
        store.upsert(batch, NOW)
    tracemalloc.start()
    try:
        assert sum(1 for _ in store.articles()) == 2000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * 10**6  # of 40


def test_a_large_batch_with_repeated_ids_is_stored_whole(store):
    batch = [article(f"{number % 1200:04}", str(number)) for number in range(3000)]
    outcomes = Counter(store.upsert(batch, NOW))
    assert outcomes == {ADDED: 1200, CHANGED: 1800}
    assert {one.id: one.title for one in store.articles()} == {a.id: a.title for a in batch}


def test_publications_are_the_present_state_of_what_changed(store):
    embargoed = article("b", embargo_until=LATER, expires=LATER + timedelta(days=1), published=NOW)
    store.upsert([article("a"), embargoed, article("c")], NOW)
    start = store.last_sequence()
    assert list(store.publications_since(start)) == []
    store.upsert([article("c", "new"), article("b")], NOW)
    store.upsert([embargoed, article("c")], NOW)
    b, c = store.publications_since(start)
    assert b == StoredPublication("b", Status.PUBLISHED, NOW, LATER, LATER + timedelta(days=1))
    assert c == StoredPublication("c", Status.PUBLISHED, None, None, None)
    assert (is_public(b, NOW), is_public(b, LATER), is_public(c, NOW)) == (False, True, True)


def test_an_empty_store_answers_everything(store):
    assert (store.last_sequence(), store.count(), store.counts()) == (0, 0, {})
    assert [*store.articles(), *store.changes_since(0), *store.publications_since(0)] == []
    assert store.get("a") is None


def test_sequence_numbers_are_never_used_again(store):
    store.upsert([article("a"), article("b")], NOW)
    with store._database.writing() as connection:
        connection.execute(delete(CHANGES))
    store.upsert([article("c")], NOW)
    assert [change.sequence for change in store.changes_since(0)] == [3]


def test_times_of_other_zones_are_the_same_moments(store):
    zoned = NOW.astimezone(timezone(timedelta(hours=4)))
    store.upsert([article("a", embargo_until=zoned)], zoned)
    assert store.first_seen("a") == NOW
    assert [state.embargo_until for state in store.publications_since(0)] == [NOW]
    assert store.get("a").embargo_until == NOW


def test_opening_again_keeps_everything(store, url):
    store.upsert([article("a")], NOW)
    with Store.open(url) as again:
        assert list(again.articles()) == [article("a")]
        assert again.upsert([article("b")], NOW) == [ADDED]
    assert [change.sequence for change in store.changes_since(0)] == [1, 2]


def test_the_migrations_make_the_tables_that_the_code_asks_for(store):
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, METADATA)
    # The code names no index: the migrations alone decide which ones serve it.
    assert {difference[0] for difference in differences} == {"remove_index"}


def test_the_schema_of_a_newer_program_is_refused(store, url):
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer Backfile .*9999.*install the newer Backfile"):
        Store.open(url)
    assert store.count() == 0


@pytest.mark.postgresql
def test_a_connection_that_the_server_ended_is_made_anew(postgresql):
    with Store.open(new_database(postgresql)) as store:
        store.upsert([article("a")], NOW)
        with psycopg.connect(host=str(postgresql), user="archive", dbname="postgres") as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                [store._database._engine.url.database],
            )
        assert store.get("a") == article("a")


@pytest.mark.postgresql
def test_a_database_that_cannot_hold_every_character_is_refused(postgresql):
    narrow = new_database(postgresql, "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match=r"only the characters of LATIN1.*ENCODING 'UTF8'"):
        Store.open(narrow)


@shared_store
@given(given_articles=st.lists(any_article, max_size=6), now=st.datetimes(timezones=st.just(UTC)))
def test_public_articles_are_counted_by_the_one_rule(store, given_articles, now):
    start = store.last_sequence()
    before = store.count_public(now)
    fresh = [
        dataclasses.replace(one, id=f"public {start} {number}")
        for number, one in enumerate(given_articles)
    ]
    edges = [
        article(f"edge {start} {number}", **fields)
        for number, fields in enumerate(
            ({"published": now}, {"expires": now}, {"embargo_until": now})
        )
    ]
    store.upsert(fresh + edges, NOW)
    public = sum(is_public(one, now) for one in fresh + edges)
    assert store.count_public(now) - before == public
