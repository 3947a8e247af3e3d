"""Where the documents of a generation and of its layers lie in one order of dates."""

from collections.abc import Sequence

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.layers.layer import Layer
from index.layers.tables import shifts

GONE = -1
"""Stands for the number of a document that is left out."""


class Order:
    """The joint numbers of documents.

    Parameters
    ----------
    base : Generation
        The great generation.
    layers : sequence of Layer
        The small ones.
    gone : sequence of bool array
        For each of them, the great one first, which documents are left out.

    Attributes
    ----------
    numbers : list of int32 array
        For each generation the joint number of each document, `GONE` where it is left out.
    sources : int32 array
        For each joint number which generation it is of, 0 for the great one.
    places : int32 array
        For each joint number the number there.
    """

    def __init__(self, base: Generation, layers: Sequence[Layer], gone: Sequence[Array]) -> None:
        kept = ~gone[0]
        ranks = np.append(0, np.cumsum(kept))
        entering = sorted(
            (layer.entries[place].moment, layer.entries[place].before, source, place)
            for source, layer in enumerate(layers, 1)
            for place in np.flatnonzero(~gone[source]).tolist()
        )
        before = np.array([entry[1] for entry in entering], np.int64)
        of_base = np.where(kept, ranks[:-1] + shifts(before, base.articles), GONE)
        self.numbers: list[Array] = [of_base.astype(np.int32)]
        self.numbers += [np.full(len(layer), GONE, np.int32) for layer in layers]
        joint = (ranks[before] + np.arange(len(before))).tolist()
        for (_, _, source, place), number in zip(entering, joint, strict=True):
            self.numbers[source][place] = number
        count = int(ranks[-1]) + len(entering)
        self.sources = np.zeros(count, np.int32)
        self.places = np.empty(count, np.int32)
        for source, numbers in enumerate(self.numbers):
            alive = np.flatnonzero(numbers != GONE)
            self.sources[numbers[alive]] = source
            self.places[numbers[alive]] = alive

    def __len__(self) -> int:
        return len(self.sources)

    def joined(self, columns: Sequence[Array]) -> Array:
        """Return one array of values of each document from those of the generations."""
        found = np.empty(len(self), columns[0].dtype)
        for numbers, values in zip(self.numbers, columns, strict=True):
            alive = numbers != GONE
            found[numbers[alive]] = values[alive]
        return found

    def split(self, documents: Sequence[int]) -> list[tuple[int, Array, Array]]:
        """Return documents by the generation that they are of.

        Returns
        -------
        list of tuple of int, int64 array and int32 array
            A generation, which of ``documents`` are of it, and their numbers there.
        """
        asked = np.asarray(documents, np.int64)
        sources, places = self.sources[asked], self.places[asked]
        found = []
        for source in np.unique(sources).tolist():
            here = np.flatnonzero(sources == source)
            found.append((source, here, places[here]))
        return found
