"""Counts of the values that articles carry, as operations on columns."""

import numpy as np

from index.arrays import Array
from index.columns import Chosen, Columns, FacetColumn
from search.engine import Facet, FacetCount
from search.matches import kth_best
from search.timeline import years_counted

MOST_VALUES = 20
"""Values shown of one facet."""


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
        return Facet(name, commonest(column, column.counts(self._chosen), MOST_VALUES))


def commonest(column: FacetColumn, counts: Array, most: int) -> tuple[FacetCount, ...]:
    """Return up to ``most`` values that have any count, the greatest first, ties by value."""
    codes = np.flatnonzero(counts)
    if len(codes) > most:
        codes = codes[counts[codes] >= kth_best(counts[codes], most)]
    # Values are sorted, so a stable sort leaves ties in their order.
    codes = codes[np.argsort(-counts[codes], kind="stable")][:most]
    return with_counts(column, counts, codes)


def with_counts(column: FacetColumn, counts: Array, codes: Array) -> tuple[FacetCount, ...]:
    """Return some values with their counts."""
    values = column.values.strings(codes.tolist())
    return tuple(map(FacetCount, values, counts[codes].tolist()))
