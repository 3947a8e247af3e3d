"""Rebuilds and rollbacks under a steady mixed load: who asks must notice nothing.

Ten times an archive is rebuilt, rolled back and rolled forward again, while requests are due at a
steady rate. Every second generation holds a few articles more, which are older than all others: so
all documents have other numbers in it, all scores differ, and an answer that were mixed of two
generations would be like none of either.
"""

import json
import math
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from articles.api_keys import Scope
from articles.store import Store
from benchmarks.expected import MARKED, WORD, Expected, digest, marked_articles
from benchmarks.load import wait_for
from benchmarks.mixed import ARTICLES, SEED, kind_of, mixture
from benchmarks.site import reply_of, until
from benchmarks.steady import Answered, Steady
from index.publish import Generations
from web.settings import Settings

RATE = 100
"""Requests in a second."""
TURNS = 10
"""Rebuilds in a row, each followed by a rollback and a way forward again."""
BEGINNING = 10.0
"""Seconds before anything is measured."""
BETWEEN = 3.0
"""Seconds between one switch and the next."""
SWITCH = 2.0
"""Seconds from a switch on that are looked at by themselves."""
RIGHT = "are as the generation answers that they name"
UNSETTLED = "are of the moments in which some find what was written, and not compared"
MOST_SLOWER = 3.0
OK = 200


class Span(NamedTuple):
    """A time (`time.monotonic`) and what went on in it."""

    name: str
    begin: float
    end: float


class Written(NamedTuple):
    """When the marked articles were written, and all found it, and whether to be public."""

    begin: float
    end: float
    published: bool


