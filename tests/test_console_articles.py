"""Articles in the console: found whether readers see them or not, and decided about."""

from dataclasses import replace
from datetime import timedelta
from shutil import rmtree
from urllib.parse import quote

import pytest
from lxml import html

from articles.article import Article, Status
from tests.archives import NOW
from tests.consoles import ARTICLES, fields, log_in, open_console

HOSTILE = '<script>alert("x")</script>'
LIST, PAGE = "/admin/articles", "/admin/articles/article"
FIRST = ARTICLES[0]
DRAFT = Article(id="draft\n1/ä", title=HOSTILE, status=Status.DRAFT, section=HOSTILE, source="Wire")
LATER = Article(id="later", title="Ferry timetable", published=NOW + timedelta(days=1))


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home") as (app, clock):
        app.extensions["backfile"].store.upsert([DRAFT, LATER], NOW)
        app.extensions["test clock"] = clock
        yield app


@pytest.fixture
def client(opened):
    client = opened.test_client()
    log_in(client, "ines")
    return client


@pytest.fixture
def store(opened):
    return opened.extensions["backfile"].store


def titles(page):
    return [
        link.text_content() for link in html.document_fromstring(page.text).iterfind(".//li//b/..")
    ]


def read(client, article_id):
    return client.get(PAGE, query_string={"id": article_id})


def ask(client, article_id, seen=None, **chosen):
    """Fill in the form of an article's page and return the page on which it is confirmed."""
    asked = fields(read(client, article_id), PAGE) | chosen
    asked |= {} if seen is None else {"seen": seen}
    return client.post(PAGE, query_string={"id": article_id}, data=asked)


def confirm(client, article_id, page):
    asked = fields(page, PAGE) | {"confirmed": "yes"}
    return client.post(PAGE, query_string={"id": article_id}, data=asked, follow_redirects=True)


def said(page):
    words = html.document_fromstring(page.text).find_class("notice")
    return [" ".join(one.text_content().split()) for one in words]


def test_a_viewer_sees_and_only_an_editor_decides(opened, client):
    viewer = opened.test_client()
    log_in(viewer, "vera")
    for path in (LIST, f"{PAGE}?id=later"):
        assert viewer.get(path).status_code == client.get(path).status_code == 200
        assert opened.test_client().get(path).status_code == 303
    token = fields(read(viewer, "later"), "/admin/logout")
    asked = token | {"status": "withdrawn", "confirmed": "yes"}
    assert "Decide who sees it" not in read(viewer, "later").text
    assert viewer.post(PAGE, query_string={"id": "later"}, data=asked).status_code == 403
    refused = client.post(PAGE, query_string={"id": "later"}, data={"status": "draft"})
    assert refused.status_code == 400
    assert read(client, "none").status_code == client.get(PAGE).status_code == 404


def test_articles_are_found_whether_readers_see_them_or_not(client):
    page = client.get(LIST)
    assert "34 articles" in page.text
    assert "<script>alert" not in page.text
    assert titles(client.get(f"{LIST}?q=ferry")) == ["Ferry timetable"]
    assert titles(client.get(f"{LIST}?showing=draft")) == [HOSTILE]
    assert titles(client.get(f"{LIST}?showing=waiting&from=2026-01-02")) == ["Ferry timetable"]
    assert titles(client.get(LIST, query_string={"section": HOSTILE})) == [HOSTILE]
    assert titles(client.get(LIST, query_string={"source": "Wire", "to": "2020-01-01"})) == []
    assert titles(client.get(LIST, query_string={"q": ARTICLES[2].id})) == [ARTICLES[2].title]
    for link in html.document_fromstring(page.text).iterfind(".//ol//a"):
        assert client.get(link.get("href")).status_code == 200


