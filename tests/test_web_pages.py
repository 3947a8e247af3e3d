"""The reader's pages: what stands on them, that it is escaped, and that it can be used."""

import json
import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from articles.article import Article
from tests.archives import NOW, build, grain_articles
from web.app import create_app
from web.parameters import SearchParameters
from web.search_links import SearchLinks, arguments
from web.settings import Settings

EVIL = "<script>alert('x')</script> & \"quotes\""
ARTICLES = [
    Article(
        id=f"bridge-{number}",
        title=f"Bridge treaty, part {number}",
        body=("The bridge treaty opens the river to ferries.", f"Delegation {number} spoke."),
        section="Politics" if number % 2 else "Economy",
        source="Newsroom" if number % 3 else "Agency",
        authors=("Ines Dovrak",),
        published=NOW - timedelta(days=number * 20),
    )
    for number in range(1, 24)
] + [
    Article(
        id="main",
        title="Mayor opens the bridge",
        summary="After three years without one.",
        body=("The bridge is open.", "The mayor spoke of a treaty for the river."),
        section="Politics",
        tags=("bridges",),
        people=("Ana Verdi",),
        places=("Old Port", "Merrow"),
        authors=("Ines Dovrak", "Tomas Hale"),
        source="Newsroom",
        additional_sources=("Radio Merrow",),
        caption="The first lorry crosses.",
        published=NOW - timedelta(days=200),
        updated=NOW - timedelta(days=200) + timedelta(hours=3),
        url="https://courier.example/politics/bridge",
    ),
    Article(
        id="evil/<b>",
        title=EVIL,
        summary=EVIL,
        body=(EVIL, "</article></main>"),
        section=EVIL,
        tags=(EVIL,),
        people=(EVIL,),
        authors=(EVIL,),
        source=EVIL,
        caption=EVIL,
        url="javascript:alert(1)",
    ),
    Article(
        id="ru",
        title="Договор о мосте",
        body=("Министр говорил о мосте и реке.",),
        language="ru",
        published=NOW - timedelta(days=1),
    ),
    Article(id="bare", title=""),
]

OTHERS = grain_articles(30)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("pages") / "home"
    build(home, ARTICLES + OTHERS)[0].close()
    return home


@pytest.fixture
def client(home):
    app = create_app(Settings(home=home, site_name="The Courier"))
    yield app.test_client()
    app.extensions["backfile"].close()


def tree(response, status=200):
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return html.document_fromstring(response.text)


def words(element):
    return " ".join(element.text_content().split())


def test_the_start_page_shows_the_newest_articles(client):
    page = tree(client.get("/"))
    assert page.find(".//title").text == "The Courier"
    assert words(page.find(".//h1")) == "Newest articles"
    assert "57 articles in the archive" in words(page)
    assert "archive, 2024–2025" in words(page)
    titles = [words(title) for title in page.xpath("//article//h2")]
    assert titles[:2] == ["Договор о мосте", "Bridge treaty, part 1"]
    assert "Relevance" not in words(page.xpath("//nav[@class='sort']")[0])
    assert client.get("/search").status_code == 200


def test_the_search_page_shows_hits_count_and_facets(client):
    page = tree(client.get("/search?q=bridge"))
    assert page.xpath("//input[@name='q']")[0].value == "bridge"
    assert words(page.find(".//h1")) == "24 articles for bridge"
    assert re.search(r"\d\.\d{3} s", words(page))
    hit = page.xpath("//article")[0]
    assert {mark.text.lower() for mark in hit.iter("mark")} >= {"bridge"}
    assert re.fullmatch(r"\d{1,2} \w+ 202[45]", words(hit.find(".//time")))
    assert datetime.fromisoformat(hit.find(".//time").get("datetime")).tzinfo
    facets = {words(h): [words(li) for li in h.getnext()] for h in page.xpath("//nav/h2")}
    assert facets["Section"] == ["Politics13", "Economy11"]
    assert "Language" not in facets
    assert page.xpath("//meta[@name='robots'][@content='noindex']")


