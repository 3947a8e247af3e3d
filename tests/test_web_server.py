"""The production server: several workers, a graceful end, a clear word when it cannot begin."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from articles.article import Article
from articles.asked_queries import AskedQuery
from articles.store import Store
from index.builder import rebuild
from recommender.lists import related_lists
from tests.archives import NOW, build, random_articles
from web.server import AddressError, free_port

PAUSE = Event()  # never set: asks again only after a moment
PROGRAM = (
    "import sys; from web.server import run_server; from web.settings import load_settings; "
    "run_server(load_settings(home=sys.argv[1], port=int(sys.argv[2])))"
)


@contextmanager
def running(home, port=0):
    """A server in a process of its own; yields it and its address, and ends it."""
    command = [sys.executable, "-c", PROGRAM, str(home), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, re.search(r"http://\S+", process.stdout.readline())[0]
        finally:
            process.terminate()
            process.wait(30)


def fetch(address):
    """Return the answer as soon as the server listens, which is moments after it says so."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=30) as answer:
                return json.load(answer)
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            PAUSE.wait(0.05)


def wait_for_generation(address, number):
    """Return when the process that answers serves a generation, moments after it is published."""
    deadline = time.monotonic() + 60
    while fetch(f"{address}healthz")["generation"] != number:
        assert time.monotonic() < deadline
        PAUSE.wait(0.05)


@pytest.fixture
def home(tmp_path):
    store, _, _ = build(tmp_path / "home", random_articles(20))
    store.close()
    return tmp_path / "home"


def test_it_serves_and_ends_gracefully(home):
    with running(home) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert fetch(f"{address}healthz")["articles"] == 20
        assert fetch(f"{address}api/v1/search?q=bridge")["total"] > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_slow_download_is_whole_though_another_generation_comes_and_others_ask(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("BACKFILE_WORKERS", "1")
    body = ("The bridge is open and the ferry is not. " * 1_000,)
    articles = [Article(id=f"a{number}", title="Bridge", body=body) for number in range(100)]
    store, generations, _ = build(tmp_path / "home", articles)
    with running(tmp_path / "home") as (_, address):
        assert fetch(f"{address}healthz")["generation"] == 1
        with urlopen(f"{address}search.jsonl?sort=oldest", timeout=60) as download:
            read = download.read(1_000)
            rebuild(store, generations, now=NOW, steps=[related_lists])
            wait_for_generation(address, 2)
            read += download.read()
        assert download.headers["X-Export-Count"] == "100"
        assert sorted(json.loads(line)["id"] for line in read.splitlines()) == sorted(
            article.id for article in articles
        )
    store.close()


def test_what_readers_asked_for_outlives_the_server(home):
    """Each worker writes what it has counted when the server ends."""
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"}
    with running(home) as (process, address):
        fetch(f"{address}healthz")
        for _ in range(20):
            with urlopen(Request(f"{address}search?q=bridge", headers=agent), timeout=30) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        assert [(one.text, one.searches) for one in store.queries.all()] == [("bridge", 20)]


def test_the_server_forgets_what_is_not_to_be_kept(home, monkeypatch):
    monkeypatch.setenv("BACKFILE_QUERY_LOG_DAYS", "0")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.queries.add([AskedQuery("bridge", datetime.now(UTC).date(), 1, 0, 1, 1)])
        with running(home) as (_, address):
            fetch(f"{address}healthz")
        assert list(store.queries.all()) == []


def test_a_worker_that_dies_is_replaced(home):
    with running(home) as (process, address):
        fetch(f"{address}healthz")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = children.read_text().split()
        assert len(workers) == 2
        os.kill(int(workers[0]), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            now = children.read_text().split()
            if len(now) == 2 and workers[0] not in now:
                break
            PAUSE.wait(0.05)
        assert len(now) == 2
        assert fetch(f"{address}healthz")["status"] == "ok"


def test_workers_end_with_their_killed_parent_and_the_next_server_has_its_port(home):
    port = free_port("127.0.0.1", 0)
    with running(home, port) as (process, address):
        fetch(f"{address}healthz")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = [os.pidfd_open(int(pid)) for pid in children.read_text().split()]
        process.kill()
        process.wait()
    with running(home, port) as (process, address):
        assert fetch(f"{address}healthz")["status"] == "ok"
        for worker in workers:
            assert select.select([worker], [], [], 60)[0]
            os.close(worker)


def test_a_taken_port_is_said_before_anything_starts():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressError, match=f"port {port}: Address already in use"):
            free_port("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_said():
    with pytest.raises(AddressError, match=r"203\.0\.113\.7"):
        free_port("203.0.113.7", 0)
    with pytest.raises(AddressError, match=r"no\.such\.host\.invalid"):
        free_port("no.such.host.invalid", 0)


def test_port_0_takes_a_free_one():
    assert 0 < free_port("127.0.0.1", 0) < 65_536


def posted(address, head, *parts):
    """Send a draft in parts over a bare connection; return the status and whether all was read.

    Nothing more is sent once the server has answered, as a client does that listens.
    """
    port = int(re.search(r":(\d+)/", address)[1])
    request = f"POST /api/v1/related HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        sent = 0
        for part in parts:
            if select.select([connection], [], [], 0)[0]:
                break
            try:
                connection.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                break
            sent += 1
        answer = connection.makefile("rb").readline().split()
    return int(answer[1]) if answer else 0, sent == len(parts)


JSON_HEAD = "Content-Type: application/json\r\n"
MEGABYTES = [b'{"text": "' + b"x" * 999_990, *[b"x" * 1_000_000] * 8, b"x" * 999_998 + b'"}']


def chunk(part):
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"


def test_a_draft_that_is_too_long_is_refused_however_it_comes(home, monkeypatch):
    monkeypatch.setenv("BACKFILE_WORKERS", "1")
    with running(home) as (_, address):
        fetch(f"{address}healthz")
        declared = JSON_HEAD + f"Content-Length: {sum(map(len, MEGABYTES))}"
        assert posted(address, declared)[0] == 413  # nothing of it was sent
        assert posted(address, declared, *MEGABYTES)[0] == 413
        chunks = [*map(chunk, MEGABYTES), b"0\r\n\r\n"]
        chunked = JSON_HEAD + "Transfer-Encoding: chunked"
        assert posted(address, chunked, *chunks)[0] == 413
        short = chunk(b'{"text": "the bridge"}')
        assert posted(address, chunked, short, b"0\r\n\r\n") == (200, True)
        # One that never comes holds no thread that others wait for.
        with socket.create_connection(("127.0.0.1", int(address.split(":")[2][:-1]))) as slow:
            slow.sendall(b"POST /api/v1/related HTTP/1.1\r\nHost: localhost\r\n")
            slow.sendall(f"{JSON_HEAD}Content-Length: 50\r\n\r\n".encode())
            assert fetch(f"{address}healthz")["articles"] == 20
