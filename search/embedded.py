"""The embedded engine: answers from one generation in this process."""

import time
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, NamedTuple, Self

import numpy as np

from articles.message import Message
from articles.word_lists import WordLine
from index.arrays import Array
from index.generation import Generation
from index.visibility import Visibility
from search.beginnings import Beginnings
from search.corrections import Corrector, with_words
from search.engine import (
    FACETS,
    CorrectedQuery,
    Facet,
    Hit,
    MarkedArticle,
    Ranking,
    SearchAnswer,
    SearchRequest,
    Sort,
    Suggestion,
)
from search.errors import SearchError
from search.executor import Executor
from search.expansion import Expander
from search.explanation import Explainer
from search.facets import Counter
from search.feedback import BROADENING, Broadening, Feedback
from search.foreign import ForeignNodes
from search.leaves import Leaves
from search.limits import limits_of
from search.marked import marked_article
from search.marking import Marker
from search.marks import marks_of
from search.matches import Found, Matches
from search.name_list import NameList
from search.paging import SLACK, offset_of
from search.proximity import CANDIDATES, PAIRS, PairWeights, Proximity
from search.query import LONGEST_QUERY, ParsedQuery, plain_quotes
from search.reason import Reason
from search.recency import Recency, reason_of
from search.snippets import Shown, shown
from search.suggestions import Suggester
from search.terms import TermReader
from search.timeline import timeline
from search.vocabulary import Vocabulary

