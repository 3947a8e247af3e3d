"""Whatever is asked, the answer is one of ours: no failure, no markup that came from outside."""

from urllib.parse import quote, unquote

import pytest
from flask import url_for
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.archives import build, random_articles
from web.answers import SearchAnswerModel
from web.app import create_app
from web.link_answers import TextAnswerModel
from web.parameters import RelatedText, SearchParameters
from web.problems import MEDIA_TYPE
from web.settings import Settings


@pytest.fixture
def app(tmp_path):
    build(tmp_path / "home", random_articles(40))[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    return app.test_client()


texts = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", '"', "\0", "(((", "NOT", "*", "title:", "%", "\u202e", "'"]
)
parameters = st.dictionaries(
    st.sampled_from([field.alias or name for name, field in SearchParameters.model_fields.items()]),
    st.lists(
        texts
        | st.sampled_from(["newest", "all", "true", "2011-07-11", "en"])
        | st.integers().map(str),
        max_size=3,
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parameters)
def test_no_parameters_break_anything(client, asked):
    answer = client.get("/api/v1/search", query_string=asked)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        SearchAnswerModel.model_validate_json(answer.data)
    else:
        assert answer.mimetype == MEDIA_TYPE
        assert answer.json["detail"]
    page = client.get("/search", query_string=asked)
    assert page.status_code == answer.status_code
    assert b"<script>" not in page.data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=30).map(quote), st.binary(max_size=30).map(quote))
def test_no_address_breaks_anything(client, path, query):
    for start in ("/", "/search/", "/articles/", "/api/v1/articles/", "/api/", "/static/"):
        # Whole, because a path that begins with two slashes would be taken for a host.
        answer = client.get(f"http://localhost{start}{path}?q={query}&from={query}")
        assert answer.status_code < 500
        assert b"<script>" not in answer.data


anything = st.text(st.characters()) | st.none() | st.integers() | st.floats() | st.booleans()
bodies = st.dictionaries(
    st.sampled_from(list(RelatedText.model_fields)), anything | st.lists(anything, max_size=2)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bodies | anything)
def test_no_body_breaks_anything(client, body):
    answer = client.post("/api/v1/related", json=body)
    if answer.status_code == 200:
        TextAnswerModel.model_validate_json(answer.data)
    else:
        assert answer.status_code == (415 if body is None else 400)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_id_has_an_address(app, article_id):
    assume(not article_id.endswith("/related"))
    with app.test_request_context():
        address = url_for("api.article", article_id=article_id)
    assert address.isascii()
    _, values = app.url_map.bind("").match(unquote(address))
    assert values["article_id"] == article_id
