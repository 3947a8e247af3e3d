"""All engines at one size: built one after the other, searched in turns."""

import importlib.metadata
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np

from benchmarks.corpus import Corpus, thinned
from benchmarks.figures import BuildFigures, Latency, PeerFigures, SearchFigures, SizeFigures
from benchmarks.peers import opensearch_server
from benchmarks.peers.field import ENTRIES, OURS
from benchmarks.process import Searching, alone, build
from benchmarks.questions import Family, questions
from benchmarks.serving import serving

PASSES = 5
LONG = 60
"""Seconds after which a build is not repeated."""
TITLES = 5_000
"""Titles that phrases are looked for in."""


def compare(
    corpus: Corpus,
    count: int,
    keys: Sequence[str],
    topics: Sequence[str],
    home: Path,
    rounds: int = 1,
) -> SizeFigures:
    """Build and search so many articles with all engines; those that cannot run are skipped."""
    skipped = alone(missing, keys)
    builds = build_all(corpus, count, keys, home, rounds, skipped)
    held = len(corpus.titles)
    titles = [corpus.titles[place] for place in thinned(held, min(TITLES, count))]
    asked = questions(topics or titles, titles, corpus.days(count))
    running: dict[str, Searching] = {}
    with ExitStack() as stack:
        for key in builds:
            if ENTRIES[key].searches:
                with _skipping(key, skipped):
                    running[key] = stack.enter_context(closing(Searching(key, home / key, asked)))
        searches = search(running)
    say("serving")
    return SizeFigures(
        articles=count,
        peers={
            key: PeerFigures(ENTRIES[key].name, version(key), builds[key], searches.get(key))
            for key in builds
        },
        skipped=skipped,
        serving=alone(serving, home / OURS, asked),
    )


def build_all(
    corpus: Corpus,
    count: int,
    keys: Sequence[str],
    home: Path,
    rounds: int,
    skipped: dict[str, str],
) -> dict[str, BuildFigures]:
    """Build with all engines in turns; of each the build of median speed is returned.

    One that takes longer than a minute is built once.
    """
    builds: dict[str, list[BuildFigures]] = {}
    for number in range(rounds):
        for key in keys:
            if key in skipped or (key in builds and builds[key][0].seconds > LONG):
                continue
            say(f"building {count:,} articles, {number + 1} of {rounds}: {ENTRIES[key].name}")
            with _skipping(key, skipped):
                shutil.rmtree(home / key, ignore_errors=True)
                built = alone(build, key, home / key, corpus, count)
                builds.setdefault(key, []).append(built)
    return {
        key: sorted(built, key=lambda figures: figures.seconds)[len(built) // 2]
        for key, built in builds.items()
        if key not in skipped
    }


def search(running: Mapping[str, Searching]) -> dict[str, SearchFigures]:
    """Ask all engines all questions, in turns, so that they share whatever else goes on."""
    times: dict[str, dict[Family, list[list[float]]]] = {
        key: {family: [] for family in process.families} for key, process in running.items()
    }
    for number in range(PASSES):
        for family in Family:
            say(f"searching, pass {number + 1} of {PASSES}: {family}")
            for key, process in running.items():
                if family in process.families:
                    times[key][family].append(process.ask(family))
    figures = {}
    for key, process in running.items():
        ended = process.end()
        figures[key] = SearchFigures(
            open=process.opened,
            resident=ended.memory.resident,
            private=ended.memory.private,
            families={
                family.value: latency(passes, ended.hits[family])
                for family, passes in times[key].items()
                if passes[0]
            },
        )
    return figures


def latency(passes: Sequence[Sequence[float]], hits: int) -> Latency:
    """Return medians and 95th percentiles of the first pass and of each question's best time."""
    first, best = passes[0], np.min(passes, axis=0)
    first_median, first_p95 = np.percentile(first, [50, 95]).tolist()
    median, p95 = np.percentile(best, [50, 95]).tolist()
    return Latency(len(first), hits, first_median, first_p95, median, p95)


@contextmanager
def _skipping(key: str, skipped: dict[str, str]) -> Iterator[None]:
    """Note why an engine fails, unless it is our own."""
    try:
        yield
    except Exception as error:
        if key == OURS:
            raise
        skipped[key] = f"it failed: {error!r}"


def missing(keys: Sequence[str]) -> dict[str, str]:
    """Return the engines that cannot run here, and why."""
    return {key: reason for key in keys if (reason := ENTRIES[key].missing())}


def version(key: str) -> str:
    """Return the version of an engine."""
    package = ENTRIES[key].package
    if package:
        distribution = importlib.metadata.packages_distributions()[package][0]
        return importlib.metadata.version(distribution)
    return {"sqlite": sqlite3.sqlite_version, "opensearch": opensearch_server.VERSION}.get(key, "")


def say(what: str) -> None:
    """Tell whoever waits what is going on, without leaving it in the output."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)
