"""Pages under load: one core serves, another one asks; and what one page costs by itself."""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np

from benchmarks.process import timed
from web.app import create_app
from web.settings import Settings

CONNECTIONS = 4
"""Readers who ask at once, each again as soon as it is answered."""
PASSES = 3
_PROGRAM = (
    "import sys; from web.server import run_server; from web.settings import load_settings; "
    "run_server(load_settings(home=sys.argv[1], port=0, workers=1, threads=1))"
)
_FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass
class Load:
    """What was answered: milliseconds of each request, and the addresses that were not answered."""

    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def measure(home: Path, topics: Sequence[str], seconds: float) -> None:
    """Print what a page costs in process, what it weighs, and how many are served in a second."""
    pages, calls = searches(topics, "/search"), searches(topics, "/api/v1/search", facets="false")
    in_process(home, pages)
    with serving(home) as site:
        weight(site, pages)
        for what, paths in (("full search pages", pages), ("API searches", calls)):
            ask(site, paths, 2)  # whatever is read and kept at first is read by now
            report(what, ask(site, paths, seconds), seconds)


def searches(topics: Sequence[str], path: str, **options: str) -> list[str]:
    """Return addresses as readers make them of these words: most of them plain, in turns."""
    kinds: list[Callable[[str], dict[str, str]]] = [
        lambda text: {"q": text},
        lambda text: {"q": " ".join(text.split()[:2])},
        lambda text: {"q": text, "sort": "newest"},
        lambda text: {"q": f'"{" ".join(text.split()[:2])}"'},
        lambda text: {"q": text, "match": "all"},
        lambda text: {"q": text, "page": "2"},
        lambda text: {"q": f"{text.split()[0][:5]}*"},
        lambda text: {"q": text, "from": "1988-03-01", "to": "1988-09-30"},
    ]
    words = [re.sub(r"[^\w\s-]", " ", text).strip() for text in topics]
    return [
        f"{path}?{urlencode({**kind(text), **options})}"
        for place, text in enumerate(words)
        for kind in (kinds[0], kinds[place % len(kinds)])
    ]


def in_process(home: Path, pages: Sequence[str]) -> None:
    """Print what the server needs for a page: the best time of each, without the network."""
    app = create_app(Settings(home=home))
    client = app.test_client()
    for page in pages:
        client.get(page)
    times = [min(timed(partial(client.get, page)) for _ in range(PASSES)) for page in pages]
    median, p95 = np.percentile(times, [50, 95]).tolist()
    print(f"{'search page in process':24}{median:10.2f} ms median, {p95:.2f} ms p95")
    app.extensions["backfile"].close()


def weight(site: str, pages: Sequence[str]) -> None:
    """Print what a first visit loads: the page and every file that it names."""
    sizes = [len(fetch(site, page)) for page in pages]
    files = set(_FILE.findall(fetch(site, pages[0]).decode()))
    fixed = sum(len(fetch(site, file.replace("&amp;", "&"))) for file in files)
    print(
        f"{'weight of a first page':24}{(statistics.median(sizes) + fixed) / 1e3:10.1f} kB median, "
        f"{(max(sizes) + fixed) / 1e3:.1f} kB at most, {fixed / 1e3:.1f} kB of it files"
    )


def fetch(site: str, path: str) -> bytes:
    """Return what is answered at a path."""
    connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


def wait_for(site: str) -> None:
    """Return when the server answers; at the latest after half a minute, come what may."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(ConnectionError):
            fetch(site, "/healthz")
            return
        time.sleep(0.05)


def ask(site: str, paths: Sequence[str], seconds: float) -> Load:
    """Ask for so many seconds, over several connections that stay open."""
    loads = [Load() for _ in range(CONNECTIONS)]
    end = time.perf_counter() + seconds

    def reader(number: int) -> None:
        connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
        shift = number * len(paths) // CONNECTIONS
        for path in cycle([*paths[shift:], *paths[:shift]]):
            started = time.perf_counter()
            if started >= end:
                break
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            loads[number].times.append((time.perf_counter() - started) * 1e3)
            if response.status != 200:
                loads[number].failures.append(path)
        connection.close()

    readers = [threading.Thread(target=reader, args=(number,)) for number in range(CONNECTIONS)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    return Load(
        [value for load in loads for value in load.times],
        [path for load in loads for path in load.failures],
    )


def report(what: str, load: Load, seconds: float) -> None:
    """Print how many were answered in a second."""
    median, p95, most = np.percentile(load.times, [50, 95, 100]).tolist()
    print(
        f"{what:24}{len(load.times) / seconds:10.0f} a second over {seconds:.0f} s, "
        f"{CONNECTIONS} at once: {median:.1f} ms median, {p95:.1f} ms p95, {most:.0f} ms at most, "
        f"{len(load.failures)} failed{': ' + load.failures[0] if load.failures else ''}"
    )


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve an archive on the first core, and keep this process to the others."""
    cores = sorted(os.sched_getaffinity(0))
    others = set(cores[1:]) or set(cores)
    command: list[Any] = [sys.executable, "-c", _PROGRAM, home]
    os.sched_setaffinity(0, {cores[0]})  # a child has the cores of its parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        os.sched_setaffinity(0, others)
        try:
            line = server.stdout.readline() if server.stdout else ""
            site = re.findall(r"http://[^/]+", line)[0]
            wait_for(site)
            yield site
        finally:
            server.terminate()
            server.wait(30)
            os.sched_setaffinity(0, cores)
