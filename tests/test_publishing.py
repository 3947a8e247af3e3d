"""Decisions about when readers see an article: kept, refused, written down."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article, Status, is_public
from articles.audit import AuditKind
from articles.catalogue import Showing, Wanted
from articles.publishing import Publishing, PublishingError, StalePublishingError
from articles.store import Outcome, Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ARTICLE = Article(id="a", title="Bridge opens", body=("It rained.",), published=NOW - DAY)
WITHDRAWN = Publishing(status=Status.WITHDRAWN)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as opened:
        opened.upsert([ARTICLE], NOW - DAY)
        yield opened


def decide(store, wanted, **options):
    return store.publishing.change("a", wanted, by="ines", now=NOW, **options)


def test_a_decision_changes_nothing_else_and_is_written_down(store):
    embargoed = Publishing(status=Status.PUBLISHED, embargo_until=NOW + DAY, expires=NOW + 9 * DAY)
    kept = decide(store, embargoed, seen="published - -")
    assert kept == replace(ARTICLE, embargo_until=NOW + DAY, expires=NOW + 9 * DAY)
    assert store.get("a") == kept
    assert not is_public(kept, NOW)
    assert [change.kind for change in store.changes_of("a", 9)] == [Outcome.CHANGED, Outcome.ADDED]
    assert store.catalogue.find(Wanted(showing=Showing.WAITING), NOW)[1] == 1
    entries = store.audit.entries(kind=AuditKind.ARTICLES, about="a")
    assert [(one.user, one.action, one.before, one.after) for one in reversed(entries)] == [
        ("ines", "changed the embargo", "", "2026-01-02 00:00 UTC"),
        ("ines", "changed the expiry", "", "2026-01-10 00:00 UTC"),
    ]
    decide(store, embargoed)
    assert len(store.audit.entries()) == len(store.changes_of("a", 9)) == 2


def test_what_was_taken_away_from_readers_is_a_withdrawal(store):
    decide(store, WITHDRAWN)
    assert store.changes_of("a", 1)[0].kind is Outcome.WITHDRAWN
    decide(store, Publishing(status=Status.PUBLISHED))
    assert store.get("a") == ARTICLE
    assert [(one.before, one.after) for one in store.audit.entries()] == [
        ("withdrawn", "published"),
        ("published", "withdrawn"),
    ]


def test_who_has_seen_something_else_is_told_how_it_stands(store):
    decide(store, WITHDRAWN, seen="published - -")
    with pytest.raises(StalePublishingError) as caught:
        decide(store, Publishing(status=Status.DRAFT), seen="published - -")
    assert caught.value.now == WITHDRAWN
    assert store.get("a").status is Status.WITHDRAWN
    assert len(store.audit.entries()) == 1


def test_a_text_that_has_changed_meanwhile_is_kept(store):
    store.upsert([replace(ARTICLE, title="Bridge opens at last")], NOW)
    assert decide(store, WITHDRAWN, seen="published - -").title == "Bridge opens at last"


def test_of_two_who_decide_at_once_one_is_told(store):
    wanted = [WITHDRAWN, Publishing(status=Status.DRAFT)]

    def one(decision):
        try:
            return decide(store, decision, seen="published - -").status
        except StalePublishingError as error:
            return error.now.status

    with ThreadPoolExecutor(2) as threads:
        kept = set(threads.map(one, wanted))
    assert kept == {store.get("a").status}
    assert len(store.audit.entries()) == 1


@pytest.mark.parametrize("article_id", ["b", "", "\0", "a" * 3_000, "\ud800"])
def test_an_article_that_is_not_there_has_nothing_decided(store, article_id):
    with pytest.raises(PublishingError, match="the archive has no article"):
        store.publishing.change(article_id, WITHDRAWN, by="ines", now=NOW)
    assert store.changes_of(article_id, 9) == []


def test_what_would_never_be_seen_is_refused(store):
    never = Publishing(status=Status.PUBLISHED, embargo_until=NOW, expires=NOW)
    with pytest.raises(PublishingError, match="never be seen"):
        decide(store, never)
    assert store.get("a") == ARTICLE


@given(status=st.sampled_from(Status), embargo=MOMENTS, expires=MOMENTS)
def test_an_edition_tells_what_it_is_of(status, embargo, expires):
    decided = Publishing(status=status, embargo_until=embargo, expires=expires)
    assert Publishing.read(decided.edition) == decided


@given(st.text() | st.sampled_from(["published", "published - - -", "gone - -", "draft 1 2"]))
def test_what_is_no_edition_is_none(text):
    decided = Publishing.read(text)
    assert decided is None or Publishing.read(decided.edition) == decided