@dataclass
class Course:
    """What went on when, and all that was answered meanwhile."""

    answers: list[Answered] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    built: dict[int, bool] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)

    def keep(self, answered: Answered) -> None:
        """Keep an answer, of its body a checksum."""
        if answered.status == OK:
            answered = answered._replace(body=digest(answered.body))
        self.answers.append(answered)

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Note when something went on."""
        begin = time.monotonic()
        yield
        self.spans.append(Span(name, begin, time.monotonic()))

    def stored_in(self, begin: float, end: float) -> bool | None:
        """Say whether the store held the marked articles in a time; None where that had changed."""
        before = [one for one in self.written if one.begin < end]
        return before[-1].published if before[-1].end <= begin else None


def measure(home: Path, topics: Sequence[str], seconds: float) -> None:
    """Print what of a quiet time, of rebuilds and of switches was felt, and what was wrong."""
    paths = mixture(read_most(home), topics, 20_000)
    course = Course(written=[Written(0.0, 0.0, published=False)])
    with serving(home) as (site, key):
        host = urlsplit(site).netloc
        course.built = {_current(home): False}
        with Steady(host, paths, RATE, course.keep):
            time.sleep(BEGINNING)  # whatever is read and kept at first is read by now
            with course.during("quiet"):
                time.sleep(seconds)
            for turn in range(TURNS):
                _turn(home, host, key, course, marked=not turn % 2)
    report(course)
    numbers = sorted(course.built)[-2:]
    expected = Expected(home, urlsplit(site).netloc, {one.path for one in course.answers})
    for number in numbers:
        _run(home, "rollback", "--to", str(number))
        expected.ask(built=course.built[number])
    print(
        f"{expected.differing:,} of {expected.count:,} addresses are answered otherwise by "
        "generations of the other kind"
    )
    found = Counter(_fault(course, expected, one) or RIGHT for one in course.answers)
    for what, count in found.most_common():
        print(f"{count:,} answers {what}")


def _fault(course: Course, expected: Expected, answered: Answered) -> str:
    """Say what is wrong with an answer: it must be the one of the generation that it names."""
    if answered.status != OK:
        return f"with status {answered.status}"
    if answered.generation is None:
        return "name no generation"
    built = course.built[answered.generation]
    stored = course.stored_in(answered.due, answered.ended)
    if stored is None:
        return UNSETTLED
    if expected.is_right(answered, built=built, stored=stored):
        return ""
    return f"are wrong: {kind_of(answered.path)}"


def read_most(home: Path) -> list[str]:
    """Return articles of an archive in an order that is the same each time."""
    generation = Generations(home / "generations").open_current()
    count = generation.articles
    numbers = np.random.default_rng(SEED).permutation(count)[:ARTICLES].tolist()
    ids = generation.columns.ids(numbers)
    generation.close()
    return ids


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, str]]:
    """Serve as `backfile serve` does; gives the address and a key to write with."""
    with Store.open(Settings(home=home).store_url) as store:
        now = datetime.now(UTC)
        _, key = store.api_keys.add("measuring", [Scope.WRITE_ARTICLES], by="measuring", now=now)
    command = [*_program(home), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            site = re.findall(r"http://[^/]+", line)[0]
            wait_for(site)
            yield site, key
        finally:
            server.terminate()
            server.wait(60)


def _program(home: Path) -> list[str]:
    return [sys.executable, "-m", "web.cli", "--home", str(home)]


def _run(home: Path, *arguments: str) -> dict[str, Any]:
    """Run a command as an admin does; return what it says."""
    done = subprocess.run(
        [*_program(home), *arguments, "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"backfile {' '.join(arguments)} failed: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _current(home: Path) -> int:
    number = Generations(home / "generations").current_number()
    if number is None:
        raise SystemExit(f"{home} has no generation")
    return number


def _turn(home: Path, host: str, key: str, course: Course, *, marked: bool) -> None:
    """Change the archive, rebuild it, roll it back and forward."""
    begin = time.monotonic()
    # Known from the beginning on: what is answered meanwhile is compared with nothing.
    course.written.append(Written(begin, math.inf, marked))
    write(host, key, published=marked)
    written = time.monotonic()
    if not until(lambda: _all_find(host, marked=marked)):
        raise SystemExit("not all workers find what was written")
    course.written[-1] = Written(begin, time.monotonic(), marked)
    course.lags.append(time.monotonic() - written)
    before = _current(home)
    with course.during("rebuilding"):
        number = _run(home, "rebuild")["number"]
    course.built[number] = marked
    for target in (None, before, number):
        if target is not None:
            _run(home, "rollback", "--to", str(target))
        begin = time.monotonic()
        course.spans.append(Span("after a switch", begin, begin + SWITCH))
        time.sleep(BETWEEN)


def _all_find(host: str, *, marked: bool) -> bool:
    """Say whether so many answers in a row have what was written that no worker is likely left."""
    replies = (reply_of(host, f"/api/v1/search?q={WORD}&facets=false") for _ in range(16))
    return all(reply.answer.get("total") == marked * MARKED for reply in replies)


def write(host: str, key: str, *, published: bool) -> None:
    """Write or withdraw the marked articles, as a CMS does."""
    line = HTTPConnection(host, timeout=60)
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line.request("POST", "/api/v1/articles", marked_articles(published=published), head)
    answer = json.load(line.getresponse())
    line.close()
    if answer["rejected"]:
        raise SystemExit(f"articles were rejected: {answer}")


def report(course: Course) -> None:
    """Print times by what went on, and what was not answered."""
    begin, end = course.spans[0].begin, course.spans[-1].end
    failed = [one for one in course.answers if one.status != OK]
    print(
        f"{len(course.answers):,} requests in {end - begin:,.0f} s, {len(failed)} failed"
        + (f": {failed[0].path}: {failed[0].status} {failed[0].body[:200]!r}" if failed else "")
    )
    print(f"what was written is found by all after at most {max(course.lags):.1f} s")
    quiet = _times(course, "quiet")
    for name in ("quiet", "rebuilding", "after a switch"):
        times = _times(course, name)
        spans = [span.end - span.begin for span in course.spans if span.name == name]
        median, p95, p99, most = np.percentile(times, [50, 95, 99, 100]).tolist()
        print(
            f"{name:16}{len(spans):4} times {np.mean(spans):6.1f} s: {median:6.1f} ms median, "
            f"{p95:6.1f} ms p95, {p99:6.1f} ms p99, {most:6.0f} ms at most"
        )
    loaded = [one.milliseconds for one in course.answers if one.due > course.spans[0].end]
    ratio = float(np.percentile(loaded, 95) / np.percentile(quiet, 95))
    met = "met" if ratio <= MOST_SLOWER else "MISSED"
    print(f"p95 of all but the quiet time: {ratio:.2f} times (wanted: at most {MOST_SLOWER}) {met}")
    for kind in sorted({kind_of(one.path) for one in course.answers}):
        of_kind = [one for one in course.answers if kind_of(one.path) == kind]
        both = [
            np.percentile([one.milliseconds for one in of_kind if test(one.due)], [50, 95])
            for test in (course.spans[0].end.__gt__, course.spans[0].end.__le__)
        ]
        (quiet_50, quiet_95), (median, p95) = (one.tolist() for one in both)
        print(f"  {kind:14}{quiet_50:7.1f} {quiet_95:7.1f} ms, then {median:7.1f} {p95:7.1f} ms")


def _times(course: Course, name: str) -> list[float]:
    spans = [span for span in course.spans if span.name == name]
    return [
        one.milliseconds
        for one in course.answers
        if any(span.begin <= one.due < span.end for span in spans)
    ]
