"""What others asked for with success, for somebody who types the beginning of it."""

from collections.abc import Sequence

import numpy as np

from articles.asked_queries import PastQuery
from index.word_index import WordIndex, words_of
from search.engine import Suggestion
from search.suggestions import marked, meant


class PastQueries:
    """Suggests queries; safe to share between threads.

    Parameters
    ----------
    queries : sequence of PastQuery
        The most successful first.

    Examples
    --------
    >>> past = PastQueries([PastQuery("bridge toll", 9, 20), PastQuery("old bridges", 3, 7)])
    >>> [query.text for query in past.suggest("bridg", 5)]
    ['bridge toll', 'old bridges']
    """

    def __init__(self, queries: Sequence[PastQuery] = ()) -> None:
        self._queries = queries
        self._index = WordIndex.of(query.text for query in queries)

    def suggest(self, typed: str, limit: int) -> list[Suggestion]:
        """Return at most so many queries that have all words that were typed, and more than these.

        The most successful come first.
        """
        words = meant(typed)
        if not words:
            return []
        places = np.flatnonzero(self._index.find(words).fitting)
        found: list[Suggestion] = []
        for place in places.tolist():
            query = self._queries[place]
            if len(found) == limit:
                break
            if tuple(words_of(query.text)) != words:
                html = marked(query.text, words)
                found.append(
                    Suggestion(kind="query", text=query.text, marked=html, count=query.hits)
                )
        return found
