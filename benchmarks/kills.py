"""Kills: at random moments, under updates, a process is ended by SIGKILL; nothing may be lost.

In turns that a seed decides a builder, a writer of the command line, a worker of the server or the
whole server is killed. Meanwhile a program updates articles through the API and repeats what is not
acknowledged, and readers search. Afterwards every acknowledged update must be there, searches must
have been answered, and the next start must need no help.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from articles.api_keys import Scope
from articles.article import Status
from articles.store import Store
from benchmarks.site import (
    PATIENCE,
    Reply,
    Site,
    ask,
    children_of,
    command,
    reply_of,
    session_of,
    until,
)
from benchmarks.updates import Updates
from index.publish import KEPT
from web.settings import Settings

KILLS = 200
SEED = 8
RATE = 20
"""Calls that update, in a second."""
SHARES = {"builder": 35, "writer": 25, "worker": 25, "server": 15}
"""Of a hundred kills so many are of each kind."""
WORKING = 0.75
"""The part of builders and writers that are killed while they work."""
AT_WORK = 0.3
"""The part of their time that they work."""
WRITTEN = 2_000
"""Articles that a writer writes, a hundred in a transaction."""
BETWEEN = 40
"""Kills between two rebuilds that are let end, after which everything is compared."""
COMPARED = 300
"""Articles that are searched for then."""
READERS = 2
AT_ONCE_AGAIN = 3
"""How often a reader's browser asks again when its connection was broken."""
_STILL = 0.05


@dataclass
class Course:
    """What was killed and what was seen of that; ``faults`` must stay empty."""

    kills: Counter[str] = field(default_factory=Counter)
    writers: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    recovery: dict[str, list[float]] = field(default_factory=dict)

    def took(self, what: str, seconds: float) -> None:
        """Note how long something took until it was as before."""
        self.recovery.setdefault(what, []).append(seconds)


def measure(home: Path, kills: int = KILLS, seed: int = SEED, rate: float = RATE) -> Course:
    """Kill so many times and print what became of it."""
    rng = random.Random(seed)
    course, site = Course(), Site(home)
    settings = Settings(home=home)
    with Store.open(settings.store_url) as store:
        now = datetime.now(UTC)
        _, key = store.api_keys.add("kills", [Scope.WRITE_ARTICLES], by="kills", now=now)
    site.start()
    longest = {"builder": _seconds(home, "rebuild"), "writer": _write(home, 0, course)}
    doing: dict[str, Callable[[], None]] = {
        "builder": lambda: kill_builder(home, rng, longest["builder"], course),
        "writer": lambda: kill_writer(home, rng, longest["writer"], course),
        "worker": lambda: kill_worker(site, rng, course),
        "server": lambda: kill_server(site, rng, course),
    }
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, kills * share // 100))]
    rng.shuffle(kinds)
    try:
        with reading(site, course), Updates(site.host, key, rate, seed) as updates:
            for number, kind in enumerate(kinds, 1):
                before = updates.held
                doing[kind]()
                compare_some(site.host, before, updates, rng, course)
                if number % BETWEEN == 0 or number == len(kinds):
                    compare_all(home, site.host, updates, rng, course)
    finally:
        status = site.stop()
    if status:
        course.faults.append(f"the server ended with status {status}")
    report(course, updates, seed)
    return course


def print_of(home: Path) -> None:
    """Kill 200 times, as the other parts are called."""
    measure(home)


def report(course: Course, updates: Updates, seed: int) -> None:
    """Print what was killed and what was seen of it."""
    kills = ", ".join(f"{count} {kind}" for kind, count in sorted(course.kills.items()))
    print(f"{course.kills.total()} kills (seed {seed}): {kills}")
    print(
        f"  {updates.statuses[200]:,} calls with {len(updates.held):,} articles acknowledged, "
        f"{updates.statuses.total() - updates.statuses[200]:,} times repeated: "
        f"{dict(updates.statuses)}"
    )
    print(f"  searches: {dict(course.asked)}")
    for what, times in sorted(course.recovery.items()):
        print(
            f"  {what}: {sorted(times)[len(times) // 2]:.1f} s median, {max(times):.1f} s at most"
        )
    print("\n".join(f"  FAULT: {fault}" for fault in course.faults) or "  nothing was lost")


