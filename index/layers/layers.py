"""The layers of a generation: what has come in since its build, taken in again and again.

Small layers are united to greater ones as they grow, so that there are few of them, and each
article is read few times: with four of about one size as many times as four goes into their number.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import log
from typing import NamedTuple

import numpy as np

from articles.article import Article
from index.arrays import Array, DamagedFileError
from index.builder import build
from index.fresh import Fresh, FreshState
from index.generation import Generation
from index.layers.joint import JointGeneration
from index.layers.layer import Base, Layer, moment_of
from index.layers.maker import Maker
from index.layers.scratch import Scratch
from index.layers.union import Union

MOST_AT_ONCE = 250
"""Events that are taken in with one layer: after an import the first are found before the last."""
GROWTH = 4
"""Layers of about one size that become one; a greater one is at least so many times as large."""
SMALLEST = 64
"""Articles up to which layers are of one size."""
BESIDE = 300
"""Articles from which on layers are united in another process, which takes a while to begin."""
MOST_LAYERS = 16
"""Layers from which on nothing is taken in before some of them are one."""
logger = logging.getLogger(__name__)


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
    aside : bool
        Whether layers are built in another process: it takes a moment to begin, and memory.
    """

    def __init__(self, generation: Generation, fresh: Fresh, *, aside: bool = False) -> None:
        self._maker = Maker() if aside else None
        self._base = Base(generation)
        self._fresh = fresh
        self._layers: list[Layer] = []
        self._current: dict[str, Layer] = {}
        self._union: Union | None = None
        self._seen = 0

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
        if upto > self._seen:
            self._take_in(self._fresh.since(self._seen, replace(state, events=upto)))
        elif self._union is None or not self._union.finished:
            return None
        if self._union is not None and len(self._layers) > MOST_LAYERS:
            self._union.wait()
        self._unite()
        view = View(self._joint(state), upto, len(self._current))
        self._seen = upto  # not before: after a fault the same is taken in again
        return view

    def close(self) -> None:
        """Let go of the files of all layers."""
        if self._maker is not None:
            self._maker.close()
        if self._union is not None:
            self._union.close()
        for layer in self._layers:
            layer.generation.close()
        self._layers.clear()

    def _take_in(self, names: Sequence[str]) -> None:
        articles = self._fresh.articles(names)
        layer = self._layer(list(articles.values())) if articles else None
        for name in names:
            self._current.pop(name, None)
        if layer is not None:
            self._layers.append(layer)
            self._current.update(dict.fromkeys(articles, layer))

    def _layer(self, articles: Sequence[Article]) -> Layer:
        ordered = sorted(articles, key=moment_of)
        scratch = Scratch()
        try:
            make = self._maker.make if self._maker else build
            make(scratch.folder, ordered, mean_length=self._base.mean_length)
            return Layer(
                self._base, Generation(scratch.folder), list(map(self._base.entry, ordered))
            )
        finally:
            scratch.close()

    def _unite(self) -> None:
        """Have small layers become one: few of them here, many of them in another process."""
        if self._union is not None and self._union.finished:
            union, self._union = self._union, None
            try:
                self._replace(union.layers, union.layer())
            except DamagedFileError as error:
                logger.warning("%s", str(error))
        self._layers = [layer for layer in self._layers if self._alive(layer).any()]
        crowded = self._crowded()
        if crowded and sum(map(len, crowded)) <= BESIDE:
            together = [
                article
                for layer in crowded
                for article in layer.generation.documents.articles(
                    np.flatnonzero(self._alive(layer)).tolist()
                )
            ]
            self._replace(crowded, self._layer(together))
        elif crowded and self._union is None:
            self._union = Union(self._base, [(layer, self._alive(layer)) for layer in crowded])

    def _replace(self, layers: Sequence[Layer], united: Layer) -> None:
        """Search one layer instead of others, but for what has changed meanwhile."""
        for entry in united.entries:
            if self._current.get(entry.id) in layers:
                self._current[entry.id] = united
        self._layers = [*(layer for layer in self._layers if layer not in layers), united]

    def _crowded(self) -> list[Layer]:
        """Return the layers of one size where they are too many, with all smaller ones."""
        found: list[Layer] = []
        waiting = self._union.layers if self._union else []
        free = [layer for layer in self._layers if layer not in waiting]
        for _, some in groupby(sorted(free, key=_size), _size):
            alike = list(some)
            found += alike
            if len(alike) >= GROWTH:
                return found
        return []

    def _alive(self, layer: Layer) -> Array:
        """Return which documents of a layer are articles as they are now (bool)."""
        return np.array([self._current.get(entry.id) is layer for entry in layer.entries], bool)

    def _joint(self, state: FreshState) -> JointGeneration:
        alive = list(map(self._alive, self._layers))
        gone = np.zeros(self._base.generation.articles, bool)
        gone[state.hidden] = True
        for layer, own in zip(self._layers, alive, strict=True):
            replaced = (layer.entries[place].replaced for place in np.flatnonzero(own).tolist())
            gone[[document for document in replaced if document is not None]] = True
        return JointGeneration(self._base, tuple(self._layers), [gone, *(~own for own in alive)])


def _size(layer: Layer) -> int:
    """Return a number that is greater by one of a layer that is `GROWTH` times as large."""
    return int(log(max(len(layer), SMALLEST), GROWTH))
