"""Best bets and redirects over SQLite and a real PostgreSQL, and where they may lead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import best_bet_store
from articles.article import Article
from articles.audit import AuditKind
from articles.best_bets import (
    MAXIMUM_BETS,
    Bet,
    BetKind,
    move,
    place,
    query_of,
    remove,
    targets,
    time,
)
from articles.curation import Span
from articles.curation_edits import CurationError
from articles.store import Store
from tests.older_stores import make_older
from web.redirects import allowed, checked_address
from web.settings import Settings

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
IDS = [f"a{number}" for number in range(20)]
DONE = {"by": "ines", "now": NOON}
ARTICLE, REDIRECT = BetKind
ALWAYS = Span()


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        store.upsert([Article(id=one, title=one) for one in IDS], NOON)
        yield store


def put(store, *ids, query="bridge", span=ALWAYS, **how):
    for one in ids:
        store.best_bets.change(query, place(query, ARTICLE, one, span, **how), **DONE)


def lead(store, address, query="bridge", span=ALWAYS):
    store.best_bets.change(query, place(query, REDIRECT, address, span), **DONE)


def stands(store, query="bridge"):
    return [bet.target for bet in store.best_bets.of(query)]


def acts(store):
    entries = store.audit.entries(kind=AuditKind.BEST_BETS)
    return [(one.subject, one.action, one.target, one.before, one.after) for one in entries]


def test_articles_stand_in_their_order_and_redirects_behind_them(store):
    assert stands(store) == []
    lead(store, "/coverage")
    put(store, "a1", "a2")
    put(store, "a3", first=True)
    assert stands(store) == ["a3", "a1", "a2", "/coverage"]
    store.best_bets.change("bridge", move("a2", -1), **DONE)
    store.best_bets.change("bridge", move("a3", 9), **DONE)
    assert stands(store) == ["a2", "a1", "a3", "/coverage"]
    store.best_bets.change("bridge", remove("a1"), **DONE)
    store.best_bets.change("bridge", remove("/coverage"), **DONE)
    assert stands(store) == ["a2", "a3"]
    assert acts(store)[0] == ("bridge", "redirected no more to", "/coverage", "always", "")
    assert acts(store)[-1] == ("bridge", "redirected to", "/coverage", "", "always")
    assert len(acts(store)) == 8


def test_a_query_is_one_whatever_its_blanks_and_capitals(store):
    store.best_bets.change("  Bridge\tTOLL ", place("bridge toll", ARTICLE, "a1", Span()), **DONE)
    assert stands(store, "bridge toll") == ["a1"]
    for query in ("", "x" * 81, "ines@example.org", "a\0b", "\ud800"):
        with pytest.raises(CurationError, match="give a query"):
            query_of(query)
        with pytest.raises(CurationError, match="give a query"):
            store.best_bets.change(query, remove("a1"), **DONE)
        assert store.best_bets.of(query) == ()


def test_only_what_holds_counts(store):
    put(store, "a1", span=Span(ends=NOON))
    put(store, "a2", span=Span(begins=NOON, ends=NOON + HOUR))
    lead(store, "/later", span=Span(begins=NOON + HOUR))
    bets = store.best_bets.of("bridge")
    assert targets(bets, ARTICLE, NOON - HOUR) == ("a1",)
    assert targets(bets, ARTICLE, NOON) == ("a2",)
    assert targets(bets, ARTICLE, NOON + HOUR) == ()
    assert targets(bets, REDIRECT, NOON + HOUR) == ("/later",)
    store.best_bets.change("bridge", time("a1", Span()), **DONE)
    assert targets(store.best_bets.of("bridge"), ARTICLE, NOON) == ("a1", "a2")
    assert acts(store)[0][1:] == ("changed the time", "a1", "until 2026-09-01 12:00 UTC", "always")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (place("bridge", ARTICLE, "a0", Span()), "stands there already"),
        (place("bridge", ARTICLE, "none", Span()), "has no article"),
        (place("bridge", ARTICLE, "\ud800", Span()), "has no article"),
        (remove("a1"), "does not stand there"),
        (move("a1", 1), "does not stand there"),
        (time("a0", Span(NOON, NOON)), "end before it begins"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(store, edit, said):
    put(store, "a0")
    before = acts(store)
    with pytest.raises(CurationError, match=said):
        store.best_bets.change("bridge", edit, **DONE)
    assert stands(store) == ["a0"]
    assert acts(store) == before


def test_there_is_an_end_to_it(store, monkeypatch):
    put(store, *IDS[:MAXIMUM_BETS])
    with pytest.raises(CurationError, match="at most 12"):
        put(store, IDS[MAXIMUM_BETS])
    monkeypatch.setattr(best_bet_store, "MAXIMUM_ALL_BETS", MAXIMUM_BETS)
    with pytest.raises(CurationError, match="are kept"):
        put(store, "a1", query="ferry")
    assert stands(store, "ferry") == []


def test_queries_are_listed_a_page_at_a_time(store):
    for query in ("ferry", "Éclair", "bridge"):
        put(store, "a1", "a2", query=query_of(query))
    assert store.best_bets.queries() == 3
    listed = store.best_bets.listed(limit=2)
    assert [[bet.query for bet in bets] for bets in listed] == [["bridge"] * 2, ["ferry"] * 2]
    (last,) = store.best_bets.listed(offset=2)
    assert last == store.best_bets.of("éclair")
    assert store.best_bets.listed(offset=3) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["first", "last", "remove", "up", "down"]), st.sampled_from(IDS[:4])
        ),
        max_size=12,
    )
)
def test_edits_do_what_they_do_to_a_list(store, acts):
    for bet in store.best_bets.of("model"):
        store.best_bets.change("model", remove(bet.target), **DONE)
    model = []
    for act, one in acts:
        edits = {
            "first": place("model", ARTICLE, one, Span(), first=True),
            "last": place("model", ARTICLE, one, Span()),
            "remove": remove(one),
            "up": move(one, -1),
            "down": move(one, 1),
        }
        if (one in model) == (act in ("first", "last")):
            with pytest.raises(CurationError):
                store.best_bets.change("model", edits[act], **DONE)
            continue
        at = model.index(one) if one in model else 0
        if act in ("first", "last"):
            model.insert(0 if act == "first" else len(model), one)
        else:
            model.pop(at)
            if act != "remove":
                model.insert(max(at - 1, 0) if act == "up" else at + 1, one)
        after = store.best_bets.change("model", edits[act], **DONE)
        assert after == store.best_bets.of("model")
        assert after == tuple(Bet("model", ARTICLE, target) for target in model)


def test_an_archive_of_before_gets_the_table(database_url):
    with Store.open(database_url) as store:
        make_older(store, "0007")
    with Store.open(database_url) as store:
        assert store.best_bets.of("bridge") == ()


SITE = Settings(
    site_url="https://archive.example/news", site_origins="https://Courier.example:8443,*"
)


@pytest.mark.parametrize(
    "address",
    [
        "/coverage",
        "/",
        "/search?section=Politics",
        "https://archive.example/anything",
        "HTTPS://ARCHIVE.example/",
        "https://courier.example:8443/live#now",
    ],
)
def test_readers_may_be_sent_to_the_site(address):
    assert checked_address(f" {address} ", SITE) == address
    assert allowed(address, SITE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "coverage",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "/ä",
        "https://evil.example/",
        "https://archive.example.evil.example/",
        "https://archive.example@evil.example/",
        "https://evil@archive.example/",
        "https://archive.example:444/",
        "http://archive.example/",
        "https:archive.example",
        "https:///archive.example",
        "https://[archive.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://archive.example/",
        "/search?q=bridge",
        "/search?%71=bridge",
        "/?size=5&q=",
        "https://archive.example/news/search?q=ferry",
        "/" + "x" * 1_000,
        "/\0",
        "/\ud800",
    ],
)
def test_readers_are_never_sent_elsewhere_or_in_a_circle(address):
    with pytest.raises(CurationError, match="cannot be sent"):
        checked_address(address, SITE)
    assert not allowed(address, SITE)


@given(st.text(max_size=40) | st.from_regex(r"(https?:)?[/\\]{1,3}[a-z.@:]{0,20}", fullmatch=True))
def test_no_text_breaks_the_rule(address):
    if allowed(address, Settings()):
        assert address.startswith("/")
        assert address[1:2] not in ("/", "\\")
        assert address.isprintable()
