"""The stored lists while they are made: part after part is kept, for who goes on after a crash.

They take the most time of a rebuild by far.
"""

import numpy as np

from index.arrays import Array
from index.checkpoint import Checkpoint
from index.codec.container import ArrayFileWriter
from recommender.neighbours import ROWS_AT_A_TIME, Neighbours, Pairs

ROWS = 16 * ROWS_AT_A_TIME
"""Rows of a part: some seconds of work."""
_NAME = "lists"


class ListParts:
    """The lists of all articles as they come.

    Parameters
    ----------
    checkpoint : Checkpoint
        Where the parts are kept.
    documents, similarities : array of shape (articles, count)
        Where the lists are put.
    boilerplate_articles : int
        By what number of articles boilerplate was found: parts of another number are of no use.

    Attributes
    ----------
    copies : list of Pairs
        The versions of stories that were met.
    """

    def __init__(
        self, checkpoint: Checkpoint, documents: Array, similarities: Array, boilerplate: int
    ) -> None:
        self._checkpoint = checkpoint
        self._documents, self._similarities = documents, similarities
        self._boilerplate = boilerplate
        self.copies: list[Pairs] = []
        self._done = self._kept = self._copies_kept = self._parts = 0

    def taken(self) -> int:
        """Take what an earlier build kept; return how many rows that are."""
        for file in self._checkpoint.parts(_NAME):
            if file.notes != self._notes():
                break
            found = [
                file[name].all().reshape(-1, self._documents.shape[1]).copy()
                for name in ("documents", "similarities")
            ]
            self._put(Neighbours(*found))
            self.copies.append(Pairs(file["ones"].all().copy(), file["others"].all().copy()))
            self._mark()
        return self._done

    def add(self, found: Neighbours, pairs: Pairs) -> int:
        """Add the next rows, and keep a part when it is whole; return how many rows there are."""
        self._put(found)
        self.copies.append(pairs)
        if self._done - self._kept >= ROWS:
            self._keep()
        return self._done

    def _put(self, found: Neighbours) -> None:
        until = self._done + len(found.documents)
        span = slice(self._done, until)
        self._documents[span], self._similarities[span] = found
        self._done = until

    def _keep(self) -> None:
        path = self._checkpoint.part(_NAME, self._parts)
        path.unlink(missing_ok=True)
        span = slice(self._kept, self._done)
        pairs = Pairs(*map(np.concatenate, zip(*self.copies[self._copies_kept :], strict=True)))
        with path.open("wb") as file:
            writer = ArrayFileWriter(file)
            writer.add("documents", self._documents[span].ravel())
            writer.add("similarities", self._similarities[span].ravel())
            writer.add("ones", pairs.ones)
            writer.add("others", pairs.others)
            writer.finish(self._notes())
        self._mark()

    def _mark(self) -> None:
        self._kept, self._copies_kept = self._done, len(self.copies)
        self._parts += 1

    def _notes(self) -> dict[str, int]:
        return {"first": self._kept, "boilerplate": self._boilerplate}
