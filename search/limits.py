"""Which documents a search may show: filters, dates, and what is hidden."""

from datetime import MAXYEAR, MINYEAR, date
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.columns import Columns
from search.dates import second_range
from search.engine import FACETS, SearchRequest
from search.matches import Matches


class Limits(NamedTuple):
    """Documents of a range, and of these only what is in the mask (bool, of all documents).

    ``dated`` says that the range is not the whole archive.
    """

    window: range
    mask: Array | None = None
    dated: bool = False

    def of(self, matches: Matches) -> Matches:
        """Return the matches within the limits."""
        if self.dated:
            edges = np.array([self.window.start, self.window.stop], np.int32)
            start, stop = matches.documents.searchsorted(edges).tolist()
            matches = matches.take(slice(start, stop))
        if self.mask is not None:
            matches = matches.take(self.mask.take(matches.documents))
        return matches


def limits_of(
    columns: Columns, request: SearchRequest, hidden: Array, *, without: str = ""
) -> Limits:
    """Return the limits of a request, ``without`` one of its filters where one is named.

    The ``hidden`` documents are never shown.
    """
    articles = len(columns.published)
    window, mask = range(articles), None
    dated = bool(request.published_from or request.published_to)
    if dated:
        days = second_range(request.published_from, request.published_to)
        window = columns.published_between(*days)
    for name in FACETS:
        values = getattr(request, name)
        if values and name != without:
            having = np.zeros(articles, bool)
            for value in values:
                having[_having(columns, name, value)] = True
            mask = having if mask is None else mask & having
    if len(hidden):
        mask = np.ones(articles, bool) if mask is None else mask
        mask[hidden] = False
    return Limits(window, mask, dated)


def _having(columns: Columns, name: str, value: str | int) -> Array | slice:
    """Return the documents that have a value."""
    if isinstance(value, int):
        year = min(max(value, MINYEAR), MAXYEAR)
        found = columns.published_between(*second_range(date(year, 1, 1), date(year, 12, 31)))
        return slice(found.start, found.stop)
    return columns.facet(name).having(value)
