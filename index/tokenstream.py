"""The token pass: each article is tokenised once, and postings and TF-IDF rows read the result.

A surface is a token as it is written ("Treaties"), a term what is indexed of it ("treati"). The
pass notes surfaces, which costs one dictionary look-up a token; each distinct one is stemmed once.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from index import analysis
from index.arrays import Array

PARAGRAPH_GAP = 8
"""Positions left free between paragraphs, so that no phrase reaches across them."""


class Vocabulary:
    """Numbers the surfaces of an archive and knows the term of each; shared by all fields."""

    def __init__(self) -> None:
        self.surfaces: list[str] = []
        self.terms: list[str] = []
        self._languages: dict[str, _Numbers] = {}

    def numbers(self, language: str) -> "_Numbers":
        """Return the mapping from a surface of ``language`` to its number; it grows when asked."""
        language = analysis.primary_language(language)
        if language not in self._languages:
            self._languages[language] = _Numbers(self, language)
        return self._languages[language]

    def term_codes(self) -> tuple[list[str], Array]:
        """Return the distinct terms sorted by UTF-8 bytes, and the place of each surface's."""
        distinct = sorted(set(self.terms), key=str.encode)
        places = {term: place for place, term in enumerate(distinct)}
        return distinct, np.array([places[term] for term in self.terms], np.int32)


class _Numbers(dict[str, int]):
    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._term = analysis.term_of(language)

    def __missing__(self, surface: str) -> int:
        number = self[surface] = len(self._vocabulary.surfaces)
        self._vocabulary.surfaces.append(surface)
        self._vocabulary.terms.append(self._term(surface))
        return number


@dataclass(frozen=True, slots=True)
class InvertedField:
    """The postings of one field, all terms in a row.

    ``codes`` (int32, ascending, distinct) names the terms; term ``i`` has the postings
    ``ends[i]:ends[i + 1]``. A posting has its document (int32, ascending within a term), its weight
    (float32: occurrences, those in the leading part counted by their weight) and the positions
    ``position_ends[p]:position_ends[p + 1]`` (uint32, ascending within a posting).
    """

    codes: Array
    ends: Array
    documents: Array
    weights: Array
    positions: Array
    position_ends: Array
    lengths: Array
    """For each document the sum of its weights (float64): the length that ranking divides by."""

    def frequencies(self, terms: int) -> Array:
        """Return in how many documents each term stands (int64, shape (terms,))."""
        frequencies = np.zeros(terms, np.int64)
        frequencies[self.codes] = np.diff(self.ends)
        return frequencies

    def postings(self) -> Iterator[tuple[int, slice]]:
        """Yield each term's code and the slice of its postings."""
        ends = self.ends.tolist()
        for place, code in enumerate(self.codes.tolist()):
            yield code, slice(ends[place], ends[place + 1])


class TokenStream:
    """The tokens of one field of all articles: 8 bytes each.

    Parameters
    ----------
    lead_weight : float
        What a token of an article's first part counts; all others count 1.
    """

    def __init__(self, *, lead_weight: float = 1.0) -> None:
        self._lead_weight = lead_weight
        self._surfaces = array("i")
        self._positions = array("I")
        self._ends = array("q", [0])
        self._leads = array("i")

    def add(self, parts: Sequence[str], numbers: dict[str, int]) -> None:
        """Append one article: its parts (title, paragraphs) with gaps between them."""
        position, lead = 0, -1
        for part in parts:
            found = [numbers[token] for token in analysis.TOKEN.findall(part)]
            self._surfaces.extend(found)
            self._positions.extend(range(position, position + len(found)))
            position += len(found) + PARAGRAPH_GAP
            if lead < 0:
                lead = len(found)
        self._ends.append(len(self._surfaces))
        self._leads.append(max(lead, 0))

    def surface_counts(self, surfaces: int) -> Array:
        """Return how often each surface occurs (int64, shape (surfaces,))."""
        return np.bincount(np.frombuffer(self._surfaces, np.int32), minlength=surfaces)

    def invert(self, term_codes: Array, terms: int) -> InvertedField:
        """Return the postings: the tokens sorted by term, documents staying in order."""
        ends = np.frombuffer(self._ends, np.int64)
        documents = len(ends) - 1
        total = int(ends[-1])
        codes = term_codes[np.frombuffer(self._surfaces, np.int32)]
        numbers = np.arange(total, dtype=np.int32 if total < 2**31 else np.int64)
        by_document = sparse.csr_matrix((numbers, codes, ends), shape=(documents, terms))
        by_term = by_document.tocsc()  # stable: within a term the tokens keep their order
        del numbers, codes, by_document
        token, document = by_term.data, by_term.indices
        term_of_token = np.repeat(np.arange(terms, dtype=np.int32), np.diff(by_term.indptr))

        first = np.ones(total, bool)
        first[1:] = (document[1:] != document[:-1]) | (term_of_token[1:] != term_of_token[:-1])
        starts = np.flatnonzero(first)
        weight_of_token = np.ones(total, np.float32)
        if self._lead_weight != 1.0:
            leads = np.frombuffer(self._leads, np.int32)
            # The leading tokens of each document begin where the document does.
            steps = np.zeros(total + 1, np.int8)
            filled = leads > 0
            steps[ends[:-1][filled]] += 1
            steps[(ends[:-1] + leads)[filled]] -= 1
            weight_of_token[np.cumsum(steps[:-1], dtype=np.int8) > 0] = self._lead_weight
        lengths = np.diff(np.append(0, np.cumsum(weight_of_token, dtype=np.float64))[ends])
        term_of_posting = term_of_token[starts]
        distinct, place = np.unique(term_of_posting, return_index=True)
        return InvertedField(
            codes=distinct,
            ends=np.append(place, len(starts)),
            documents=document[starts].astype(np.int32),
            weights=(
                np.add.reduceat(weight_of_token[token], starts)
                if total
                else np.empty(0, np.float32)
            ),
            positions=np.frombuffer(self._positions, np.uint32)[token],
            position_ends=np.append(starts, total),
            lengths=lengths,
        )
