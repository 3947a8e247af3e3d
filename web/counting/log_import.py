"""Views from access logs: as they would have been counted by beacons."""

import gzip
import hashlib
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

from articles.addresses import normalised
from articles.errors import BackfileError
from articles.importers.opening import Expanding, lines
from articles.importers.problem import DamagedFileError
from articles.readings import CoReading, Tally, day_of, hour_of
from articles.readings_visits import MOST_PAIRED
from articles.store import Store
from web.counting.access_log import LogLineError, read_line
from web.counting.visitors import VISITOR_BYTES, network_of
from web.readers import is_browser

LONGEST_LINE = 65_536
"""Bytes of the longest line that is read."""
MOST_PROBLEMS = 20
"""Lines that cannot be read and are named; all are counted."""
_SEEN = frozenset({200, 304})
_OPEN_HOURS = 2
"""Hours of which visits are held; a line that comes later than that begins a visit of its own."""
_EARLY = timedelta(days=1)
_HOST = "http://host"


class LogFileError(BackfileError):
    """A log that cannot be read."""


@dataclass(frozen=True, slots=True)
class LogProblem:
    """A line that could not be read, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class LogReport:
    """What became of the lines of a log; all but those read twice add up to ``lines``.

    Attributes
    ----------
    views : int
        Lines that counted.
    repeated : int
        Of an article that the same visitor had opened in the same hour.
    programs : int
        Of programs, by their name or by how often they asked.
    others : int
        For something else than an article of the archive, or answered otherwise than with it.
    unreadable : int
        Lines that are none in the combined format.
    known : bool
        Whether the log was counted before, so that nothing of it counts again.
    """

    file: str = ""
    lines: int = 0
    views: int = 0
    repeated: int = 0
    programs: int = 0
    others: int = 0
    unreadable: int = 0
    known: bool = False
    problems: list[LogProblem] = field(default_factory=list)


def import_log(store: Store, file: Path, pages: "Pages", rates: tuple[int, int]) -> LogReport:
    """Count the views of a log, compressed by gzip or not; all of it or nothing.

    Raises
    ------
    LogFileError
        When the file cannot be read to its end.
    StoreError
        When the store does not answer.
    """
    now = datetime.now(UTC)
    reader = LogReader(pages, *rates, now=now)
    digest = hashlib.sha256()
    try:
        with file.open("rb") as raw:
            stream = Expanding(raw, ".gz" if raw.peek(2)[:2] == b"\x1f\x8b" else "")
            for number, data, _ in lines(stream, LONGEST_LINE):
                digest.update(data or b"")
                digest.update(b"\n")
                reader.read(number, data)
    except (EOFError, gzip.BadGzipFile, DamagedFileError) as error:
        raise LogFileError(f"{file}: it cannot be read to its end: {error}") from error
    tallies, pairs = reader.finish()
    reader.report.file = str(file)
    reader.report.known = not store.readings.add_log(digest.digest(), tallies, pairs, now)
    return reader.report


class Pages:
    """Which article stands at which path of the newspaper's site.

    Parameters
    ----------
    store : Store
        Of its articles those with an address count.
    """

    def __init__(self, store: Store) -> None:
        self._ids: dict[str, str] = {}
        for article in store.articles():
            if key := _key(article.url):
                self._ids[key] = article.id

    def find(self, target: str) -> str | None:
        """Return the article at a path, with parameters or without those it does not need."""
        found = self._ids.get(_key(_HOST + target))
        return found or self._ids.get(_key(_HOST + target.partition("?")[0]))


def _key(address: str) -> str:
    """Return the path and the parameters of an address, as all addresses of one page have them."""
    return normalised(address).partition("/")[2]


class LogReader:
    """Counts the lines of one log in their order; in memory are the visits of three hours at most.

    Parameters
    ----------
    pages : Pages
        Finds the article of a path.
    a_minute, an_hour : int
        As `web.counting.counter.Counter` takes them.
    now : datetime
        Later times are none of a log.
    """

    def __init__(self, pages: Pages, a_minute: int, an_hour: int, *, now: datetime) -> None:
        self._pages = pages
        self._a_minute = a_minute
        self._an_hour = an_hour
        self._now = now
        self._key = secrets.token_bytes(VISITOR_BYTES)
        self._visits: dict[int, dict[bytes, Counter[str]]] = defaultdict(dict)
        self._newest = 0
        self._minute: Counter[bytes] = Counter()
        self._minute_of = 0
        self._programs: set[tuple[date, bytes]] = set()
        self._tallies: Counter[tuple[int, str]] = Counter()
        self._pairs: Counter[tuple[date, str, str]] = Counter()
        self.report = LogReport()

    def read(self, number: int, data: bytes | None) -> None:
        """Count one line, whose ``data`` is None when it is too long."""
        if data is not None and not data.strip():
            return
        self.report.lines += 1
        try:
            if data is None:
                raise LogLineError(f"it has more than {LONGEST_LINE:,} bytes")  # noqa: TRY301
            line = read_line(data.decode("utf-8", "replace"))
            if line.at > self._now + _EARLY:
                raise LogLineError(f"its time is yet to come: {line.at:%Y-%m-%d %H:%M}")  # noqa: TRY301
        except LogLineError as error:
            self.report.unreadable += 1
            if len(self.report.problems) < MOST_PROBLEMS:
                self.report.problems.append(LogProblem(number, str(error)))
            return
        if not is_browser(line.agent):
            self.report.programs += 1
            return
        article_id = self._pages.find(line.target) if line.target else None
        if article_id is None or line.status not in _SEEN:
            self.report.others += 1
            return
        self._count(line.at, self._visitor(line.address, line.agent), article_id)

    def finish(self) -> tuple[list[Tally], list[CoReading]]:
        """Return all views by hour and article, and what was read together."""
        for hour in sorted(self._visits):
            self._close(hour)
        return (
            [Tally(*key, number) for key, number in sorted(self._tallies.items())],
            [CoReading(*key, number) for key, number in sorted(self._pairs.items())],
        )

    def _count(self, at: datetime, visitor: bytes, article_id: str) -> None:
        minute, hour = int(at.timestamp()) // 60, hour_of(at)
        if minute != self._minute_of:
            self._minute_of = minute
            self._minute.clear()
        self._minute[visitor] += 1
        if self._minute[visitor] > self._a_minute:
            self._programs.add((day_of(hour), visitor))
        self._visits[hour].setdefault(visitor, Counter())[article_id] += 1
        if hour > self._newest:
            self._newest = hour
            for over in [one for one in self._visits if one < hour - _OPEN_HOURS]:
                self._close(over)

    def _close(self, hour: int) -> None:
        """Count the visits of an hour, and let them go."""
        day, report = day_of(hour), self.report
        for visitor, opened in self._visits.pop(hour).items():
            if len(opened) > self._an_hour:
                self._programs.add((day, visitor))
            if (day, visitor) in self._programs:
                report.programs += opened.total()
                continue
            report.views += len(opened)
            report.repeated += opened.total() - len(opened)
            self._tallies.update((hour, article_id) for article_id in opened)
            if len(opened) <= MOST_PAIRED:
                self._pairs.update((day, *pair) for pair in combinations(sorted(opened), 2))

    def _visitor(self, address: str, agent: str) -> bytes:
        plain = f"{network_of(address)}\0{agent}".encode()
        return hashlib.blake2b(plain, digest_size=VISITOR_BYTES, key=self._key).digest()