_NONE = np.empty(0, np.int32)
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
    terms : TermReader or None
        What reads the postings of the generation, where it is not one of its own.

    Attributes
    ----------
    reader : QueryReader
        Says what queries mean, by the word lists.
    """

    def __init__(
        self,
        generation: Generation,
        visibility: Visibility,
        *,
        pairs: PairWeights = PAIRS,
        broadening: Broadening = BROADENING,
        names: NameList | None = None,
        terms: TermReader | None = None,
    ) -> None:
        self._generation = generation
        self._visibility = visibility
        self._beginnings = Beginnings(generation)
        terms = terms or TermReader(generation)
        expander = Expander(generation, terms)
        names = NameList.shipped() if names is None else names
        self._vocabulary = Vocabulary(generation, terms, expander, names)
        self.reader = self._vocabulary.reader()
        leaves, foreign = Leaves(generation, terms, expander), ForeignNodes(generation, terms)
        self._executor = Executor(generation, leaves, foreign)
        self._corrector = Corrector(generation, terms)
        self._pairs = pairs
        self._proximity = Proximity(generation, terms, pairs)
        self._feedback = Feedback(generation, broadening)
        self._suggester = Suggester(generation, visibility)
        self._recency = Recency(generation, self._executor)
        self._explainer = Explainer(generation, terms, expander, self._executor, self._proximity)

    def worded(self, lines: Sequence[WordLine]) -> Self:
        """Return this engine with other word lists; it shares all else, and is closed with it."""
        other = copy(self)
        other.reader = self._vocabulary.reader(lines)
        return other

    def reads_alike(self, other: "EmbeddedEngine", request: SearchRequest) -> bool:
        """Say whether another engine of this generation searches the same for a request."""
        mine, others = (
            engine.reader.read(request.query, request.match, variants=request.variants)
            for engine in (self, other)
        )
        return mine == others

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer the request; no text of a reader's raises, but one that takes too long."""
        started = time.perf_counter()
        hidden = self._visibility.hidden()
        parsed, tree, found, correction = self._answered(request, hidden)
        total = found.total()
        counting = request.facets or request.timeline
        documents = found.matches().documents if counting else _NONE
        page = self._page(request, found, parsed)
        hits = self._hits(request, page, parsed)
        counts = tuple(self._facets(request, tree, documents, hidden)) if request.facets else ()
        over_time = (
            timeline(self._generation.columns, documents, request) if request.timeline else None
        )
        if total and request.query and correction is None:  # what was found is not needed any more
            correction, _ = self._corrected(request, parsed, total, hidden)
        return SearchAnswer(
            total=total,
            hits=hits,
            offset=page.offset,
            facets=counts,
            timeline=over_time,
            notices=parsed.notices,
            variants=parsed.variants(),
            synonyms=parsed.synonyms(),
            correction=correction,
            generation=self._generation.number,
            seconds=time.perf_counter() - started,
        )

    def rank(self, request: SearchRequest) -> Ranking:
        """Return the ids and scores of the hits of `search`, and nothing that takes longer."""
        parsed, _, found, _ = self._answered(request, self._visibility.hidden())
        hits = self._page(request, found, parsed).hits
        ids = self._generation.columns.ids(hits.documents.tolist())
        return Ranking(tuple(ids), tuple(hits.scores().tolist()))

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return names and headlines that somebody who types may mean; no text raises."""
        return self._suggester.suggest(typed, limit)

    def article(self, article_id: str, query: str = "") -> MarkedArticle | None:
        """Return the public article of that id, the words of the query marked."""
        document = self._generation.columns.document(article_id)
        if document is None or not self._visibility.shows(document):
            return None
        article = self._generation.documents.articles([document])[0]
        if not query.strip():
            return marked_article(article)
        return marked_article(article, self._marker(self.reader.read(query, "any")))

    def close(self) -> None:
        """Release the generation."""
        self._generation.close()

    def _answered(
        self, request: SearchRequest, hidden: Array
    ) -> tuple[ParsedQuery, Any, Found, CorrectedQuery | None]:
        """Return what `_found` does; where that finds nothing, of the query that was meant."""
        parsed, tree, found = self._found(request, hidden)
        if not request.query or found.total():
            return parsed, tree, found, None
        correction, confident = self._corrected(request, parsed, 0, hidden)
        if correction is None or not confident or request.spelling == "exact":
            return parsed, tree, found, correction
        parsed, tree, found = self._found(replace(request, query=correction.query), hidden)
        return parsed, tree, found, replace(correction, total=found.total(), searched=True)

    def _corrected(
        self, request: SearchRequest, parsed: ParsedQuery, total: int, hidden: Array
    ) -> tuple[CorrectedQuery | None, bool]:
        """Return the query that was probably meant, and whether all of its words are certain.

        None where it would find nothing, or less than the ``total`` that the query itself finds.
        """
        text = request.query[:LONGEST_QUERY]
        words = self._corrector.words(plain_quotes(text), parsed.tree)
        if not words:
            return None, False
        meant, marked = with_words(text, words)
        try:
            _, _, matches = self._found(replace(request, query=meant, mode="exact"), hidden)
        except SearchError:  # it takes too long, which the query as typed did not
            return None, False
        found = matches.total()
        if found < max(total, 1):
            return None, False
        corrected = CorrectedQuery(query=meant, marked=marked, total=found)
        return corrected, all(word.confident for word in words)

    def _found(self, request: SearchRequest, hidden: Array) -> tuple[ParsedQuery, Any, Found]:
        """Return how a query was read, the tree that was run at last, and what that found."""
        parsed = self.reader.read(request.query, request.match, variants=request.variants)
        limits = limits_of(self._generation.columns, request, hidden)
        found = self._executor.run(parsed.tree, limits)
        if request.mode == "exact":
            return parsed, parsed.tree, found
        words = parsed.words()
        best = self._proximity.reranked(words, found.best(CANDIDATES))
        broadened = self._feedback.broadened(parsed.tree, words, best)
        if broadened is None:
            return parsed, parsed.tree, self._executor.run(parsed.tree, limits)
        words_added = ", ".join(broadened.words[:MOST_SHOWN])
        notice = Message("Also searched for: %(words)s.", words=words_added)
        broader = replace(parsed, notices=(*parsed.notices, notice), added=broadened.added)
        tree = broadened.tree
        return broader, tree, self._executor.run(tree, limits)

    def _facets(
        self, request: SearchRequest, tree: Any, documents: Array, hidden: Array
    ) -> Iterator[Facet]:
        """Yield every facet of the hits; one that is chosen from counts without its own filter."""
        columns = self._generation.columns
        counter = Counter(columns, documents)
        for name in FACETS:
            if getattr(request, name):
                limits = limits_of(columns, request, hidden, without=name)
                found = self._executor.run(tree, limits)
                yield Counter(columns, found.matches().documents).count(name)
            else:
                yield counter.count(name)

    def _page(self, request: SearchRequest, found: Found, parsed: ParsedQuery) -> "_Page":
        """Return the hits of the request's page, in order."""
        columns = self._generation.columns
        paged = bool(request.after or request.before)
        last = request.offset + request.limit + SLACK * paged
        near = _NONE
        if request.sort != "relevance":
            matches = found.matches()
            most = len(matches.documents) if paged else last
            ordered = by_date(matches, request.sort, most, columns.undated)
        else:
            words = parsed.words()
            pairs = bool(self._pairs) and len(words) > 1
            ordered = found.best(max(last, CANDIDATES) if pairs else last)
            if pairs:
                ordered = self._proximity.reranked(words, ordered)
                near = ordered.documents[:CANDIDATES]
            if request.recent:
                plain = found.matches()
                scored = plain.replaced(ordered.take(slice(0, CANDIDATES))) if pairs else plain
                ordered = self._recency.preferred(scored, words, last)
        offset = offset_of(request, columns, ordered)
        return _Page(offset, ordered.take(slice(offset, offset + request.limit)), near)

    def _marker(self, parsed: ParsedQuery) -> Marker:
        marks = marks_of(parsed.tree, self._generation)
        return Marker(marks, self._beginnings.of(marks))

    def _hits(self, request: SearchRequest, page: "_Page", parsed: ParsedQuery) -> tuple[Hit, ...]:
        hits = page.hits
        articles = self._generation.documents.articles(hits.documents.tolist())
        marked = [Shown("", "")] * len(articles)
        if request.snippets:
            marker = self._marker(parsed)
            marked = [shown(article, marker) for article in articles]
        explained = self._explained(request, page, parsed) if request.explain else []
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

    def _explained(
        self, request: SearchRequest, page: "_Page", parsed: ParsedQuery
    ) -> list[tuple[Reason, ...]]:
        explained = self._explainer.explained(parsed, page.hits, page.near)
        if request.sort != "relevance" or not request.recent:
            return explained
        factors = self._recency.of(page.hits.documents, parsed.words()).tolist()
        gained = map(reason_of, page.hits.scores().tolist(), factors)
        return [
            (*reasons, *([recent] if recent else []))
            for reasons, recent in zip(explained, gained, strict=True)
        ]


class _Page(NamedTuple):
    """Hits in their order, and how many stand before them.

    In the scores of the documents ``near`` are those of pairs of words.
    """

    offset: int
    hits: Matches
    near: Array


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