def test_pages_lead_to_each_other(client):
    address, seen = "/search?q=bridge&size=9", []
    while address:
        page = tree(client.get(address))
        seen += page.xpath("//article//h2/a/@href")
        last = page
        address = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert len(seen) == len(set(seen)) == 24
    assert "19 to 24 of 24" in words(last)
    back = last.xpath("//a[@rel='prev']/@href")[0]
    assert words(tree(client.get(back)).xpath("//nav[@class='pages']/span")[0]) == "10 to 18 of 24"
    assert "before this page" in words(tree(client.get("/search?q=bridge&page=90")))


def test_each_link_changes_one_thing_of_the_search(client):
    page = tree(
        client.get("/search?q=bridge+river&section=Politics&from=2024-01-01&match=all&page=2")
    )

    def query(label):
        link = next(a for a in page.iter("a") if label in words(a))
        return parse_qs(urlsplit(link.get("href")).query)

    everything = {
        "q": ["bridge river"], "section": ["Politics"], "from": ["2024-01-01"], "match": ["all"],
    }  # fmt: skip
    assert query("Oldest") == {**everything, "sort": ["oldest"]}
    assert query("Agency") == {**everything, "source": ["Agency"]}
    assert query("any of the words") == {k: v for k, v in everything.items() if k != "match"}
    assert query("with related words") == {**everything, "mode": ["broaden"]}
    assert query("Without the filter Politics") == {
        k: v for k, v in everything.items() if k != "section"
    }
    assert query("from 1 January 2024") == {k: v for k, v in everything.items() if k != "from"}
    assert query("Clear all") == {"q": ["bridge river"], "match": ["all"]}


def test_a_new_query_keeps_filters_and_the_form_of_days_keeps_the_query(client):
    page = tree(client.get("/search?q=bridge&section=Politics&section=Economy&sort=newest&page=2"))
    ask, days = page.forms
    assert sorted(ask.form_values()) == [
        ("q", "bridge"), ("section", "Economy"), ("section", "Politics"), ("sort", "newest"),
    ]  # fmt: skip
    assert sorted(days.form_values()) == [
        ("from", ""), ("q", "bridge"), ("section", "Economy"), ("section", "Politics"),
        ("sort", "newest"), ("to", ""),
    ]  # fmt: skip
    answer = client.get("/search", query_string=days.form_values())
    assert words(tree(answer).find(".//h1")) == "24 articles for bridge"


def test_a_search_without_hits_helps(client):
    page = tree(client.get("/search?q=zeppelin+bridge&section=Sport&match=all"))
    assert words(page.find(".//h1")).startswith("0 articles")
    help_text = words(page.xpath("//*[@class='empty']")[0])
    assert "Search without the filters" in help_text
    assert "any of the words" in help_text
    assert page.xpath("//*[@class='chip']")


def test_what_was_not_searched_as_written_is_said(client):
    page = tree(client.get('/search?q="bridge'))
    assert words(page.xpath("//*[@class='notice']")[0])


def test_the_article_page_shows_every_field(client):
    page = tree(client.get("/articles/main"))
    assert words(page.find(".//h1")) == "Mayor opens the bridge"
    text = words(page.find(".//article"))
    for part in (
        "Politics", "After three years without one.", "15 June 2025 · updated the same day",
        "By Ines Dovrak, Tomas Hale", "Newsroom, with Radio Merrow", "The first lorry crosses.",
        "The mayor spoke of a treaty", "Subjects bridges", "People Ana Verdi",
        "Places Old Port, Merrow",
    ):  # fmt: skip
        assert part in text
    assert page.xpath("//link[@rel='canonical']/@href") == [
        "https://courier.example/politics/bridge"
    ]
    assert "https://courier.example/politics/bridge" in page.xpath("//article//a/@href")


def test_every_link_of_the_article_page_finds_the_article_again(client):
    page = tree(client.get("/articles/main"))
    links = [a for a in page.xpath("//article//a") if a.get("href").startswith("/search")]
    assert len(links) == 9
    for link in links:
        address = f"{link.get('href')}{'&' if '?' in link.get('href') else '?'}size=100"
        found = tree(client.get(address)).xpath("//article//h2/a/@href")
        assert "/articles/main" in {urlsplit(link).path for link in found}, address


