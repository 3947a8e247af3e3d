"""The calls that write: with which keys, how often, how much, and what readers see of it."""

import json
from datetime import timedelta

import pytest

from articles.api_keys import Scope, new_key
from articles.article import Status
from tests.archives import NOW
from tests.consoles import log_in, open_console, send
from web.writing.signatures import SIGNATURE, TIMESTAMP, signature_of
from web.writing.views import LONGEST_BODY, writing

WRITE, COUNT = Scope
NEW = {
    "id": "new/1 ä",
    "title": "Bridge treaty signed",
    "body": "The bridge treaty opens the river to ferries. Delegation 3 signed it.",
    "section": "Politics",
    "published": (NOW - timedelta(hours=1)).isoformat(),
}
PATH = "/api/v1/articles/new%2F1%20%C3%A4"
CALLS = {
    "writing.write_articles": ("POST", "/api/v1/articles", WRITE),
    "writing.write_article": ("PUT", PATH, WRITE),
    "writing.withdraw_article": ("DELETE", PATH, WRITE),
    "counting.count_events": ("POST", "/api/v1/events", COUNT),
}
"""Every call that needs a key."""


@pytest.fixture
def served(tmp_path):
    with open_console(tmp_path / "home", counting=False) as (app, clock):
        yield app, clock


@pytest.fixture
def app(served):
    return served[0]


@pytest.fixture
def store(app):
    return app.extensions["backfile"].store


@pytest.fixture
def key(store):
    return header(store.api_keys.add("cms", [WRITE], by="ada", now=NOW)[1])


def header(key):
    return {"Authorization": f"Bearer {key}"}


def outcomes(answer):
    assert answer.status_code == 200, answer.text
    return [one["outcome"] for one in answer.json["articles"]]


def test_every_call_that_writes_is_in_the_list_or_signed(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    ours = {name for name in endpoints if name.startswith(f"{writing.name}.")}
    assert ours == {name for name in CALLS if name.startswith("writing")} | {
        "writing.receive_webhook"
    }


@pytest.mark.parametrize("endpoint", CALLS)
def test_no_call_is_answered_without_the_right_key(served, store, endpoint):
    app, clock = served
    method, path, scope = CALLS[endpoint]
    (other,) = set(Scope) - {scope}
    _, insufficient = store.api_keys.add("other", [other], by="ada", now=NOW)
    _, expiring = store.api_keys.add(
        "short", Scope, expires=NOW + timedelta(days=1), by="ada", now=NOW
    )
    _, revoked = store.api_keys.add("gone", Scope, by="ada", now=NOW)
    store.api_keys.revoke("gone", by="ada", now=NOW)
    clock.now += timedelta(days=1)
    before = store.last_sequence()
    client = app.test_client()
    for given in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {expiring}"},
        {"Authorization": "Bearer \xe9"},
        header("a" * 9_000),
        header(new_key()),
        header(expiring),
        header(revoked),
    ):
        answer = client.open(path, method=method, headers=given, json=NEW)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")
    answer = client.open(path, method=method, headers=header(insufficient), json=NEW)
    assert answer.status_code == 403
    assert f"has not the scope {scope}" in answer.json["detail"]
    assert store.last_sequence() == before
    # A logged-in admin's browser has no key either.
    log_in(client, "ada")
    assert client.open(path, method=method, json=NEW).status_code == 401


def test_a_key_counts_for_a_server(app, store):
    _, text = store.api_keys.add("site", [COUNT], by="ada", now=NOW)
    answer = app.test_client().post("/api/v1/events", headers=header(text), json={"events": []})
    assert answer.status_code == 204


