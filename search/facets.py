"""Counts of the values that articles carry, as operations on columns."""

import numpy as np

from index.arrays import Array
from index.columns import Columns
from search.engine import FACETS, Facet, FacetCount

MOST_VALUES = 20
"""Values shown of one facet."""


def count(columns: Columns, documents: Array) -> tuple[Facet, ...]:
    """Return the commonest values of every facet among ``documents``."""
    return tuple(Facet(name, _counts(columns, name, documents)) for name in FACETS)


def _counts(columns: Columns, name: str, documents: Array) -> tuple[FacetCount, ...]:
    column = columns.facet(name)
    counts = column.counts(documents)
    # Values are sorted, so a stable sort leaves ties in their order.
    order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
    return tuple(
        FacetCount(column.values[code], int(counts[code])) for code in order if counts[code]
    )
