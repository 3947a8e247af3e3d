"""The layers of a generation: what has come in since its build, taken in again and again.

Small layers are united to greater ones as they grow, so that there are few of them, and each
article is read few times: with four of about one size as many times as four goes into their number.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import groupby
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from articles.article import Article
from index.arrays import Array
from index.builder import build
from index.fresh import Fresh, FreshState
from index.generation import Generation
from index.layers.joint import JointGeneration
from index.layers.layer import Base, Layer, moment_of

MOST_AT_ONCE = 1_000
"""Events that are taken in with one layer: after an import the first are found before the last."""
GROWTH = 4
"""Layers of about one size that become one; a greater one is at least so many times as large."""
SMALLEST = 64
"""Articles up to which layers are of one size."""
YOUNG = 60.0
"""Seconds in which a folder may not be held yet by the process that made it."""
_PREFIX = "backfile-layer-"


class View(NamedTuple):
    """One index of all that was public after some events.

    Attributes
    ----------
    generation : JointGeneration
        The index.
    events : int
        How many events it knows: what they have changed since is not in it as it is now.
    fresh : int
        How many of its articles are in layers.
    """

    generation: JointGeneration
    events: int
    fresh: int


class Layers:
    """Takes in what is fresh; one thread at a time.

    Parameters
    ----------
    generation : Generation
        The great one, which is served.
    fresh : Fresh
        Knows what differs from it.
    """

    def __init__(self, generation: Generation, fresh: Fresh) -> None:
        self._base = Base(generation)
        self._fresh = fresh
        self._layers: list[Layer] = []
        self._current: dict[str, Layer] = {}
        self._seen = 0
        self._hidden = np.empty(0, np.int64)

    @property
    def waiting(self) -> int:
        """How many events have not been taken in."""
        return self._fresh.state().events - self._seen

    def renewed(self) -> View | None:
        """Take in what has happened; return the index of all, None where nothing has.

        After an import one call takes in a part of it only: see `waiting`.
        """
        state = self._fresh.state()
        upto = min(state.events, self._seen + MOST_AT_ONCE)
        if upto == self._seen:
            return None
        names = self._fresh.since(self._seen, replace(state, events=upto))
        self._take_in(names)
        self._seen = upto
        return View(self._joint(state), upto, len(self._current))

    def close(self) -> None:
        """Let go of the files of all layers."""
        for layer in self._layers:
            layer.generation.close()
        self._layers.clear()

    def _take_in(self, names: Sequence[str]) -> None:
        for name in names:
            self._current.pop(name, None)
        articles = list(self._fresh.articles(names).values())
        if articles:
            self._layers.append(self._layer(articles))
        self._layers = [layer for layer in self._layers if self._alive(layer)]
        while united := self._crowded():
            together = [article for layer in united for article in self._articles(layer)]
            kept = [layer for layer in self._layers if layer not in united]
            self._layers = [*kept, self._layer(together)]

    def _layer(self, articles: Sequence[Article]) -> Layer:
        ordered = sorted(articles, key=moment_of)
        with _folder() as folder:
            build(folder, ordered, mean_length=self._base.mean_length)
            # Mapped files live on when their folder is gone.
            generation = Generation(folder)
        layer = Layer(self._base, generation, ordered)
        self._current.update(dict.fromkeys((article.id for article in ordered), layer))
        return layer

    def _crowded(self) -> list[Layer]:
        """Return the layers of one size where they are too many, with all smaller ones."""
        found: list[Layer] = []
        for _, some in groupby(sorted(self._layers, key=self._size), self._size):
            alike = list(some)
            found += alike
            if len(alike) >= GROWTH:
                return found
        return []

    def _size(self, layer: Layer) -> int:
        """Return a number that is greater by one of a layer that is `GROWTH` times as large."""
        return int(log(max(self._alive(layer), SMALLEST), GROWTH))

    def _alive(self, layer: Layer) -> int:
        return int(np.count_nonzero(~self._gone(layer)))

    def _gone(self, layer: Layer) -> Array:
        return np.array([self._current.get(name) is not layer for _, name in layer.moments], bool)

    def _articles(self, layer: Layer) -> list[Article]:
        return layer.generation.documents.articles(np.flatnonzero(~self._gone(layer)).tolist())

    def _joint(self, state: FreshState) -> JointGeneration:
        base = self._base.generation
        gone = np.zeros(base.articles, bool)
        gone[state.hidden] = True
        documents = map(base.columns.document, self._current)
        gone[[document for document in documents if document is not None]] = True
        gones = [gone, *map(self._gone, self._layers)]
        return JointGeneration(self._base, tuple(self._layers), gones)


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder for a layer that is being built, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as parent, _held(Path(parent)):
        folder = Path(parent) / "0"
        folder.mkdir()
        yield folder


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder as long as the process lives; say whether nobody else does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = False
        else:
            held = True
        yield held
    finally:
        os.close(descriptor)


def remove_orphans() -> None:
    """Remove what processes left that were killed while they built a layer."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < YOUNG:
                continue
            with _held(folder) as orphaned:
                if orphaned:
                    shutil.rmtree(folder)
