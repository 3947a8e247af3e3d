"""Generations in the console: which are kept, and what differs between them."""

from dataclasses import replace

import pytest
from lxml import html

from articles.article import Article, Status
from index.builder import rebuild
from index.publish import Generations
from recommender.lists import related_lists
from tests.archives import NOW
from tests.consoles import ARTICLES, log_in, open_console

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def opened(tmp_path):
    """A console over two generations, and its store."""
    with open_console(tmp_path / "home") as (app, _):
        store = app.extensions["backfile"].store
        fresh = [Article(id=f"new {n:03}", title=f"Zither {n}") for n in range(60)]
        store.upsert(
            [
                replace(ARTICLES[0], status=Status.WITHDRAWN),
                replace(ARTICLES[1], title=HOSTILE),
                *fresh,
            ],
            NOW,
        )
        generations = Generations(tmp_path / "home" / "generations")
        rebuild(store, generations, now=NOW, steps=[related_lists])
        yield app
        app.extensions["watching"].close()


@pytest.fixture
def client(opened):
    client = opened.test_client()
    log_in(client, "vera")
    return client


def cells(page):
    return [
        [cell.text_content().strip() for cell in row]
        for row in html.document_fromstring(page.text).iterfind(".//tbody/tr")
    ]


def kept(page):
    """Return what is said of each generation."""
    entries = html.document_fromstring(page.text).iterfind(".//ol[@class='entries kept']/li")
    return [" ".join(entry.text_content().split()) for entry in entries]


def links(page, start):
    """Return where the links lead whose words begin so."""
    found = html.document_fromstring(page.text).iterfind(".//a")
    return [one.get("href") for one in found if one.text_content().startswith(start)]


def test_generations_are_listed_and_lead_to_what_differs(client):
    page = client.get("/admin/generations")
    new, old = kept(page)
    assert new.startswith("Generation 2 served built on")
    assert "91 articles" in new
    assert old.startswith("Generation 1 kept built on")
    assert "32 articles" in old
    (address,) = links(page, "What changed")
    found = client.get(address)
    assert "From generation 1 to 2" in found.text
    (added,) = links(found, "Articles in: 60")
    (other,) = links(found, "The other way round")
    assert "From generation 2 to 1" in client.get(other).text
    second = client.get(links(client.get(added), "Next page")[0])
    assert second.text.count("<li>") == 10
    removed = client.get(links(found, "Articles out: 1")[0])
    assert ARTICLES[0].title in removed.text
    changed = client.get(links(found, "Articles changed: 1")[0])
    assert "changed: title" in changed.text
    assert "<script>alert" not in changed.text
    words = client.get(links(found, "Words gained")[0])
    assert ["Zither", "60"] in cells(words)
    assert cells(words)[-1][0] == "All"
    assert "ends before" in client.get(f"{added}&page=9").text


def test_what_cannot_be_compared_is_said_above_the_list(client, tmp_path):
    page = client.get("/admin/generations/diff?before=1&after=9")
    assert page.status_code == 404
    assert "there is no generation 9" in page.text
    assert len(kept(page)) == 2
    file = tmp_path / "home" / "generations" / "000001" / "archive.arrays"
    file.write_bytes(file.read_bytes()[:-1])
    assert client.get("/admin/generations/diff?before=1&after=2").status_code == 404
    (file.parent / "manifest.json").write_text("{}")
    page = client.get("/admin/generations")
    assert page.status_code == 200
    assert kept(page)[1].startswith("Generation 1 damaged")
    assert "Compare two" not in page.text


@pytest.mark.parametrize(
    "asked", ["", "before=1", "before=0&after=1", "before=1&after=2&list=all", "before=x&after=1"]
)
def test_what_cannot_be_is_refused(client, asked):
    assert client.get(f"/admin/generations/diff?{asked}").status_code == 400


def test_without_a_generation_the_list_is_empty(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        generations = tmp_path / "home" / "generations"
        (generations / "CURRENT").unlink()
        (generations / "000001").rename(tmp_path / "away")
        client = app.test_client()
        log_in(client, "vera")
        assert "There is no generation yet" in client.get("/admin/generations").text
        app.extensions["watching"].close()