def kill_builder(home: Path, rng: random.Random, longest: float, course: Course) -> None:
    """Kill a rebuild, or one of the processes that it has started."""
    folder = Settings(home=home).generations_folder
    process = _quiet(home, "rebuild")
    if is_at_work(process, lambda: any(folder.glob("[0-9]*.partial/*")), rng, longest):
        others = children_of(process.pid)
        one_of_them = others and rng.random() < 0.2
        os.kill(rng.choice(others) if one_of_them else process.pid, signal.SIGKILL)
        course.kills["builder"] += 1
    process.wait(PATIENCE)
    if not until(lambda: not session_of(process.pid)):
        course.faults.append("processes of a killed build are left")
    unfinished = [path.name for path in folder.iterdir() if not path.name.isdigit()]
    if len(unfinished) > 4:  # CURRENT, LOCK, one unfinished and one that is being removed
        course.faults.append(f"a killed build leaves {unfinished}")


def kill_writer(home: Path, rng: random.Random, longest: float, course: Course) -> None:
    """Kill `backfile add`; what it has stored are whole transactions, and it can be repeated."""
    course.writers += 1
    number = course.writers
    process = _quiet(home, "add", str(_file(home, number)))
    with Store.open(Settings(home=home).store_url) as store:
        first = _ids(number)[:1]
        if is_at_work(process, lambda: bool(store.some(first)), rng, longest):
            process.kill()
            course.kills["writer"] += 1
        process.wait(PATIENCE)
        stored = len(store.some(_ids(number)))
    if stored % 100:
        course.faults.append(f"a killed writer has stored {stored} articles")
    course.took("a killed writer's work done again", _write(home, number, course))


def is_at_work(
    process: "subprocess.Popen[bytes]",
    has_begun: Callable[[], bool],
    rng: random.Random,
    longest: float,
) -> bool:
    """Wait for a random moment; say whether a process has not ended before.

    One of four is any moment from its start on. The others are while it works, and not while it
    loads what it needs, which takes most of the time in a small archive.
    """
    if rng.random() < WORKING:
        until(lambda: process.poll() is not None or has_begun())
        longest *= AT_WORK
    try:
        process.wait(rng.random() * longest)
    except subprocess.TimeoutExpired:
        return True
    return False


def kill_worker(site: Site, rng: random.Random, course: Course) -> None:
    """Kill a worker; the others answer, and another one takes its place."""
    time.sleep(rng.random())
    before = site.workers
    if not until(lambda: site.listening == len(before)):
        course.faults.append("not all workers take requests")
    started = time.monotonic()
    os.kill(rng.choice(before), signal.SIGKILL)
    course.kills["worker"] += 1
    until(lambda: site.workers != before)
    if not until(lambda: site.listening == len(before)):
        course.faults.append("a killed worker is not replaced")
    course.took("a killed worker replaced", time.monotonic() - started)


def kill_server(site: Site, rng: random.Random, course: Course) -> None:
    """Kill the server, with its workers or without, and start it again."""
    time.sleep(rng.random())
    site.kill(all_of_it=rng.random() < 0.5)
    course.kills["server"] += 1
    started = time.monotonic()
    site.start()
    course.took("a killed server answers again", time.monotonic() - started)


def compare_some(
    host: str, before: dict[str, str], updates: Updates, rng: random.Random, course: Course
) -> None:
    """See that some articles are as they were acknowledged last."""
    with updates.paused() as held:
        names = sorted(name for name, word in held.items() if before.get(name) != word)
        for name in rng.sample(names, min(len(names), 10)):
            answer = ask_patiently(host, f"/api/v1/articles/{name}", course)
            if held[name] not in answer["title"] or (answer.get("status") == 404) == bool(
                held[name]
            ):
                course.faults.append(f"{name} is {answer}, acknowledged was {held[name]!r}")


