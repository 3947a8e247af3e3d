"""The nodes of a query that name words, days or everything: what each of them finds."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from articles.message import Message
from index.arrays import Array
from index.generation import Generation
from index.whoosh_api import query
from index.word_fields import TEXT, WORD_FIELDS
from search.dates import day_range, instant_range
from search.deadline import Deadline
from search.errors import SearchError
from search.expansion import Expander, Expansion
from search.matches import NOTHING, Matches, constant
from search.name_word import NameWord
from search.phrases import adjacent, counted, following
from search.quoted import Quoted
from search.ranking import impacts_of_counts, impacts_of_odds, odds_of_shares, term_weight
from search.scoreboard import Scoreboard, merged
from search.synonym_word import Meaning, SynonymWord
from search.terms import Occurrences, Postings, TermReader
from search.word_places import occurrences_of

MOST_PLACES = 100
"""Occurrences an article that the words of a phrase with a distance may have together."""


class Leaves:
    """Evaluates the leaves of query trees over one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    terms : TermReader
        Reads its postings.
    expander : Expander
        Knows which words stand for several.
    """

    def __init__(self, generation: Generation, terms: TermReader, expander: Expander) -> None:
        self._generation = generation
        self._terms = terms
        self._expander = expander
        self._articles = generation.articles
        self.nodes: dict[type, Callable[[Any, Deadline], Matches]] = {
            query.Term: self._term,
            Expansion: self._expansion,
            NameWord: self._expansion,
            SynonymWord: self._synonyms,
            Quoted: self._quoted,
            query.Phrase: self._phrase,
            query.Prefix: self._pattern,
            query.Wildcard: self._pattern,
            query.FuzzyTerm: self._several,
            query.Variations: self._several,
            query.TermRange: self._term_range,
            query.NumericRange: self._instants,
            query.DateRange: self._instants,
            query.Every: self._every,
            type(query.NullQuery): lambda _node, _deadline: NOTHING,
        }

    def everything(self, score: float = 1.0) -> Matches:
        """Return all documents."""
        return constant(np.arange(self._articles, dtype=np.int32), score)

    def _term(self, node: Any, _deadline: Deadline) -> Matches:
        field = node.fieldname
        if field in WORD_FIELDS:
            found = self._terms.postings(field, node.text)
            return self._weighted(found.documents, found.impacts, node.boost)
        if field == "language":
            documents = self._generation.columns.facet(field).having(node.text)
            return constant(documents.astype(np.int32), node.boost)
        if field == "date":
            return self._between(day_range(node.text, node.text, False, False), node.boost)
        return NOTHING

    def _pattern(self, node: Any, deadline: Deadline) -> Matches:
        prefix = isinstance(node, query.Prefix)
        everything = not (node.text if prefix else node.text.strip("*?"))
        return self._every(node, deadline) if everything else self._several(node, deadline)

    def _several(self, node: Any, deadline: Deadline) -> Matches:
        return self._expansion(self._expander.node(node), deadline)

    def _expansion(self, node: Any, _deadline: Deadline) -> Matches:
        if node.fieldname not in WORD_FIELDS:
            return NOTHING
        found = self._terms.together(node.fieldname, node.codes)
        return self._weighted(found.documents, found.impacts, node.boost)

    def _synonyms(self, node: Any, deadline: Deadline) -> Matches:
        """Find all meanings; occurrences add up, and the commonest says how rare they are."""
        parts: list[Matches] = []
        articles = 0
        for meaning in node.meanings:
            deadline.check()
            found = self._meaning(node.fieldname, meaning)
            articles = max(articles, len(found.documents))
            parts.append(Matches(found.documents, odds_of_shares(found.impacts)))
        both = merged(parts, Scoreboard(self._articles))
        weight = term_weight(self._articles, articles, node.boost)
        return Matches(both.documents, impacts_of_odds(both.scores()), weight)

    def _meaning(self, field: str, meaning: Meaning) -> Postings:
        """Return the articles of one meaning; as elsewhere, a phrase in a title counts once."""
        if not meaning.phrases:
            return self._terms.together(field, np.array(meaning.codes, np.uint32))
        documents, counts = counted(occurrences_of(self._terms, field, meaning).places)
        return Postings(documents, impacts_of_counts(counts, self._lengths(field, documents)))

    def _lengths(self, field: str, documents: Array) -> Array | float:
        return self._generation.relative_lengths.take(documents) if field == TEXT else 1.0

    def _weighted(self, documents: Array, impacts: Array, boost: float) -> Matches:
        return Matches(documents, impacts, term_weight(self._articles, len(documents), boost))

    def _phrase(self, node: Any, deadline: Deadline) -> Matches:
        """Find words in order, in any form, each at most ``slop`` places behind the one before."""
        if node.fieldname not in WORD_FIELDS:
            return NOTHING
        words = self._occurrences(node, [None] * len(node.words), deadline)
        places = [word.places for word in words]
        if node.slop <= 1:
            return self._counted(node, words, adjacent(places))
        if sum(map(len, places)) > MOST_PLACES * self._articles:
            raise SearchError(
                Message(
                    "the words of “%(words)s” are too common for a distance: put rarer words "
                    "there, or leave ~ out",
                    words=" ".join(node.words),
                )
            )
        ends = places[0]
        for word in places[1:]:
            deadline.check()
            ends = following(ends, word, node.slop)
        return self._counted(node, words, ends)

    def _quoted(self, node: Any, deadline: Deadline) -> Matches:
        """Find words as they are written, side by side."""
        words = self._occurrences(node, node.spellings, deadline)
        return self._counted(node, words, adjacent([word.places for word in words]))

    def _occurrences(
        self, node: Any, spellings: Sequence[str | None], deadline: Deadline
    ) -> list[Occurrences]:
        """Return where the words of a phrase stand; of one that comes again, the same."""
        found: dict[tuple[str, str | None], Occurrences] = {}
        pairs = list(zip(node.words, spellings, strict=True))
        for pair in pairs:
            if pair not in found:
                deadline.check()
                found[pair] = self._terms.occurrences(node.fieldname, *pair)
        return [found[pair] for pair in pairs]

    def _counted(self, node: Any, words: Sequence[Occurrences], places: Array) -> Matches:
        """Score places like those of one word that is as rare as all these words together."""
        documents, counts = counted(places)
        lengths = self._lengths(node.fieldname, documents)
        weight = sum(term_weight(self._articles, word.articles, node.boost) for word in words)
        return Matches(documents, impacts_of_counts(counts, lengths), weight)

    def _term_range(self, node: Any, deadline: Deadline) -> Matches:
        if node.fieldname != "date":
            return self._several(node, deadline)
        days = day_range(node.start, node.end, node.startexcl, node.endexcl)
        return self._between(days, node.boost)

    def _instants(self, node: Any, _deadline: Deadline) -> Matches:
        if node.fieldname != "date":  # there are no other numbers
            return NOTHING
        instants = instant_range(node.start, node.end, node.startexcl, node.endexcl)
        return self._between(instants, node.boost)

    def _between(self, seconds: tuple[int, int], score: float) -> Matches:
        inside = self._generation.columns.published_between(*seconds)
        return constant(np.arange(inside.start, inside.stop, dtype=np.int32), score)

    def _every(self, node: Any, _deadline: Deadline) -> Matches:
        return self.everything(node.boost)
