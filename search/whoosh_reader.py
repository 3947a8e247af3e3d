"""A generation as Whoosh reads an index, for the nodes that only Whoosh's own matchers know."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from index.arrays import Array
from index.codec.layouts import Layout
from index.codec.matcher import ArrayMatcher
from index.generation import Generation
from index.postings import schema
from index.whoosh_api import IndexReader, TermInfo, TermNotFound, scoring
from index.word_fields import WORD_FIELDS
from search.ranking import term_weight
from search.terms import Postings, TermReader


class GivenScores(scoring.WeightingModel):  # type: ignore[misc]
    """Whoosh's weighting where the weight of a posting is its score already."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """Return the scorer of a term (called by Whoosh)."""
        del qf
        return scoring.WeightScorer.for_(searcher, fieldname, text)


class GenerationReader(IndexReader):  # type: ignore[misc]
    """Reads the word fields of a generation, whose documents have the numbers of the archive.

    Parameters
    ----------
    generation : Generation
        What is read.
    terms : TermReader
        Reads its postings.
    """

    def __init__(self, generation: Generation, terms: TermReader) -> None:
        self.schema = schema()
        self._generation = generation
        self._fields = {name: _Field(name, generation, terms) for name in WORD_FIELDS}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return self.doc_frequency(fieldname, text) > 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the word fields."""
        return list(self._fields)

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield all terms, field by field."""
        for fieldname in sorted(self._fields):
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field from ``prefix`` on."""
        for code in self._fields[fieldname].codes.tolist():
            text = self._generation.terms[code].encode()
            if text >= prefix:
                yield fieldname, text

    def term_info(self, fieldname: str, text: str | bytes) -> TermInfo:
        """Return the statistics of a term; `TermNotFound` when there is none."""
        weights = self._postings(fieldname, text).impacts
        if not len(weights):
            raise TermNotFound(f"{fieldname}:{text!r}")
        return TermInfo(
            weight=float(weights.sum()), df=len(weights), maxweight=float(weights.max())
        )

    def doc_frequency(self, fieldname: str, text: str | bytes) -> int:
        """Return how many documents have a term."""
        return len(self._postings(fieldname, text).documents)

    def frequency(self, fieldname: str, text: str | bytes) -> float:
        """Return the sum of a term's weights."""
        return float(self._postings(fieldname, text).impacts.sum())

    def postings(self, fieldname: str, text: str | bytes, scorer: Any = None) -> ArrayMatcher:
        """Return a matcher over the postings of a term, which is there."""
        name: Any = _decoded(text)
        lengths: Any = self._generation.lengths
        field: Any = self._fields[fieldname]
        format_ = self.schema[fieldname].format
        return ArrayMatcher(field, name, format_, (fieldname, name.encode()), scorer, lengths)

    def doc_count_all(self) -> int:
        """Return how many documents there are."""
        return self._generation.articles

    def doc_count(self) -> int:
        """Return how many documents there are: none is deleted."""
        return self._generation.articles

    def has_deletions(self) -> bool:
        """Return False: what is hidden is taken out of what was found."""
        return False

    def is_deleted(self, docnum: int) -> bool:
        """Return False, as for all documents."""
        del docnum
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return nothing: articles are not read through Whoosh."""
        del docnum
        return {}

    def field_length(self, fieldname: str) -> int:
        """Return the sum of the lengths of the articles' texts; only these are known."""
        return int(self._generation.lengths.sum()) if fieldname == "text" else 0

    def min_field_length(self, fieldname: str) -> int:
        """Return 0, below which no length is."""
        del fieldname
        return 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length."""
        return int(self._generation.lengths.max(initial=0)) if fieldname == "text" else 0

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of one document's text."""
        return int(self._generation.lengths[docnum]) if fieldname == "text" else default

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Return False: there are no vectors."""
        del docnum, fieldname
        return False

    def vector(self, docnum: int, fieldname: str, format_: Any = None) -> Any:
        """Raise `KeyError`: there are no vectors."""
        del format_
        raise KeyError((docnum, fieldname))

    def _postings(self, fieldname: str, text: str | bytes) -> Postings:
        return self._fields[fieldname].scored(_decoded(text))


class _Field:
    """One field for Whoosh's matcher, to which a place is a term."""

    layout = Layout("positions")

    def __init__(self, name: str, generation: Generation, terms: TermReader) -> None:
        self._name = name
        self._generation = generation
        self._terms = terms

    @cached_property
    def codes(self) -> Array:
        """The codes of the field's terms, ascending."""
        return self._generation.codes(self._name)

    def scored(self, term: str) -> Postings:
        """Return the documents of a term and their scores."""
        documents, impacts = self._terms.postings(self._name, term)
        weight = np.float32(term_weight(self._generation.articles, len(documents), 1.0))
        return Postings(documents, impacts * weight)

    def documents(self, term: str) -> Array:
        """Return the documents of a term."""
        return self.scored(term).documents

    def weights_of(self, term: str) -> Array:
        """Return the score of each posting of a term."""
        return self.scored(term).impacts

    def counts_of(self, term: str) -> Array:
        """Return how many occurrences each posting of a term has."""
        places = self._terms.occurrences(self._name, term).places
        counts: Array = np.unique(places >> 32, return_counts=True)[1]
        return counts

    def columns_of(self, term: str) -> dict[str, Array]:
        """Return the positions of all occurrences of a term."""
        places = self._terms.occurrences(self._name, term).places
        return {"positions": places & 0xFFFFFFFF}


def _decoded(text: str | bytes) -> str:
    return text.decode() if isinstance(text, bytes) else text
