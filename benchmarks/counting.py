"""Counting views: one core serves and counts, another one sends beacons at a steady rate."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from articles.article import is_public
from articles.readings import Span
from articles.store import Store
from benchmarks import machine
from benchmarks.load import serving

RATE = 1_000
"""Views in a second."""
ARTICLES = 20_000
"""Articles that are opened, few of them by most."""
SENDERS = 8
"""Connections over which they are sent."""
A_VISIT = 3
"""Articles that each visitor opens."""
REPEATED = 20
"""One of so many views is sent twice, and counts once."""
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_DONE = b"HTTP/1.1 204"


@dataclass
class Sent:
    """What one sender sent: milliseconds from when each was due to its answer, and failures."""

    times: list[float] = field(default_factory=list)
    distinct: int = 0
    failures: int = 0


def measure(home: Path, seconds: float) -> None:
    """Print how many views were sent and how many of them the store has after a clean stop."""
    url = f"sqlite:///{home / 'archive.sqlite3'}"
    with Store.open(url) as store:
        now = datetime.now(UTC)
        public = (article.id for article in store.articles() if is_public(article, now))
        ids = list(islice(public, ARTICLES))
        before = counted(store)
    os.environ["BACKFILE_TRUSTED_PROXIES"] = "1"
    with serving(home) as site:
        cpu, began = machine.cpu_seconds_of_children(), time.perf_counter()
        senders = send(site, ids, seconds)
        took = time.perf_counter() - began
        cpu = machine.cpu_seconds_of_children() - cpu
        ending = time.perf_counter()
    stopped = time.perf_counter() - ending
    with Store.open(url) as store:
        found = counted(store) - before
        size = (home / "archive.sqlite3").stat().st_size
    times = [value for sender in senders for value in sender.times]
    distinct = sum(sender.distinct for sender in senders)
    failures = sum(sender.failures for sender in senders)
    median, p95, p99, most = np.percentile(times, [50, 95, 99, 100]).tolist()
    print(
        f"counting, ended {datetime.now(UTC):%H:%M} UTC: {len(times):,} beacons in {took:.0f} s "
        f"({len(times) / took:,.0f} a second), {failures} failed\n"
        f"  {distinct:,} different views sent, {found:,} counted, {distinct - found:,} lost\n"
        f"  {median:.1f} ms median, {p95:.1f} ms p95, {p99:.1f} ms p99, {most:.0f} ms at most, "
        f"from when each was due\n"
        f"  {cpu / took:.0%} of a core for the server, stopped in {stopped:.1f} s, store of "
        f"{size / 1e6:.0f} MB"
    )


def send(site: str, ids: list[str], seconds: float) -> list[Sent]:
    """Send views at the steady rate, whatever the answers take."""
    found = [Sent() for _ in range(SENDERS)]
    start = time.perf_counter() + 0.1

    def sender(number: int) -> None:
        sent, views = found[number], beacons(number, ids)
        with socket.create_connection(_place(site), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for turn in range(int(seconds * RATE / SENDERS)):
                due = start + (turn * SENDERS + number) / RATE
                if (ahead := due - time.perf_counter()) > 0:
                    time.sleep(ahead)
                new, beacon = next(views)
                connection.sendall(beacon)
                answer = connection.recv(65_536)
                while b"\r\n\r\n" not in answer:
                    answer += connection.recv(65_536)
                sent.times.append((time.perf_counter() - due) * 1e3)
                ok = answer.startswith(_DONE)
                sent.failures += not ok
                sent.distinct += new and ok

    threads = [threading.Thread(target=sender, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def beacons(number: int, ids: list[str]) -> Iterator[tuple[bool, bytes]]:
    """Yield requests, each with whether it is a new view; few articles have most of the views."""
    rng = np.random.default_rng(number)
    visitor, sent = 0, 0
    while True:
        address = f"10.{number}.{visitor // 250 % 250}.{visitor % 250}"
        visitor += 1
        places = np.unique((rng.pareto(0.6, A_VISIT) * 20).astype(np.int64) % len(ids))
        for place in places.tolist():
            body = f'{{"id": "{ids[place]}"}}'.encode()
            head = (
                f"POST /api/v1/views HTTP/1.1\r\nHost: archive.example\r\nUser-Agent: {_AGENT}\r\n"
                f"X-Forwarded-For: {address}\r\nContent-Type: text/plain\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            yield True, head.encode() + body
            sent += 1
            if sent % REPEATED == 0:
                yield False, head.encode() + body


def counted(store: Store) -> int:
    """Return all views of an archive."""
    return sum(views for _, views in store.readings.most_read(Span.ALL, most=10**9))


def _place(site: str) -> tuple[str, int]:
    parts = urlsplit(site)
    return parts.hostname or "", parts.port or 80
