"""Best bets and redirects as readers, programs and editors see them."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from lxml import html

from articles.article import Article, Status
from articles.best_bets import BetKind, place
from articles.curation import PinKind, Span
from articles.curation_edits import pin
from tests.archives import NOW
from tests.consoles import fields, log_in, open_console

ARTICLE, REDIRECT = BetKind
ALWAYS = Span()
TOPIC = "bridge treaty"
PAGE = "/admin/best-bets/query"


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home", site_origins="https://courier.example") as (app, clock):
        yield app, clock


@pytest.fixture
def store(opened):
    return opened[0].extensions["backfile"].store


@pytest.fixture
def client(opened):
    return opened[0].test_client()


@pytest.fixture
def grain(store):
    """An article that is not about bridges."""
    return store.get("grain-1")


@pytest.fixture
def editor(opened):
    client = opened[0].test_client()
    log_in(client, "ines")
    return client


def decide(store, kind, target, query=TOPIC, span=ALWAYS):
    store.best_bets.change(query, place(query, kind, target, span), by="ines", now=NOW)


def titles(page):
    return [one.text_content() for one in html.document_fromstring(page.text).findall(".//h2/a")]


def marked(page):
    return html.document_fromstring(page.text).xpath("count(//p[@class='when']/b)")


def test_a_best_bet_stands_first_once_and_nothing_else_moves(client, store, grain):
    before = client.get(f"/api/v1/search?q={TOPIC}&size=4").json
    twelfth = "bridge 12/ä"
    decide(store, ARTICLE, grain.id)
    decide(store, ARTICLE, twelfth)
    page = client.get(f"/search?q={TOPIC}&size=4")
    assert titles(page)[:2] == [grain.title, "Bridge treaty, part 12"]
    assert marked(page) == 2
    assert "Chosen for this search" in page.text
    seen, address = [], f"/api/v1/search?q=%20{TOPIC.upper()}&size=4"
    answer = client.get(address).json
    assert [one["id"] for one in answer["best_bets"]] == [grain.id, twelfth]
    assert answer["total"] == before["total"] == 12
    assert answer["next"] == before["next"]
    while True:
        seen += [one["id"] for one in answer["hits"]]
        if not answer["next"]:
            break
        answer = client.get(f"{address}&after={quote(answer['next'])}").json
        assert answer["best_bets"] == []
    assert len(seen) == len(set(seen)) == 11
    assert twelfth not in seen
    assert grain.id not in seen


@pytest.mark.parametrize(
    "changed", ["&sort=newest", "&section=Politics", "&from=2020-01-01", "&within=year", "&page=2"]
)
def test_other_searches_are_as_ever(client, store, grain, changed):
    decide(store, ARTICLE, grain.id)
    decide(store, REDIRECT, "/coverage")
    address = f"q={TOPIC}&size=4{changed}"
    assert client.get(f"/api/v1/search?{address}").json["best_bets"] == []
    assert client.get(f"/api/v1/search?{address}").json["redirect"] == ""
    page = client.get(f"/search?{address}")
    assert page.status_code == 200
    assert marked(page) == 0


def test_a_bet_on_the_only_hit_leaves_no_empty_page(client, store):
    only = client.get("/api/v1/search?q=%22Delegation 7%22").json
    assert only["total"] == 1
    decide(store, ARTICLE, only["hits"][0]["id"], query='"delegation 7"')
    page = client.get("/search?q=%22Delegation 7%22")
    assert titles(page) == ["Bridge treaty, part 7"]
    assert "end before this page" not in page.text
    assert "1 article" in page.text


def test_what_nothing_answers_can_have_a_best_bet(client, store, grain):
    decide(store, ARTICLE, grain.id, query="zyxwvut")
    page = client.get("/search?q=zyxwvut")
    assert titles(page) == [grain.title]
    assert page.status_code == 200


def test_what_readers_must_not_see_never_stands_there(opened, client, store, grain):
    decide(store, ARTICLE, grain.id)
    draft = Article(id="draft", title="A draft of a secret", status=Status.DRAFT)
    new = Article(id="new <b>", title="New & <script>", body=("x<y",), published=NOW)
    store.upsert([draft, new], NOW)
    decide(store, ARTICLE, draft.id)
    decide(store, ARTICLE, new.id)
    page = client.get(f"/search?q={TOPIC}")
    assert titles(page)[:2] == [grain.title, "New & <script>"]
    assert "secret" not in page.text
    assert "<script>" not in page.text.replace("<script defer", "")
    store.curation.change_pins("", pin("", grain.id, PinKind.HIDE), by="ines", now=NOW)
    store.upsert([replace(new, status=Status.WITHDRAWN)], NOW + timedelta(seconds=1))
    assert marked(client.get(f"/search?q={TOPIC}")) == 0


def test_times_are_kept(opened, client, store, grain):
    _, clock = opened
    decide(store, ARTICLE, grain.id, span=Span(NOW + timedelta(hours=1), NOW + timedelta(hours=2)))
    decide(store, REDIRECT, "/coverage", span=Span(NOW + timedelta(hours=2)))
    assert marked(client.get(f"/search?q={TOPIC}")) == 0
    clock.now = NOW + timedelta(hours=1)
    assert marked(client.get(f"/search?q={TOPIC}")) == 1
    clock.now = NOW + timedelta(hours=2)
    assert client.get(f"/search?q={TOPIC}").location == "/coverage"


def test_readers_are_sent_to_the_site_and_can_search_all_the_same(client, store):
    decide(store, REDIRECT, "https://evil.example/")  # as if the settings had once named it
    assert client.get(f"/search?q={TOPIC}").status_code == 200
    decide(store, REDIRECT, "https://courier.example/bridge")
    answer = client.get(f"/search?q={TOPIC}")
    assert (answer.status_code, answer.location) == (302, "https://courier.example/bridge")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/?q={TOPIC}").status_code == 302
    assert client.get(f"/search?q={TOPIC}&match=all").status_code == 200
    told = client.get(f"/api/v1/search?q={TOPIC}")
    assert told.status_code == 200
    assert told.json["redirect"] == "https://courier.example/bridge"
    assert told.json["total"] == 12


def post(client, query=TOPIC, **sent):
    page = client.get(PAGE, query_string={"query": query})
    token = fields(page, PAGE)["csrf_token"]
    address = f"{PAGE}?query={quote(query)}"
    return client.post(address, data={"csrf_token": token} | sent, follow_redirects=True)


def test_an_editor_decides_on_the_page_of_the_query(editor, client, store, grain):
    found = editor.get(PAGE, query_string={"query": "Bridge  Treaty", "q": "grain"})
    assert "Put first" in found.text
    sent = {"do": "pick", "id": quote(grain.id, safe="")}
    assert "The article stands first." in post(editor, **sent).text
    assert "stands there already" in post(editor, **sent).text
    post(editor, do="pick", id=quote("bridge 3/ä", safe=""))
    post(editor, do="up", id=quote("bridge 3/ä", safe=""))
    assert titles(client.get(f"/search?q={TOPIC}"))[0] == "Bridge treaty, part 3"
    page = post(editor, do="time", id=quote("bridge 3/ä", safe=""), ends="2020-01-01T09:00")
    assert "ended 2020-01-01 09:00 UTC" in page.text
    assert "Readers are sent there." in post(editor, do="redirect", address="/coverage").text
    assert "cannot be sent" in post(editor, do="redirect", address="//evil.example").text
    assert "readers go there now" in editor.get(f"{PAGE}?query={TOPIC}").text
    post(editor, do="remove", id=quote("/coverage", safe=""))
    post(editor, do="remove", id=quote("bridge 3/ä", safe=""))
    assert [bet.target for bet in store.best_bets.of(TOPIC)] == [grain.id]
    listed = editor.get("/admin/best-bets")
    assert "1 query has best bets" in listed.text
    assert TOPIC in listed.text
    log = editor.get("/admin/audit?kind=best-bets")
    assert "redirected no more to" in log.text
    assert quote(TOPIC) in log.text or TOPIC.replace(" ", "+") in log.text


def test_a_viewer_looks_and_changes_nothing(opened, store, grain):
    decide(store, ARTICLE, grain.id)
    decide(store, REDIRECT, "/coverage")
    client = opened[0].test_client()
    log_in(client, "vera")
    page = client.get(PAGE, query_string={"query": TOPIC})
    assert grain.title in page.text
    assert html.document_fromstring(page.text).findall(".//button[@name='do']") == []
    token = fields(page, "/admin/logout")["csrf_token"]
    refused = client.post(f"{PAGE}?query={TOPIC}", data={"csrf_token": token, "do": "remove"})
    assert refused.status_code == 403
    assert len(store.best_bets.of(TOPIC)) == 2


@pytest.mark.parametrize(
    "query", ["", "x" * 81, "ines@example.org", "a\0b", "1234567890", "\u202e"]
)
def test_a_query_that_is_none_is_refused(editor, query):
    assert editor.get(PAGE, query_string={"query": query}).status_code == 400


def test_hostile_queries_and_forms_are_harmless(editor, client, store, grain):
    hostile = '"><script>alert(1)</script>'
    decide(store, ARTICLE, grain.id, query=hostile)
    for address in ("/admin/best-bets", f"{PAGE}?query={quote(hostile)}", "/admin/audit"):
        page = editor.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    assert client.get(f"/search?q={quote(hostile)}").status_code == 200
    for sent in ({}, {"do": "order"}, {"do": "x" * 999}):
        assert post(editor, **sent).status_code == 400
    for sent in ({"do": "pick", "id": "%ED%A0%80%00"}, {"do": "pick"}, {"do": "time", "ends": "x"}):
        assert "This was not done" in post(editor, **sent).text
    assert "ends before this page" in editor.get("/admin/best-bets?page=2").text


def test_the_command_line_decides_too(run, sample_home, tmp_path):
    home = shutil.copytree(sample_home, tmp_path / "home")
    one = "2018-03-14-bridge-closed"
    assert "Nothing is decided" in run("--home", home, "best-bets", "list").output
    added = run("--home", home, "best-bets", "add", "Ferry  times", one, "--until", "2099-01-01")
    assert f"Decided for ferry times: {one}." in added.output
    run("--home", home, "best-bets", "redirect", "ferry times", "/coverage")
    bad = run("--home", home, "best-bets", "redirect", "ferry times", "https://evil.example")
    assert bad.exit_code == 1
    assert "cannot be sent" in bad.output
    assert "until 2099-01-01 00:00 UTC" in run("--home", home, "best-bets", "list").output
    answer = json.loads(run("--home", home, "search", "ferry times", "--json").output)
    assert [hit["id"] for hit in answer["best_bets"]] == [one]
    assert answer["redirect"] == "/coverage"
    run("--home", home, "best-bets", "remove", "ferry times", "/coverage")
    kept = json.loads(run("--home", home, "best-bets", "list", "ferry times", "--json").output)
    assert [bet["target"] for bet in kept] == [one]
    assert "for the query ferry times" in run("--home", home, "audit").output
