"""Articles that programs write: keys, calls that arrive twice, and webhooks; on both databases."""

import json
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.api_keys import ApiKeyError, KeyState, Scope, new_key
from articles.article import Status
from articles.audit import AuditKind
from articles.importers.source import ImportOptions
from articles.store import Store
from articles.webhook_store import WebhookError
from articles.writing import (
    MOST_ARTICLES,
    Asked,
    Once,
    RepeatedCallError,
    WriteError,
    WriteOutcome,
    read_asked,
    read_asked_as,
    read_asked_lines,
)
from tests.older_stores import make_older

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPTIONS = ImportOptions()
ADDED, CHANGED, UNCHANGED, WITHDRAWN, REJECTED = WriteOutcome


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def asked(*records):
    body = "[" + ",".join(records) + "]"
    return read_asked(body.encode(), OPTIONS, NOW)


def outcomes(written):
    return [one.outcome for one in written]


ONE = '{"id": "a1", "title": "Bridge opens", "body": "Cars cross.", "published": "2026-08-01"}'
TWO = '{"id": "a2", "title": "Ferry stops", "body": "It rests.", "published": "2026-08-02"}'
GONE = '{"id": "a1", "status": "deleted"}'


def test_a_key_is_good_until_it_is_not(store):
    keys = store.api_keys
    made, text = keys.add("cms", Scope, expires=NOW + DAY, by="ada", now=NOW)
    assert text not in repr(made)
    assert keys.check(text, NOW).name == "cms"
    assert keys.check(text, NOW + DAY / 3).last_used == NOW.date()
    (kept,) = keys.all()
    assert (kept.last_used, kept.state(NOW)) == (NOW.date(), KeyState.GOOD)
    for wrong in (
        "",
        text[:-1],
        text + "a",
        new_key(),
        text[:12] + new_key()[12:],
        "\0",
        "é\udc80",
    ):
        assert keys.check(wrong, NOW) is None
    assert keys.check(text, NOW + DAY) is None
    keys.revoke("cms", by="ada", now=NOW)
    keys.revoke("cms", by="ada", now=NOW)
    assert keys.check(text, NOW) is None
    done = [entry.action for entry in store.audit.entries(kind=AuditKind.KEYS)]
    assert done == ["revoked a key", "made a key"]
    assert all(text not in entry.after for entry in store.audit.entries())


def test_what_no_key_can_be_is_refused(store):
    keys = store.api_keys
    keys.add("cms", Scope, by="ada", now=NOW)
    for name in ("cms", "", "C M S", "\0"):
        with pytest.raises(ApiKeyError, match=r"already|nobody|no key"):
            keys.add(name, Scope, by="ada", now=NOW)
    with pytest.raises(ApiKeyError, match="needs a scope"):
        keys.add("other", [], by="ada", now=NOW)
    with pytest.raises(ApiKeyError, match="expired already"):
        keys.add("other", Scope, expires=NOW, by="ada", now=NOW)
    for name in ("other", "\0"):
        with pytest.raises(ApiKeyError, match="there is no key"):
            keys.revoke(name, by="ada", now=NOW)


def test_webhooks_have_names_and_secrets_of_their_own(store):
    hooks = store.webhooks
    cms, press = (hooks.add(name, by="ada", now=NOW) for name in ("cms", "press"))
    assert cms.secret != press.secret
    assert cms.secret not in repr(cms)
    assert (hooks.get("cms"), hooks.all(), hooks.get("\0")) == (cms, [cms, press], None)
    for name in ("cms", "A"):
        with pytest.raises(WebhookError, match=r"already|no webhook"):
            hooks.add(name, by="ada", now=NOW)
    hooks.remove("cms", by="ada", now=NOW)
    assert hooks.get("cms") is None
    with pytest.raises(WebhookError, match="there is no webhook"):
        hooks.remove("cms", by="ada", now=NOW)


def test_articles_are_written_in_their_order_with_one_line_in_the_log(store):
    write = store.writes.write
    written, again = write(asked(ONE, TWO, '{"id": 1}', "3"), by="key cms", now=NOW)
    assert outcomes(written) == [ADDED, ADDED, REJECTED, REJECTED]
    assert not again
    assert outcomes(write(asked(ONE, TWO), by="key cms", now=NOW)[0]) == [UNCHANGED] * 2
    changed = ONE.replace("opens", "closes")
    written, _ = write(asked(changed, GONE, GONE, TWO), by="key cms", now=NOW)
    assert outcomes(written) == [CHANGED, WITHDRAWN, UNCHANGED, UNCHANGED]
    assert store.get("a1").status is Status.WITHDRAWN
    assert store.get("a1").title == "Bridge closes"
    first, second = reversed(store.audit.entries())
    assert (first.user, first.kind, first.subject) == ("key cms", AuditKind.ARTICLES, "")
    assert first.after == "2 added, 2 rejected: a1, a2"
    assert second.after == "1 changed, 2 unchanged, 1 withdrawn: a1, a1"


def test_what_is_not_there_can_neither_be_withdrawn_nor_updated(store):
    unknown = [Asked("nowhere"), Asked("\0"), Asked("\udc80"), *asked(ONE)]
    written, _ = store.writes.write(unknown, by="ada", now=NOW, known_only=True)
    assert outcomes(written) == [REJECTED] * 4
    assert store.count() == store.last_sequence() == 0
    assert not store.audit.entries()
    store.writes.write(asked(ONE), by="ada", now=NOW)
    changed = asked(ONE.replace("opens", "closes"))
    written, _ = store.writes.write(changed, by="ada", now=NOW, known_only=True)
    assert outcomes(written) == [CHANGED]


