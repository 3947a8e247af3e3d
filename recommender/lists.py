"""The stored lists: for every article its nearest neighbours, computed in the build."""

from pathlib import Path

import numpy as np

from index.arrays import load, save
from index.build_step import BuildContext, BuildProgress
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
    save(context.folder, "related.documents", documents)
    save(context.folder, "related.cosines", cosines)


def open_lists(folder: Path) -> Neighbours:
    """Return the stored lists, mapped."""
    return Neighbours(load(folder, "related.documents"), load(folder, "related.cosines"))
