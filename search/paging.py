"""Where a page of hits begins: behind or before a hit, wherever that stands by now.

A page that is told from the last hit of the one before neither repeats nor skips an article when
others come in or are withdrawn meanwhile. By date that holds from one generation to the next; by
relevance the hit is looked for, and where it is gone its score says where it stood.
"""

import numpy as np

from index.arrays import Array
from index.columns import UNDATED, Columns
from search.cursor import Cursor
from search.engine import SearchRequest
from search.matches import Matches

SLACK = 1_000
"""Hits behind the place where a cursor is expected that are looked through for it."""


def offset_of(request: SearchRequest, columns: Columns, ordered: Matches) -> int:
    """Return how many of the ordered hits stand before the page that is asked for.

    Parameters
    ----------
    request : SearchRequest
        With a cursor or without.
    columns : Columns
        Of the generation.
    ordered : Matches
        In the order of the request: all hits by date, or the best by relevance.
    """
    cursor = request.after or request.before
    if cursor is None:
        return request.offset
    document, there = _document(columns, cursor)
    if request.sort == "relevance":
        before, up_to = _by_score(ordered, cursor, document, there=there)
    else:
        ranks = _ranks(columns, ordered.documents, request)
        own = _ranks(columns, np.array([document]), request, undated=cursor.published is None)[0]
        before, up_to = int((ranks < own).sum()), int((ranks <= own).sum())
        if not there:
            up_to = before
    return up_to if request.after else max(before - request.limit, 0)


def _document(columns: Columns, cursor: Cursor) -> tuple[int, bool]:
    """Return the document of a cursor, or before which it would stand; and whether it is there."""
    document = columns.document(cursor.id)
    if document is not None:
        return document, True
    instant = UNDATED if cursor.published is None else cursor.published
    start = int(np.searchsorted(columns.published, instant))
    stop = int(np.searchsorted(columns.published, instant, side="right"))
    earlier = sum(article_id < cursor.id for article_id in columns.ids(range(start, stop)))
    return start + earlier, False


def _ranks(
    columns: Columns, documents: Array, request: SearchRequest, *, undated: bool | None = None
) -> Array:
    """Return numbers that ascend in the order of dates; what has none comes last in any order."""
    dateless = documents < columns.undated if undated is None else undated
    newest = -documents.astype(np.int64) if request.sort == "newest" else documents.astype(np.int64)
    return newest + np.where(dateless, 2 * len(columns.published) + 1, 0)


def _by_score(ordered: Matches, cursor: Cursor, document: int, *, there: bool) -> tuple[int, int]:
    """Return how many hits stand before a cursor, and how many up to it."""
    places = np.flatnonzero(ordered.documents == document).tolist() if there else []
    if places:
        return places[0], places[0] + 1
    scores = ordered.scores()
    ties = (scores == np.float32(cursor.score)) & (ordered.documents > document)
    before = int((scores > np.float32(cursor.score)).sum() + ties.sum())
    return before, before
