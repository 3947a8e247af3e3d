"""Explanations: why an article is found and stands where it stands, as reasons that add up."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.whoosh_api import query
from index.word_fields import COLUMN_FIELDS, TEXT, WORD_FIELDS
from search.executor import Executor
from search.expansion import Expander, Expansion
from search.matches import Matches, locate
from search.name_word import NameWord
from search.phrases import adjacent, common, counted, following
from search.proximity import Proximity
from search.query import ParsedQuery
from search.quoted import Quoted
from search.reason import FieldCount, Kind, Reason
from search.shares import Sharing, summed_up
from search.synonym_word import Meaning, SynonymWord
from search.terms import TermReader, within
from search.word_places import occurrences, occurrences_of

MOST_WORDS = 8
"""Words that are named of a pattern."""
_PATTERNS = (query.Prefix, query.Wildcard, query.FuzzyTerm, query.Variations, query.TermRange)
_Counts = dict[str, Array]
"""How often something stands in each field of some documents."""


class _Part(NamedTuple):
    """A reason of all documents at once."""

    kind: Kind
    text: str
    scores: Array
    counts: _Counts
    words: tuple[tuple[str, Array], ...] = ()
    articles: int = 0

    def reason(self, place: int) -> Reason:
        words = [(word, int(counts[place])) for word, counts in self.words if counts[place]]
        words.sort(key=lambda item: -item[1])
        return Reason(
            kind=self.kind,
            text=self.text,
            score=float(self.scores[place]),
            fields=tuple(
                FieldCount(field, int(counts[place]))
                for field, counts in self.counts.items()
                if counts[place]
            ),
            words=tuple(word for word, _ in words[:MOST_WORDS]),
            articles=self.articles,
        )


class Explainer:
    """Explains hits of one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    terms : TermReader
        Reads where its words stand.
    expander : Expander
        Knows which words stand for several.
    executor : Executor
        Found the hits.
    proximity : Proximity
        Put them into their order.
    """

    def __init__(
        self,
        generation: Generation,
        terms: TermReader,
        expander: Expander,
        executor: Executor,
        proximity: Proximity,
    ) -> None:
        self._generation = generation
        self._terms = terms
        self._expander = expander
        self._executor = executor
        self._proximity = proximity

    def explained(
        self, parsed: ParsedQuery, hits: Matches, near: Array
    ) -> list[tuple[Reason, ...]]:
        """Return the reasons of each hit, the weightiest first.

        Parameters
        ----------
        parsed : ParsedQuery
            What was searched.
        hits : Matches
            In whatever order.
        near : int32 array
            The documents whose scores hold those of pairs of words.
        """
        documents = np.sort(hits.documents)
        parts = list(self._parts(parsed, documents))
        close = np.intersect1d(documents, near)
        found: list[tuple[Reason, ...]] = []
        of_pairs = list(self._pairs(parsed, close)) if len(close) else []
        paired = set(close.tolist())
        for document in hits.documents.tolist():
            sources = [(parts, documents), *([(of_pairs, close)] if document in paired else [])]
            reasons = [
                part.reason(place)
                for some, order in sources
                for part in some
                if part.scores[place := int(order.searchsorted(document))] > 0
            ]
            found.append(tuple(sorted(reasons, key=lambda reason: -reason.score)))
        return found

    def _parts(self, parsed: ParsedQuery, documents: Array) -> Iterator[_Part]:
        """Yield what the nodes of the query give; a word that was asked and added is one part."""
        sharing = Sharing(self._executor, documents)
        asked = summed_up(sharing.of(parsed.tree).shares)
        added = summed_up(share for word in parsed.added for share in sharing.of(word).shares)
        for key, (node, scores) in asked.items():
            if key in added:
                scores = scores + added.pop(key).scores  # noqa: PLW2901
            yield self._part(node, scores, documents)
        for node, scores in added.values():
            yield self._part(node, scores, documents)._replace(kind="related_word")

    def _part(self, node: Any, scores: Array, documents: Array) -> _Part:
        field = getattr(node, "fieldname", None)
        if field in WORD_FIELDS:
            match node:
                case query.Term():
                    return self._word(node, scores, documents)
                case Quoted():
                    return self._phrase("exact_words", node, node.spellings, scores, documents)
                case query.Phrase():
                    spellings = [None] * len(node.words)
                    return self._phrase("phrase", node, spellings, scores, documents)
                case NameWord():
                    return self._pattern(node, scores, documents)._replace(
                        kind="word", text=node.asked
                    )
                case SynonymWord():
                    return self._synonyms(node, scores, documents)
                case Expansion():
                    return self._pattern(node, scores, documents)
                case _ if type(node) in _PATTERNS:
                    return self._pattern(self._expander.node(node), scores, documents)
        if field in COLUMN_FIELDS or isinstance(node, query.Every | query.ConstantScoreQuery):
            return _Part("condition", _described(node), scores, {})
        return _Part("other", repr(node), scores, {})

    def _word(self, node: Any, scores: Array, documents: Array) -> _Part:
        places = self._places(node.fieldname, node.text, None, documents)
        counts = self._counts(node.fieldname, node.text, places, documents)
        articles = len(self._terms.postings(node.fieldname, node.text).documents)
        return _Part("word", self._written(node.text), scores, counts, articles=articles)

    def _phrase(
        self,
        kind: Kind,
        node: Any,
        spellings: Sequence[str | None],
        scores: Array,
        documents: Array,
    ) -> _Part:
        field = node.fieldname
        words = [
            self._places(field, *word, documents)
            for word in zip(node.words, spellings, strict=True)
        ]
        slop = getattr(node, "slop", 1)
        if slop <= 1:
            places, counted_by = adjacent(words), node.words[0]
        else:
            places, counted_by = words[0], node.words[-1]
            for word in words[1:]:
                places = following(places, word, slop)
        text = " ".join(
            spelling or self._written(term)
            for term, spelling in zip(node.words, spellings, strict=True)
        )
        return _Part(kind, text, scores, self._counts(field, counted_by, places, documents))

    def _synonyms(self, node: SynonymWord, scores: Array, documents: Array) -> _Part:
        counts: _Counts = {}
        words: list[tuple[str, Array]] = []
        articles = 0
        for meaning in node.meanings:
            found = occurrences_of(self._terms, node.fieldname, meaning)
            articles = max(articles, found.articles)
            here = self._counts_of(
                node.fieldname, meaning, within(found.places, documents), documents
            )
            for name, numbers in here.items():
                counts[name] = counts.get(name, 0) + numbers
            words.append((meaning.written, np.sum(list(here.values()), axis=0)))
        return _Part("word", node.asked, scores, counts, tuple(words), articles)

    def _counts_of(self, field: str, meaning: Meaning, places: Array, documents: Array) -> _Counts:
        """Return how many of the places of a meaning lie in each field."""
        if field != TEXT:
            return {field: _numbers(places, documents)}
        titles = within(occurrences_of(self._terms, "title", meaning).places, documents)
        return _in_fields(titles, places, documents)

    def _pattern(self, node: Expansion, scores: Array, documents: Array) -> _Part:
        counts: _Counts = {}
        words: list[tuple[str, Array]] = []
        field = node.fieldname
        for code in node.codes.tolist():
            term = self._generation.terms[code]
            if not len(locate(documents, self._terms.postings(field, term).documents)[0]):
                continue
            places = self._places(field, term, None, documents)
            here = self._counts(field, term, places, documents)
            for name, numbers in here.items():
                counts[name] = counts.get(name, 0) + numbers
            words.append((self._written(term), np.sum(list(here.values()), axis=0)))
        articles = len(self._terms.together(field, node.codes).documents)
        return _Part("pattern", node.text, scores, counts, tuple(words), articles)

    def _pairs(self, parsed: ParsedQuery, documents: Array) -> Iterator[_Part]:
        words = parsed.words()
        asked = {word.text: word for word in reversed(words)}
        order = [word.text for word in words]
        for pair in self._proximity.pairs(words, documents):
            scores = np.zeros(len(documents))
            scores[documents.searchsorted(pair.documents)] = pair.scores
            kind: Kind = "pair_in_order" if pair.ordered else "pair_close"
            text = " ".join(map(self._written, sorted(pair.words, key=order.index)))
            places = occurrences(self._terms, "title", asked[pair.words[0]]).places
            counts = _in_fields(within(places, documents), pair.places, documents)
            yield _Part(kind, text, scores, counts)

    def _places(self, field: str, term: str, spelling: str | None, documents: Array) -> Array:
        return within(self._terms.occurrences(field, term, spelling).places, documents)

    def _counts(self, field: str, term: str, places: Array, documents: Array) -> _Counts:
        """Return how many places of a term lie in each field; the title begins the text."""
        if field != TEXT:
            return {field: _numbers(places, documents)}
        return _in_fields(self._places("title", term, None, documents), places, documents)

    def _written(self, term: str) -> str:
        """Return how a term is written most often."""
        code = self._generation.terms.find(term)
        return (code is not None and self._generation.written(code)) or term


def _in_fields(titles: Array, places: Array, documents: Array) -> _Counts:
    """Return how many places lie in the titles of documents, and how many behind them."""
    in_title = _numbers(common(*sorted((titles, places), key=len)), documents)
    return {"title": in_title, TEXT: _numbers(places, documents) - in_title}


def _numbers(places: Array, documents: Array) -> Array:
    """Return how many of the places lie in each document (int64)."""
    numbers = np.zeros(len(documents), np.int64)
    found, counts = counted(places)
    numbers[documents.searchsorted(found)] = counts
    return numbers


def _described(node: Any) -> str:
    match node:
        case query.Every():
            return "every article"
        case query.ConstantScoreQuery():
            return repr(node.child)
        case query.Term():
            return f"{node.fieldname}:{node.text}"
        case query.TermRange() if node.start == node.end:
            return f"{node.fieldname}:{node.start}"
    return str(node)
