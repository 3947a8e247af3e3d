"""Word lists as editors change them and as readers feel it."""

import re
from datetime import timedelta

import pytest
from lxml import html

from articles.asked_queries import AskedQuery
from articles.word_lists import WordKind, added, line_of
from tests.archives import NOW
from tests.consoles import PASSWORD, fields, log_in, open_console
from web.app import create_app
from web.live_words import LiveWords
from web.word_preview import BUDGET, most_asked, preview

PAGE = "/admin/words"
PREVIEW = "/admin/words/preview"


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home") as (app, clock):
        yield app, clock


@pytest.fixture
def app(opened):
    return opened[0]


@pytest.fixture
def store(app):
    return app.extensions["backfile"].store


@pytest.fixture
def reader(app):
    return app.test_client()


@pytest.fixture
def editor(app):
    client = app.test_client()
    log_in(client, "ines")
    return client


def send(client, address=PAGE, **given):
    token = fields(client.get("/admin/pins"), "/admin/logout")["csrf_token"]
    return client.post(address, data={"csrf_token": token} | given)


def add(client, text, kind="synonyms", **more):
    return send(client, do="add", kind=kind, text=text, **more)


def go_live(client):
    return send(client, do="live", seen=fields(client.get(PREVIEW), PAGE)["seen"])


def typed(page):
    """Return what stands in the form with a text."""
    forms = html.document_fromstring(page.text).forms
    (form,) = [one for one in forms if one.find(".//textarea") is not None]
    return dict(form.form_values())


def words(page):
    return " ".join(html.document_fromstring(page.text).text_content().split())


def synonyms(client, query="accord"):
    return client.get("/api/v1/search", query_string={"q": query}).json["synonyms"]


def asked(store, *texts):
    store.queries.add(
        [
            AskedQuery(text, NOW.date() - timedelta(days=1), number, 0, 5, 9)
            for number, text in enumerate(texts, 1)
        ]
    )


def test_readers_see_a_line_from_the_moment_it_goes_live(editor, reader):
    assert add(editor, "treaty, accord", note="for the desk").status_code == 303
    assert "It is in the draft." in words(editor.get(PAGE))
    assert synonyms(reader) == []
    assert "Edition 1 is live" in words(editor.get(go_live(editor).headers["Location"]))
    assert synonyms(reader) == [{"asked": "accord", "others": ["treaty"]}]
    page = reader.get("/search?q=accord")
    assert "“accord” is also searched as treaty." in re.sub("[\u2066-\u2069]", "", words(page))
    assert "also searched" not in words(reader.get("/search?q=accord&variants=false"))


def test_what_a_browser_has_kept_is_good_until_lists_go_live(editor, reader):
    def status(tag=""):
        asked = reader.get("/search.rss?q=accord", headers={"If-None-Match": tag})
        with asked as answer:
            return answer.status_code, answer.headers["ETag"]

    _, tag = status()
    add(editor, "treaty, accord")
    assert status(tag) == (304, tag)
    go_live(editor)
    code, newer = status(tag)
    assert (code, newer != tag) == (200, True)
    assert status(newer) == (304, newer)


def test_another_process_uses_it_at_its_next_request(app, editor):
    other = create_app(app.extensions["backfile"].settings)
    try:
        client = other.test_client()
        assert synonyms(client) == []
        add(editor, "treaty, accord")
        assert synonyms(client) == []
        go_live(editor)
        assert synonyms(client) == [{"asked": "accord", "others": ["treaty"]}]
        send(editor, do="remove", kind="synonyms", text="treaty, accord")
        go_live(editor)
        assert synonyms(client) == []
        send(editor, do="restore", edition="1")
        assert synonyms(client) == [{"asked": "accord", "others": ["treaty"]}]
    finally:
        other.extensions["backfile"].close()


def test_feeds_and_exports_use_it_too(editor, reader):
    for expected in (False, True):
        for name in ("search.rss", "search.jsonl"):
            with reader.get(f"/{name}?q=accord") as page:
                assert (b"Bridge treaty" in page.data) == expected
                assert page.status_code == 200
        if not expected:
            add(editor, "treaty, accord")
            go_live(editor)


def test_a_preview_says_what_would_change_of_what_readers_ask(editor, store):
    asked(store, "bridge", "accord", "treaty part", "delegation")
    add(editor, "accord => treaty")
    page = editor.get(PREVIEW, query_string={"q": "bridge\r\n\r\naccord\n"})
    said = words(page)
    assert "The draft adds 1 line and removes 0." in said
    assert "Of the 4 queries that readers asked most in 28 days, 1 would be answered" in said
    assert "2 of 10 searches" in said
    assert "0 articles → 12 articles" in said
    assert "10 new, 0 lost, 0 moved in the first ten" in said
    assert "nothing changes" in said
    assert typed(page)["q"].splitlines() == ["bridge", "accord"]


def test_a_preview_shows_places_that_move(app, store):
    served = app.extensions["backfile"].current()
    try:
        lines = (line_of(WordKind.SYNONYMS, "river => grain"),)
        found = preview(served.words, lines, ["river", "river"], [])
    finally:
        app.extensions["backfile"].release(served)
    (one,) = found.chosen
    assert one.changes
    assert one.total_after > one.total_before == 12
    assert one.new == one.lost
    after = {hit.id: hit.after for hit in one.after}
    assert all(hit.after == after.get(hit.id, 0) for hit in one.before)


