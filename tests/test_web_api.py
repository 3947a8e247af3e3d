"""The JSON API: its shapes, its document, and every way to be wrong."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urljoin

import pytest
from openapi_spec_validator import validate

from articles.article import FIELDS, Article, Status
from recommender.shelf import Reason
from tests.archives import NOW, build, grain_articles
from web.answers import (
    ArticleModel,
    CoverageModel,
    HealthModel,
    RelatedAnswerModel,
    SearchAnswerModel,
    article_answer,
)
from web.app import create_app
from web.link_answers import TextAnswerModel
from web.problems import MEDIA_TYPE, ProblemModel
from web.settings import Settings

BRIDGE = "The bridge treaty opens the old river crossing to ferries and to the harbour council."
ODD_ID = "https://courier.example//a b/ä%2F?x=1#y\n/related/"
ARTICLES = [
    Article(
        id=f"bridge-{number}",
        title=f"Bridge treaty, part {number}",
        body=(BRIDGE, f"Delegation {number} spoke of the toll, the river and the bridge."),
        section="Politics" if number % 2 else "Economy",
        source="Newsroom",
        authors=("Ines Dovrak",),
        published=NOW - timedelta(days=number * 30),
        url=f"https://courier.example/{number}",
    )
    for number in range(1, 13)
] + [
    Article(id=ODD_ID, title="Trout return to the lake", body=("Anglers <b>cheer</b>.",)),
    Article(
        id="ru-1",
        title="Договор о мосте",
        body=("Министр говорил о мосте и реке.",),
        language="ru",
        published=NOW - timedelta(days=5),
    ),
    Article(id="draft", title="Secret bridge", body=(BRIDGE,), status=Status.DRAFT),
]

OTHERS = grain_articles(16)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("api") / "home"
    build(home, ARTICLES + OTHERS)[0].close()
    return home


@pytest.fixture
def app(home):
    app = create_app(Settings(home=home, site_name="The Courier"))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def store(app):
    return app.extensions["backfile"].store


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def empty_client(tmp_path):
    """A client of an archive without a generation."""
    app = create_app(Settings(home=tmp_path / "home"))
    yield app.test_client()
    app.extensions["backfile"].close()


def problem(response, status):
    """Return the problem of a response after checking its form."""
    assert response.status_code == status
    assert response.mimetype == MEDIA_TYPE
    body = ProblemModel.model_validate_json(response.data)
    assert body.status == status
    assert body.title
    assert body.detail
    return body


def related(client, address, **options):
    return RelatedAnswerModel.model_validate_json(client.get(address, **options).data).related


def test_search_answers_total_and_hits(client):
    answer = client.get("/api/v1/search?q=bridge&size=5")
    body = SearchAnswerModel.model_validate_json(answer.data)
    assert (answer.status_code, body.total, len(body.hits)) == (200, 12, 5)
    assert (body.page, body.size) == (1, 5)
    hit = answer.json["hits"][0]
    assert {"id", "url", "title", "snippet", "section", "published", "score"} <= hit.keys()
    assert "<mark>" in hit["snippet"]
    assert datetime.fromisoformat(hit["published"]).tzinfo
    assert "search;dur=" in answer.headers["Server-Timing"]
    assert "draft" not in {item.id for item in body.hits}


def test_scores_are_explained_where_that_is_asked(client):
    address = "/api/v1/search?q=bridge+toll*&mode=broaden&size=3"
    explained = client.get(f"{address}&explain=true").json["hits"]
    plain = client.get(address).json["hits"]
    for one, other in zip(explained, plain, strict=True):
        reasons = one["explanation"]
        assert sum(reason["score"] for reason in reasons) == pytest.approx(one["score"])
        assert {"word", "pattern", "related_word"} <= {reason["kind"] for reason in reasons}
        assert other == one | {"explanation": []}


def test_pages_follow_each_other_without_repeats(client):
    ids = [
        hit["id"]
        for page in (1, 2, 3)
        for hit in client.get(f"/api/v1/search?q=bridge&size=5&page={page}").json["hits"]
    ]
    assert len(ids) == len(set(ids)) == 12
    beyond = client.get("/api/v1/search?q=bridge&size=5&page=4")
    assert (beyond.status_code, beyond.json["total"], beyond.json["hits"]) == (200, 12, [])


def test_filters_may_be_repeated_and_days_count_whole(client):
    def ids(query):
        return {hit["id"] for hit in client.get(f"/api/v1/search?size=100&{query}").json["hits"]}

    politics = ids("section=Politics")
    assert ids("section=Politics&section=Economy") > politics > set()
    assert ids("language=ru") == {"ru-1"}
    assert ids("language=ru&language=en") == ids("")
    assert ids("section=Politics&author=Nobody") == set()
    day = (NOW - timedelta(days=30)).date()
    assert ids(f"from={day}&to={day}") == {"bridge-1"}
    assert ids("from=&to=&section=&source=") == ids("")


def test_no_query_means_every_article_newest_first(client):
    answer = client.get("/api/v1/search").json
    dates = [hit["published"] for hit in answer["hits"] if hit["published"]]
    assert answer["total"] == 30
    assert dates == sorted(dates, reverse=True)
    assert client.get("/api/v1/search?facets=false").json["facets"] == []


def test_parameters_it_does_not_know_are_ignored(client):
    plain = client.get("/api/v1/search?q=bridge")
    assert client.get("/api/v1/search?q=bridge&utm_source=x&fbclid=%00").data == plain.data


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=best", "sort"),
        ("match=some", "match"),
        ("mode=wide", "mode"),
        ("page=0", "page"),
        ("page=one", "page"),
        ("page=" + "9" * 5000, "page"),
        ("size=0", "size"),
        ("size=101", "size"),
        ("from=yesterday", "from"),
        ("to=2011-02-30", "to"),
        ("from=1300000000", "from"),
        ("from=2020-01-02&to=2020-01-01", "from"),
        ("facets=perhaps", "facets"),
        ("explain=perhaps", "explain"),
        ("q=" + "x" * 2001, "q"),
        ("section=" + "x" * 301, "section.0"),
        ("&".join(["author=x"] * 51), "author"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, query, parameter):
    fault = problem(client.get(f"/api/v1/search?{query}"), 400).errors[0]
    assert fault.parameter == parameter
    assert fault.detail


def test_all_faults_are_named_at_once(client):
    body = problem(client.get("/api/v1/search?page=0&sort=best&from=x"), 400)
    assert {fault.parameter for fault in body.errors} == {"page", "sort", "from"}


def test_a_page_too_deep_to_be_reached_is_refused(client):
    assert "10,000" in problem(client.get("/api/v1/search?page=1000000000"), 400).detail
    assert client.get("/api/v1/search?page=1000&size=10").status_code == 200
    assert client.get("/api/v1/search?page=1001&size=10").status_code == 400


def test_an_article_is_answered_with_all_its_fields(client):
    answer = client.get("/api/v1/articles/bridge-1")
    assert tuple(answer.json) == FIELDS == tuple(ArticleModel.model_fields)
    assert Article.from_record(answer.json) == ARTICLES[0]
    assert article_answer(ARTICLES[0]) == ArticleModel.model_validate_json(answer.data)


def test_an_id_may_hold_any_characters(client):
    address = f"/api/v1/articles/{quote(ODD_ID, safe='')}"
    assert client.get(address).json["id"] == ODD_ID
    assert related(client, f"{address}/related", query_string={"minimum_score": 0}) is not None


def test_related_articles_say_why(client):
    items = related(client, "/api/v1/articles/bridge-1/related?limit=4")
    assert len(items) == 4
    assert "bridge-1" not in {item.id for item in items}
    assert "draft" not in {item.id for item in items}
    assert all(0 < item.score <= 1 and item.terms for item in items)
    assert [item.score for item in items] == sorted((item.score for item in items), reverse=True)
    address = "/api/v1/articles/bridge-1/related?minimum_score=1"
    assert related(client, f"{address}&fill=false") == []
    assert {item.reason for item in related(client, address)} <= {
        Reason.SAME_STORY,
        Reason.SAME_SECTION,
        Reason.NEWEST,
    }


def test_an_article_newer_than_the_index_is_known_by_its_text(store, client):
    late = Article(id="late", title="Bridge treaty at last", body=(BRIDGE,), published=NOW)
    store.upsert([late], datetime.now(UTC))
    try:
        assert client.get("/api/v1/articles/late").json["title"] == late.title
        assert len(related(client, "/api/v1/articles/late/related")) == 5
        hidden = Article(id="late", title=late.title, body=late.body, status=Status.WITHDRAWN)
        store.upsert([hidden], datetime.now(UTC))
        problem(client.get("/api/v1/articles/late"), 404)
        problem(client.get("/api/v1/articles/late/related"), 404)
    finally:
        store.upsert([Article(id="late", title="x", status=Status.DRAFT)], datetime.now(UTC))


def test_a_withdrawn_article_is_gone_at_once(store, client):
    gone = Article(**{**_fields(ARTICLES[11]), "status": Status.WITHDRAWN})
    store.upsert([gone], datetime.now(UTC))
    try:
        problem(client.get("/api/v1/articles/bridge-12"), 404)
        problem(client.get("/api/v1/articles/bridge-12/related"), 404)
        assert client.get("/api/v1/search?q=bridge").json["total"] == 11
    finally:
        store.upsert([ARTICLES[11]], datetime.now(UTC))


def _fields(article):
    return {name: getattr(article, name) for name in FIELDS}


def test_related_to_a_text(client):
    answer = client.post("/api/v1/related", json={"text": BRIDGE, "limit": 3})
    items = TextAnswerModel.model_validate_json(answer.data).related
    assert len(items) == 3
    assert "bridge" in items[0].terms
    titled = client.post("/api/v1/related", json={"text": "", "title": "bridge", "language": "en"})
    assert titled.json["related"]


def test_links_say_where_their_words_stand(client):
    text = "😀 The ferry and the bridge treaty, again."
    for posted in (text, f"<p>{text}</p>"):
        form = "html" if posted != text else "text"
        body = {"text": posted, "format": form, "minimum_score": 0}
        answer = TextAnswerModel.model_validate_json(client.post("/api/v1/related", json=body).data)
        anchors = [item.anchor for item in answer.related if item.anchor]
        assert anchors
        for anchor in anchors:
            assert posted[anchor.start : anchor.end] == anchor.text
        for item in answer.entered:
            if item.anchor:
                paragraph = client.get(f"/api/v1/articles/{item.id}").json["body"][
                    item.anchor.paragraph - 1
                ]
                assert paragraph[item.anchor.start : item.anchor.end] == item.anchor.text
    first = answer.related[0]
    linked = f'<a href="/articles/{first.id}">it</a> {posted}'
    body = {"text": linked, "format": "html", "minimum_score": 0}
    others = client.post("/api/v1/related", json=body).json["related"]
    assert others
    assert first.id not in [item["id"] for item in others]


@pytest.mark.parametrize(
    ("posted", "status", "parameter"),
    [
        ({"json": {}}, 400, "text"),
        ({"json": {"text": "x", "format": "markdown"}}, 400, "format"),
        ({"json": {"text": " "}}, 400, "text"),
        ({"json": {"text": 7}}, 400, "text"),
        ({"json": {"text": "x", "limit": 0}}, 400, "limit"),
        ({"json": {"text": "x", "limit": 51}}, 400, "limit"),
        ({"json": {"text": "x", "minimum_score": 2}}, 400, "minimum_score"),
        ({"json": ["text"]}, 400, "body"),
        ({"data": "null", "content_type": "application/json"}, 400, "body"),
        ({"data": "{", "content_type": "application/json"}, 400, "body"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "body"),
        ({"data": "[" * 200_000, "content_type": "application/json"}, 400, "body"),
        ({"data": '{"text": "x", "minimum_score": NaN}', "content_type": "application/json"}, 400,
         "minimum_score"),
        ({"data": "text=x", "content_type": "text/plain"}, 415, None),
        ({"data": {"text": "x"}}, 415, None),
        ({"json": {"text": "x" * 300_000}}, 413, None),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used(client, posted, status, parameter):
    body = problem(client.post("/api/v1/related", **posted), status)
    assert [fault.parameter for fault in body.errors] == ([parameter] if parameter else [])


def test_what_is_not_there_and_what_is_not_allowed(client):
    assert "nope" in problem(client.get("/api/v1/articles/nope"), 404).detail
    problem(client.get("/api/v1/articles/draft"), 404)
    problem(client.get("/api/v1/articles/nope/related"), 404)
    problem(client.get("/api/v1/"), 404)
    problem(client.get("/api/nothing"), 404)
    answer = client.delete("/api/v1/search")
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_health_and_what_is_said_without_a_generation(client, empty_client):
    health = HealthModel.model_validate_json(client.get("/healthz").data)
    assert (health.status, health.generation, health.articles) == ("ok", 1, 30)
    for address in ("search", "articles/a", "articles/a/related", "../../healthz"):
        answer = empty_client.get(urljoin("/api/v1/", address))
        assert "backfile rebuild" in problem(answer, 503).detail
        assert int(answer.headers["Retry-After"]) > 0


def test_what_breaks_is_logged_and_not_shown(app, client, caplog, monkeypatch):
    def fail(*_):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("web.api.search_answer", fail)
    body = problem(client.get("/api/v1/search"), 500)
    assert "secret" not in body.detail
    assert "/secret/path" in caplog.text


def test_coverage_is_of_what_is_public(client, store):
    answer = client.get("/api/v1/coverage")
    body = CoverageModel.model_validate_json(answer.data)
    assert (answer.status_code, body.articles, body.undated) == (200, 30, 1)
    assert sum(month.articles for month in body.months) == 29
    assert body.last.isoformat() == (NOW - timedelta(days=5)).date().isoformat()
    assert {item.value: item.count for item in body.languages.counts} == {"en": 29, "ru": 1}
    assert (body.sources.values, body.sections.values) == (1, 3)
    assert (body.last_change, body.generation) == (NOW, 1)
    store.upsert([Article(id="bridge-12", title="-", status=Status.WITHDRAWN)], datetime.now(UTC))
    try:
        later = CoverageModel.model_validate_json(client.get("/api/v1/coverage").data)
        assert (later.articles, later.changes_since) == (29, body.changes_since + 1)
    finally:
        store.upsert([ARTICLES[11]], datetime.now(UTC))


def test_equal_answers_are_not_sent_twice(client):
    first = client.get("/api/v1/search?q=bridge")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/v1/search?q=bridge", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/api/v1/articles/nope").headers["Cache-Control"] == "no-store"


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def test_the_document_is_openapi(document):
    validate(document)


def test_the_document_describes_every_call_and_its_problems(document):
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) == {
        "/api/v1/search",
        "/api/v1/suggest",
        "/api/v1/articles",
        "/api/v1/webhooks/{name}",
        "/api/v1/articles/{article_id}",
        "/api/v1/articles/{article_id}/also-read",
        "/api/v1/articles/{article_id}/related",
        "/api/v1/batch",
        "/api/v1/clicks",
        "/api/v1/events",
        "/api/v1/popular",
        "/api/v1/views",
        "/api/v1/views.gif",
        "/api/v1/editors-choice",
        "/api/v1/page-blocks",
        "/api/v1/related",
        "/api/v1/coverage",
        "/healthz",
    }
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for status, described in operation["responses"].items():
                content = described.get("content", {})
                if status == "204" or "image/gif" in content:
                    continue
                kind = "application/json" if status == "200" else MEDIA_TYPE
                reference = content[kind]["schema"]["$ref"]
                assert reference.rpartition("/")[2] in document["components"]["schemas"]
    names = {item["name"] for item in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert names == {
        "q", "sort", "match", "mode", "section", "source", "author", "language", "from", "to",
        "page", "size", "facets", "explain", "year", "person", "place", "tag", "within", "recent",
        "after", "before", "timeline", "variants", "spelling",
    }  # fmt: skip
