"""Counts of the values that articles carry, as operations on columns."""

import numpy as np

from index.arrays import Array
from index.columns import Chosen, Columns
from search.engine import Facet, FacetCount
from search.matches import kth_best
from search.timeline import years_counted

MOST_VALUES = 20
"""Values shown of one facet."""
_MANY = 200
"""Values among which the commonest are found before they are sorted."""


class Counter:
    """Counts the values of some documents of a generation.

    Parameters
    ----------
    columns : Columns
        Of the generation.
    documents : int32 array
        Ascending.
    """

    def __init__(self, columns: Columns, documents: Array) -> None:
        self._columns = columns
        self._chosen = Chosen(documents, len(columns.published))

    def count(self, name: str) -> Facet:
        """Return the commonest values of a facet, the latest years where it is the years."""
        if name == "year":
            years = years_counted(self._columns, self._chosen.documents)[:MOST_VALUES]
            return Facet(name, tuple(FacetCount(str(year), count) for year, count in years))
        column = self._columns.facet(name)
        counts = column.counts(self._chosen)
        # Values are sorted, so a stable sort leaves ties in their order.
        some = np.flatnonzero(counts)
        if len(some) > _MANY:
            some = some[counts[some] >= kth_best(counts[some], MOST_VALUES)]
        order = some[np.argsort(-counts[some], kind="stable")[:MOST_VALUES]]
        values = column.values.strings(order.tolist())
        found = zip(values, counts[order].tolist(), strict=True)
        return Facet(name, tuple(FacetCount(value, count) for value, count in found))