def test_long_lists_have_pages(store, client):
    store.upsert([Article(id=f"m{n}", title=f"Many {n}") for n in range(60)], NOW)
    first = client.get(f"{LIST}?q=many&source=")
    link = html.document_fromstring(first.text).find(".//a[@rel='next']").get("href")
    assert (len(titles(first)), len(titles(client.get(link)))) == (50, 10)
    assert 'rel="prev"' in client.get(link).text
    assert "ends before this page" in client.get(f"{LIST}?q=many&page=3").text
    assert "no such article" in client.get(f"{LIST}?q=manifold").text


def test_what_cannot_be_is_refused(client):
    exchanged = "from=2026-01-02&to=2026-01-01"
    for asked in ("showing=all", "page=0", "page=1001", "from=x", exchanged, f"q={'x' * 2_049}"):
        assert client.get(f"{LIST}?{asked}").status_code == 400, asked


def test_a_page_says_how_its_article_stands(store, client):
    page = read(client, FIRST.id).text
    assert "Readers see it since 2025-12-31 00:00 UTC." in page
    assert "The search finds it, in generation 1." in page
    waiting = read(client, "later").text
    assert "its day is 2026-01-02 00:00 UTC. It appears by itself then." in waiting
    draft = read(client, DRAFT.id).text
    assert "Readers do not see it: not public: a draft." in draft
    assert "It is not in generation 1" in draft
    assert "<script>alert" not in draft
    store.upsert([Article(id="new", title="New"), replace(FIRST, body=("Rewritten.",))], NOW)
    new = read(client, "new").text
    assert "Readers see it since 2026-01-01 00:00 UTC." in new
    assert "In the store, but not yet in the index: generation 1 is older." in new
    assert "as it was when generation 1 was built" in read(client, FIRST.id).text


def test_a_decision_is_shown_before_it_is_made_and_holds_at_once(opened, store, client):
    reader = opened.test_client()
    article = f"/articles/{quote(FIRST.id, safe='')}"
    assert reader.get(article).status_code == 200
    asked = ask(client, FIRST.id, status="withdrawn")
    assert "Take it away from readers" in asked.text
    assert "Readers do not see it: withdrawn." in asked.text
    assert store.get(FIRST.id) == FIRST
    done = confirm(client, FIRST.id, asked)
    assert said(done) == ["This is done. Readers do not see it: withdrawn."]
    assert "ines" in done.text
    assert reader.get(article).status_code in (404, 410)
    assert FIRST.title not in reader.get("/search?q=treaty").text
    again = ask(client, FIRST.id, status="published", expires="2026-01-03T00:00")
    assert "Do it" in again.text
    done = confirm(client, FIRST.id, again)
    assert "until 2026-01-03 00:00 UTC: it is gone then by itself" in said(done)[0]
    assert reader.get(article).status_code == 200
    opened.extensions["test clock"].now = NOW + timedelta(days=2)
    assert reader.get(article).status_code in (404, 410)


def test_an_id_that_a_form_could_not_carry_is_decided_about(store, client):
    confirm(client, DRAFT.id, ask(client, DRAFT.id, status="private"))
    assert store.get(DRAFT.id).status is Status.PRIVATE


def test_seconds_stay_where_a_time_is_left_as_it_was(store, client):
    exact = NOW + timedelta(days=1, seconds=7, microseconds=5)
    store.upsert([replace(LATER, embargo_until=exact)], NOW)
    confirm(client, "later", ask(client, "later", expires="2026-02-01T00:00"))
    assert store.get("later").embargo_until == exact
    assert "That changes nothing" in ask(client, "later").text


def test_the_second_of_two_editors_is_told_what_the_first_has_done(opened, store, client):
    other = opened.test_client()
    log_in(other, "ada")
    first, second = (
        ask(one, FIRST.id, status=s) for one, s in ((other, "draft"), (client, "private"))
    )
    confirm(other, FIRST.id, first)
    told = confirm(client, FIRST.id, second)
    (words,) = said(told)
    assert "not done: ada changed the status from published to draft since you loaded" in words
    assert store.get(FIRST.id).status is Status.DRAFT
    seen = ask(client, FIRST.id, status="private")
    store.upsert([FIRST], NOW + timedelta(minutes=1))
    told = confirm(client, FIRST.id, seen)
    assert "an import or a program changed the status from draft to published" in said(told)[0]


