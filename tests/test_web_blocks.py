"""What a site asks for its pages: all blocks in one call or single ones, as JSON or a fragment."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.addresses import normalised
from articles.article import Article, Status
from articles.curation import EVERYWHERE, PinKind
from articles.curation_edits import pick, pin
from tests.archives import NOW, build, storied_articles
from web.app import create_app
from web.blocks.answers import BatchModel, ChoiceModel, PageBlocksModel, UnknownPageModel
from web.problems import MEDIA_TYPE
from web.receipts import Receipts
from web.settings import Settings

SITE = "https://archive.example"
PAPER = "https://www.courier.example"
HOSTILE = '<script>alert(1)</script>"\'&<!--#exec cmd="ls"--><esi:include src="x"/>'
SECRET = "s" * 40
ARTICLES = [
    Article(
        **{
            **{name: getattr(article, name) for name in ("id", "title", "body", "published")},
            "section": ("Politics", "Sport")[number % 2],
            "url": f"{PAPER}/2025/{article.id}/?page={number % 3}",
        }
    )
    for number, article in enumerate(storied_articles(60, subjects=4))
] + [
    Article(
        id='"><b>/ä?#%',
        title=HOSTILE,
        summary=HOSTILE,
        section=HOSTILE,
        url="javascript:alert(1)",
        published=NOW - timedelta(minutes=1),
    ),
    Article(id="untitled", title="", url=f"{PAPER}/untitled", published=NOW - timedelta(minutes=2)),
    Article(id="draft", title="Secret", url=f"{PAPER}/draft", status=Status.DRAFT),
]
BLOCKS = ("related", "editors_choice", "popular")
FIRST = ARTICLES[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("blocks") / "home"
    build(home, ARTICLES)[0].close()
    return home


@pytest.fixture(scope="module")
def app(home):
    app = create_app(
        Settings(home=home, site_url=SITE, secret_key=SECRET, query_log_days=0), clock=lambda: NOW
    )
    opened(app)
    yield app
    app.extensions["backfile"].close()


def opened(app):
    """Return a client after every file has been opened."""
    client = app.test_client()
    for parameters in ({"id": FIRST.id, "explain": "true"}, {"url": FIRST.url}):
        client.get("/api/v1/page-blocks", query_string=parameters)
    return client


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def store(app):
    return app.extensions["backfile"].store


def page(client, **parameters):
    answer = client.get("/api/v1/page-blocks", query_string=parameters)
    assert answer.status_code == 200, answer.text
    return PageBlocksModel.model_validate_json(answer.data)


def items(found):
    return [item for name in BLOCKS for item in getattr(found.blocks, name).items]


def fragment(client, status=200, **parameters):
    answer = client.get("/api/v1/page-blocks", query_string={"format": "html", **parameters})
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    return html.fragment_fromstring(answer.text)


def test_one_call_gives_three_full_blocks_without_a_repeat(client):
    found = page(client, id=FIRST.id)
    assert (found.article.id, found.article.url) == (FIRST.id, FIRST.url)
    shown = items(found)
    assert len({item.id for item in shown} | {FIRST.id}) == len(shown) + 1 == 16
    for name in BLOCKS:
        block = getattr(found.blocks, name)
        assert block.title
        assert [item.position for item in block.items] == [1, 2, 3, 4, 5]
    assert all(item.reason_text for item in shown)
    assert {item.score for item in shown} == {None}


def test_scores_are_told_where_that_is_asked(client):
    found = page(client, id=FIRST.id, explain="true", limit=3)
    assert len(found.blocks.related.items) == 3
    assert all(item.score.total > 0 and item.score.terms for item in found.blocks.related.items)
    assert all(item.score is None for item in found.blocks.popular.items)


def test_the_receipt_says_what_was_shown(client):
    found = page(client, id=FIRST.id)
    receipt = Receipts(SECRET).read(found.receipt, today=NOW.date())
    assert (receipt.article, receipt.recipe, receipt.day) == (FIRST.id, "standard", NOW.date())
    for name in BLOCKS:
        for item in getattr(found.blocks, name).items:
            shown = receipt.item(name, item.position)
            assert (shown.id, shown.reason) == (item.id, item.reason)


@pytest.mark.parametrize(
    "address",
    [
        FIRST.url,
        "http://courier.example/2025/s00000?page=0",
        "https://www.courier.example:443/2025/s00000/?page=0&utm_source=x&fbclid=1#comments",
        "https://COURIER.example/2025/s00000//?utm_medium=&page=0",
        "  https://www.courier.example/2025/s00000/?page=0  ",
        f"{SITE}/articles/s00000",
        f"http://archive.example/articles/{quote('s00000')}?q=x#top",
    ],
)
def test_an_article_is_found_by_every_address_of_its_page(client, address):
    assert page(client, url=address) == page(client, id=FIRST.id)


def test_the_newest_of_several_at_one_address_is_meant(tmp_path):
    twice = [
        Article(id=name, title=name, url=f"{PAPER}/a", published=NOW - timedelta(days=days))
        for name, days in (("old", 3), ("new", 1), ("older", 9))
    ]
    build(tmp_path / "home", twice)[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    assert page(app.test_client(), url=f"{PAPER}/a/").article.id == "new"
    app.extensions["backfile"].close()


@pytest.mark.parametrize(
    "query",
    [
        {"id": "nobody"},
        {"id": "draft"},
        {"url": f"{PAPER}/draft"},
        {"url": "https://courier.example/2025/s00000?page=1"},
        {"url": "https://elsewhere.example/articles/s00000"},
        {"url": "javascript:alert(1)"},
        {"url": "//courier.example/2025/s00000"},
        {"url": "http://[::1/"},
        {"url": "https://courier.example:99999/"},
        {"url": f"{SITE}/articles/"},
        {"url": f"{SITE}/articles/nobody"},
        {"id": "\x00"},
        {"id": "a" * 2000},
    ],
)
def test_a_page_that_is_not_known_is_said_to_be(client, query):
    answer = client.get("/api/v1/page-blocks", query_string=query)
    assert (answer.status_code, answer.mimetype) == (404, MEDIA_TYPE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "blocks" not in answer.json
    assert answer.json["detail"]
    answer = client.get("/api/v1/page-blocks", query_string={**query, "fallback": "true"})
    assert (answer.status_code, answer.mimetype) == (404, MEDIA_TYPE)
    found = UnknownPageModel.model_validate_json(answer.data)
    assert found.blocks.related.items == []
    assert len({item.id for item in items(found)}) == 10
    assert Receipts(SECRET).read(found.receipt, today=NOW.date()).article == ""
    bare = fragment(client, 404, fallback="true", **query)
    assert [block.get("data-block") for block in bare.findall("section")] == list(BLOCKS[1:])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "id"),
        ("id=s00000&url=https://x.example", "id"),
        ("id=s00000&limit=0", "limit"),
        ("id=s00000&limit=51", "limit"),
        ("id=s00000&mode=best", "mode"),
        ("id=s00000&format=xml", "format"),
        ("id=s00000&recipe=secret", "recipe"),
        ("id=s00000&explain=perhaps", "explain"),
        ("id=" + "a" * 2001, "id"),
        ("url=https://x.example/" + "a" * 2048, "url"),
        ("id=s00000&section=" + "a" * 301, "section"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, query, parameter):
    answer = client.get(f"/api/v1/page-blocks?{query}")
    assert (answer.status_code, answer.mimetype) == (400, MEDIA_TYPE)
    assert answer.json["errors"][0]["parameter"] == parameter


def test_the_fragment_is_the_same_as_the_answer(client):
    found, shown = page(client, id=FIRST.id), fragment(client, id=FIRST.id)
    assert (shown.get("class"), shown.get("data-receipt")) == ("backfile-blocks", found.receipt)
    for section, name in zip(shown.findall("section"), BLOCKS, strict=True):
        block = getattr(found.blocks, name)
        assert section.get("data-block") == name
        (heading,) = section.findall("h2")
        assert (heading.text, heading.get("id")) == (block.title, section.get("aria-labelledby"))
        lines = section.findall("ol/li")
        assert [
            (line.get("data-position"), line.get("data-reason"), line.find("a").get("href"))
            for line in lines
        ] == [(str(item.position), item.reason, item.url) for item in block.items]
    image = shown.find("img").get("src")
    assert image == f"{SITE}/api/v1/views.gif?receipt={found.receipt}"


def test_hostile_titles_stay_text_everywhere(client):
    odd = ARTICLES[-3]
    shown = fragment(client, id="untitled")
    text = unescape(html.tostring(shown, encoding="unicode"))
    assert HOSTILE in text
    assert {element.tag for element in shown.iter()} <= {
        *("div", "section", "h2", "ol", "li", "a", "span", "time", "img")
    }
    assert not shown.xpath("//@style | //@*[starts-with(name(), 'on')] | //comment()")
    assert all(link.startswith(("https://", "http://")) for link in shown.xpath("//a/@href"))
    raw = client.get("/api/v1/page-blocks?format=html&id=untitled").text
    assert "<script" not in raw
    assert "<!--" not in raw
    assert "<esi:" not in raw
    link = next(item for item in items(page(client, id="untitled")) if item.id == odd.id)
    assert link.url == f"{SITE}/articles/{quote(odd.id, safe='')}"
    assert link.title == odd.title
    assert link.summary == odd.summary
    assert page(client, url=link.url).article.id == odd.id
    untitled = fragment(client, id=odd.id)
    assert "Without a headline" in untitled.text_content()


def host_page(app, template):
    """Return a page of a site in which a server has put what it includes, as nginx does."""

    def included(found):
        with app.test_client() as client:
            answer = client.get(found[1])
        return answer.text if answer.status_code == 200 else ""

    return re.sub(r'<!--# include virtual="([^"]+)" -->', included, template)


def test_a_server_puts_the_fragment_into_its_page(app):
    template = (
        "<!doctype html><title>Paper</title><main>An article.</main><aside>"
        '<!--# include virtual="/api/v1/page-blocks?format=html&id=s00000" --></aside>'
        '<footer><!--# include virtual="/api/v1/page-blocks?format=html&id=nobody" -->End</footer>'
    )
    whole = html.document_fromstring(host_page(app, template))
    assert len(whole.xpath("//aside/div[@class='backfile-blocks']/section//li")) == 15
    assert whole.xpath("//footer")[0].text_content() == "End"
    assert len(whole.xpath("//*[@id]")) == len(set(whole.xpath("//@id"))) == 3


def test_headings_and_reasons_are_said_in_the_language_that_is_asked_for(client):
    english, russian = page(client, id=FIRST.id, lang="en"), page(client, id=FIRST.id, lang="ru")
    assert english == page(client, id=FIRST.id) == page(client, id=FIRST.id, lang="tlh")
    assert russian == page(client, id=FIRST.id, lang="ru-RU")
    assert {block.title for block in (russian.blocks.related, russian.blocks.popular)} == {
        "Похожие статьи",
        "Популярное",
    }
    pairs = zip(items(english), items(russian), strict=True)
    assert all(one.reason_text != other.reason_text for one, other in pairs)
    assert [item.id for item in items(english)] == [item.id for item in items(russian)]
    time = fragment(client, id=FIRST.id, lang="ru").find(".//time").text
    assert "2025" in time
    assert "December" not in time


def test_the_mode_holds_and_the_other_blocks_stay(client):
    middle = ARTICLES[30]
    for mode, sign in (("background", -1), ("followup", 1)):
        found = page(client, id=middle.id, mode=mode, limit=8)
        assert len(found.blocks.related.items) == 8
        for item in found.blocks.related.items:
            assert (item.published - middle.published).total_seconds() * sign > 0


def test_editors_decide_what_stands(client, store):
    pinned, picked, hidden = ARTICLES[7].id, ARTICLES[9].id, ARTICLES[11].id
    done = {"by": "ines", "now": NOW}
    store.curation.change_pins(FIRST.id, pin(FIRST.id, pinned, PinKind.PIN), **done)
    store.curation.change_pins(EVERYWHERE, pin(EVERYWHERE, hidden, PinKind.HIDE), **done)
    store.curation.change_choice(FIRST.section, pick(picked), **done)
    found = page(client, id=FIRST.id)
    assert found.blocks.related.items[0].id == pinned
    assert found.blocks.related.items[0].reason == "pinned"
    assert found.blocks.editors_choice.items[0].id == picked
    for number in range(10, 20):
        assert hidden not in {item.id for item in items(page(client, id=ARTICLES[number].id))}
    answer = client.get(f"/api/v1/editors-choice?section={FIRST.section}")
    choice = ChoiceModel.model_validate_json(answer.data)
    assert (choice.section, choice.items[0].id, len(choice.items)) == (FIRST.section, picked, 5)
    assert client.get("/api/v1/editors-choice?limit=2").json["items"][1]["position"] == 2
    related = client.get(f"/api/v1/articles/{FIRST.id}/related").json["related"]
    assert (related[0]["id"], related[0]["reason"]) == (pinned, "pinned")


def test_related_articles_are_found_by_address_too(client):
    by_id = client.get(f"/api/v1/articles/{FIRST.id}/related?limit=7&mode=followup")
    by_url = client.get(
        "/api/v1/related", query_string={"url": FIRST.url, "limit": 7, "mode": "followup"}
    )
    assert by_id.status_code == 200
    assert by_id.data == by_url.data
    assert len(by_id.json["related"]) == 7
    assert client.get("/api/v1/related?url=https://x.example/").status_code == 404
    assert client.get("/api/v1/related").json["errors"][0]["parameter"] == "url"


def test_many_articles_are_answered_at_once(client):
    ids = [FIRST.id, "nobody", ARTICLES[5].id, FIRST.id]
    answer = client.post("/api/v1/batch", json={"ids": ids, "limit": 4})
    found = BatchModel.model_validate_json(answer.data).articles
    assert [entry.id for entry in found] == ids
    assert [entry.is_known for entry in found] == [True, False, True, True]
    assert [len(entry.related) for entry in found] == [4, 0, 4, 4]
    single = client.get(f"/api/v1/articles/{FIRST.id}/related?limit=4").json["related"]
    assert [item.id for item in found[0].related] == [item["id"] for item in single]
    assert found[0] == found[3]


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"json": {}}, 400),
        ({"json": {"ids": []}}, 400),
        ({"json": {"ids": "s00000"}}, 400),
        ({"json": {"ids": ["a"] * 101}}, 400),
        ({"json": {"ids": ["a" * 2001]}}, 400),
        ({"json": {"ids": [None]}}, 400),
        ({"json": {"ids": ["s00000"], "limit": 51}}, 400),
        ({"json": {"ids": ["\x00", "\ud800".encode("utf-8", "replace").decode()]}}, 200),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "ids=s00000", "content_type": "text/plain"}, 415),
        ({"data": b"[" * 10_000_000, "content_type": "application/json"}, 413),
    ],
)  # fmt: skip
def test_whatever_is_posted_has_an_answer(client, posted, status):
    answer = client.post("/api/v1/batch", **posted)
    assert answer.status_code == status
    assert answer.mimetype == ("application/json" if status == 200 else MEDIA_TYPE)


def test_ten_megabytes_sent_with_a_get_are_not_read(client):
    answer = client.get(f"/api/v1/page-blocks?id={FIRST.id}", data=b"x" * 10_000_000)
    assert answer.status_code == 200


ANY = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(["https://", PAPER, SITE, "//", "?", "#", "%00", "http://[", "@"]),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(ANY, max_size=5))
def test_any_address_is_answered(client, parts):
    address = "".join(parts)
    for form in ("json", "html"):
        answer = client.get(
            "/api/v1/page-blocks",
            query_string={"url": address, "format": form, "fallback": "true"},
        )
        assert answer.status_code in (200, 400, 404)
    key = normalised(address)
    assert normalised(f"http://{key}") in ("", key) or "%" in address


ORIGIN = "https://courier.example"


@pytest.fixture(scope="module")
def open_client(home):
    origins = f"{ORIGIN}, http://localhost:8080"
    app = create_app(Settings(home=home, site_origins=origins, query_log_days=0))
    yield opened(app)
    app.extensions["backfile"].close()


CALLS = [
    f"/api/v1/page-blocks?id={FIRST.id}",
    "/api/v1/page-blocks?id=nobody",
    "/api/v1/page-blocks",
    f"/api/v1/articles/{FIRST.id}/related",
    f"/api/v1/related?url={FIRST.url}",
    "/api/v1/editors-choice",
    "/api/v1/popular",
]


@pytest.mark.parametrize("address", CALLS)
def test_pages_of_the_sites_that_are_named_may_read_answers(open_client, client, address):
    def asked(of, origin):
        answer = of.get(address, headers={"Origin": origin} if origin else {})
        return answer.headers.get("Access-Control-Allow-Origin"), "Origin" in answer.vary

    assert asked(open_client, ORIGIN) == (ORIGIN, True)
    assert asked(open_client, "http://localhost:8080") == ("http://localhost:8080", True)
    for other in (
        "https://evil.example",
        "null",
        f"{ORIGIN}.evil.example",
        "http://courier.example",
    ):
        assert asked(open_client, other) == (None, True)
    assert asked(open_client, None) == (None, True)
    assert asked(client, ORIGIN) == (None, False)


def test_browsers_may_ask_before_they_post(open_client):
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = open_client.options("/api/v1/batch", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    headers["Origin"] = "https://evil.example"
    refused = open_client.options("/api/v1/batch", headers=headers)
    assert "Access-Control-Allow-Methods" not in refused.headers


def test_other_answers_are_read_by_no_other_site(open_client):
    for address in ("/api/v1/search", "/", "/api/v1/coverage", "/admin"):
        answer = open_client.get(address, headers={"Origin": ORIGIN})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_site_may_where_that_is_set(home, tmp_path):
    # A home of its own: SQLite keeps a file open while others in the process have it open.
    own = shutil.copytree(home, tmp_path / "home")
    app = create_app(Settings(home=own, site_origins="*"))
    answer = app.test_client().get("/api/v1/page-blocks", headers={"Origin": "https://any.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Origin" not in answer.vary
    assert "Access-Control-Allow-Credentials" not in answer.headers
    app.extensions["backfile"].close()


@pytest.mark.parametrize(
    "value", ["courier.example", "https://courier.example/", "https://a.example/x", "ftp://x", "**"]
)
def test_an_origin_is_a_scheme_and_a_host(value):
    with pytest.raises(ValueError, match="an origin is a scheme with a host"):
        Settings(site_origins=value)


def test_a_newcomer_is_found_by_its_address(client, store):
    late = Article(
        id="late",
        title=FIRST.title,
        body=FIRST.body,
        url=f"{PAPER}/late?utm_source=mail",
        published=NOW - timedelta(hours=1),
    )
    store.upsert([late], datetime.now(UTC))
    found = page(client, url=f"{PAPER}/late/")
    assert found.article.id == "late"
    assert len(items(found)) == 15
    store.upsert([Article(id="late", title="x", status=Status.WITHDRAWN)], datetime.now(UTC))
    answer = client.get("/api/v1/page-blocks", query_string={"url": f"{PAPER}/late"})
    assert answer.status_code == 404