def test_the_related_block_says_why_and_leads_on(client):
    page = tree(client.get("/articles/main"))
    lines = page.xpath("//aside//li")
    assert 0 < len(lines) <= 5
    said = [words(line.find("p")) for line in lines]
    assert all(re.search(r"\d{4} · (earlier|later) · shares \w+", line) for line in said)
    address = lines[0].find("a").get("href")
    assert address != "/articles/main"
    assert tree(client.get(address)).find(".//h1") is not None


def test_words_of_the_search_are_marked_and_can_be_unmarked(client):
    found = tree(client.get("/search?q=mayor+treaty"))
    address = next(a for a in found.xpath("//article//h2/a/@href") if "/main" in a)
    page = tree(client.get(address))
    assert [mark.text for mark in page.xpath("//*[@class='body']//mark")] == ["mayor", "treaty"]
    assert words(page.xpath("//*[contains(@class, 'marks')]")[0]) == (
        "Marked: Mayor, treaty Without the marks Back to the search"
    )
    assert page.xpath("//input[@name='q']")[0].value == "mayor treaty"
    links = {words(a): a.get("href") for a in page.iter("a")}
    assert links["Back to the search"] == "/search?q=mayor+treaty"
    assert page.xpath("//meta[@name='robots'][@content='noindex']")
    # Nothing else carries the query on.
    others = [a for a in page.xpath("//article//a/@href | //aside//a/@href") if "treaty" in a]
    assert others == ["/search?q=mayor+treaty"]
    page = tree(client.get(links["Without the marks"]))
    assert not list(page.iter("mark"))
    assert not page.xpath("//meta[@name='robots'] | //*[contains(@class, 'marks')]")
    page = tree(client.get("/articles/main?q=zeppelin"))
    assert "No word of the search" in words(page)


def test_a_hit_without_a_query_leads_to_the_bare_address(client):
    hits = tree(client.get("/")).xpath("//article//h2/a/@href")
    assert hits
    assert not any("?" in address for address in hits)


@pytest.mark.parametrize("query", [EVIL, '"', "(" * 50, "\0", "title:", "*", "NOT bridge", " "])
def test_no_query_breaks_an_article(client, query):
    for article_id in ("main", "evil%2F%3Cb%3E", "ru", "bare"):
        page = tree(client.get(f"/articles/{article_id}", query_string={"q": query}))
        assert len(page.xpath("//main")) == len(page.xpath("//article")) == 1
        assert not page.xpath("//script[not(@src or @type='application/ld+json')]")


FORMATS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
    "txt": "text/plain",
}


def test_the_article_is_cited_in_words_and_files(client):
    page = tree(client.get("/articles/main"))
    (citation,) = page.xpath("//*[@class='citation']")
    assert words(citation).startswith(
        "Ines Dovrak, Tomas Hale. “Mayor opens the bridge”. The Courier, 15 June 2025. "
        "https://courier.example/politics/bridge (read on "
    )
    files = page.xpath("//details//a/@href")
    assert files == [f"/articles/main?cite={name}" for name in FORMATS]
    for address, (name, media_type) in zip(files, FORMATS.items(), strict=True):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == media_type
        assert re.fullmatch(
            rf"attachment; filename=dovrak-2025-mayor-opens-the-\w{{8}}\.{name}",
            answer.headers["Content-Disposition"],
        )
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Mayor opens the bridge" in answer.text
    assert client.get("/articles/nobody?cite=bib").status_code == 404
    assert "cite" in words(tree(client.get("/articles/main?cite=doc"), 400))


