"""Feeds: valid in all three formats, the newest first, and not sent twice to who has them."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.article import Article, Status
from index.builder import rebuild
from recommender.lists import related_lists
from tests.archives import NOW, build
from web.app import create_app
from web.feeds.xml import legal
from web.parameters import SearchParameters
from web.settings import Settings

EVIL = "<script>alert('x')</script> ]]> & \"quotes\"\x01\x0b\ufffe"
ATOM = "{http://www.w3.org/2005/Atom}"
KINDS = {"rss": "application/rss+xml", "atom": "application/atom+xml",
         "json": "application/feed+json"}  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
ARTICLES = [
    Article(
        id=f"bridge-{number}",
        title=f"Bridge treaty, part {number}",
        body=("The bridge treaty opens the river to ferries.",),
        section="Politics" if number % 2 else "Economy",
        authors=("Ines Dovrak", "Tomas Hale"),
        url=f"https://courier.example/politics/{number}",
        published=NOW - timedelta(days=number * 20, hours=3, microseconds=5),
    )
    for number in range(1, 41)
] + [
    Article(
        id="changed",
        title="Mayor opens the bridge",
        summary="After three years without one.",
        published=NOW - timedelta(days=3000),
        updated=NOW - timedelta(days=2),
    ),
    Article(
        id="promised",
        title="Bridge of tomorrow",
        published=NOW - timedelta(days=2999),
        updated=datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    ),
    Article(
        id="evil/<b>\x02",
        title=EVIL,
        summary=EVIL,
        body=(EVIL,),
        section=EVIL,
        authors=(EVIL,),
        url='https://courier.example/a b"><c>',
        published=datetime(1, 1, 1, tzinfo=UTC),
    ),
    Article(id="bare", title="\x01 "),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("feeds") / "home"
    build(home, ARTICLES)[0].close()
    return home


@pytest.fixture
def client(home):
    app = create_app(Settings(home=home, site_name="The Courier"))
    yield app.test_client()
    app.extensions["backfile"].close()


def read(client, kind, query="", status=200):
    answer = client.get(f"/search.{kind}?{query}")
    assert answer.status_code == status
    assert answer.mimetype == (KINDS[kind] if status == 200 else "text/html")
    return answer


def titles(client, kind, query):
    if kind == "json":
        return [item["title"] for item in read(client, kind, query).json["items"]]
    parsed = feedparser.parse(read(client, kind, query).data, sanitize_html=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [entry.title for entry in parsed.entries]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_has_the_newest_first_unless_it_is_told_otherwise(client, kind):
    found = titles(client, kind, "q=bridge")
    assert len(found) == 30
    assert found[:2] == ["Bridge treaty, part 1", "Bridge treaty, part 2"]
    assert titles(client, kind, "q=bridge&section=Politics&size=1") == found[:1]
    assert titles(client, kind, "q=bridge&section=Economy&size=1") == found[1:2]
    assert titles(client, kind, "q=bridge&size=10&page=2") == found[10:20]
    assert titles(client, kind, "q=bridge&size=1000") == found
    assert titles(client, kind, "q=mayor+bridge&sort=relevance")[0] == "Mayor opens the bridge"
    assert titles(client, kind, "sort=oldest&size=2")[1] == "Mayor opens the bridge"
    assert titles(client, kind, "q=nothing+at+all") == []


def test_the_bound_is_a_setting(home):
    app = create_app(Settings(home=home, feed_size=3, page_size=1, maximum_page_size=1))
    assert len(titles(app.test_client(), "rss", "")) == 3
    assert len(titles(app.test_client(), "rss", "size=2")) == 2
    app.extensions["backfile"].close()


def test_rss_keeps_its_rules(client):
    body = read(client, "rss", "q=bridge+OR+script&section=&size=50").data
    channel = ET.fromstring(body).find("channel")
    assert ET.fromstring(body).get("version") == "2.0"
    for name in ("title", "link", "description", "lastBuildDate"):
        assert channel.findtext(name)
    assert channel.findtext("title") == "bridge OR script · The Courier"
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("type")) == ("self", KINDS["rss"])
    assert urlsplit(own.get("href"))[:3] == ("http", "localhost", "/search.rss")
    items = channel.findall("item")
    guids = [item.find("guid") for item in items]
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}
    assert len({guid.text for guid in guids}) == len(items) == 30
    assert guids[0].text == "bridge-1"
    first = items[0]
    assert first.findtext("link") == "http://localhost/articles/bridge-1"
    assert first.findtext("category") == "Politics"
    creators = first.findall("{http://purl.org/dc/elements/1.1/}creator")
    assert [one.text for one in creators] == ["Ines Dovrak", "Tomas Hale"]
    date = first.findtext("pubDate")
    assert date.endswith(" GMT")
    published = ARTICLES[0].published
    assert parsedate_to_datetime(date) == published.replace(microsecond=0)
    assert "<mark>bridge</mark>" in first.findtext("description")
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) <= datetime.now(UTC)


def test_atom_keeps_its_rules(client):
    feed = ET.fromstring(read(client, "atom", "size=50&sort=oldest").data)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    ids = [element.findtext(f"{ATOM}id") for element in [feed, *entries]]
    assert len(set(ids)) == len(ids) == 31
    assert all(UUID(urn.removeprefix("urn:uuid:")).version == 5 for urn in ids)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Courier"
    for element in [feed, *entries]:
        assert element.findtext(f"{ATOM}title").strip()
        assert STAMP.fullmatch(element.findtext(f"{ATOM}updated"))
        (alternate,) = element.findall(f"{ATOM}link[@rel='alternate']")
        assert alternate.get("href").startswith("http://localhost/")
    for element in entries:
        assert element.find(f"{ATOM}summary").get("type") == "html"
        related = element.findall(f"{ATOM}link[@rel='related']")
        assert all(re.fullmatch(r"https://[!#-;=?-~]+", link.get("href")) for link in related)
        published = element.findtext(f"{ATOM}published")
        assert published is None or published <= element.findtext(f"{ATOM}updated")
    updated = [element.findtext(f"{ATOM}updated") for element in entries]
    assert feed.findtext(f"{ATOM}updated") == max(updated)


@pytest.mark.parametrize(
    ("query", "updated"),
    [("q=mayor", NOW - timedelta(days=2)), ("q=tomorrow", NOW - timedelta(days=2999))],
)
def test_an_entry_was_updated_when_it_changed_but_never_in_the_future(client, query, updated):
    (entry,) = feedparser.parse(read(client, "atom", query).data).entries
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == updated
    (item,) = read(client, "json", query).json["items"]
    assert datetime.fromisoformat(item["date_modified"]) == updated


def test_an_entry_without_a_date_keeps_the_one_of_its_coming(client):
    (item,) = [one for one in read(client, "json", "sort=newest&page=2&size=30").json["items"]
               if one["id"] == "bare"]  # fmt: skip
    assert "date_published" not in item
    assert datetime.fromisoformat(item["date_modified"]) == NOW
    assert item["title"] == item["content_text"] == "Without a headline"


def test_json_feed_keeps_its_rules(client):
    feed = json.loads(read(client, "json", "q=bridge&language=en&from=2024-01-01").data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "bridge · English · from 1 January 2024 · The Courier"
    page = "http://localhost/search?q=bridge&sort=newest&language=en&from=2024-01-01"
    assert feed["home_page_url"] == page
    path = "/search.json?q=bridge&language=en&from=2024-01-01"
    assert feed["feed_url"] == f"http://localhost{path}"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["url"].startswith("http://localhost/articles/")
        assert item["external_url"].startswith("https://courier.example/")
        assert ("content_html" in item) != ("content_text" in item)
        assert STAMP.fullmatch(item["date_published"])
        assert item["authors"] == [{"name": "Ines Dovrak"}, {"name": "Tomas Hale"}]
        assert item["language"] == "en"


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_nothing_in_an_article_breaks_the_xml_or_becomes_markup(client, kind):
    body = read(client, kind, "sort=oldest&size=1").data
    assert b"<script" not in body
    (entry,) = feedparser.parse(body, sanitize_html=False).entries
    assert entry.title == legal(EVIL).strip()
    assert html.fromstring(f"<p>{entry.summary}</p>").text_content() == legal(EVIL)
    assert not html.fromstring(f"<p>{entry.summary}</p>").xpath("//script")
    assert entry.tags[0].term == legal(EVIL)


def test_ids_stay_when_the_service_is_reached_elsewhere(home, client):
    app = create_app(
        Settings(home=home, site_name="The Courier", site_url="https://archive.example")
    )
    there = feedparser.parse(read(app.test_client(), "atom", "q=bridge&size=3").data)
    here = feedparser.parse(read(client, "atom", "size=3&q=bridge").data)
    assert there.feed.id == here.feed.id
    assert [entry.id for entry in there.entries] == [entry.id for entry in here.entries]
    assert there.entries[0].link == "https://archive.example/articles/bridge-1"
    assert there.feed.links[0].href == "https://archive.example/search.atom?q=bridge&size=3"
    app.extensions["backfile"].close()
    other = create_app(Settings(home=home, site_name="The Gazette"))
    theirs = feedparser.parse(read(other.test_client(), "atom", "q=bridge&size=3").data)
    assert not {entry.id for entry in theirs.entries} & {entry.id for entry in here.entries}
    other.extensions["backfile"].close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_is_not_sent_to_who_has_it(client, kind):
    whole = read(client, kind, "q=bridge")
    etag, modified = whole.headers["ETag"], whole.headers["Last-Modified"]
    assert whole.headers["Cache-Control"] == "public, max-age=300"
    assert parsedate_to_datetime(modified) <= datetime.now(UTC)
    earlier = "Mon, 01 Jan 2024 00:00:00 GMT"
    for headers, status in [
        ({"If-None-Match": etag}, 304),
        ({"If-None-Match": f'"other", W/{etag}'}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": modified}, 304),
        ({"If-Modified-Since": earlier}, 200),
        ({"If-Modified-Since": "no date"}, 200),
        # The tag is the stronger one, either way.
        ({"If-None-Match": '"other"', "If-Modified-Since": modified}, 200),
        ({"If-None-Match": etag, "If-Modified-Since": earlier}, 304),
    ]:
        for method in ("GET", "HEAD"):
            path = f"/search.{kind}?q=bridge"
            answer = client.open(path, method=method, headers=headers)
            assert answer.status_code == status, headers
            assert answer.headers["ETag"] == etag
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert answer.headers["Vary"] == "Accept-Language, Cookie"
            assert bool(answer.data) == (status == 200 and method == "GET")
    assert read(client, kind, "q=bridge&size=2").headers["ETag"] != etag


def test_a_rebuild_without_news_keeps_the_tag_and_news_change_it(tmp_path):
    home = tmp_path / "home"
    store, generations, _ = build(home, ARTICLES)
    app = create_app(Settings(home=home))
    client = app.test_client()
    before = read(client, "atom", "q=bridge")
    rebuild(store, generations, now=NOW, steps=[related_lists])
    again = read(client, "atom", "q=bridge")
    assert client.get("/healthz").json["generation"] == 2
    assert again.headers["ETag"] == before.headers["ETag"]
    store.upsert([Article(id="bridge-1", title="", status=Status.WITHDRAWN)], NOW)
    gone = read(client, "atom", "q=bridge")
    assert gone.headers["ETag"] != before.headers["ETag"]
    assert b"bridge-1<" not in gone.data
    # An old article that comes in late changes what is there, too.
    store.upsert([Article(id="old", title="Old bridge", published=NOW - timedelta(300))], NOW)
    rebuild(store, generations, now=NOW, steps=[related_lists])
    late = read(client, "atom", "q=bridge")
    assert b"Old bridge" in late.data
    first, last = (parsedate_to_datetime(one.headers["Last-Modified"]) for one in (before, late))
    assert first <= last
    app.extensions["backfile"].close()
    store.close()


@pytest.mark.parametrize(
    ("query", "status"),
    [("sort=best", 400), ("page=0", 400), ("from=now", 400), ("page=500&size=30", 400),
     ("from=2011-07-11&to=2010-01-01", 400)],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_on_a_page(client, query, status):
    for kind in KINDS:
        assert "no-store" in read(client, kind, query, status).headers["Cache-Control"]


def test_there_are_no_other_formats_and_no_other_methods(client):
    assert client.get("/search.xml").status_code == 404
    assert client.post("/search.rss").status_code == 405


def test_without_a_generation_there_is_no_feed(tmp_path):
    app = create_app(Settings(home=tmp_path / "home"))
    answer = app.test_client().get("/search.rss")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert app.test_client().get("/opensearch.xml").status_code == 200
    app.extensions["backfile"].close()


def test_the_search_page_leads_to_its_feeds(client):
    page = html.document_fromstring(
        client.get("/search?q=bridge&section=Politics&sort=oldest&page=2&size=5").text
    )
    links = page.xpath("//link[@rel='alternate']")
    assert [(link.get("type"), link.get("href")) for link in links] == [
        (media, f"/search.{kind}?q=bridge&section=Politics") for kind, media in KINDS.items()
    ]
    assert links[0].get("title") == "RSS: bridge · Politics · The Courier"
    (line,) = page.find_class("follow")
    assert [link.text for link in line.iter("a")] == ["RSS", "Atom", "JSON Feed", "CSV",
                                                      "JSON Lines"]  # fmt: skip
    hrefs = line.xpath("a/@href")
    assert hrefs[3] == "/search.csv?q=bridge&sort=oldest&section=Politics"
    for href in hrefs:
        with client.get(href) as answer:
            assert answer.status_code == 200
    empty = html.document_fromstring(client.get("/search?q=nothing").text)
    assert "Download" not in empty.find_class("follow")[0].text_content()


def test_the_page_of_a_section_leads_to_its_feed(client):
    page = html.document_fromstring(client.get("/browse/sections/Politics").text)
    (link,) = page.xpath("//link[@rel='alternate']/@href")
    entries = feedparser.parse(client.get(link).data).entries
    assert {entry.tags[0].term for entry in entries} == {"Politics"}


def test_a_browser_learns_how_to_search(home):
    name = "The Selvan Courier & Gazette"
    app = create_app(Settings(home=home, site_name=name, site_url="https://archive.example"))
    client = app.test_client()
    page = html.document_fromstring(client.get("/").text)
    (link,) = page.xpath("//link[@rel='search']")
    assert (link.get("type"), link.get("title")) == (
        "application/opensearchdescription+xml",
        name,
    )
    answer = client.get(link.get("href"))
    assert answer.mimetype == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ET.fromstring(answer.data)
    assert root.tag == f"{space}OpenSearchDescription"
    assert root.findtext(f"{space}ShortName") == "The Selvan Couri"
    assert root.findtext(f"{space}LongName") == name
    assert root.findtext(f"{space}InputEncoding") == "UTF-8"
    assert root.findtext(f"{space}Language")
    templates = {url.get("type"): url.get("template") for url in root.findall(f"{space}Url")}
    assert templates["application/x-suggestions+json"].endswith("/suggest?q={searchTerms}")
    for media in ("text/html", KINDS["rss"], KINDS["atom"]):
        filled = templates[media].replace("{searchTerms}", "bridge").replace("{startPage?}", "")
        assert filled.startswith("https://archive.example/")
        found = client.get(filled.removeprefix("https://archive.example"))
        assert (found.status_code, found.mimetype) == (200, media)
    image = root.findtext(f"{space}Image").removeprefix("https://archive.example")
    with client.get(image) as icon:
        assert icon.mimetype == "image/svg+xml"
    app.extensions["backfile"].close()


texts = st.text(max_size=40) | st.sampled_from(
    ["<script>", "]]>", "\0", "\ufffe", "(((", "NOT", "*", "title:", "%", "\u202e", "bridge"]
)
parameters = st.dictionaries(
    st.sampled_from([field.alias or name for name, field in SearchParameters.model_fields.items()]),
    st.lists(
        texts
        | st.sampled_from(["newest", "all", "true", "2011-07-11", "0001-01-01", "en"])
        | st.integers().map(str),
        max_size=3,
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parameters, st.sampled_from(sorted(KINDS)))
def test_no_parameters_break_a_feed(client, asked, kind):
    answer = client.get(f"/search.{kind}", query_string=asked)
    assert answer.status_code in (200, 400)
    assert b"<script>" not in answer.data or answer.is_json
    if answer.status_code == 400:
        assert answer.mimetype == "text/html"
    elif kind == "json":
        assert json.loads(answer.data)["title"]
    else:
        parsed = feedparser.parse(answer.data)
        assert not parsed.bozo, parsed.bozo_exception
        assert parsed.feed.title
        own = next(link.href for link in parsed.feed.links if link.rel == "self")
        same = client.get(own.removeprefix("http://localhost"))
        assert same.data == answer.data
