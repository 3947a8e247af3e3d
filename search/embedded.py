"""The embedded engine: answers from one generation in this process."""

import time
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np

from articles.article import Article
from index.generation import Generation
from index.visibility import Visibility
from search import facets
from search.beginnings import Beginnings
from search.corrections import Correction, Corrector
from search.engine import (
    Hit,
    Ranking,
    SearchAnswer,
    SearchError,
    SearchRequest,
    Sort,
    Suggestion,
)
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
from search.proximity import CANDIDATES, PAIRS, PairWeights, Proximity
from search.query import LONGEST_QUERY, ParsedQuery, QueryReader, plain_quotes
from search.skipping import FunctionWords
from search.snippets import Shown, shown
from search.terms import TermReader

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
    """

    def __init__(
        self,
        generation: Generation,
        visibility: Visibility,
        *,
        pairs: PairWeights = PAIRS,
        broadening: Broadening = BROADENING,
    ) -> None:
        self._generation = generation
        self._visibility = visibility
        self._beginnings = Beginnings(generation)
        terms = TermReader(generation)
        expander = Expander(generation, terms)
        self._reader = QueryReader(generation, expander, FunctionWords(generation, terms))
        leaves, foreign = Leaves(generation, terms, expander), ForeignNodes(generation, terms)
        self._executor = Executor(generation, leaves, foreign)
        self._corrector = Corrector(generation, terms)
        self._pairs = pairs
        self._proximity = Proximity(generation, terms, pairs)
        self._feedback = Feedback(generation, broadening)
        self._explainer = Explainer(generation, terms, expander, self._executor, self._proximity)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer the request; no text of a reader's raises, but one that takes too long."""
        started = time.perf_counter()
        parsed, found, suggestion = self._answered(request)
        total = found.total()
        counts = (
            facets.count(self._generation.columns, found.matches().documents)
            if request.facets
            else ()
        )
        hits = self._hits(request, self._best(request, found, parsed), parsed)
        if total and request.query and suggestion is None:  # what was found is not needed any more
            suggestion, _ = self._suggested(request, parsed, total)
        return SearchAnswer(
            total=total,
            hits=hits,
            facets=counts,
            notices=parsed.notices,
            suggestion=suggestion,
            generation=self._generation.number,
            seconds=time.perf_counter() - started,
        )

    def rank(self, request: SearchRequest) -> Ranking:
        """Return the ids and scores of the hits of `search`, and nothing that takes longer."""
        parsed, found, _ = self._answered(request)
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

    def _answered(self, request: SearchRequest) -> tuple[ParsedQuery, Found, Suggestion | None]:
        """Return what was found; where that is nothing, what a repaired query finds."""
        parsed, found = self._found(request)
        if not request.query or found.total():
            return parsed, found, None
        suggestion, confident = self._suggested(request, parsed, 0)
        if suggestion is None or not confident or request.spelling == "exact":
            return parsed, found, suggestion
        parsed, found = self._found(replace(request, query=suggestion.query))
        return parsed, found, replace(suggestion, total=found.total(), searched=True)

    def _suggested(
        self, request: SearchRequest, parsed: ParsedQuery, total: int
    ) -> tuple[Suggestion | None, bool]:
        """Return the query that was probably meant, and whether all of its words are certain.

        None where it would find nothing, or less than the ``total`` that the query itself finds.
        """
        text = request.query[:LONGEST_QUERY]
        corrections = self._corrector.corrections(plain_quotes(text), parsed.tree)
        if not corrections:
            return None, False
        meant, marked = _corrected(text, corrections)
        try:
            _, matches = self._found(replace(request, query=meant, mode="exact"))
        except SearchError:  # it takes too long, which the query as typed did not
            return None, False
        found = matches.total()
        if found < max(total, 1):
            return None, False
        suggestion = Suggestion(query=meant, marked=marked, total=found)
        return suggestion, all(correction.confident for correction in corrections)

    def _found(self, request: SearchRequest) -> tuple[ParsedQuery, Found]:
        parsed = self._reader.read(request.query, request.match)
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


def _corrected(text: str, corrections: Sequence[Correction]) -> tuple[str, str]:
    """Return a query with its corrections, and as HTML with these marked."""
    meant, marked, done = "", "", 0
    for start, stop, spelling, _ in corrections:
        meant += text[done:start] + spelling
        marked += f"{escape(text[done:start])}<em>{escape(spelling)}</em>"
        done = stop
    return meant + text[done:], marked + escape(text[done:])


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
