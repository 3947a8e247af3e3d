"""Filters and counts of the values that articles carry, as operations on columns."""

import numpy as np

from index.arrays import Array
from index.columns import Columns
from search.dates import second_range
from search.engine import FACETS, Facet, FacetCount, SearchRequest

MOST_VALUES = 20
"""Values shown of one facet."""


def allowed(columns: Columns, request: SearchRequest, hidden: Array) -> Array:
    """Return a mask of the documents that pass all filters and are not hidden (bool)."""
    mask = np.ones(len(columns.published), bool)
    mask[hidden] = False
    for name in FACETS:
        values: tuple[str, ...] = getattr(request, name)
        if values:
            having = np.zeros_like(mask)
            for value in values:
                having[columns.facet(name).having(value)] = True
            mask &= having
    if request.published_from or request.published_to:
        days = second_range(request.published_from, request.published_to)
        inside = columns.published_between(*days)
        mask[: inside.start] = False
        mask[inside.stop :] = False
    return mask


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
