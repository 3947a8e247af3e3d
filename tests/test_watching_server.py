"""What is watched of a server of two workers: numbers, logs, readiness, a graceful end."""

import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from articles.article import Article
from articles.store import Store
from tests.archives import NOW, build, random_articles
from tests.test_web_server import PAUSE, PROGRAM, fetch

ROOT = Path(__file__).parent.parent


@contextmanager
def running(home, log):
    """A server of two workers; yields it and its address, and ends it."""
    command = [sys.executable, "-c", PROGRAM, str(home), "0"]
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            yield process, re.search(r"http://\S+", process.stdout.readline())[0]
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def home(tmp_path):
    store, _, _ = build(tmp_path / "home", random_articles(20))
    store.close()
    return tmp_path / "home"


def ask(address, **headers):
    """Return the status, headers and text of an answer, over a connection of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(address, headers=named), timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def numbers(address):
    """Return every sample by its name and the values of its labels, by their names."""
    status, _, text = ask(f"{address}metrics")
    assert status == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def until(found, wanted):
    """Ask again until what is found is wanted, and return it."""
    deadline = time.monotonic() + 30
    while True:
        now = found()
        if wanted(now) or time.monotonic() > deadline:
            return now
        PAUSE.wait(0.05)


def test_the_numbers_of_both_workers_add_up(home, tmp_path):
    with running(home, tmp_path / "log") as (_, address):
        fetch(f"{address}healthz")
        for _ in range(30):
            assert ask(f"{address}search?q=bridge")[0] == 200
        assert ask(f"{address}articles/none")[0] == 404
        assert ask(f"{address}nowhere")[0] == 404
        assert ask(f"{address}search?page=x")[0] == 400
        found = until(lambda: numbers(address), lambda now: now["backfile_workers",] == 2)
    assert found["backfile_workers",] == 2
    assert found["backfile_requests_total", "GET", "/search", "200"] == 30
    assert found["backfile_requests_total", "GET", "/search", "400"] == 1
    assert found["backfile_requests_total", "GET", "none", "404"] == 1
    assert found["backfile_request_seconds_count", "/search"] == 31
    assert found["backfile_request_seconds_bucket", "+Inf", "/search"] == 31
    assert found["backfile_search_seconds_count",] == 30
    assert (
        0
        < found["backfile_search_seconds_sum",]
        <= found["backfile_request_seconds_sum", "/search"]
    )
    assert found["backfile_ready",] == found["backfile_generation_number",] == 1
    assert found["backfile_generation_articles",] == 20
    assert found["backfile_store_articles", "published"] == 20
    assert found["backfile_changes_waiting",] == 0


def test_what_a_worker_counted_outlives_it(home, tmp_path):
    with running(home, tmp_path / "log") as (process, address):
        fetch(f"{address}healthz")
        for _ in range(20):
            ask(f"{address}help")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        before = children.read_text().split()
        until(lambda: numbers(address), lambda now: now["backfile_workers",] == 2)
        os.kill(int(before[0]), signal.SIGKILL)
        until(
            lambda: children.read_text().split(),
            lambda now: len(now) == 2 and before[0] not in now,
        )
        fetch(f"{address}healthz")
        found = numbers(address)
        assert found["backfile_requests_total", "GET", "/help", "200"] == 20
        assert found["backfile_workers",] == 2


def test_changes_that_wait_and_newcomers_are_told(home, tmp_path):
    with running(home, tmp_path / "log") as (_, address):
        fetch(f"{address}healthz")
        with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
            store.upsert([Article(id="late", title="The late bridge", published=NOW)], NOW)
        assert numbers(address)["backfile_changes_waiting",] == 1

        def asked():
            ask(f"{address}api/v1/articles/late/related")
            return numbers(address)

        assert until(asked, lambda now: now["backfile_newcomers",] == 1)["backfile_newcomers",] == 1


def test_the_log_is_json_and_knows_nobody(home, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILE_LOG_FORMAT", "json")
    monkeypatch.setenv("BACKFILE_LOG_REQUESTS", "true")
    with running(home, tmp_path / "log") as (_, address):
        fetch(f"{address}healthz")
        _, headers, _ = ask(
            f"{address}search?q=secretquery", X_Request_ID="caller-0001", User_Agent="OddAgent/7"
        )
        assert headers["X-Request-ID"] == "caller-0001"
        _, headers, text = ask(f"{address}api/v1/articles/none", X_Request_ID="no good")
        made = headers["X-Request-ID"]
        assert re.fullmatch("[0-9a-f]{16}", made)
        assert json.loads(text)["request_id"] == made
    written = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert not re.search("secretquery|OddAgent|127[.]0[.]0[.]1", written)
    (search,) = [line for line in lines if line.get("request_id") == "caller-0001"]
    assert (search["method"], search["route"], search["status"]) == ("GET", "/search", 200)
    assert search["ms"] > 0
    (missing,) = [line for line in lines if line.get("request_id") == made]
    assert missing["status"] == 404


def test_a_server_that_drains_is_not_ready_but_answers(home, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILE_DRAIN_SECONDS", "300")
    with running(home, tmp_path / "log") as (process, address):
        assert fetch(f"{address}readyz") == {"status": "ready", "generation": 1}
        process.send_signal(signal.SIGTERM)
        status, _, text = until(lambda: ask(f"{address}readyz"), lambda now: now[0] == 503)
        assert status == 503
        assert json.loads(text)["detail"] == "The server is being stopped."
        assert ask(f"{address}search?q=bridge")[0] == 200
        assert numbers(address)["backfile_ready",] == 0
        process.send_signal(signal.SIGTERM)  # a second one does not wait
        assert process.wait(60) == 0
    assert list((home / "run").iterdir()) == []


def test_a_server_that_has_drained_ends_by_itself(home, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILE_DRAIN_SECONDS", "1")
    with running(home, tmp_path / "log") as (process, address):
        fetch(f"{address}healthz")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_request_under_way_is_finished_when_the_server_stops(home, tmp_path):
    with running(home, tmp_path / "log") as (process, address):
        fetch(f"{address}healthz")
        body = json.dumps({"text": "the bridge opens again"}).encode()
        port = int(re.search(r":(\d+)/", address)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.putrequest("POST", "/api/v1/related")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        # The server says so when a worker has begun to read the body.
        assert select.select([connection.sock], [], [], 30)[0]
        process.send_signal(signal.SIGTERM)
        connection.send(body)
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
        connection.close()
        assert process.wait(60) == 0


def test_every_number_on_the_board_is_one_that_is_told(home, tmp_path):
    board = json.loads((ROOT / "deploy" / "grafana-board.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    wanted = {name for expression in asked for name in re.findall(r"backfile_\w+", expression)}
    with running(home, tmp_path / "log") as (_, address):
        fetch(f"{address}healthz")
        ask(f"{address}search?q=bridge")
        told = {key[0] for key in numbers(address)}
        families = {
            family.name for family in text_string_to_metric_families(ask(f"{address}metrics")[2])
        }
    assert len(wanted) > 10
    assert {name for name in wanted if name not in told} <= {"backfile_logged_total"}
    assert "backfile_logged" in families
