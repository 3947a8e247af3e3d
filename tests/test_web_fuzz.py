"""Whatever is asked, through the OpenAPI document and against it: an answer, never a breakdown."""

import json
import shutil
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from articles.api_keys import Scope
from web.app import create_app
from web.parameters import SearchParameters
from web.settings import Settings

MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
CALLS = [
    "DELETE /api/v1/articles/{article_id}",
    "GET /api/v1/articles/{article_id}",
    "GET /api/v1/articles/{article_id}/also-read",
    "GET /api/v1/articles/{article_id}/related",
    "GET /api/v1/coverage",
    "GET /api/v1/editors-choice",
    "GET /api/v1/page-blocks",
    "GET /api/v1/popular",
    "GET /api/v1/related",
    "GET /api/v1/search",
    "GET /api/v1/suggest",
    "GET /api/v1/views.gif",
    "GET /healthz",
    "POST /api/v1/articles",
    "POST /api/v1/batch",
    "POST /api/v1/clicks",
    "POST /api/v1/events",
    "POST /api/v1/related",
    "POST /api/v1/views",
    "POST /api/v1/webhooks/{name}",
    "PUT /api/v1/articles/{article_id}",
]
PAGES = ["/", "/search", "/coverage", "/browse", "/browse/people", "/advanced", "/help"]


@pytest.fixture(scope="module")
def app(sample_home, tmp_path_factory):
    # A copy, because some calls write; without counting, whose threads would open the store in the
    # middle of a test.
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("fuzz") / "home")
    app = create_app(Settings(home=home, query_log_days=0, counting=False))
    app.test_client().get("/articles/2018-03-14-bridge-closed")  # opens every file once
    yield app
    app.extensions["backfile"].close()


@pytest.fixture(scope="module")
def key(app):
    """The header of a key that may do everything."""
    keys = app.extensions["backfile"].store.api_keys
    _, key = keys.add("fuzz", Scope, by="tests", now=datetime.now(UTC))
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def described(app):
    """The calls of the API as its own document describes them."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def test_every_call_is_tried(described):
    assert sorted(described) == sorted(CALLS)


@pytest.mark.parametrize("call", CALLS)
@MANY
@given(data=st.data())
def test_every_call_answers_as_its_document_says(described, key, call, data):
    case = data.draw(described[call].as_strategy())
    case.call_and_validate(checks=CHECKS, headers=key)


NAMES = [field.alias or name for name, field in SearchParameters.model_fields.items()]
VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(["1", "true", "2011-07-11", "relevance", "~1~a", "0~nan~x", '"', "<script>"]),
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)


@MANY
@given(path=st.sampled_from(PAGES), pairs=PAIRS)
def test_every_parameter_of_a_page_may_be_anything(app, path, pairs):
    answer = app.test_client().get(path, query_string=pairs)
    assert answer.status_code in (200, 400)
    assert answer.mimetype == "text/html"
    page = html.document_fromstring(answer.data)
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
    # Whatever a reader writes comes back as text: no element, no attribute of theirs.
    kinds = {script.get("type") for script in page.iter("script") if not script.get("src")}
    assert kinds <= {"application/ld+json"}
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert not [a for a in page.xpath("//@href | //@src") if a.lower().startswith("javascript")]


@MANY
@given(pairs=PAIRS)
def test_every_parameter_of_the_api_may_be_anything(app, pairs):
    answer = app.test_client().get("/api/v1/search", query_string=pairs)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        problem = json.loads(answer.data)
        assert answer.mimetype == "application/problem+json"
        assert problem["status"] == 400
        assert problem["detail"]
