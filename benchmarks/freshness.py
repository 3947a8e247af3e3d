"""What readers feel of articles that come in: how soon they are found, how slow search becomes.

Searches are due at a steady rate, first while nothing changes, then while a program writes articles
at another one. Some of these are looked for by a word of their own until they are found; before,
single articles are, each written when all is quiet again.
"""

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import numpy as np

from articles.article import Article
from benchmarks.rebuilds import serving
from benchmarks.steady import Answered, Steady
from index.publish import Generations

SEARCHES = 10
"""Searches in a second."""
UPDATES = 50
"""Articles written in a second: seven in ten are new, the others change what is there."""
PROBED = 100
"""One of so many is looked for until it is found."""
MOST_SLOWER = 2.0
MOST_SECONDS = 1.0
PATIENCE = 60.0
ALONE, PAUSE = 20, 2.0
"""Articles that are written when nothing else is, and the seconds before each."""
OK = 200


class Newsroom:
    """Writes articles at a steady rate, and looks for some of them.

    Parameters
    ----------
    host, key : str
        Where, and with what.
    articles : sequence of Article
        What is written: others with these texts, and these with other texts.
    """

    def __init__(self, host: str, key: str, articles: Sequence[Article]) -> None:
        self._host = host
        self._key = key
        self._articles = articles
        self.written = 0
        self.found: list[float] = []

    def write_alone(self) -> list[float]:
        """Write some articles one by one; return the seconds until each was found."""
        line = HTTPConnection(self._host, timeout=PATIENCE)
        found = []
        for number in range(-ALONE, 0):
            time.sleep(PAUSE)
            self._send(line, number)
            found.append(self._look_for(number))
        line.close()
        return found

    def write(self, seconds: float) -> float:
        """Write for so long; return how many articles a second that were."""
        line = HTTPConnection(self._host, timeout=PATIENCE)
        begin = time.monotonic()
        probes = []
        while (now := time.monotonic()) < begin + seconds:
            due = begin + self.written / UPDATES
            if due > now:
                time.sleep(due - now)
            self._send(line, self.written)
            if not self.written % PROBED:
                probe = threading.Thread(target=self._probe, args=(self.written,))
                probe.start()
                probes.append(probe)
            self.written += 1
        rate = self.written / (time.monotonic() - begin)
        for probe in probes:
            probe.join()
        line.close()
        return rate

    def _send(self, line: HTTPConnection, number: int) -> None:
        article = self._articles[number % len(self._articles)]
        record = {
            "id": article.id if number % 10 > 6 else f"fresh-{number}",
            "title": f"{article.title} {_word(number)}",
            "body": "\n\n".join(article.body),
            "published": datetime.now(UTC).isoformat(),
        }
        head = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        line.request("POST", "/api/v1/articles", json.dumps(record), head)
        answer = line.getresponse()
        text = answer.read()
        if answer.status != OK:
            raise SystemExit(f"an article was refused: {answer.status} {text[:200]!r}")

    def _probe(self, number: int) -> None:
        self.found.append(self._look_for(number))

    def _look_for(self, number: int) -> float:
        begin = time.monotonic()
        line = HTTPConnection(self._host, timeout=PATIENCE)
        path = f"/api/v1/search?q={_word(number)}&size=1&facets=false"
        while time.monotonic() < begin + PATIENCE:
            line.request("GET", path)
            if json.load(line.getresponse())["total"]:
                break
            time.sleep(0.02)
        line.close()
        return time.monotonic() - begin


def measure(home: Path, topics: Sequence[str], seconds: float) -> None:
    """Print how long searches take without and with updates, and how soon these are found."""
    generation = Generations(home / "generations").open_current()
    articles = generation.documents.articles(list(range(0, generation.articles, 40)))
    generation.close()
    paths = [f"/api/v1/search?q={quote_plus(topic)}" for topic in topics]
    with serving(home) as (site, key):
        host = urlsplit(site).netloc
        newsroom = Newsroom(host, key, articles)
        quiet = _searched(host, paths, seconds)
        alone = newsroom.write_alone()
        answers: list[Answered] = []
        with Steady(host, paths, SEARCHES, answers.append):
            rate = newsroom.write(seconds)
    failed = [one for one in (*quiet, *answers) if one.status != OK]
    print(f"{len(quiet) + len(answers):,} searches, {len(failed)} failed")
    median, p95 = _times(quiet)
    print(f"quiet: {median:.1f} ms median, {p95:.1f} ms p95")
    median, busy = _times(answers)
    print(f"with {rate:.1f} updates a second: {median:.1f} ms median, {busy:.1f} ms p95")
    met = "met" if busy <= MOST_SLOWER * p95 else "MISSED"
    print(f"p95: {busy / p95:.2f} times (wanted: at most {MOST_SLOWER}) {met}")
    for name, found in (("a single article", alone), ("one of many", newsroom.found)):
        median, p95, most = np.percentile(found, [50, 95, 100]).tolist()
        met = "met" if most <= MOST_SECONDS else "MISSED"
        print(
            f"{name} is found after {median:.2f} s median, {p95:.2f} s p95, {most:.2f} s at most "
            f"(wanted: {MOST_SECONDS} s) {met}"
        )


def _searched(host: str, paths: Sequence[str], seconds: float) -> list[Answered]:
    """Return what is answered while nothing changes, when all has been read once."""
    answers: list[Answered] = []
    with Steady(host, paths, SEARCHES, lambda _: None):
        time.sleep(len(paths) / SEARCHES)
    with Steady(host, paths, SEARCHES, answers.append):
        time.sleep(seconds)
    return answers


def _times(answers: Sequence[Answered]) -> tuple[float, float]:
    median, p95 = np.percentile([one.milliseconds for one in answers], [50, 95]).tolist()
    return median, p95


def _word(number: int) -> str:
    """Return a word that stands nowhere else, and of which no slip makes another one."""
    digest = sha256(str(number).encode()).hexdigest()[:16]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
