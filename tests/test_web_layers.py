"""Readers find what has come in without a rebuild, wherever a page or an answer tells of it."""

import logging
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from articles.article import Article
from index.builder import rebuild
from recommender.lists import related_lists
from tests.archives import NOW, build, random_articles
from web.app import create_app
from web.layering import Layering
from web.serving import served
from web.settings import Settings

NEW = Article(
    id="new/1",
    title="Quicksilver found in the harbour",
    body=("Divers found quicksilver below the old pier.",),
    section="Mining",
    people=("Zelda Quist",),
    published=NOW - timedelta(hours=1),
    url="https://courier.example/quicksilver",
)


@pytest.fixture
def archive(tmp_path):
    store, generations, _ = build(tmp_path / "home", random_articles(20))
    app = create_app(Settings(home=tmp_path / "home"), clock=lambda: NOW)
    yield app, app.extensions["backfile"], store, generations
    app.extensions["backfile"].close()
    store.close()


def total(client, query):
    return client.get("/api/v1/search", query_string={"q": query}).json["total"]


def test_pages_and_answers_tell_of_what_has_come_in(archive):
    app, kept, store, _ = archive
    client = app.test_client()
    feed = client.get("/search.atom?q=quicksilver")
    before = client.get("/api/v1/coverage").json["articles"]
    store.upsert([NEW], NOW)
    kept.catch_up()
    assert kept.fresh == 1
    answer = client.get("/api/v1/search?q=quicksilver&facets=true").json
    assert (answer["total"], answer["generation"]) == (1, 1)
    assert client.get("/api/v1/coverage").json["articles"] == before + 1
    since = {"If-None-Match": feed.headers["ETag"]}
    again = client.get("/search.atom?q=quicksilver", headers=since)
    assert again.status_code == 200
    assert NEW.title in again.text
    pages = {
        "/search?q=quicksilver": "<mark>Quicksilver</mark>",
        "/articles/new%2F1?q=quicksilver": "<mark>quicksilver</mark>",
        "/browse/sections/Mining": NEW.title,
        "/browse/people/Zelda%20Quist": NEW.title,
        "/browse/sections": "Mining",
        "/search.csv?q=quicksilver": NEW.title,
        "/suggest?q=quicks": NEW.title,
        "/suggest?q=zeld": "Zelda Quist",
        "/api/v1/search?q=quiksilver": "quicksilver",
        "/advanced": "Mining",
    }
    for address, text in pages.items():
        page = client.get(address, follow_redirects=True)
        assert page.status_code == 200, address
        assert text in page.text, address


def test_the_new_text_is_shown_at_once_and_found_soon(archive):
    app, kept, store, _ = archive
    client = app.test_client()
    kept.layering.running = True  # as in a server, but for the thread
    assert total(client, "") == 20
    store.upsert([replace(random_articles(20)[3], title="Quicksilver", body=("Mercury",))], NOW)
    assert "Quicksilver" in client.get("/articles/a00003").text
    assert total(client, "quicksilver") == 0
    assert total(client, "") == 19
    kept.catch_up()
    assert (total(client, "quicksilver"), total(client, "")) == (1, 20)


def test_a_request_keeps_what_it_began_with(archive):
    app, kept, store, _ = archive
    with app.test_request_context("/"):
        first = served()
        store.upsert([NEW], NOW)
        kept.catch_up()
        assert served() is first
    with app.test_request_context("/"):
        assert served() is not first
        assert served().generation is first.generation


def test_the_first_answer_of_a_new_generation_has_what_came_in_meanwhile(archive):
    app, kept, store, generations = archive
    client = app.test_client()
    kept.layering.running = True
    store.upsert([NEW], NOW)
    kept.catch_up()
    rebuild(store, generations, now=NOW, steps=[related_lists])
    store.upsert([replace(NEW, id="new/2")], NOW)
    answers = []
    for _ in range(2):
        answer = client.get("/api/v1/search?q=quicksilver").json
        answers.append((answer["generation"], answer["total"]))
        kept._look()
    assert answers == [(1, 1), (2, 2)]
    assert kept.fresh == 1


def test_a_fault_is_told_once_and_the_next_time_may_do(caplog, monkeypatch):
    monkeypatch.setattr("web.layering.FAILED", 0)
    done, outcomes = threading.Event(), iter([OSError("full"), OSError("full"), False, True])

    def keep_up():
        outcome = next(outcomes, None)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None:
            done.set()
        return outcome is not False

    layering = Layering(keep_up)
    times = []
    layering.took = times.append
    with caplog.at_level(logging.WARNING):
        layering.begin()
        assert done.wait(30)
        layering.close()
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == ["full"]
    assert len(times) == 1
    assert layering.lag == 0
