"""The pages of what the archive covers, and of its sections, people and other names."""

import itertools
import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.article import Article
from tests.archives import NOW, build
from web.app import create_app
from web.settings import Settings

EVIL = "<script>alert('x')</script> & \"quotes\"/../?a=b#c"
ODD = (EVIL, "//", "/", "a//b", "ä ö%2F", "Ж\nЩ", "..", "100 % €", "ა/ბ", "+", "x" * 300)
ARTICLES = [
    Article(
        id=f"a{number}",
        title=f"Bridge treaty, part {number}",
        summary="" if number % 2 else "The <b>bridge</b> & the river.",
        body=("The bridge opens.",),
        section="Politics" if number % 3 else "Economy",
        source="Newsroom",
        authors=("Ines Dovrak",),
        people=("Ana Verdi",) if number % 2 else ("Ana Verdi", "Levan Ortega"),
        places=("Old Port",),
        published=NOW - timedelta(days=30 * number),
    )
    for number in range(1, 26)
] + [Article(id=f"odd {number}", title=one, tags=(one,)) for number, one in enumerate(ODD)]
MANY = [f"{letter}na Verdi the {n}th" for letter in "ABÉÖЖ" for n in range(100)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("browse") / "home"
    crowd = [
        Article(id=f"crowd-{n}", title="A crowd", authors=tuple(MANY[n::5]), published=NOW)
        for n in range(5)
    ]
    build(home, ARTICLES + crowd)[0].close()
    return home


@pytest.fixture
def app(home):
    app = create_app(Settings(home=home, site_name="The Courier"))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    return app.test_client()


def tree(response, status=200):
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return html.document_fromstring(response.text)


def words(element):
    return " ".join(element.text_content().split())


def query(address):
    return parse_qs(urlsplit(address).query)


PAGES = ("/coverage", "/browse", "/browse/authors", "/browse/people", "/browse/people/Ana%20Verdi")


def test_coverage_says_when_and_of_what_the_articles_are(client):
    page = tree(client.get("/coverage"))
    text = words(page.find(".//main"))
    assert words(page.find(".//h1")) == "What the archive covers"
    assert "41 articles, from 13 December 2023 to 1 January 2026. 11 of them have no date." in text
    bars = page.xpath("//main//*[local-name()='svg']//a")
    labels = [bar.get("aria-label") for bar in bars]
    assert labels[-1] == "January 2026: 5 articles"
    counted = sum(int(re.search(r": (\d+) article", label)[1]) for label in labels)
    assert counted == 30
    assert query(bars[-1].get("href")) == {"from": ["2026-01-01"], "to": ["2026-01-31"]}
    rows = [[words(cell) for cell in row] for row in page.xpath("//table[@class='grid']//tbody/tr")]
    assert [row[0] for row in rows] == ["2023", "2024", "2025", "2026"]
    assert sum(int(row[-1]) for row in rows) == 30
    assert all(sum(map(int, row[1:-1])) == int(row[-1]) for row in rows)
    assert page.xpath("//table[@class='grid']/caption")
    assert "Newsroom2561.0%" in text
    assert "Not in it yetnothing" in text
    section = page.xpath("//a[text()='Politics']/@href")[0]
    assert words(tree(client.get(section)).find(".//h1")) == "Politics"


@pytest.mark.parametrize("path", ["/coverage", "/browse/people/Levan%20Ortega"])
def test_every_bar_leads_to_as_many_articles_as_it_says(client, path):
    page = tree(client.get(path))
    for bar in page.xpath("//main//*[local-name()='svg']//a"):
        found = tree(client.get(bar.get("href")))
        assert bar.get("aria-label").endswith(f": {words(found.find('.//h1'))}")


def test_the_way_from_browse_to_an_article(client):
    page = tree(client.get("/browse"))
    kinds = {words(h): h.find("a").get("href") for h in page.iter("h2")}
    assert list(kinds) == [
        "Sections 2", "Authors 501", "Sources 1", "People 2", "Places 1", f"Subjects {len(ODD)}",
    ]  # fmt: skip
    people = tree(client.get(kinds["People 2"]))
    names = {words(a): a for a in people.xpath("//main//li/a")}
    assert list(names) == ["Ana Verdi", "Levan Ortega"]
    assert words(names["Levan Ortega"].getparent()) == "Levan Ortega12"
    person = tree(client.get(names["Levan Ortega"].get("href")))
    assert words(person.find(".//h1")) == "Levan Ortega"
    assert "12 articles, 12 January 2024 – 2 November 2025" in words(person)
    titles = [words(a) for a in person.xpath("//article//h3/a")]
    assert titles == [f"Bridge treaty, part {n}" for n in range(2, 21, 2)]
    assert client.get(person.xpath("//article//h3/a/@href")[0]).status_code == 200


def test_a_value_has_a_search_inside_a_feed_and_its_company(client):
    page = tree(client.get("/browse/people/Levan%20Ortega"))
    form = page.xpath("//form[@role='search']")[0]
    assert urlsplit(form.action).path == "/search"
    assert [(f.get("name"), f.get("value")) for f in form.iter("input")] == [
        ("q", None), ("person", "Levan Ortega"),
    ]  # fmt: skip
    assert words(form.find("label")) == "Search in these articles: Levan Ortega"
    feed = page.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")[0]
    assert urlsplit(feed).path == "/search.atom"
    assert query(feed) == {"person": ["Levan Ortega"]}
    assert client.get(feed).text.count("<entry") == 12
    more = next(a for a in page.iter("a") if words(a) == "All 12 articles, newest first")
    assert query(more.get("href")) == {"person": ["Levan Ortega"], "sort": ["newest"]}
    beside = {words(h): [words(li) for li in h.getnext()] for h in page.xpath("//aside/h2")}
    assert beside == {
        "People": ["Ana Verdi12"], "Places": ["Old Port12"], "Sections": ["Politics8", "Economy4"],
    }  # fmt: skip
    assert page.xpath("//link[@rel='canonical']/@href") == [
        "http://localhost/browse/people/Levan%20Ortega"
    ]
    assert "12 articles" in page.xpath("//meta[@name='description']/@content")[0]


@pytest.mark.parametrize("value", ODD)
def test_any_characters_can_stand_in_a_value(client, value):
    page = tree(client.get("/browse/tags"))
    links = {a.text_content(): a.get("href") for a in page.xpath("//main//li/a")}
    address = links[value]
    assert address.isascii()
    if value == "..":  # no browser keeps it at the end of an address
        assert query(address) == {"tag": [".."]}
        return
    assert unquote(address) == f"/browse/tags/{value}"
    found = tree(client.get(address))
    assert words(found.find(".//h1")) == " ".join(value.split())
    assert found.xpath("//article")
    assert not found.xpath("//script")


@pytest.mark.parametrize("value", ["ana verdi", "Ana Verdy", "Ana"])
def test_an_unknown_value_is_answered_with_those_near_it(client, value):
    page = tree(client.get(f"/browse/people/{value}"), 404)
    assert value in words(page.find(".//h1"))
    near = [a.get("href") for a in page.xpath("//main//li/a")]
    assert near[0] == "/browse/people/Ana%20Verdi"
    assert page.xpath("//input[@name='q']")[0].value == value
    assert any(query(a) == {"q": [value]} for a in page.xpath("//main//a/@href"))
    assert page.xpath("//meta[@name='robots'][@content='noindex']")


def test_a_value_of_another_kind_is_found_there(client):
    page = tree(client.get("/browse/people/Old%20Port"), 404)
    assert "/browse/places/Old%20Port" in page.xpath("//main//a/@href")
    tree(client.get("/browse/nothing"), 404)
    tree(client.get("/browse/nothing/at/all"), 404)


def test_a_long_list_has_pages_and_letters(client):
    address, seen = "/browse/authors", []
    while address:
        page = tree(client.get(address))
        assert len(page.xpath("//main//li")) <= 200
        seen += [a.text_content() for a in page.xpath("//div[@class='names facets']//li/a")]
        address = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert sorted(seen) == sorted([*MANY, "Ines Dovrak"])
    assert words(page.xpath("//nav[@aria-label='Pages']")[0]) == "Previous page 401 to 501 of 501"
    letters = {words(a): a.get("href") for a in page.xpath("//nav[@class='letters']/a")}
    assert list(letters) == ["A", "B", "E", "I", "O", "Ж"]
    for letter, address in letters.items():
        part = tree(client.get(address))
        heading = part.xpath(f"//h2[@id='{urlsplit(address).fragment}']")[0]
        assert heading.text == letter
        first = heading.getnext().xpath("li/a")[0].text_content()
        assert first[0] in {"E": "É", "O": "Ö"}.get(letter, letter)


def test_a_list_can_be_filtered_and_put_in_another_order(client):
    page = tree(client.get("/browse/authors?q=ENA+VERDI+THE+1&order=count"))
    names = [a.text_content() for a in page.xpath("//main//li/a")]
    assert len(names) == 11
    assert all(name.startswith("Éna Verdi the 1") for name in names)
    assert page.xpath("//input[@name='q']")[0].value == "ENA VERDI THE 1"
    assert page.xpath("//input[@name='order']")[0].value == "count"
    by_count = tree(client.get("/browse/authors?order=count"))
    assert by_count.xpath("//main//li/a")[0].text_content() == "Ines Dovrak"
    assert not by_count.xpath("//nav[@class='letters']")
    assert "No name has these letters." in words(tree(client.get("/browse/authors?q=zzz")))
    assert "ends before this page" in words(tree(client.get("/browse/authors?page=99")))
    assert "page" in words(tree(client.get("/browse/authors?page=0"), 400))
    tree(client.get("/browse/authors?order=x"), 400)
    tree(client.get(f"/browse/authors?q={'x' * 301}"), 400)


def test_lists_are_light(client):
    for path in ("/browse/authors", "/browse/authors?order=count", "/browse/tags", "/coverage"):
        assert len(client.get(path).data) < 60_000


def test_twenty_years_and_two_centuries_of_months_are_no_heavy_page(tmp_path):
    for years in (20, 230):
        articles = [
            Article(id=str(n), title="Daily", published=NOW - timedelta(days=28 * n))
            for n in range(13 * years)
        ]
        build(tmp_path / str(years), articles)[0].close()
        app = create_app(Settings(home=tmp_path / str(years)))
        answer = app.test_client().get("/coverage")
        assert len(answer.data) < (100_000 if years == 20 else 150_000)
        assert len(tree(answer).xpath("//*[local-name()='svg']")) == 4
        app.extensions["backfile"].close()


def test_what_is_hidden_is_neither_counted_nor_named(tmp_path):
    build(tmp_path / "home", ARTICLES)[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    client = app.test_client()
    app.extensions["backfile"].store.upsert(
        [Article.from_record(one.to_record() | {"status": "private"}) for one in ARTICLES[1:25:2]],
        NOW,
    )
    assert "24 articles" in words(tree(client.get("/coverage")))
    assert "12 changes" in words(tree(client.get("/coverage")))
    assert "Levan Ortega" not in client.get("/browse/people").text
    assert "Levan Ortega" not in client.get("/browse/people/Ana%20Verdi").text
    page = tree(client.get("/browse/people/Levan%20Ortega"), 404)
    assert not page.xpath("//main//li")
    app.extensions["backfile"].close()


def test_an_archive_with_nothing_in_it_has_these_pages(tmp_path):
    build(tmp_path / "home", [])[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    client = app.test_client()
    assert "no public articles yet" in words(tree(client.get("/coverage")))
    assert not tree(client.get("/browse")).xpath("//main//li")
    assert "No article names any." in words(tree(client.get("/browse/people")))
    tree(client.get("/browse/people/x"), 404)
    app.extensions["backfile"].close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_used_without_eyes(client, path):
    page = tree(client.get(path))
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in page.xpath("//input[not(@type='hidden')]"):
        assert page.xpath(f"//label[@for='{field.get('id')}']")
    assert all(nav.get("aria-label") for nav in page.xpath("//nav"))
    assert not page.xpath("//@style | //style | //script")
    assert {"/coverage", "/browse"} <= set(page.xpath("//footer//a/@href"))
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["sections", "authors", "sources", "people", "places", "tags", "x"]),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dictionaries(st.sampled_from(["q", "order", "page"]), st.text() | st.integers()),
)
def test_no_address_breaks_anything(app, client, kind, value, parameters):
    asked = {k: v for k, v in parameters.items() if str(v).isprintable()}
    assert client.get(f"/browse/{kind}", query_string=asked).status_code in (200, 400, 404)
    with app.test_request_context():
        address = url_for("pages.value", kind=kind, value=value or "x")
    assert client.get(address).status_code in (200, 404)
