"""Secrets stay secret: none is logged, printed, shown twice, or kept in plain without need."""

import io
import json
import logging
import logging.config
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import request
from lxml import html

from articles.api_keys import Scope
from tests.archives import NOW
from tests.consoles import PASSWORD, SECRET, fields, log_in, open_console, send
from tests.routes import calls
from tests.telephone import enrol, shown
from web.settings import Settings
from web.watching.logs import log_configuration
from web.writing.signatures import SIGNATURE, TIMESTAMP, signature_of

WRONG = "a wrong password of somebody"
COUNTING_KEY = "what a server says to count its readers"
STEP = timedelta(seconds=30)


@contextmanager
def logged(form):
    """Log all that the server would and more, from the lowest level on, into a text."""
    text, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    configuration = log_configuration(form, requests=True)
    logging.config.dictConfig(configuration)
    root.handlers[0].setStream(text)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.handlers[:], level = before
        root.setLevel(level)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged_whatever_is_called(tmp_path, form):
    secrets = {SECRET, PASSWORD, WRONG, COUNTING_KEY}
    with (
        logged(form) as text,
        open_console(tmp_path / "home", counting=False, counting_key=COUNTING_KEY) as (app, clock),
    ):
        app.add_url_rule("/broken", "broken", lambda: {}[request.args["key"]])
        store, client = app.extensions["backfile"].store, app.test_client()
        log_in(client, "ada", WRONG)
        log_in(client, "ada")
        telephone, codes = enrol(client, clock.now)
        secrets |= set(codes) | {shown(telephone, clock.now)}
        clock.now += STEP
        log_in(second := app.test_client(), "ada")
        for code in ("000000", codes[0], shown(telephone, clock.now)):
            page = second.get("/admin/login/code")
            if page.status_code == 200:
                given = fields(page, "/admin/login/code") | {"code": code}
                second.post("/admin/login/code", data=given)
                secrets.add(code)
        made = send(client, "/admin/keys", name="cms", scope="articles:write", days="30")
        key = html.document_fromstring(made.text).xpath("string(//code)")
        webhook = store.webhooks.add("cms", by="ada", now=NOW).secret
        time, body = int(clock.now.timestamp()), b'{"id": "x", "status": "withdrawn"}'
        signature = signature_of(webhook, time, body)
        signed = {TIMESTAMP: str(time), SIGNATURE: signature}
        client.post("/api/v1/webhooks/cms", data=body, headers=signed)
        client.post("/api/v1/webhooks/cms", data=body + b" ", headers=signed)
        cookies = [
            one.get_cookie(name, path="/admin").value
            for one in (client, second)
            for name in ("backfile_console", "backfile_browser")
        ]
        secrets |= {key, webhook, signature, *cookies}
        for call in calls_and_broken(app):
            for given in (key, COUNTING_KEY):
                client.open(
                    call,
                    method="GET",
                    headers={"Authorization": f"Bearer {given}"},
                    query_string={"q": PASSWORD, "key": key},
                    buffered=True,
                )
        client.post("/api/v1/articles", headers={"Authorization": f"Bearer {key}"}, data=body)
    said = text.getvalue()
    assert "/admin/login" in said
    assert "KeyError" in said
    secrets.discard("000000")
    for secret in secrets:
        assert secret, "every secret has been seen"
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said


def calls_and_broken(app):
    return [*(call.address for call in calls(app) if call.method == "GET"), "/broken"]


def test_a_secret_is_shown_by_the_answer_that_makes_it_and_by_none_after(tmp_path):
    with open_console(tmp_path / "home", counting=False) as (app, clock):
        store, client = app.extensions["backfile"].store, app.test_client()
        log_in(client, "ada")
        telephone, codes = enrol(client, clock.now)
        made = send(client, "/admin/keys", name="cms", scope="articles:write", days="30")
        key = html.document_fromstring(made.text).xpath("string(//code)")
        webhook = store.webhooks.add("cms", by="ada", now=NOW).secret
        kept = store.users.get("ada")
        secrets = {key, webhook, *codes, SECRET, kept.password_hash, kept.stamp}
        for call in calls(app):
            if call.method == "GET":
                answer = client.get(call.address, buffered=True)
                said = answer.data.decode("utf-8", "replace") + str(answer.headers)
                assert not [secret for secret in secrets if secret in said], call
        # Webhook secrets apart, which signatures are checked with, the store has none as it is.
        database = (tmp_path / "home" / "archive.sqlite3").read_bytes()
        for file in (tmp_path / "home").glob("archive.sqlite3-wal"):
            database += file.read_bytes()
        cookie = client.get_cookie("backfile_console", path="/admin").value
        for secret in {key, *codes, SECRET, PASSWORD, cookie}:
            assert secret.encode() not in database
        assert telephone not in database


def test_what_is_printed_of_objects_that_hold_secrets_does_not(tmp_path):
    with open_console(tmp_path / "home", counting=False) as (app, _):
        store = app.extensions["backfile"].store
        made, key = store.api_keys.add("cms", [Scope.WRITE_ARTICLES], by="ada", now=NOW)
        webhook = store.webhooks.add("cms", by="ada", now=NOW)
        user = store.users.get("ada")
        settings = Settings(
            home=tmp_path,
            secret_key=SECRET,
            counting_key=COUNTING_KEY,
            database_url="postgresql+psycopg://backfile:geheim@db/archive?sslpassword=geheim",
        )
        shown_words = " ".join(
            [repr(made), str(made), repr(webhook), repr(user), settings.masked_store_url]
        )
        assert SECRET not in repr(settings)
        assert COUNTING_KEY not in repr(settings)
        for secret in (key, webhook.secret, user.password_hash, user.stamp, "geheim"):
            assert secret not in shown_words
        assert "geheim" not in repr(settings)


def test_no_command_prints_the_secrets_of_the_settings(run, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILE_SECRET_KEY", SECRET)
    monkeypatch.setenv("BACKFILE_COUNTING_KEY", COUNTING_KEY)
    for words in (("settings",), ("status",), ("status", "--json"), ("user", "list"), ("--help",)):
        said = run("--home", tmp_path / "home", *words).output
        assert SECRET not in said, words
        assert COUNTING_KEY not in said, words
    monkeypatch.setenv(
        "BACKFILE_DATABASE_URL",
        "postgresql+psycopg://u:geheim@127.0.0.1:1/db?passfile=/geheim&sslpassword=geheim",
    )
    for words in (("settings",), ("status",), ("--debug", "status"), ("user", "list")):
        assert "geheim" not in run("--home", tmp_path / "home", *words).output, words