def test_an_id_may_look_like_a_citation_or_a_query(tmp_path):
    names = ["a", "a/cite.bib", "a?cite=bib", "cite/bib", "a&q=x", "a?q=bridge"]
    articles = [Article(id=name, title=f"Headline {name}") for name in names]
    build(tmp_path / "home", articles)[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    client = app.test_client()
    for hit in tree(client.get("/search?size=10")).xpath("//article//h2/a"):
        page = tree(client.get(hit.get("href")))
        assert words(page.find(".//h1")) == words(hit)
        file = client.get(page.xpath("//details//a/@href")[0])
        assert words(hit).replace("&", "\\&") in file.text
    app.extensions["backfile"].close()


def test_beside_an_article_that_nothing_is_close_to_stands_more_of_the_archive(client):
    page = tree(client.get("/articles/bare"))
    lines = page.xpath("//aside//section[h2[@id='related']]//li/p")
    assert len(lines) == 5
    assert all(words(line).endswith("· More from the archive") for line in lines)
    assert "undated" in words(page)
    assert "Without a headline" in words(page.find(".//h1"))


def test_the_article_is_described_for_machines(client):
    script = tree(client.get("/articles/main")).xpath("//script[@type='application/ld+json']")[0]
    news = json.loads(script.text)
    assert (news["@type"], news["headline"]) == ("NewsArticle", "Mayor opens the bridge")
    assert datetime.fromisoformat(news["datePublished"]) < datetime.fromisoformat(
        news["dateModified"]
    )
    assert [author["name"] for author in news["author"]] == ["Ines Dovrak", "Tomas Hale"]
    assert news["publisher"]["name"] == "The Courier"
    assert news["mainEntityOfPage"]["@id"] == "https://courier.example/politics/bridge"
    assert {one["name"] for one in news["mentions"]} == {"Ana Verdi", "Old Port", "Merrow"}
    cards = tree(client.get("/articles/main")).xpath("//meta[starts-with(@property, 'og:')]")
    assert {card.get("property"): card.get("content") for card in cards} == {
        "og:type": "article",
        "og:title": "Mayor opens the bridge",
        "og:description": "After three years without one.",
        "og:url": "https://courier.example/politics/bridge",
        "og:site_name": "The Courier",
    }
    bare = tree(client.get("/articles/bare")).xpath("//script")[0]
    assert "datePublished" not in json.loads(bare.text)


def test_nothing_of_an_article_is_taken_for_markup(client):
    found = tree(client.get("/search?q=quotes"))
    address = next(a for a in found.xpath("//article//h2/a/@href") if "evil" in a)
    for page in (found, tree(client.get(address))):
        assert not page.xpath("//script[not(@src or @type='application/ld+json')]")
        assert not [a for a in page.iter("a") if a.get("href").startswith("javascript")]
    page = tree(client.get(address))
    assert words(page.find(".//h1")) == EVIL
    assert len(page.xpath("//main")) == len(page.xpath("//article")) == 1
    assert json.loads(page.xpath("//script")[0].text)["headline"] == EVIL
    assert page.xpath("//link[@rel='canonical']/@href") == [
        f"http://localhost{urlsplit(address).path}"
    ]


def test_a_reader_s_text_comes_back_as_text(client):
    for query in (EVIL, "\0", "'\" onfocus=alert(1)", "a" * 2000):
        answer = client.get("/search", query_string={"q": query})
        page = tree(answer)
        assert not page.xpath("//script[not(@src)]")
        assert page.xpath("//input[@name='q']")[0].attrib.keys() == [
            "id", "name", "type", "value", "dir", "autocomplete", "placeholder",
        ]  # fmt: skip


def test_another_language_is_marked(client):
    page = tree(client.get("/articles/ru"))
    assert page.getroottree().getroot().get("lang") == "en"
    assert page.xpath("//h1[@lang='ru'][@dir='auto']")
    assert page.xpath("//*[@class='body'][@lang='ru']")
    hit = tree(client.get("/search?language=ru")).xpath("//article")[0]
    assert hit.xpath(".//h2[@lang='ru'][@dir='auto']")
    assert "Русский" in words(hit)


def test_the_language_of_the_page_is_no_foreign_one(client):
    page = tree(client.get("/articles/ru", headers={"Accept-Language": "ru"}))
    assert page.getroottree().getroot().get("lang") == "ru"
    assert not page.xpath("//h1[@lang] | //*[@class='body'][@lang]")
    page = tree(client.get("/articles/main", headers={"Accept-Language": "ru"}))
    assert page.xpath("//h1[@lang='en'] | //*[@class='body'][@lang='en']")
    assert page.xpath("//*[@class='caption']/*[1][@lang='ru']")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/nothing", 404, "not in the archive"),
        ("/articles/nope", 404, "nope"),
        ("/search?q=bridge&from=x", 400, "from: give a day"),
        ("/search?q=bridge&page=1000000000", 400, "10,000"),
        (f"/search?q={'bridge+' * 400}", 400, "2,000 are allowed"),
    ],
)
def test_a_page_that_cannot_be_shown_says_why_and_keeps_the_query(client, address, status, said):
    answer = client.get(address)
    page = tree(answer, status)
    assert said in words(page.find(".//main"))
    assert (
        page.xpath("//input[@name='q']")[0].value
        == parse_qs(urlsplit(address).query).get("q", [""])[0]
    )


