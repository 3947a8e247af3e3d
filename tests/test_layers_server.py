"""A server of two workers finds what is written to it, and forgets what is withdrawn."""

import json
import time
from datetime import UTC, datetime
from urllib.request import Request, urlopen

import pytest

from articles.api_keys import Scope
from articles.store import Store
from tests.archives import build, random_articles
from tests.test_watching_server import PAUSE, fetch, numbers, running

IN_A_ROW = 20
"""Searches over connections of their own after which both workers have answered."""


@pytest.fixture
def home(tmp_path):
    store, _, _ = build(tmp_path / "home", random_articles(20))
    store.close()
    return tmp_path / "home"


def test_every_worker_finds_what_is_written(home, tmp_path):
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        _, key = store.api_keys.add("cms", [Scope.WRITE_ARTICLES], by="ada", now=datetime.now(UTC))

    def send(method, path, article=None):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        body = json.dumps(article).encode() if article else None
        request = Request(f"{address}api/v1/articles{path}", body, headers, method=method)
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def found():
        with urlopen(f"{address}api/v1/search?q=quicksilver", timeout=30) as answer:
            return json.load(answer)["total"]

    def until_everywhere(wanted):
        deadline, row = time.monotonic() + 60, 0
        while row < IN_A_ROW:
            row = row + 1 if found() == wanted else 0
            assert time.monotonic() < deadline, f"not {wanted}"
            if not row:
                PAUSE.wait(0.05)

    with running(home, tmp_path / "log") as (_, address):
        fetch(f"{address}healthz")
        article = {"id": "new", "title": "Quicksilver", "body": "Found.", "published": "2026-01-02"}
        send("POST", "", article)
        until_everywhere(1)
        send("POST", "", {**article, "id": "other"})
        until_everywhere(2)
        assert numbers(address)["backfile_layer_seconds_count",] >= 2
        send("PUT", "/new", {**article, "title": "Mercury"})
        assert [found() for _ in range(IN_A_ROW)] == [1] * IN_A_ROW
        send("DELETE", "/other")
        assert [found() for _ in range(IN_A_ROW)] == [0] * IN_A_ROW
    assert "Traceback" not in (tmp_path / "log").read_text()
