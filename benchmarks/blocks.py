"""The blocks of a page: their cost, how many a core serves, and whether they keep their word."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import numpy as np

from articles.article import Article
from benchmarks import load, machine
from benchmarks.process import timed
from recommender.blocks import Blocks
from recommender.related import Mode, RelatedRequest
from recommender.shelf import BlockItem
from recommender.similarity import NEAR_COPY
from web.app import create_app
from web.served import Served
from web.serving import Serving
from web.settings import Settings

ARTICLES = 5_000
"""Chosen at random, the same ones in each run."""
FULL = 5
SEED = 7
_MODES: tuple[Mode, ...] = ("mixed", "background", "followup")


def measure(home: Path, seconds: float) -> None:
    """Print what answers cost in process and on one core, and check 5,000 of them."""
    ids = chosen(home)
    in_process(home, ids)
    with load.serving(home) as site:
        address = urlsplit(site)
        asked = [request(address.netloc, one) for one in ids]
        report("computed", ask(address.netloc, asked, seconds))
        tags = [tag_of(address.netloc, one) for one in asked[:500]]
        again = [with_tag(one, tag) for one, tag in zip(asked, tags, strict=False)]
        report("304 by ETag", ask(address.netloc, again, seconds))
    promises(home, ids)


def chosen(home: Path) -> list[str]:
    """Return random articles of the archive."""
    serving = Serving(Settings(home=home, query_log_days=0))
    served = serving.current()
    columns, count = served.generation.columns, served.generation.articles
    numbers = random.Random(SEED).sample(range(count), min(ARTICLES, count))
    ids = columns.ids(numbers)
    serving.release(served)
    serving.close()
    return ids


def in_process(home: Path, ids: Sequence[str]) -> None:
    """Print the time of answers that nobody has asked for before, and of those that are known."""
    app = create_app(Settings(home=home, query_log_days=0))
    client = app.test_client()
    paths = [path_of(one) for one in ids]
    for path in paths[:100]:
        client.get(path)
    times = [timed(partial(client.get, path)) for path in paths[100:]]
    latency("page-blocks, computed", times)
    tag = client.get(paths[0]).headers["ETag"]
    headers = {"If-None-Match": tag}
    times = [timed(partial(client.get, paths[0], headers=headers)) for _ in range(2_000)]
    latency("page-blocks, 304", times)
    app.extensions["backfile"].close()


def latency(what: str, times: Sequence[float]) -> None:
    """Print a median and the tail of times in milliseconds."""
    median, p95, p99 = np.percentile(times, [50, 95, 99]).tolist()
    print(f"{what:24}{median:10.2f} ms median, {p95:.2f} ms p95, {p99:.2f} ms p99")


def path_of(article_id: str) -> str:
    """Return the address of the blocks of an article."""
    return f"/api/v1/page-blocks?id={quote(article_id, safe='')}"


def request(host: str, article_id: str) -> bytes:
    """Return a request as it goes over the wire."""
    return f"GET {path_of(article_id)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def with_tag(asked: bytes, tag: str) -> bytes:
    """Return the request of who has the answer."""
    return asked.removesuffix(b"\r\n") + f"If-None-Match: {tag}\r\n\r\n".encode()


def tag_of(host: str, asked: bytes) -> str:
    """Return the tag of an answer."""
    with Line(host) as line:
        head = line.exchange(asked)
    (tag,) = [part[6:] for part in head.decode("latin-1").split("\r\n") if part[:6] == "etag: "]
    return tag


class Line:
    """A connection that stays open; it costs who asks far less than a client for everything."""

    def __init__(self, host: str) -> None:
        name, _, port = host.rpartition(":")
        self._socket = socket.create_connection((name, int(port)), timeout=30)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def exchange(self, asked: bytes) -> bytes:
        """Send a request, read its answer, and return the head of that in lower case names."""
        self._socket.sendall(asked)
        while b"\r\n\r\n" not in self._buffer:
            self._read()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        while len(self._buffer) < length:
            self._read()
        self._buffer = self._buffer[length:]
        return head

    def _read(self) -> None:
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._buffer += data


@dataclass
class Rate:
    """How many were answered in a time, and what of a core the server took for that."""

    answered: int
    seconds: float
    cpu: float
    statuses: Counter[bytes]


def ask(host: str, asked: Sequence[bytes], seconds: float) -> Rate:
    """Ask for so many seconds over several connections."""
    statuses: list[Counter[bytes]] = [Counter() for _ in range(load.CONNECTIONS)]
    before, started = machine.cpu_seconds_of_children(), time.perf_counter()

    def reader(number: int) -> None:
        shift = number * len(asked) // load.CONNECTIONS
        with Line(host) as line:
            for one in cycle([*asked[shift:], *asked[:shift]]):
                if time.perf_counter() - started >= seconds:
                    return
                statuses[number][line.exchange(one)[9:12]] += 1

    readers = [
        threading.Thread(target=reader, args=(number,)) for number in range(load.CONNECTIONS)
    ]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    took, used = time.perf_counter() - started, machine.cpu_seconds_of_children() - before
    total = sum(statuses, Counter())
    return Rate(total.total(), took, used, total)


def report(what: str, rate: Rate) -> None:
    """Print how many were answered in a second, and in a second of the server's core."""
    print(
        f"{what:24}{rate.answered / rate.seconds:10.0f} a second, "
        f"{rate.answered / max(rate.cpu, 0.01):.0f} in a second of the core, "
        f"statuses {dict(rate.statuses)}"
    )


def promises(home: Path, ids: Sequence[str]) -> None:
    """Print for how many articles each promise of the blocks was kept."""
    serving = Serving(Settings(home=home, query_log_days=0))
    served = serving.current()
    broken: Counter[str] = Counter()
    with served.deciding(datetime.now(UTC)) as basis:
        for number, article_id in enumerate(ids):
            article = served.plain(article_id)
            blocks = served.blocks.blocks(article, RelatedRequest(), basis)
            broken.update(faults(served, article, blocks))
            mode = _MODES[number % len(_MODES)]
            request = RelatedRequest(mode=mode)
            for item in served.blocks.related(article, request, basis):
                if not is_timely(item, article, mode):
                    broken["outside of its mode"] += 1
    serving.release(served)
    serving.close()
    print(f"{len(ids):,} articles: {dict(broken) or 'all promises kept'}")


def faults(served: Served, article: Article, blocks: Blocks) -> Iterator[str]:
    """Yield what is wrong with the blocks of an article."""
    every = (blocks.related, blocks.editors_choice, blocks.popular)
    for block in every:
        if len(block) != FULL:
            yield "a block that is not full"
    shown = [article.id, *ids_of(item for block in every for item in block)]
    if len(set(shown)) < len(shown):
        yield "an article twice"
    columns = served.generation.columns
    documents = [columns.document(one) for one in shown]
    rows = served.generation.rows.rows([one for one in documents if one is not None])
    products = (rows @ rows.T).toarray()
    lengths = np.sqrt(np.diagonal(products))
    near = products >= NEAR_COPY * np.outer(lengths, lengths)
    if (near & (products > 0)).sum() > np.count_nonzero(lengths):
        yield "near copies"


def ids_of(items: Iterable[BlockItem]) -> list[str]:
    """Return the ids of items."""
    return [item.article.id for item in items]


def is_timely(item: BlockItem, article: Article, mode: Mode) -> bool:
    """Say whether an item may stand beside an article by its date."""
    if mode == "mixed":
        return True
    if item.article.published is None or article.published is None:
        return False
    if mode == "background":
        return item.article.published < article.published
    return item.article.published > article.published