def test_without_a_generation_the_page_says_how_to_build_one(tmp_path):
    app = create_app(Settings(home=tmp_path / "home"))
    for address in ("/", "/search?q=x", "/articles/a"):
        answer = app.test_client().get(address)
        page = tree(answer, 503)
        assert "backfile rebuild" in words(page)
        assert answer.headers["Retry-After"]
    app.extensions["backfile"].close()


def test_every_page_is_strict_and_at_home(client):
    for address in ("/", "/search?q=bridge", "/articles/main", "/nothing", "/api/v1/search"):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        if answer.mimetype == "text/html":
            page = html.document_fromstring(answer.text)
            files = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src")
            assert files
            assert all(file.startswith("/static/") for file in files)
            assert not page.xpath("//@style | //style | //@onclick")


def test_every_page_can_be_used_without_eyes(client):
    for address in ("/", "/search?q=bridge&section=Politics", "/articles/main", "/nothing"):
        page = html.document_fromstring(client.get(address).text)
        assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
        assert page.xpath("//body/*[1][self::a][@href='#content']")
        assert page.xpath("//main[@id='content']")
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        for field in page.xpath("//input[not(@type='hidden')]"):
            named = f"//label[@for='{field.get('id')}']"
            assert field.xpath("ancestor::label") or page.xpath(named)
        for navigation in page.xpath("//nav"):
            assert navigation.get("aria-label")
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3")]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_our_files_may_be_kept_for_ever_at_their_address(client):
    page = tree(client.get("/"))
    for address in page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href"):
        with client.get(address) as named, client.get(urlsplit(address).path) as bare:
            assert named.status_code == bare.status_code == 200
            assert "immutable" in named.headers["Cache-Control"]
            assert "immutable" not in bare.headers["Cache-Control"]


def test_the_stylesheet_is_small_and_its_colours_can_be_read():
    folder = Path(__file__).parents[1] / "web/static"
    css = (folder / "style.css").read_text()
    assert len(css.encode()) < 12_000
    for one in (css, (folder / "article.css").read_text()):
        assert "url(" not in one
        assert "@import" not in one
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark = (dict(re.findall(r"--(\w+): (#\w+)", block)) for block in blocks[:2])
    for colours in (light, dark):
        for ground in ("paper", "raised"):
            for ink in ("ink", "soft", "accent"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, colours)
        assert contrast(colours["ink"], colours["mark"]) >= 4.5


