"""The tokens of a field in the order of articles: what is read before it is inverted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import Array, ranges


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """The tokens of one field of consecutive articles.

    Attributes
    ----------
    surfaces : int32 array
        The surface of every token, article after article, part after part.
    parts : int32 array
        How many tokens each part (title, paragraph, name) has.
    articles : int32 array
        How many parts each article has.
    """

    surfaces: Array
    parts: Array
    articles: Array

    @property
    def ends(self) -> Array:
        """Where the tokens of each article end, 0 in front (int64)."""
        part_ends = np.append(0, np.cumsum(self.parts, dtype=np.int64))
        ends: Array = part_ends[np.append(0, np.cumsum(self.articles, dtype=np.int64))]
        return ends

    @property
    def leads(self) -> Array:
        """How many tokens the first part of each article has (int32)."""
        first = np.append(0, np.cumsum(self.articles, dtype=np.int64))[:-1]
        leads = np.zeros(len(self.articles), np.int32)
        some = self.articles > 0
        leads[some] = self.parts[first[some]]
        return leads

    def only_leads(self) -> "FieldTokens":
        """Return the first part of every article as a field of its own."""
        leads = self.leads
        return FieldTokens(
            self.surfaces[ranges(self.ends[:-1], leads)], leads, np.ones(len(leads), np.int32)
        )

    def ordered(self, order: Array) -> "FieldTokens":
        """Return the articles in another order."""
        part_starts = np.cumsum(self.articles) - self.articles
        ends = self.ends
        return FieldTokens(
            self.surfaces[ranges(ends[:-1][order], np.diff(ends)[order])],
            self.parts[ranges(part_starts[order], self.articles[order])],
            self.articles[order],
        )

    @classmethod
    def joined(cls, some: Sequence["FieldTokens"]) -> "FieldTokens":
        """Return the tokens of several runs of articles as those of one."""
        return cls(
            *(
                np.concatenate([np.empty(0, np.int32), *arrays])
                for arrays in zip(*((t.surfaces, t.parts, t.articles) for t in some), strict=True)
            )
        )