def test_what_cannot_be_decided_is_said(store, client):
    never = {"embargo": "2026-02-01T00:00", "expires": "2026-01-31T00:00"}
    for chosen, words in (
        ({"embargo": "soon"}, "is no time"),
        ({"expires": "0001-01-01T00:00+14:00"}, "calendar"),
        (never, "never be seen"),
    ):
        asked = fields(read(client, "later"), PAGE) | chosen
        for form in (asked, asked | {"confirmed": "yes"}):
            told = client.post(PAGE, query_string={"id": "later"}, data=form, follow_redirects=True)
            assert words in said(told)[0]
    assert store.get("later") == LATER


def test_what_no_form_sends_is_refused(client):
    for wrong in ({"status": "gone"}, {"status": ""}):
        assert ask(client, "later", **wrong).status_code == 400
    told = confirm(client, "later", ask(client, "later", seen="nonsense", status="draft"))
    assert "changed it since you loaded this page" in said(told)[0]


def test_the_audit_log_leads_to_the_article(client):
    confirm(client, "later", ask(client, "later", status="draft"))
    page = client.get("/admin/audit?kind=articles")
    assert "changed the status" in page.text
    link = html.document_fromstring(page.text).find(".//ol[@class='log']//a").get("href")
    assert "Ferry timetable" in client.get(link).text


def test_without_a_generation_the_page_says_so(opened, tmp_path):
    rmtree(tmp_path / "home" / "generations")
    serving = opened.extensions["backfile"]
    serving._serve(None)
    serving._seen = None
    client = opened.test_client()
    log_in(client, "vera")
    assert "There is no index" in read(client, "later").text


def test_pages_say_why_an_article_is_found_or_stands_beside_another(opened, client):
    page = read(client, FIRST.id)
    links = html.document_fromstring(page.text).iterfind(".//section//p/a")
    found, beside = (link.get("href") for link in links)
    assert 'role="status"' not in client.get(found).text
    answer = client.get(f"{found}&q={quote('bridge <tunnel>')}")
    assert "Found, at place" in answer.text
    assert "word · 1 in title" in answer.text
    assert "&lt;tunnel&gt;: it does not have that." in answer.text
    address = "/search?q=bridge&section=Sport"
    answer = client.get(f"{found}&q={quote(address)}")
    assert "left out by the filter of section" in answer.text
    assert 'role="status"' not in client.get(beside).text
    answer = client.get(f"{beside}&q={quote(ARTICLES[1].id)}")
    assert ARTICLES[1].title in answer.text
    assert "Its score is" in answer.text
    assert "It is not public." in client.get(f"{beside}&q={quote('later')}").text
    for nobody in (FIRST.id, "xyzzy"):
        answer = client.get(f"{beside}&q={quote(nobody)}")
        assert nobody == FIRST.id or "No article is found so" in answer.text
    assert client.get("/admin/articles/found?id=none&q=a").status_code == 404
    assert client.get(f"{found}&q={quote('x' * 2_049)}").status_code == 400
    viewer = opened.test_client()
    log_in(viewer, "vera")
    assert viewer.get(found).status_code == viewer.get(beside).status_code == 200


def test_the_command_says_the_same(run, home):
    known, other = "2019-09-21-toll-march", "2022-05-12-ortega-stands"
    said = run("--home", home, "show", known, "--why-found", "toll tunnel", "--why-beside", other)
    assert said.exit_code == 0, said.output
    assert "Found, at place" in said.output
    assert "tunnel: it does not have that." in said.output
    assert "Its score is" in said.output
    assert "\n  1. " in said.output
    assert run("--home", home, "show", known, "--why-beside", "none").exit_code == 1