def contrast(first, second):
    """Return the contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        channels = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_equal_searches_have_equal_addresses(client):
    """What has its default is left out of an address, so caches and readers see one."""
    with client.application.test_request_context():
        assert SearchLinks(SearchParameters()).to() == "/search"
        given = SearchParameters.model_validate({"from": "2011-07-11", "q": "x", "page": 3})
        assert SearchLinks(given).to() == "/search?q=x&from=2011-07-11"
        assert SearchLinks(given).to(q="", published_from=None, year=(2011, 2012)) == (
            "/search?year=2011&year=2012"
        )


def test_what_an_address_says_is_what_is_asked(client):
    given = SearchParameters.model_validate(
        {
            "q": EVIL, "section": ["a&b=c", "é #?"], "year": [2011], "person": ["+ %20"],
            "within": "week", "recent": True, "facets": False, "size": 7, "sort": "oldest",
        }
    )  # fmt: skip
    with client.application.test_request_context():
        address = SearchLinks(given).to()
        pairs = arguments(given)
    asked = parse_qs(urlsplit(address).query, strict_parsing=True)
    assert [(name, value) for name, values in asked.items() for value in values] == list(pairs)
    assert (
        SearchParameters.model_validate(
            {
                name: v if name in ("section", "year", "person") else v[0]
                for name, v in asked.items()
            }
        )
        == given
    )


def test_bars_narrow_from_years_to_months_to_days(client):
    page = tree(client.get("/search?q=bridge"))
    total = sum(
        int(re.search(r": (\d+) article", name)[1]) for name in page.xpath("//svg//title/text()")
    )
    assert total == 24
    bar = page.xpath("//svg//a")[0]
    name, count = re.fullmatch(r"(.*): (\d+) articles?", bar.get("aria-label")).groups()
    narrowed = tree(client.get(bar.get("href")))
    assert words(narrowed.find(".//h1")) == f"{count} article{'s' * (count != '1')} for bridge"
    assert [words(chip) for chip in narrowed.xpath("//a[@class='chip']")] == [
        f"Without the filter {name} ×"
    ]
    wider = narrowed.xpath("//nav[@class='timeline']/p/a")
    assert [words(link) for link in wider] == ["All years", name.split()[-1]]
    assert words(tree(client.get(wider[0].get("href"))).find(".//h1")) == "24 articles for bridge"
    days = narrowed.xpath("//svg//a")
    one = tree(client.get(days[0].get("href")))
    assert not one.xpath("//svg")
    assert re.fullmatch(r"\d+ articles? for bridge", words(one.find(".//h1")))


def test_the_last_month_of_the_calendar_is_a_month(client):
    page = tree(client.get("/search?q=bridge&from=9999-12-01&to=9999-12-30"))
    wider = [words(link) for link in page.xpath("//nav[@class='timeline']/p/a")]
    assert wider == []  # nothing was published then, so there is no chart
    assert words(page.find(".//h1")).startswith("0 articles")


def test_values_of_a_facet_are_added_and_taken_back(client):
    def facet(page, name):
        links = page.xpath(f"//ul[@aria-labelledby='facet-{name}']/li")
        return {words(li.find("a")): li.find("a") for li in links}

    page = tree(client.get("/search?q=bridge"))
    page = tree(client.get(facet(page, "section")["Politics"].get("href")))
    assert words(page.find(".//h1")) == "13 articles for bridge"
    page = tree(client.get(facet(page, "section")["Economy"].get("href")))
    assert words(page.find(".//h1")) == "24 articles for bridge"
    page = tree(client.get(facet(page, "place")["Merrow"].get("href")))
    assert words(page.find(".//h1")) == "1 article for bridge"
    assert len(page.xpath("//a[@class='chip']")) == 3
    page = tree(client.get(facet(page, "section")["Politics"].get("href")))
    assert words(page.find(".//h1")) == "0 articles for bridge"
    remedies = {words(li) for li in page.xpath("//*[@class='empty']//li")}
    assert {
        "Search without “Economy” · 1 article", "Search without “Merrow” · 11 articles",
    } <= remedies  # fmt: skip


def test_spans_up_to_today_move_with_today(client):
    page = tree(client.get("/search?q=bridge&from=2020-01-01"))
    links = {words(a): a for a in page.xpath("//ul[@aria-labelledby='facet-date']//a")}
    assert list(links) == ["Any time", "Today", "Past week", "Past month", "Past year"]
    address = links["Past year"].get("href")
    assert parse_qs(urlsplit(address).query) == {"q": ["bridge"], "within": ["year"]}
    page = tree(client.get(address))
    assert page.xpath("//a[@class='chip']")
    assert client.get("/search?q=bridge&within=month&from=2020-01-01").status_code == 200


def test_recent_articles_can_be_preferred(client):
    page = tree(client.get("/search?q=bridge+treaty"))
    link = next(a for a in page.iter("a") if words(a) == "rather recent")
    preferred = tree(client.get(link.get("href")))
    assert words(preferred.find(".//h1")) == words(page.find(".//h1"))
    assert words(preferred.xpath("//article//h2")[0]) == "Bridge treaty, part 1"