def test_one_article_that_no_database_holds_leaves_the_others(store):
    written, _ = store.writes.write(asked('{"id": "b\\ud800", "title": "x"}', ONE), by="a", now=NOW)
    assert outcomes(written)[1] is ADDED
    assert [article.id for article in store.articles()][-1] == "a1"


def test_the_same_call_has_its_effect_once_for_a_day(store):
    write = store.writes.write
    once = Once("key cms", "c1", b"digest")
    first, _ = write(asked(ONE), by="key cms", now=NOW, once=once)
    assert write(asked(ONE), by="key cms", now=NOW, once=once) == (first, True)
    with pytest.raises(RepeatedCallError, match="another call had this key"):
        write(asked(TWO), by="key cms", now=NOW, once=Once("key cms", "c1", b"other"))
    assert not write(asked(TWO), by="x", now=NOW, once=Once("key x", "c1", b"other"))[1]
    written, again = write(asked(ONE), by="key cms", now=NOW + DAY, once=once)
    assert (outcomes(written), again) == ([UNCHANGED], False)


def write_many(url, barrier, pipe):
    """Make the same fifty calls as another process, and say which of them were done here."""
    with Store.open(url) as store:
        barrier.wait(30)
        done = []
        for number in range(50):
            once = Once("key cms", f"call {number}", b"same")
            record = f'{{"id": "r{number}", "title": "Race {number}", "body": "Text."}}'
            written, again = store.writes.write(asked(record), by="key cms", now=NOW, once=once)
            assert outcomes(written) == [ADDED]
            done += [] if again else [number]
    pipe.send(done)
    pipe.close()


def test_two_processes_that_get_the_same_calls_do_each_once(database_url, store):
    forks = multiprocessing.get_context("spawn")
    barrier = forks.Barrier(2)
    pipes, children = [], []
    for _ in range(2):
        ours, theirs = forks.Pipe(duplex=False)
        children.append(forks.Process(target=write_many, args=(database_url, barrier, theirs)))
        children[-1].start()
        theirs.close()
        pipes.append(ours)
    done = [pipe.recv() for pipe in pipes]
    for child, pipe in zip(children, pipes, strict=True):
        child.join()
        child.close()
        pipe.close()
    assert sorted(done[0] + done[1]) == list(range(50))
    assert store.last_sequence() == len(store.audit.entries()) == 50


def test_threads_that_send_one_webhook_at_once_are_heard_once(store):
    once = Once("webhook cms", "sha256=1", b"same", answered_again=False)

    def call(_):
        try:
            return outcomes(store.writes.write(asked(ONE), by="x", now=NOW, once=once)[0])
        except RepeatedCallError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(call, range(8)))
    assert heard.count([ADDED]) == 1
    assert heard.count("this call was received before, and is not done again") == 7


def test_an_older_store_gets_its_tables(database_url):
    with Store.open(database_url) as store:
        make_older(store, "0009")
    with Store.open(database_url) as store:
        assert list(store.api_keys.all()) == list(store.webhooks.all()) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[1" * 100_000, b"\xff", b"NaN", b"1" * 9_999])
def test_what_is_no_article_is_refused_whole_or_rejected_alone(body):
    with suppress(WriteError):
        assert all(one.fault for one in read_asked(body, OPTIONS, NOW))


def test_more_articles_than_a_call_may_have_are_refused():
    body = "[" + ",".join([ONE] * (MOST_ARTICLES + 1)) + "]"
    with pytest.raises(WriteError, match="101 articles in it: send from 1 to 100"):
        read_asked(body.encode(), OPTIONS, NOW)


def test_an_id_in_the_address_is_the_articles():
    assert read_asked_as("b1", b'{"title": "Bridge"}', OPTIONS, NOW).article.id == "b1"
    assert read_asked_as("a1", ONE.encode(), OPTIONS, NOW).article.id == "a1"
    with pytest.raises(WriteError, match="another id than the address"):
        read_asked_as("b1", ONE.encode(), OPTIONS, NOW)
    with pytest.raises(WriteError, match="not an object"):
        read_asked_as("b1", b"[]", OPTIONS, NOW)
    assert (
        "no article can have this id"
        in read_asked_as("a\n b", b'{"title": "B"}', OPTIONS, NOW).fault
    )


def test_a_file_is_one_value_or_lines():
    for data in (f"[{ONE},{TWO}]", f"{ONE}\n\n{TWO}\n", f"{ONE}\r\n{TWO}"):
        found = list(read_asked_lines(data.encode(), OPTIONS, NOW))
        assert [one.id for one in found] == ["a1", "a2"], data
    broken = list(read_asked_lines(f"{ONE}\n{{\n{GONE}".encode(), OPTIONS, NOW))
    assert [one.fault[:7] for one in broken] == ["", "line 2:", ""]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(["id", "title", "body", "status", "published", "url", "tags", "language"])


@given(records=st.lists(st.dictionaries(NAMES, JSON, max_size=6) | JSON, min_size=1, max_size=3))
def test_whatever_the_fields_hold_is_read_or_rejected(tmp_path_factory, records):
    body = json.dumps(records).encode()
    try:
        found = read_asked(body, OPTIONS, NOW)
    except WriteError:
        return  # such as a number that is none in JSON
    assert len(found) == len(records)
    assert all(one.article or one.fault or one.id for one in found)
