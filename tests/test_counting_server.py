"""Counting by the real server: several workers, a clean stop, and a kill."""

import os
import signal
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from articles.readings import Span, hour_of
from articles.store import Store
from tests.archives import build, random_articles
from tests.test_web_server import PAUSE, fetch, running

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILE_TRUSTED_PROXIES", "1")
    store, *_ = build(tmp_path / "home", random_articles(20))
    store.close()
    return tmp_path / "home"


def send(address, visitors):
    """Let each of the visitors open one article, each over a connection of its own."""
    for number in visitors:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
        headers = {
            "User-Agent": FIREFOX,
            "X-Forwarded-For": f"198.51.{number // 250}.{number % 250}",
        }
        connection.request("POST", "/api/v1/views", f'{{"id": "a{number % 20:05}"}}', headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (204, b"")
        connection.close()


def total(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        return sum(views for _, views in store.readings.most_read(Span.ALL, most=99))


def at_least(home, number):
    """Return the views in the store as soon as there are so many, or after half a minute."""
    deadline = time.monotonic() + 30
    while (found := total(home)) < number and time.monotonic() < deadline:
        PAUSE.wait(0.1)
    return found


def hours_since(began):
    """Return how many hours of the clock there were since: a view counts once in each."""
    return hour_of(datetime.now(UTC)) - began + 1


def test_a_clean_stop_loses_nothing_and_workers_count_nothing_twice(home):
    began = hour_of(datetime.now(UTC))
    with running(home) as (process, address):
        fetch(f"{address}healthz")
        for _ in range(2):  # mostly to another worker
            send(address, range(150))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert 150 <= total(home) <= 150 * hours_since(began)


def test_a_kill_loses_only_what_was_not_written_yet(home):
    began = hour_of(datetime.now(UTC))
    with running(home) as (process, address):
        fetch(f"{address}healthz")
        send(address, range(60))
        # What the next batch brings is all there, long before a minute is over.
        assert at_least(home, 60) == 60
        send(address, range(60, 90))
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    left = total(home)
    assert 60 <= left <= 90
    with running(home) as (_, address):
        fetch(f"{address}healthz")
        send(address, range(90))  # the killed processes' visitors are known to the new ones
    assert 90 <= total(home) <= 90 * hours_since(began)
