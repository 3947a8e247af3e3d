"""Counts of the values that articles carry, as operations on columns."""

import numpy as np

from index.arrays import Array
from index.columns import Columns
from search.engine import Facet, FacetCount
from search.timeline import years_counted

MOST_VALUES = 20
"""Values shown of one facet."""


def count(columns: Columns, name: str, documents: Array) -> Facet:
    """Return the commonest values of a facet among ``documents``, the latest years of the years."""
    if name == "year":
        years = years_counted(columns, documents)[:MOST_VALUES]
        return Facet(name, tuple(FacetCount(str(year), count) for year, count in years))
    column = columns.facet(name)
    counts = column.counts(documents)
    # Values are sorted, so a stable sort leaves ties in their order.
    some = np.flatnonzero(counts)
    order = some[np.argsort(-counts[some], kind="stable")[:MOST_VALUES]]
    values = column.values.strings(order.tolist())
    found = zip(values, counts[order].tolist(), strict=True)
    return Facet(name, tuple(FacetCount(value, count) for value, count in found))
