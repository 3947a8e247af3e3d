"""The embedded engine: answers from one generation in this process."""

import time
from dataclasses import replace

import numpy as np

from articles.article import Article
from index.generation import Generation
from index.visibility import Visibility
from search import facets
from search.beginnings import Beginnings
from search.engine import Hit, Ranking, SearchAnswer, SearchRequest, Sort
from search.executor import Executor
from search.expansion import Expander
from search.explanation import Explainer
from search.feedback import BROADENING, Broadening, Feedback
from search.foreign import ForeignNodes
from search.leaves import Leaves
from search.limits import limits_of
from search.marking import Marker
from search.marks import marks_of
from search.matches import Found, Matches
from search.name_list import NameList
from search.proximity import CANDIDATES, PAIRS, PairWeights, Proximity
from search.query import ParsedQuery, QueryReader
from search.skipping import FunctionWords
from search.snippets import Shown, shown
from search.terms import TermReader
from search.variants import VariantFinder

MOST_SHOWN = 8
"""Words that a reader is told a broader search was made with."""


class EmbeddedEngine:
    """An `Engine` over one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched; closed with the engine.
    visibility : Visibility
        Says which of its articles are hidden now.
    pairs : PairWeights
        What words that stand near each other count; nothing is the ranking of BM25 alone.
    broadening : Broadening
        By how much the mode ``broaden`` broadens.
    names : NameList or None
        Names in several spellings; None is the list that comes with Backfile.
    """

    def __init__(
        self,
        generation: Generation,
        visibility: Visibility,
        *,
        pairs: PairWeights = PAIRS,
        broadening: Broadening = BROADENING,
        names: NameList | None = None,
    ) -> None:
        self._generation = generation
        self._visibility = visibility
        self._beginnings = Beginnings(generation)
        terms = TermReader(generation)
        expander = Expander(generation, terms)
        skipped = FunctionWords(generation, terms)
        finder = VariantFinder(generation, terms, names or NameList.shipped())
        self._reader = QueryReader(generation, expander, skipped, finder)
        leaves, foreign = Leaves(generation, terms, expander), ForeignNodes(generation, terms)
        self._executor = Executor(generation, leaves, foreign)
        self._pairs = pairs
        self._proximity = Proximity(generation, terms, pairs)
        self._feedback = Feedback(generation, broadening)
        self._explainer = Explainer(generation, terms, expander, self._executor, self._proximity)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer the request; no text of a reader's raises, but one that takes too long."""
        started = time.perf_counter()
        parsed, found = self._found(request)
        total = found.total()
        counts = (
            facets.count(self._generation.columns, found.matches().documents)
            if request.facets
            else ()
        )
        hits = self._hits(request, self._best(request, found, parsed), parsed)
        return SearchAnswer(
            total=total,
            hits=hits,
            facets=counts,
            notices=parsed.notices,
            variants=parsed.variants(),
            generation=self._generation.number,
            seconds=time.perf_counter() - started,
        )

    def rank(self, request: SearchRequest) -> Ranking:
        """Return the ids and scores of the hits of `search`, and nothing that takes longer."""
        parsed, found = self._found(request)
        hits = self._best(request, found, parsed)
        ids = self._generation.columns.ids(hits.documents.tolist())
        return Ranking(tuple(ids), tuple(hits.scores().tolist()))

    def article(self, article_id: str) -> Article | None:
        """Return the public article of that id, None when there is none."""
        document = self._generation.columns.document(article_id)
        if document is None or not self._visibility.shows(document):
            return None
        return self._generation.documents.articles([document])[0]

    def close(self) -> None:
        """Release the generation."""
        self._generation.close()

    def _found(self, request: SearchRequest) -> tuple[ParsedQuery, Found]:
        parsed = self._reader.read(request.query, request.match, variants=request.variants)
        limits = limits_of(self._generation.columns, request, self._visibility.hidden())
        found = self._executor.run(parsed.tree, limits)
        if request.mode == "exact":
            return parsed, found
        words = parsed.words()
        best = self._proximity.reranked(words, found.best(CANDIDATES))
        broadened = self._feedback.broadened(parsed.tree, words, best)
        if broadened is None:
            return parsed, self._executor.run(parsed.tree, limits)
        notice = f"Also searched for: {', '.join(broadened.words[:MOST_SHOWN])}."
        broader = replace(parsed, notices=(*parsed.notices, notice), added=broadened.added)
        return broader, self._executor.run(broadened.tree, limits)

    def _best(self, request: SearchRequest, found: Found, parsed: ParsedQuery) -> Matches:
        """Return the hits of the request's page, in order."""
        last = request.offset + request.limit
        if request.sort != "relevance":
            undated = self._generation.columns.undated
            hits = by_date(found.matches(), request.sort, last, undated)
        elif self._pairs and len(words := parsed.words()) > 1:
            hits = self._proximity.reranked(words, found.best(max(last, CANDIDATES)))
        else:
            hits = found.best(last)
        return hits.take(slice(request.offset, last))

    def _hits(self, request: SearchRequest, hits: Matches, parsed: ParsedQuery) -> tuple[Hit, ...]:
        articles = self._generation.documents.articles(hits.documents.tolist())
        marked = [Shown("", "")] * len(articles)
        if request.snippets:
            marks = marks_of(parsed.tree, self._generation)
            marker = Marker(marks, self._beginnings.of(marks))
            marked = [shown(article, marker) for article in articles]
        near = max(CANDIDATES - request.offset, 0) if request.sort == "relevance" else 0
        explained = self._explainer.explained(parsed, hits, near) if request.explain else []
        reasons = explained or [()] * len(articles)
        return tuple(
            Hit(
                id=article.id,
                url=article.url,
                title=article.title,
                marked_title=title,
                snippet=snippet,
                section=article.section,
                source=article.source,
                authors=article.authors,
                language=article.language,
                published=article.published,
                updated=article.updated,
                score=score,
                explanation=explanation,
            )
            for article, (title, snippet), score, explanation in zip(
                articles, marked, hits.scores().tolist(), reasons, strict=True
            )
        )


def by_date(matches: Matches, sort: Sort, first: int, undated: int) -> Matches:
    """Return the ``first`` matches, the newest or the oldest first.

    Documents lie in the order of their dates, so newest first is from the end; the ``undated``
    documents lie before all others and come last in any order of dates.
    """
    count = len(matches.documents)
    if sort == "newest":
        return matches.take(np.arange(count - 1, max(count - first, 0) - 1, -1))
    start = int(matches.documents.searchsorted(undated))
    return matches.take(np.concatenate([np.arange(start, count), np.arange(start)])[:first])
