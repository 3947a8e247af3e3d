"""Every route, whoever calls it: exactly those get through who may, and no form is anybody else's.

The routes are those of the application itself, so one that is added without saying who may call it
fails here.
"""

import pytest

from articles.api_keys import Scope
from articles.users import Role
from tests.archives import NOW
from tests.consoles import PASSWORD, USERS, fields, log_in, open_console
from tests.routes import ACCESS, EVERYBODY, NUMBERS, SIGNED, calls
from web.console.roles import OPEN
from web.writing.signatures import SIGNATURE, TIMESTAMP, signature_of

STRANGER = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("routes") / "home"
    with open_console(home, counting=False, query_log_days=0) as (app, _):
        for call in calls(app):  # opens every file once
            if call.method == "GET":
                app.test_client().get(call.address, buffered=True)
        yield app


@pytest.fixture(scope="module")
def store(app):
    return app.extensions["backfile"].store


@pytest.fixture(scope="module")
def callers(app, store):
    """What each kind of caller sends, by what it may do; ``{}`` is nobody."""
    found = {None: (app.test_client(), {})}
    for name, role in USERS.items():
        client = app.test_client()
        log_in(client, name)
        found[role] = (client, {})
    for scope in Scope:
        _, key = store.api_keys.add(f"key-{scope.name.lower()}", [scope], by="ada", now=NOW)
        found[scope] = (app.test_client(), {"Authorization": f"Bearer {key.replace(' ', '')}"})
    return found


def may(caller, needed):
    """Say whether a caller may call what is for ``needed``."""
    if needed == EVERYBODY:
        return True
    if isinstance(needed, Role):
        return isinstance(caller, Role) and caller.includes(needed)
    return caller == needed


def let_in(answer):
    """Say whether a call was let through, whatever it was answered then."""
    to_login = answer.status_code == 303 and answer.location.startswith("/admin/login?next=")
    return not to_login and answer.status_code not in (401, 403)


def test_every_view_is_declared_and_every_declaration_has_one(app):
    assert {call.endpoint for call in calls(app)} == ACCESS.keys()


def test_exactly_those_get_through_who_may(app, callers):
    tried = 0
    for call in calls(app):
        if call.endpoint in ("console.log_out", "console.log_in"):
            continue  # they would end the sessions of the callers
        for caller, (client, headers) in callers.items():
            answer = client.open(
                call.address,
                method=call.method,
                headers=headers,
                environ_overrides=STRANGER,
                buffered=True,
            )
            expected = may(caller, ACCESS[call.endpoint])
            assert let_in(answer) == expected, (call, caller, answer.status_code)
            assert answer.status_code < 500, (call, caller)
            if not expected:
                assert "Bridge treaty" not in answer.text, (call, caller)
            tried += 1
    assert tried > 6 * 70


def test_no_credential_opens_what_is_for_another_kind_of_caller(app, callers, store):
    by_kind = {kind: [] for kind in (SIGNED, NUMBERS)}
    for call in calls(app):
        by_kind.get(ACCESS[call.endpoint], []).append(call)
    secret = store.webhooks.add("cms", by="ada", now=NOW).secret
    (webhook,) = by_kind[SIGNED]
    body = b'{"id": "x", "status": "withdrawn"}'
    time = int(NOW.timestamp())
    signed = {TIMESTAMP: str(time), SIGNATURE: signature_of(secret, time, body)}
    client = app.test_client()
    assert client.post(webhook.address, data=body).status_code == 401
    assert client.post(webhook.address, data=body, headers=signed).status_code == 200
    for method, address in (("POST", "/api/v1/articles"), ("PUT", "/api/v1/articles/x")):
        assert client.open(address, method=method, data=body, headers=signed).status_code == 401
    for call in by_kind[NUMBERS]:
        assert client.open(call.address, method=call.method, buffered=True).status_code == 200


def test_a_method_that_a_route_does_not_have_reaches_nothing(app, callers):
    client, _ = callers[Role.ADMIN]
    routes = {}
    for call in calls(app):
        routes.setdefault(call.address, set()).add(call.method)
    for address, methods in routes.items():
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - methods:
            answer = client.open(address, method=method, buffered=True)
            # An id may end like the address of another call: then it is an article's.
            assert answer.status_code in (401, 405), (method, address)
        override = {"X-HTTP-Method-Override": "DELETE"}
        answer = client.get(address, headers=override, buffered=True)
        assert answer.status_code in (200, 303, 400, 401, 404, 405), address


def forms(app):
    return [
        call
        for call in calls(app)
        if call.endpoint.startswith("console") and call.method not in ("GET", "HEAD")
    ]


def test_no_form_is_taken_without_the_token_of_its_session(app, store):
    client, other = app.test_client(), app.test_client()
    log_in(client, "ada")
    log_in(other, "ada")
    page = "/admin/account/password"
    foreign = fields(other.get("/admin/account"), page)["csrf_token"]
    before = [app.test_client().get("/admin/login") for _ in range(2)]
    nobodys = fields(before[0], "/admin/login")["csrf_token"]
    done = store.audit.entries(), store.users.get("ada")
    tried = forms(app)
    assert len(tried) > 15
    for call in tried:
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign}):
            answer = client.open(call.address, method=call.method, data=data)
            assert answer.status_code == 400, call
        for sent in (
            {"query_string": {"csrf_token": foreign}},
            {"json": {"csrf_token": foreign}},
            {"headers": {"X-CSRFToken": foreign}},
            {"headers": {"X-CSRFToken": nobodys}},
            {"data": {"csrf_token": nobodys}},
        ):
            answer = client.open(call.address, method=call.method, **sent)
            assert answer.status_code == 400, (call, sent)
    assert (store.audit.entries(), store.users.get("ada")) == done
    assert client.get("/admin/").status_code == other.get("/admin/").status_code == 200


def test_looking_changes_nothing(app, store, callers):
    client, _ = callers[Role.ADMIN]
    before = store.audit.entries(), store.users.all(), store.last_sequence(), store.api_keys.all()
    for call in calls(app):
        if call.method == "GET" and ACCESS[call.endpoint] != NUMBERS:
            client.get(call.address, buffered=True)
    after = store.audit.entries(), store.users.all(), store.last_sequence(), store.api_keys.all()
    assert after == before


@pytest.mark.parametrize(
    "path", ["/admin", "/admin/nothing", "/admin/keys/", "/ADMIN/keys", "//admin/keys"]
)
def test_no_spelling_of_an_address_gets_around_the_login(app, path):
    answer = app.test_client().get(f"http://localhost{path}")
    assert answer.status_code in (303, 308, 404)
    assert "API keys" not in answer.text


def test_a_session_is_not_begun_by_any_call_but_the_login(app):
    client = app.test_client()
    for call in calls(app):
        if call.endpoint not in OPEN:
            client.open(call.address, method=call.method, buffered=True)
    assert client.get("/admin/").status_code == 303
    page = client.get("/admin/login")
    planted = client.get_cookie("backfile_console", path="/admin").value
    data = fields(page, "/admin/login") | {"name": "vera", "password": PASSWORD}
    assert client.post("/admin/login", data=data).status_code == 303
    # What an intruder has planted before the login is worth nothing after it.
    thief = app.test_client()
    thief.set_cookie("backfile_console", planted, path="/admin")
    assert thief.get("/admin/").status_code == 303
