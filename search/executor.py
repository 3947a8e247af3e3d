"""Runs a query tree over one generation: every node becomes matching documents with scores.

Whoosh's query objects say what is asked and its reader decodes postings; matching and scoring are
array operations here. They see every match, so totals are exact, and they do not share the wrong
top tens that Whoosh's own collectors give for some nested queries.
"""

import time
from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.postings import K1, TEXT, B
from index.whoosh_api import query
from search.dates import day_range
from search.engine import SearchError
from search.expansion import Expansion
from search.ranking import bm25, idf

BUDGET = 5.0
"""Seconds after which a search is given up."""
CACHED_TERMS = 64


class Matches(NamedTuple):
    """Matching documents, ascending and distinct (int64), and their scores (float64)."""

    documents: Array
    scores: Array


class Occurrences(NamedTuple):
    """The postings of one term: documents (int64), weights (float32), positions as doc and place.

    ``places`` (int64, ascending) holds ``document << 32 | position`` for every occurrence.
    """

    documents: Array
    weights: Array
    places: Array


NO_OCCURRENCES = Occurrences(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
NOTHING = Matches(np.empty(0, np.int64), np.empty(0))


class Executor:
    """Evaluates query trees; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._articles = generation.articles
        mean = float(generation.lengths.mean(dtype=np.float64)) if self._articles else 1.0
        self._relative_lengths = generation.lengths / (mean or 1.0)
        self._postings = lru_cache(CACHED_TERMS)(self._read_postings)

    def run(self, tree: Any) -> Matches:
        """Return what matches ``tree``.

        Raises
        ------
        SearchError
            When it takes longer than the budget.
        """
        return self._node(tree, time.monotonic() + BUDGET)

    def _node(self, node: Any, deadline: float) -> Matches:
        if time.monotonic() > deadline:
            raise SearchError(
                f"the search was given up after {BUDGET:g} s: ask for fewer or rarer words"
            )
        match node:
            case Expansion():
                return self._expansion(node, deadline)
            case query.Term(fieldname="language"):
                column = self._generation.columns.facet("language")
                return self._constant(column.having(node.text), node.boost)
            case query.Term():
                found = self._postings(node.fieldname, node.text)
                return self._scored(node.fieldname, found.documents, found.weights, node.boost)
            case query.Phrase():
                return self._phrase(node)
            case query.TermRange(fieldname="date"):
                days = day_range(node.start, node.end, node.startexcl, node.endexcl)
                return self._constant(self._generation.columns.published_between(*days), node.boost)
            case query.Every():
                return self._constant(range(self._articles), node.boost)
            case query.AndMaybe() if not list(node.a.leaves()):  # "+the bridge"
                return self._node(node.b, deadline)
            case query.AndMaybe():
                return _with_bonus(self._node(node.a, deadline), self._node(node.b, deadline))
            case query.Require():
                needed = self._node(node.b, deadline)
                return _both(
                    self._node(node.a, deadline),
                    needed._replace(scores=np.zeros_like(needed.scores)),
                )
            case query.AndNot():
                # "-toll" alone has nothing before its minus: it means everything without "toll".
                wanted = node.a if list(node.a.leaves()) else query.Every()
                return _without(self._node(wanted, deadline), self._node(node.b, deadline))
            case query.Not():
                return self._compound([node], _either, deadline)
            case query.And():
                return self._compound(node.subqueries, _both, deadline)
            case query.Or() | query.DisjunctionMax():
                return self._compound(node.subqueries, _either, deadline)
        return NOTHING

    def _compound(self, nodes: Sequence[Any], combine: Any, deadline: float) -> Matches:
        """Combine the wanted nodes, then take the unwanted away; only unwanted: from everything."""
        wanted = [self._node(n, deadline) for n in nodes if not isinstance(n, query.Not)]
        unwanted = [self._node(n.query, deadline) for n in nodes if isinstance(n, query.Not)]
        if not wanted and not unwanted:
            return NOTHING
        found = reduce(combine, wanted) if wanted else self._constant(range(self._articles), 1.0)
        return reduce(_without, unwanted, found)

    def _constant(self, documents: Any, boost: float) -> Matches:
        documents = np.asarray(documents, np.int64)
        return Matches(documents, np.full(len(documents), boost))

    def _scored(self, field: str, documents: Array, weights: Array, boost: float) -> Matches:
        lengths = self._relative_lengths[documents] if field == TEXT else 1.0
        rarity = idf(self._articles, len(documents)) * boost
        return Matches(documents, bm25(weights.astype(np.float64), lengths, rarity))

    def _expansion(self, node: Expansion, deadline: float) -> Matches:
        """Score the words of a prefix as spellings of one word: their occurrences add up."""
        weights = np.zeros(self._articles)
        for term in node.terms_:
            if time.monotonic() > deadline:
                break
            # Not through the cache: hundreds of rare terms would push the common ones out.
            found = self._read_postings(node.fieldname, term)
            weights[found.documents] += found.weights
        documents = np.flatnonzero(weights)
        return self._scored(node.fieldname, documents, weights[documents], node.boost)

    def _phrase(self, node: Any) -> Matches:
        """Match words in order, each at most ``slop`` places behind the one before.

        Scored like one word that occurs as often as the phrase ends and is as rare as all its words
        together.
        """
        words = [self._postings(node.fieldname, word) for word in node.words]
        ends = words[0].places
        for word in words[1:]:
            before = np.searchsorted(ends, word.places) - 1
            near = before >= 0
            near[near] = word.places[near] - ends[before[near]] <= node.slop
            ends = word.places[near]
        documents, occurrences = np.unique(ends >> 32, return_counts=True)
        lengths = self._relative_lengths[documents] if node.fieldname == TEXT else 1.0
        rarity = sum(idf(self._articles, len(word.documents)) for word in words) * node.boost
        return Matches(documents, bm25(occurrences.astype(np.float64), lengths, rarity))

    def _read_postings(self, field: str, term: str) -> Occurrences:
        code = self._generation.terms.find(term)
        parts = [NO_OCCURRENCES]
        for segment in () if code is None else self._generation.segments:
            postings = segment.fields[field]
            place = -1 if code is None else postings.place(code)
            if place >= 0:
                documents = postings.documents(place).astype(np.int64) + segment.base
                shares = postings.impacts(place) / 65535
                positions, firsts = postings.occurrences(place)
                lengths = self._relative_lengths[documents] if field == TEXT else 1.0
                weights = shares / (1 - shares) * K1 * (1 - B + B * lengths)
                places = documents[np.cumsum(firsts) - 1] << 32 | positions
                parts.append(Occurrences(documents, weights, places))
        return Occurrences(*map(np.concatenate, zip(*parts, strict=True)))


def _either(one: Matches, other: Matches) -> Matches:
    documents, places = np.unique(
        np.concatenate([one.documents, other.documents]), return_inverse=True
    )
    scores = np.bincount(places, np.concatenate([one.scores, other.scores]), len(documents))
    return Matches(documents, scores)


def _both(one: Matches, other: Matches) -> Matches:
    documents, in_one, in_other = np.intersect1d(
        one.documents, other.documents, assume_unique=True, return_indices=True
    )
    return Matches(documents, one.scores[in_one] + other.scores[in_other])


def _without(one: Matches, other: Matches) -> Matches:
    kept = ~np.isin(one.documents, other.documents, assume_unique=True)
    return Matches(one.documents[kept], one.scores[kept])


def _with_bonus(one: Matches, other: Matches) -> Matches:
    scores = one.scores.copy()
    _, in_one, in_other = np.intersect1d(
        one.documents, other.documents, assume_unique=True, return_indices=True
    )
    scores[in_one] += other.scores[in_other]
    return Matches(one.documents, scores)