def test_a_preview_stops_in_time(app, store):
    asked(store, "bridge", "treaty", "river")
    served = app.extensions["backfile"].current()
    ticks = iter(range(0, 1000, int(BUDGET)))
    try:
        lines = (line_of(WordKind.SYNONYMS, "bridge => grain"),)
        many = most_asked(store, NOW.date())
        found = preview(served.words, lines, [], many, clock=lambda: next(ticks))
    finally:
        app.extensions["backfile"].release(served)
    assert found.cut
    assert found.looked_at == 1


def test_what_is_refused_is_said_and_what_was_typed_stays(editor, store):
    refused = add(editor, "car\nbus, tram", note="why")
    assert refused.status_code == 422
    assert "This was not added: line 1: “car” stands alone" in words(refused)
    form = typed(refused)
    assert (form["text"].splitlines(), form["note"]) == (["car", "bus, tram"], "why")
    assert store.word_lists.draft().lines == ()
    assert "stop words stand alone" in words(add(editor, "the bus", kind="stop"))
    assert add(editor, "x", kind="nonsense").status_code == 400
    assert send(editor, do="dance").status_code == 400
    assert send(editor, do="restore", edition="x").status_code == 400
    send(editor, do="restore", edition="7")
    assert "This was not done: edition 7 is not kept" in words(editor.get(PAGE))
    send(editor, do="discard")
    assert "This was not done: the draft is what is live already." in words(editor.get(PAGE))
    assert add(editor, "\n".join(f"a{n}, b{n}" for n in range(501))).status_code == 422


def test_two_editors_at_once_let_nothing_go_live_unseen(app, editor, store):
    add(editor, "treaty, accord")
    seen = fields(editor.get(PREVIEW), PAGE)["seen"]
    other = app.test_client()
    log_in(other, "ada")
    add(other, "ferry, boat")
    send(editor, do="live", seen=seen)
    assert "have been changed since you looked at them" in words(editor.get(PAGE))
    assert store.word_lists.number() == 0


def test_lines_have_remarks_and_removed_ones_can_be_kept(editor, store):
    asked(store, "delegation")
    add(editor, "treaty, zeppelin")
    assert "Not in the archive: “zeppelin”." in words(editor.get(PAGE))
    add(editor, "delegation", kind="stop")
    said = words(editor.get(PAGE, query_string={"kind": "stop"}))
    assert "Readers ask for “delegation” alone, 1 times in 28 days" in said
    go_live(editor)
    send(editor, do="remove", kind="synonyms", text="treaty, zeppelin")
    assert "removed in the draft" in words(editor.get(PAGE))
    send(editor, do="keep", kind="synonyms", text="treaty, zeppelin")
    assert not store.word_lists.draft().changed
    assert "No line of this list has these letters." in words(editor.get(f"{PAGE}?q=ship"))


def test_many_lines_have_pages_and_a_file(editor, store):
    lines = [line_of(WordKind.STOP, f"word{number}") for number in range(60)]
    store.word_lists.change(added(lines, by="ines", at=NOW), by="ines", now=NOW)
    first = editor.get(PAGE, query_string={"kind": "stop"})
    assert "word49" in first.text
    assert "word50" not in first.text
    assert "word59" in editor.get(PAGE, query_string={"kind": "stop", "page": 2}).text
    assert "ends before this page" in editor.get(f"{PAGE}?kind=stop&page=9").text
    file = editor.get("/admin/words.txt")
    assert file.text.startswith("[stop]\nword0\n")
    assert file.headers["Content-Disposition"] == "attachment; filename=words.txt"


def test_viewers_see_all_and_change_nothing(app, editor):
    add(editor, "treaty, accord")
    viewer = app.test_client()
    log_in(viewer, "vera", PASSWORD)
    for address in (PAGE, PREVIEW):
        page = viewer.get(address)
        assert page.status_code == 200
        assert not re.search(r'name="do"', page.text)
    assert send(viewer, do="discard").status_code == 403


def test_words_of_hostile_editors_are_only_words(editor):
    add(editor, "<b>bold</b>, treaty", kind="synonyms")
    add(editor, "treaty, accord", note="<script>alert(1)</script>")
    page = editor.get(PAGE)
    assert "<script>alert" not in page.text
    page = editor.get(PREVIEW, query_string={"q": "<script>alert(2)</script>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_searches_go_on_as_they_were_while_the_store_is_silent(app, store, caplog):
    served = app.extensions["backfile"].current()
    try:
        live = LiveWords(served.words.trying(()), store)
        lines = [line_of(WordKind.SYNONYMS, "treaty, accord")]
        store.word_lists.change(added(lines, by="ines", at=NOW), by="ines", now=NOW)
        store.word_lists.go_live(by="ines", now=NOW)
        worded = live.engine()
        assert live.engine() is worded
        with store._database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE word_lists RENAME TO elsewhere")
        for _ in range(3):
            assert live.engine() is worded
        assert caplog.text.count("the word lists stay as they were") == 1
        with store._database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO word_lists")
    finally:
        app.extensions["backfile"].release(served)