def compare_all(
    home: Path, host: str, updates: Updates, rng: random.Random, course: Course
) -> None:
    """Rebuild, and see that store, search and related articles have all that was acknowledged."""
    with updates.paused() as held:
        report = json.loads(_run(home, "rebuild", "--json"))
        if not until(lambda: _all_serve(host, report["number"])):
            course.faults.append("a worker does not serve the new index")
        _compare_store(home, held, course)
        for name in rng.sample(sorted(held), min(len(held), COMPARED)):
            _compare(host, name, held[name], course)
    folder = Settings(home=home).generations_folder
    names = sorted(path.name for path in folder.iterdir())
    if names != [*[name for name in names if name.isdigit()][-KEPT:], "CURRENT", "LOCK"]:
        course.faults.append(f"a rebuild leaves {names}")
    with closing(sqlite3.connect(home / "archive.sqlite3")) as database:
        (found,) = database.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        course.faults.append(f"the store is damaged: {found}")


def _compare_store(home: Path, held: dict[str, str], course: Course) -> None:
    """See that the store has every article as it was acknowledged."""
    with Store.open(Settings(home=home).store_url) as store:
        stored = store.some(sorted(held))
    for name, word in held.items():
        article = stored.get(name)
        public = article is not None and article.status is Status.PUBLISHED
        if article is None or public != bool(word) or word not in article.title:
            course.faults.append(f"the store has {article} for {name}: {word!r}")


def _compare(host: str, name: str, word: str, course: Course) -> None:
    """See that one article is found and has related ones, or not if it was withdrawn."""
    related = ask_patiently(host, f"/api/v1/articles/{name}/related", course)
    answer = ask_patiently(host, f"/api/v1/search?q={word or name}", course)
    found = name in [hit["id"] for hit in answer["hits"]]
    if (found, related.get("status") != 404) != (bool(word), bool(word)):
        course.faults.append(f"{name} with {word!r}: found {found}, related {str(related)[:200]}")


@contextmanager
def reading(site: Site, course: Course) -> Iterator[None]:
    """Search all the time; while the server as a whole runs, each search must be answered."""
    stop = threading.Event()

    def read() -> None:
        while not stop.wait(_STILL):
            for attempt in range(AT_ONCE_AGAIN + 1):
                reply = reply_of(site.host, "/api/v1/search?q=bridge")
                if site.down.is_set() or reply.status == 200:
                    course.asked["asked again" if attempt else "answered"] += reply.status == 200
                    break
            else:
                course.asked["not answered"] += 1
                course.faults.append(f"a search was not answered: {reply}")

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def ask_patiently(host: str, path: str, course: Course) -> dict[str, Any]:
    """Return what is answered at last, nothing where that takes two minutes."""
    replies: list[Reply] = []

    def answered() -> bool:
        replies[:] = [reply_of(host, path)]
        return replies[0].status in (200, 404)

    if until(answered):
        return replies[0].answer
    course.faults.append(f"{path} is not answered: {replies[0]}")
    return {"title": "", "hits": ()}


def _all_serve(host: str, number: int) -> bool:
    """Say whether so many answers in a row are of a generation that no worker is likely left."""
    answers = (ask(host, "/healthz") or {} for _ in range(16))
    return all(answer.get("generation") == number for answer in answers)


def _quiet(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command(home, *words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _run(home: Path, *words: str) -> str:
    done = subprocess.run(command(home, *words), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"backfile {' '.join(words)} failed: {done.stderr}")
    return done.stdout


def _seconds(home: Path, *words: str) -> float:
    started = time.monotonic()
    _run(home, *words)
    return time.monotonic() - started


def _ids(number: int) -> list[str]:
    return [f"written-{number}-{place}" for place in range(WRITTEN)]


def _file(home: Path, number: int) -> Path:
    file = home / "written.jsonl"
    lines = [
        json.dumps(
            {
                "id": name,
                "title": f"Written {number}",
                "body": f"By {number}.",
                "date": "2019-01-01",
            }
        )
        for name in _ids(number)
    ]
    file.write_text("\n".join(lines))
    return file


def _write(home: Path, number: int, course: Course) -> float:
    """Write the articles of a writer; return how long that took."""
    seconds = _seconds(home, "add", str(_file(home, number)))
    with Store.open(Settings(home=home).store_url) as store:
        stored = len(store.some(_ids(number)))
    if stored != WRITTEN:
        course.faults.append(f"a writer has stored {stored} articles of {WRITTEN}")
    return seconds
