"""The page of health: what it counts, what it warns of, and that it is nobody's work."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from articles.article import Article, Status
from tests.archives import NOW
from tests.consoles import ARTICLES, log_in, open_console
from web.console.session import IDLE, LIVE_HEADER
from web.watching.last_errors import FILE


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home") as (app, clock):
        yield app, clock
        app.extensions["watching"].close()


@pytest.fixture
def client(opened):
    client = opened[0].test_client()
    log_in(client, "vera")
    return client


def facts(page):
    """Return the values by their names."""
    found = html.document_fromstring(page.text).iterfind(".//dl/div")
    return {one.findtext("dt"): one.findtext("dd/b") for one in found}


def concerns(page):
    found = html.document_fromstring(page.text).iterfind(".//ul[@class='concerns']/li")
    return [one.text_content() for one in found]


def test_counts_of_the_index_agree_with_the_store(opened, client):
    app, clock = opened
    page = client.get("/admin/health")
    assert facts(page) | {"Indexed": "32", "Hidden": "0", "Fresh": "0", "Public": "32"} == facts(
        page
    )
    store = app.extensions["backfile"].store
    soon = clock.now + timedelta(minutes=5)
    store.upsert(
        [
            dataclasses.replace(ARTICLES[0], status=Status.WITHDRAWN),
            dataclasses.replace(ARTICLES[1], title="Changed"),
            dataclasses.replace(ARTICLES[2], expires=soon),
            Article(id="fresh", title="Fresh"),
            Article(id="draft", title="Draft", status=Status.DRAFT),
            Article(id="soon", title="Soon", embargo_until=soon),
        ],
        NOW,
    )
    found = facts(client.get("/admin/health"))
    assert [found[name] for name in ("Hidden", "Fresh", "Public", "Difference")] == [
        *("1", "1", "32", "none")
    ]
    assert found["Changes since"] == "6"
    clock.now = soon
    found = facts(client.get("/admin/health"))
    assert [found[name] for name in ("Hidden", "Fresh", "Public", "Difference")] == [
        *("2", "2", "32", "none")
    ]


def test_what_somebody_should_see_to_is_said(opened, client):
    app, clock = opened
    assert concerns(client.get("/admin/health")) == []
    kept = app.extensions["backfile"]
    errors = (
        (clock.now.isoformat(), "<b>it failed</b>"),
        ("no time", "odd"),
        ((clock.now - timedelta(hours=2)).isoformat(), "long ago"),
    )
    lines = [{"time": time, "logger": "web", "message": words} for time, words in errors]
    (kept.settings.home / FILE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    page = client.get("/admin/health")
    assert concerns(page) == ["1 error in the last hour: see below."]
    assert "&lt;b&gt;it failed" in page.text
    log = html.document_fromstring(page.text).findall(".//ol[@class='log']/li/p[2]")
    assert [one.text_content() for one in log] == ["long ago", "odd", "<b>it failed</b>"]
    kept.store.upsert([Article(id="late", title="Late")], NOW)
    generation = kept.current().generation
    clock.now = generation.created + timedelta(days=3)
    log_in(client, "vera")
    (told,) = concerns(client.get("/admin/health"))
    assert told == (
        "The index is 3 days old and 1 change of the store came after it: a rebuild is due."
    )


def test_without_a_generation_the_page_says_so(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        (tmp_path / "home" / "generations" / "CURRENT").unlink()
        client = app.test_client()
        log_in(client, "vera")
        page = client.get("/admin/health")
        assert page.status_code == 200
        assert concerns(page)[0].startswith("Nothing is served: no index has been built in")
        app.extensions["watching"].close()


def test_answers_are_timed_by_their_kind(opened, client):
    app = opened[0]
    watcher = app.extensions["watching"]
    client.get("/api/v1/search?q=bridge")
    client.get("/search?q=bridge")
    client.get("/api/v1/search?sort=wrong")  # refused
    client.get("/api/v1/articles/bridge%201%2F%C3%A4/related")
    client.get("/help")
    counts = watcher.last_day(datetime.now(UTC)).sum(axis=(0, 2)).tolist()
    assert counts == [2, 1, 0]
    assert client.get("/admin/health?span=day").status_code == 200
    assert client.get("/admin/health?span=week").status_code == 400


def test_a_page_that_keeps_itself_true_keeps_no_session(opened, client):
    clock = opened[1]
    begun = clock.now
    while clock.now < begun + IDLE - timedelta(minutes=5):
        clock.now += timedelta(minutes=5)
        assert client.get("/admin/health", headers={LIVE_HEADER: "1"}).status_code == 200
    clock.now = begun + IDLE
    assert client.get("/admin/health", headers={LIVE_HEADER: "1"}).status_code == 303
