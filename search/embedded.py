"""The embedded engine: answers from one generation in this process."""

import time

import numpy as np

from articles.article import Article
from index.arrays import Array
from index.generation import Generation
from index.visibility import Visibility
from search import facets
from search.engine import Hit, SearchAnswer, SearchRequest, Sort
from search.executor import Executor, Matches
from search.query import ParsedQuery, QueryReader
from search.snippets import Highlighter


class EmbeddedEngine:
    """An `Engine` over one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched; closed with the engine.
    visibility : Visibility
        Says which of its articles are hidden now.
    """

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._generation = generation
        self._visibility = visibility
        self._reader = QueryReader(generation)
        self._executor = Executor(generation)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer the request; no text of a reader's raises, but one that takes too long."""
        started = time.perf_counter()
        columns = self._generation.columns
        parsed = self._reader.read(request.query, request.match)
        matches = self._executor.run(parsed.tree)
        allowed = facets.allowed(columns, request, self._visibility.hidden())
        kept = allowed[matches.documents]
        matches = Matches(matches.documents[kept], matches.scores[kept])
        last = request.offset + request.limit
        places = best(matches, request.sort, last, columns.undated)[request.offset :]
        return SearchAnswer(
            total=len(matches.documents),
            hits=self._hits(matches, places, parsed, snippets=request.snippets),
            facets=facets.count(columns, matches.documents) if request.facets else (),
            notices=parsed.notices,
            generation=self._generation.number,
            seconds=time.perf_counter() - started,
        )

    def article(self, article_id: str) -> Article | None:
        """Return the public article of that id, None when there is none."""
        document = self._generation.columns.document(article_id)
        if document is None or not self._visibility.shows(document):
            return None
        return self._generation.documents.articles([document])[0]

    def close(self) -> None:
        """Release the generation."""
        self._generation.close()

    def _hits(
        self, matches: Matches, places: Array, parsed: ParsedQuery, *, snippets: bool
    ) -> tuple[Hit, ...]:
        highlighter = Highlighter(parsed.words, parsed.phrases)
        articles = self._generation.documents.articles(matches.documents[places])
        return tuple(
            Hit(
                id=article.id,
                url=article.url,
                title=article.title,
                marked_title=highlighter.title(article) if snippets else "",
                snippet=highlighter.snippet(article) if snippets else "",
                section=article.section,
                source=article.source,
                authors=article.authors,
                language=article.language,
                published=article.published,
                updated=article.updated,
                score=float(score),
            )
            for article, score in zip(articles, matches.scores[places], strict=True)
        )


def best(matches: Matches, sort: Sort, first: int, undated: int) -> Array:
    """Return the places of the ``first`` best hits, best first (int64).

    Documents lie in the order of their dates, so newest first is from the end; the ``undated``
    documents lie before all others and come last in any order of dates. Equal scores stand newest
    first. Only what reaches the last score shown is sorted.
    """
    found = len(matches.documents)
    if sort == "newest":
        return np.arange(found)[::-1][:first]
    if sort == "oldest":
        start = int(np.searchsorted(matches.documents, undated))
        return np.roll(np.arange(found), -start)[:first]
    scores = matches.scores
    reaching = np.arange(found)
    if 0 < first < found:
        reaching = np.flatnonzero(scores >= np.partition(scores, found - first)[found - first])
    return reaching[np.lexsort((-reaching, -scores[reaching]))][:first]