def test_an_article_is_written_changed_read_and_withdrawn(app, store, key):
    client = app.test_client()
    answer = client.post("/api/v1/articles", headers=key, json=NEW)
    assert answer.json == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "withdrawn": 0,
        "rejected": 0,
        "articles": [{"id": NEW["id"], "outcome": "added", "reasons": []}],
    }
    related = client.get("/api/v1/articles/bridge 3%2Fä/related?limit=20").json
    assert NEW["id"] in [item["id"] for item in related["related"]]
    changed = NEW | {"title": "Bridge treaty signed at last"}
    del changed["id"]
    assert outcomes(client.put(PATH, headers=key, json=changed)) == ["changed"]
    assert outcomes(client.put(PATH, headers=key, json=changed)) == ["unchanged"]
    assert outcomes(client.delete(PATH, headers=key)) == ["withdrawn"]
    assert outcomes(client.delete(PATH, headers=key)) == ["unchanged"]
    assert store.get(NEW["id"]).status is Status.WITHDRAWN
    related = client.get("/api/v1/articles/bridge 3%2Fä/related?limit=20").json
    assert NEW["id"] not in [item["id"] for item in related["related"]]
    address = "/api/v1/articles/bridge%203%2F%C3%A4"
    found = client.get("/api/v1/search?q=delegation").json["total"]
    assert outcomes(client.delete(address, headers=key)) == ["withdrawn"]
    assert client.get("/api/v1/search?q=delegation").json["total"] == found - 1
    assert client.delete("/api/v1/articles/nowhere", headers=key).status_code == 404
    assert [entry.user for entry in store.audit.entries(about=NEW["id"])] == ["key cms"] * 3


def test_a_batch_tells_of_each_of_its_articles(app, key):
    batch = [
        NEW,
        {"id": "b"},
        3,
        {"id": NEW["id"], "status": "withdrawn"},
        NEW | {"body": "Re\0d."},
    ]
    answer = app.test_client().post("/api/v1/articles", headers=key, json=batch)
    assert outcomes(answer)[:4] == ["added", "rejected", "rejected", "withdrawn"]
    assert all(one["reasons"] for one in answer.json["articles"][1:3])


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"[" * 200_000, b"\xff\xfe", b'{"a": NaN}', b"1" * 99_999]
)
def test_hostile_bodies_are_refused_or_rejected(app, store, key, body):
    before = store.last_sequence()
    client = app.test_client()
    for method, path, _ in (CALLS["writing.write_articles"], CALLS["writing.write_article"]):
        answer = client.open(path, method=method, headers=key, data=body)
        assert answer.status_code == 400 or answer.json["rejected"] == 1
    assert store.last_sequence() == before


def test_large_bodies_are_read_up_to_the_limit(app, key):
    client = app.test_client()
    ten = [NEW | {"id": f"large {number}", "body": "A word. " * 131_072} for number in range(10)]
    assert len(json.dumps(ten)) > 10 * 2**20
    assert outcomes(client.post("/api/v1/articles", headers=key, json=ten)) == ["added"] * 10
    for path in ("/api/v1/articles", "/api/v1/webhooks/none"):
        answer = client.post(path, headers=key, data=b" " * (LONGEST_BODY + 1))
        assert answer.status_code == 413


def test_the_same_call_is_answered_again_and_another_refused(app, store, key):
    client = app.test_client()
    once = key | {"Idempotency-Key": "call 1"}
    first = client.post("/api/v1/articles", headers=once, json=NEW)
    again = client.post("/api/v1/articles", headers=once, json=NEW)
    assert again.data == first.data
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (
        False,
        "true",
    )
    other = client.post("/api/v1/articles", headers=once, json=NEW | {"title": "Other"})
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert client.delete(PATH, headers=once).status_code == 409
    assert len(store.audit.entries(about=NEW["id"])) == 1
    bad = key | {"Idempotency-Key": "k" * 201}
    assert client.post("/api/v1/articles", headers=bad, json=NEW).status_code == 400


def signed(secret, body, at=NOW):
    time = int(at.timestamp())
    return {TIMESTAMP: str(time), SIGNATURE: signature_of(secret, time, body)}


