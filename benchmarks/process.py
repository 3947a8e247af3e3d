"""The measured work, each engine in processes of its own: one that builds and one that searches."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from benchmarks import machine
from benchmarks.corpus import Corpus, articles_of
from benchmarks.figures import BuildFigures
from benchmarks.peers.field import ENTRIES
from benchmarks.peers.peer import Peer
from benchmarks.questions import Family, Question

OPENINGS = 5
_SPAWN = get_context("spawn")
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Ended(NamedTuple):
    """What a process that searched says last: its memory, and how many hits each family has."""

    memory: machine.Memory
    hits: dict[Family, int]


def alone(work: Callable[_P, _R], *arguments: _P.args, **options: _P.kwargs) -> _R:
    """Return what a function returns in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as pool:
        return pool.submit(work, *arguments, **options).result()


def build(key: str, folder: Path, corpus: Corpus, count: int) -> BuildFigures:
    """Build an engine's index of so many articles, which are in memory as far as they are given."""
    with closing(ENTRIES[key].peer(folder)) as peer:
        articles = articles_of(corpus, count)
        gc.collect()
        gc.freeze()
        os.sync()
        given, cpu, started = machine.reset_peak(), machine.cpu_seconds(), time.perf_counter()
        peer.build(articles)
        seconds = time.perf_counter() - started
        cpu, peak = machine.cpu_seconds() - cpu, machine.peak()
    return BuildFigures(count, seconds, cpu, peak, given, machine.size_of(folder))


class Searching:
    """A process that has an engine's index open and is asked all questions of one family at once.

    Parameters
    ----------
    key : str
        The engine.
    folder : Path
        Where it was built.
    questions : sequence of Question
        All that will be asked.
    """

    def __init__(self, key: str, folder: Path, questions: Sequence[Question]) -> None:
        self._ours, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, key, folder, questions))
        self._process.start()
        theirs.close()
        self.opened, self.families = cast("tuple[float, list[Family]]", self._ours.recv())

    def ask(self, family: Family) -> list[float]:
        """Return how many milliseconds each question of a family took."""
        self._ours.send(family)
        times: list[float] = self._ours.recv()
        return times

    def end(self) -> Ended:
        """Return what the process says last."""
        self._ours.send(None)
        ended: Ended = self._ours.recv()
        return ended

    def close(self) -> None:
        """Let the process end, whatever it does, and wait for it."""
        self._ours.close()
        self._process.join()


def _serve(
    connection: "Connection[Any, Any]", key: str, folder: Path, questions: Sequence[Question]
) -> None:
    """Open an engine, then answer for every family that is named, until None is."""
    with closing(connection), closing(ENTRIES[key].peer(folder)) as peer:
        asked = {
            family: [question for question in questions if question.family is family]
            for family in Family
            if family in peer.families
        }
        connection.send((opening(peer), list(asked)))
        calls = {family: list(map(peer.prepare, asked[family])) for family in asked}
        for family in iter(connection.recv, None):  # ended by an error where nobody asks any more
            gc.collect()
            connection.send([timed(call) for call in calls[family]])
        memory = machine.memory()
        hits = {family: sum(map(peer.count, asked[family])) for family in asked}
        connection.send(Ended(memory, hits))


def opening(peer: Peer) -> float:
    """Open an index for good, and return how many milliseconds that takes.

    The median of several times, where the first did not take a second.
    """
    times = [timed(peer.open)]
    while len(times) < OPENINGS and times[0] < 1_000:
        peer.close()
        times.append(timed(peer.open))
    return statistics.median(times)


def timed(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    started = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - started) / 1e6
