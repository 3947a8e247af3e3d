"""The calls that suggest, and what stands in the pages for the script that asks them."""

import json
import re
from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.asked_queries import AskedQuery
from articles.store import Store
from tests.archives import NOW, build
from web.answers import SuggestAnswerModel
from web.app import create_app
from web.problems import MEDIA_TYPE
from web.settings import Settings

HOSTILE = '<img src=x onerror=alert(1)> "Bridge" & toll\'s'


@pytest.fixture
def app(home):
    app = create_app(Settings(home=home))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    return app.test_client()


def suggested(client, query):
    answer = client.get(f"/api/v1/suggest?{query}")
    assert answer.status_code == 200
    return SuggestAnswerModel.model_validate_json(answer.data).suggestions


def test_each_suggestion_leads_to_what_it_says(app, client):
    store = app.extensions["backfile"].store
    store.queries.add([AskedQuery("bridge toll", date(2026, 9, 1), 3, 0, 20, 5)])
    app.extensions["backfile"].query_log.refresh()
    kinds = set()
    for typed in ("bri", "mar", "news", "pol", "tomas", "border", "мос"):
        for item in suggested(client, f"q={typed}"):
            kinds.add(item.kind)
            assert client.get(item.url).status_code == 200
            if item.kind == "title":
                assert unescape(item.text) in unescape(client.get(item.url).text)
            elif item.kind != "query":
                query = item.url.partition("?")[2]
                total = client.get(f"/api/v1/search?{query}").json["total"]
                assert (item.text, total) == (item.text, item.count)
    assert kinds == {"query", "person", "place", "section", "author", "source", "tag", "title"}
    first = suggested(client, "q=bri")[0]
    assert (first.kind, first.text, first.count) == ("query", "bridge toll", 20)
    assert first.url == "/search?q=bridge+toll"


def test_a_query_is_counted_before_it_is_suggested(app, client):
    log = app.extensions["backfile"].query_log
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"}
    for times in range(1, 4):
        client.get("/search?q=Cracks+in+the+bridge", headers=agent)
        log.write()
        log.refresh()
        kinds = [item.kind for item in suggested(client, "q=crac")]
        assert ("query" in kinds) == (times == 3)


def test_an_answer_is_kept_for_a_minute_and_not_sent_twice(client):
    first = client.get("/api/v1/suggest?q=bri")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/api/v1/suggest?q=bri", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=60"


def test_a_browser_completes_a_query_in_the_form_of_opensearch(client):
    answer = client.get("/suggest?q=Bri&limit=3")
    assert answer.mimetype == "application/x-suggestions+json"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    typed, texts = json.loads(answer.data)
    assert typed == "Bri"
    assert texts == [item.text for item in suggested(client, "q=Bri&limit=3")]
    assert json.loads(client.get("/suggest").data) == ["", []]
    assert client.get("/suggest?limit=0").status_code == 400


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("limit=0", "limit"), ("limit=21", "limit"), ("limit=x", "limit"), ("q=" + "x" * 301, "q")],
)
def test_what_cannot_be_asked_is_named(client, query, parameter):
    answer = client.get(f"/api/v1/suggest?{query}")
    assert (answer.status_code, answer.mimetype) == (400, MEDIA_TYPE)
    assert answer.json["errors"][0]["parameter"] == parameter


def test_how_many_are_suggested(client):
    assert len(suggested(client, "q=b")) == 8
    assert len(suggested(client, "q=b&limit=20")) == 20
    assert suggested(client, "q=") == suggested(client, "") == []


def test_without_a_generation_it_says_so(tmp_path):
    Store.open(f"sqlite:///{tmp_path}/archive.sqlite3").close()
    app = create_app(Settings(home=tmp_path))
    assert app.test_client().get("/api/v1/suggest?q=b").status_code == 503
    app.extensions["backfile"].close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_anything(client, typed):
    answer = client.get("/api/v1/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    SuggestAnswerModel.model_validate_json(answer.data)
    assert client.get("/suggest", query_string={"q": typed}).status_code == 200


def test_what_others_wrote_is_no_markup(tmp_path, make_article):
    article = make_article(title=HOSTILE, people=(HOSTILE,), section=HOSTILE, published=NOW)
    build(tmp_path / "home", [article])[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    items = suggested(app.test_client(), "q=bri")
    assert [item.kind for item in items] == ["person", "title"]
    for item in items:
        assert item.text == HOSTILE
        assert not re.search(r"<(?!/?mark>)", item.marked)
        assert unescape(re.sub("</?mark>", "", item.marked)) == HOSTILE
        assert app.test_client().get(item.url).status_code == 200
    app.extensions["backfile"].close()


def test_the_box_carries_what_the_script_needs(client):
    article = html.fromstring(client.get("/").text).xpath("//h2/a/@href")[0]
    for path in ("/", "/search?q=bridge", "/nowhere", article):
        page = html.fromstring(client.get(path).text)
        (form,) = page.xpath("//form[@data-suggest]")
        assert form.get("data-suggest") == "/api/v1/suggest"
        assert "{}" in form.get("data-found")
        kinds = json.loads(form.get("data-kinds"))
        assert set(kinds) == {
            "query", "person", "place", "section", "author", "source", "tag", "title",
        }  # fmt: skip
        assert all(kinds.values())
        (script,) = page.xpath("//script[@src]")
        assert script.get("defer") is not None
        with client.get(script.get("src")) as file:
            assert file.status_code == 200
            assert "immutable" in file.headers["Cache-Control"]
            assert len(file.data) < 4_000
        # Without the script it is a plain search box.
        (box,) = form.xpath(".//input[@id='q']")
        assert (box.get("type"), box.get("role")) == ("search", None)


def test_scripts_are_ours_alone(client):
    policy = dict(
        part.split(maxsplit=1)
        for part in client.get("/").headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)
