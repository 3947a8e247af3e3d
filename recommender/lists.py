"""The stored lists: for every article its nearest neighbours, computed in the build."""

import numpy as np

from index.build_step import BuildContext, BuildProgress
from index.codec.container import ArrayFile, ArrayFileWriter
from index.generation import RELATED
from recommender.neighbours import Neighbours, all_neighbours

LISTED = 30
"""Neighbours stored of each article: enough for a block after some have been withdrawn."""


def related_lists(context: BuildContext) -> None:
    """Add the lists to a generation; the rows by terms, too, for what is asked beyond the lists."""
    rows = context.rows.matrix
    documents = np.full((rows.shape[0], LISTED), -1, np.int32)
    cosines = np.zeros((rows.shape[0], LISTED), np.float32)
    done = 0
    for found in all_neighbours(rows, LISTED):
        until = done + len(found.documents)
        documents[done:until], cosines[done:until] = found
        done = until
        context.on_progress(BuildProgress("relating articles", done, rows.shape[0]))
    with (context.folder / RELATED).open("wb") as file:
        writer = ArrayFileWriter(file)
        writer.add("related.documents", documents.ravel())
        writer.add("related.cosines", cosines.ravel())
        context.rows.save(writer)
        writer.finish()


class StoredLists:
    """The lists of a generation."""

    def __init__(self, file: ArrayFile) -> None:
        self._documents = file["related.documents"]
        self._cosines = file["related.cosines"]

    def of(self, document: int) -> Neighbours:
        """Return the neighbours of one document, in one row."""
        span = slice(document * LISTED, (document + 1) * LISTED)
        return Neighbours(self._documents[span][None], self._cosines[span][None])
