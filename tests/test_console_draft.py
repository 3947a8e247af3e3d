"""The page that finds links for a draft: what it shows, whom it lets in, and what it keeps."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.article import Article
from articles.users import Role
from recommender.anchors import Anchor
from tests.archives import NOW, build
from tests.consoles import SECRET, fields, kept_password, log_in, open_console, send
from tests.test_drafts import DRAFT, STORIES, articles_of
from web.app import create_app
from web.console.draft_page import _paragraphs
from web.settings import Settings

PATH = "/admin/draft"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("draft") / "home"
    build(home, articles_of(STORIES))[0].close()
    app = create_app(Settings(home=home, secret_key=SECRET, related_minimum_score=0))
    app.extensions["backfile"].store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    app.test_client().post("/api/v1/related", json={"text": DRAFT})  # opens every file once
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    client = app.test_client()
    log_in(client, "ines")
    return client


def tree(page, status=200):
    assert page.status_code == status
    return html.document_fromstring(page.text)


def words(element):
    return " ".join(element.text_content().split())


def test_a_draft_is_shown_with_its_links_and_each_link_with_its_words(client):
    page = tree(send(client, PATH, title="In town", text=DRAFT))
    marked = page.xpath("//section[@aria-labelledby='drafted']//mark")
    shown = [words(mark).replace(", link ", " ") for mark in marked]
    assert shown == [
        "Halden Paper Mill 1",
        "St Brigid's bridge 2",
        "Ferrymen's Bell 3",
        "Lidia Farkas 4",
    ]
    codes = [code.text for code in page.xpath("//code")]
    assert codes == [
        '<a href="https://news.example/mill">Halden Paper Mill</a>',
        '<a href="https://news.example/bridge">St Brigid\'s bridge</a>',
        '<a href="https://news.example/bell">Ferrymen\'s Bell</a>',
        '<a href="https://news.example/farkas">Lidia Farkas</a>',
    ]
    for mark in marked:
        target = mark.find("a").get("href").removeprefix("#")
        (link,) = page.xpath(f"//*[@id='{target}']")
        back = link.xpath(".//a[@class='number']/@href")[0].removeprefix("#")
        assert page.xpath(f"//*[@id='{back}']")[0] is mark.find("a")
    assert page.xpath("//textarea")[0].text.removeprefix("\n") == DRAFT
    assert page.xpath("//input[@name='title']/@value") == ["In town"]


def test_an_older_article_shows_the_sentence_for_its_link(client):
    page = tree(send(client, PATH, title="", text=DRAFT))
    (source,) = page.xpath(
        "//section[@aria-labelledby='sources']//article[contains(., 'Lidia Farkas cleared')]"
    )
    assert words(source.find(".//mark")) == "Lidia Farkas"
    assert STORIES["farkas"][1] in words(source)


def test_sentences_are_cut_where_they_end_and_where_they_are_too_long(app, tmp_path):
    long = "and the town " * 40
    body = (f"It began so. Then {long} the Halden Paper Mill {long} closed. The end came.",)
    short = ("Ours? The Halden Paper Mill is shut. Not yours.",)
    articles = [
        Article(id="long", title="Halden Paper Mill", body=body),
        Article(id="short", title="Halden Paper Mill shut", body=short),
    ]
    build(tmp_path / "home", articles)[0].close()
    app = create_app(Settings(home=tmp_path / "home", secret_key=SECRET, related_minimum_score=0))
    app.extensions["backfile"].store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    client = app.test_client()
    log_in(client, "ines")
    page = tree(send(client, PATH, text="The Halden Paper Mill", title="Halden Paper Mill"))
    by_title = {
        words(one.find(".//h3")).removesuffix(" (opens a new tab)"): one.xpath("p[mark]")
        for one in page.xpath("//section[@aria-labelledby='sources']//article")
    }
    assert words(by_title["Halden Paper Mill shut"][0]) == "The Halden Paper Mill is shut."
    cut = words(by_title["Halden Paper Mill"][0])
    assert re.fullmatch(r"… .* the Halden Paper Mill and .* …", cut)
    assert len(cut) < 450
    app.extensions["backfile"].close()


def test_nothing_is_kept_of_a_draft(app, client):
    home = Path(app.extensions["backfile"].settings.home)
    secret = "Unheard-of xylophonists"
    before = {path: path.stat().st_size for path in home.rglob("*")}
    page = send(client, PATH, text=f"{secret}. {DRAFT}", title=secret)
    assert secret in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert {path: path.stat().st_size for path in home.rglob("*")} == before
    for path in home.rglob("*"):
        assert path.is_dir() or b"xylophonists" not in path.read_bytes()
    assert secret not in client.get(PATH).text


def test_an_empty_draft_is_asked_for_again(client):
    page = tree(send(client, PATH, text=" \n", title=" "))
    assert page.xpath("//*[@role='alert']")
    assert not page.xpath("//section")


def test_who_may_see_it(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        stranger, vera = app.test_client(), app.test_client()
        assert stranger.get(PATH).location.startswith("/admin/login")
        assert stranger.post(PATH, data={"text": "x"}).status_code in (303, 400)
        log_in(vera, "vera")
        assert vera.get(PATH).status_code == 403
        assert "Draft" not in vera.get("/admin/").text
        ines = app.test_client()
        log_in(ines, "ines")
        assert ines.post(PATH, data={"text": "bridge"}).status_code == 400
        assert PATH in ines.get("/admin/").text


def test_a_draft_that_is_too_long_is_refused(client):
    token = fields(client.get(PATH), PATH)["csrf_token"]
    answer = client.post(PATH, data={"csrf_token": token, "text": "x" * 300_000})
    assert answer.status_code == 413
    assert "shorter" in answer.text


EVIL = "<script>alert(\"x\")</script> & 'quotes'"


def test_nothing_that_came_from_outside_is_markup(tmp_path):
    articles = [
        Article(id=f"evil{n}/<b>", title=EVIL, body=(EVIL,), section=EVIL, url=f'http://x/"><{n}')
        for n in range(2)
    ]
    build(tmp_path / "home", articles)[0].close()
    app = create_app(Settings(home=tmp_path / "home", secret_key=SECRET, related_minimum_score=0))
    app.extensions["backfile"].store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    client = app.test_client()
    log_in(client, "ines")
    page = send(client, PATH, text=f"{EVIL} </textarea>", title=EVIL)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert tree(page).xpath("//textarea")[0].text.removeprefix("\n") == f"{EVIL} </textarea>"
    app.extensions["backfile"].close()


texts = st.lists(
    st.sampled_from([*DRAFT.split(), DRAFT, EVIL, "\r\n", "\n\n"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    max_size=12,
).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts, texts)
def test_whatever_is_written_is_shown_as_it_is(client, text, title):
    answer = send(client, PATH, text=text, title=title)
    assert answer.status_code == 200
    assert "<script" not in answer.text


@given(texts, st.data())
def test_the_pieces_of_a_draft_are_the_draft(text, data):
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
    spans = [
        pair for pair in zip(cuts[::2], cuts[1::2], strict=False) if "\n" not in text[slice(*pair)]
    ]
    anchors = [Anchor(text[start:end], start, end) for start, end in spans]
    paragraphs = list(_paragraphs(text, anchors))
    assert ["".join(piece.text for piece in paragraph) for paragraph in paragraphs] == [
        line for line in text.split("\n") if line.strip()
    ]
    shown = [piece for paragraph in paragraphs for piece in paragraph if piece.number]
    assert [piece.text for piece in shown if piece.text.strip()] == [
        anchor.text for anchor in anchors if anchor.text.strip()
    ]