def test_a_signed_call_is_taken_once(served, store):
    app, clock = served
    client, path = app.test_client(), "/api/v1/webhooks/cms"
    secret = store.webhooks.add("cms", by="ada", now=NOW).secret
    body = json.dumps([NEW, {"id": "bridge 3/ä", "status": "withdrawn"}]).encode()
    headers = signed(secret, body)
    for late in (timedelta(minutes=6), -timedelta(minutes=6)):
        clock.now = NOW + late
        assert client.post(path, headers=headers, data=body).status_code == 401
    clock.now = NOW + timedelta(minutes=4)
    assert outcomes(client.post(path, headers=headers, data=body)) == ["added", "withdrawn"]
    assert client.post(path, headers=headers, data=body).status_code == 409
    anew = signed(secret, body, clock.now)
    assert outcomes(client.post(path, headers=anew, data=body)) == ["unchanged"] * 2
    store.webhooks.remove("cms", by="ada", now=NOW)
    later = signed(secret, body, clock.now + timedelta(seconds=1))
    assert client.post(path, headers=later, data=body).status_code == 401


def test_what_is_tampered_with_is_refused(app, store):
    client = app.test_client()
    secret = store.webhooks.add("cms", by="ada", now=NOW).secret
    other = store.webhooks.add("other", by="ada", now=NOW).secret
    body = json.dumps(NEW).encode()
    good, before = signed(secret, body), store.last_sequence()
    time = good[TIMESTAMP]
    for name, headers, sent in (
        ("cms", {}, body),
        ("cms", good, body + b" "),
        ("cms", good | {TIMESTAMP: str(int(time) + 1)}, body),
        ("cms", good | {TIMESTAMP: f"{time}.0"}, body),
        ("cms", good | {TIMESTAMP: "9" * 5_000}, body),
        ("cms", good | {SIGNATURE: good[SIGNATURE].upper()}, body),
        ("cms", good | {SIGNATURE: "sha256="}, body),
        ("cms", good | {SIGNATURE: "\xe9"}, body),
        ("cms", signed(other, body), body),
        ("cms", signed("", body), body),
        ("other", good, body),
        ("nobody", good, body),
        ("nobody", signed("", body), body),
        ("%00", signed("", body), body),
    ):
        answer = client.post(f"/api/v1/webhooks/{name}", headers=headers, data=sent)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert store.last_sequence() == before
    assert outcomes(client.post("/api/v1/webhooks/cms", headers=good, data=body)) == ["added"]


def test_a_key_is_made_shown_once_and_revoked_in_the_console(app, store):
    client = app.test_client()
    log_in(client, "ada")
    made = send(client, "/admin/keys", name="cms", scope="articles:write", days="30")
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    (key,) = store.api_keys.all()
    assert (key.name, key.expires) == ("cms", NOW + timedelta(days=30))
    text = made.text.partition('tabindex="0">bf_')[2].partition("<")[0]
    assert store.api_keys.check(f"bf_{text}", NOW) == key
    page = client.get("/admin/keys").text
    assert key.shown in page
    assert text not in page
    refused = send(client, "/admin/keys", name="cms", scope="counting:write", days="<b>")
    assert refused.status_code == 400
    assert "1 to 3,650 days" in refused.text
    assert "<b>" not in refused.text
    assert send(client, "/admin/keys", name="x", scope="everything").status_code == 400
    assert send(client, "/admin/keys", revoke="cms").status_code == 303
    assert store.api_keys.check(f"bf_{text}", NOW) is None
    log = client.get("/admin/audit?kind=keys").text
    assert "made a key" in log
    assert "revoked a key" in log
    assert text not in log


def test_the_log_tells_of_articles_that_were_written(app, key):
    client = app.test_client()
    client.post("/api/v1/articles", headers=key, json=NEW | {"title": "<i>Bridge"})
    log_in(client, "vera")
    log = client.get("/admin/audit?kind=articles").text
    assert "key cms" in log
    assert "&lt;i&gt;Bridge" in log
    assert "API keys" not in client.get("/admin/").text


def test_keys_are_made_by_an_admin_only(app, store):
    for name in ("vera", "ines"):
        client = app.test_client()
        log_in(client, name)
        assert client.get("/admin/keys").status_code == 403
        assert ">Keys<" not in client.get("/admin/").text
    assert not store.api_keys.all()
