"""From the tokens of a field in the order of articles to its postings in the order of terms."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import _sparsetools

from index.arrays import Array

PARAGRAPH_GAP = 8
"""Positions left free between paragraphs, so that no phrase reaches across them."""


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """The tokens of one field of consecutive articles.

    Attributes
    ----------
    surfaces : int32 array
        The surface of every token, article after article, part after part.
    parts : int32 array
        How many tokens each part (title, paragraph, name) has.
    articles : int32 array
        How many parts each article has.
    """

    surfaces: Array
    parts: Array
    articles: Array

    @property
    def ends(self) -> Array:
        """Where the tokens of each article end, 0 in front (int64)."""
        part_ends = np.append(0, np.cumsum(self.parts, dtype=np.int64))
        ends: Array = part_ends[np.append(0, np.cumsum(self.articles, dtype=np.int64))]
        return ends

    @property
    def leads(self) -> Array:
        """How many tokens the first part of each article has (int32)."""
        first = np.append(0, np.cumsum(self.articles, dtype=np.int64))[:-1]
        leads = np.zeros(len(self.articles), np.int32)
        some = self.articles > 0
        leads[some] = self.parts[first[some]]
        return leads

    def only_leads(self) -> "FieldTokens":
        """Return the first part of every article as a field of its own."""
        starts, leads = self.ends[:-1], self.leads
        places = np.arange(int(leads.sum())) + np.repeat(starts - (np.cumsum(leads) - leads), leads)
        return FieldTokens(self.surfaces[places], leads, np.ones(len(leads), np.int32))


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one field, all terms in a row.

    ``codes`` (int32, ascending) names the terms that occur; term ``i`` has the postings
    ``ends[i]:ends[i + 1]`` and the occurrences ``position_ends[i]:position_ends[i + 1]``. A posting
    has its document (int32, counted from the first article) and its weight (float32: occurrences,
    those in the leading part counted by their weight). An occurrence has its position, its spelling
    (0 for the commonest of its term), and whether it is the first of its posting.
    """

    codes: Array
    ends: Array
    documents: Array
    weights: Array
    position_ends: Array
    positions: Array
    spellings: Array
    firsts: Array


@dataclass(frozen=True, slots=True)
class Packing:
    """How position, spelling and lead of a token share one unsigned number."""

    kind: Any
    position_bits: int

    @property
    def most_spellings(self) -> int:
        """The highest spelling that has room."""
        return (1 << (self.position_bits - 1)) - 1


_NARROW = Packing(np.uint32, 16)
_WIDE = Packing(np.uint64, 32)


def invert(
    tokens: FieldTokens, codes: Array, spellings: Array, terms: int, lead_weight: float = 1.0
) -> Postings:
    """Return the postings of a field.

    Parameters
    ----------
    tokens : FieldTokens
        At most 2**31 of them.
    codes : int32 array
        The code of each surface's term.
    spellings : int32 array
        Which spelling of its term each surface is.
    terms : int
        How many codes there are.
    lead_weight : float
        What a token of an article's first part counts; all others count 1.
    """
    total, ends = len(tokens.surfaces), tokens.ends
    packed, packing = _packed(tokens, spellings, ends)
    term_ends = np.empty(terms + 1, np.int32)
    documents = np.empty(total, np.int32)
    by_term = np.empty(total, packing.kind)
    # Stable: within a term the tokens keep their order.
    _sparsetools.csr_tocsc(
        len(ends) - 1,
        terms,
        ends.astype(np.int32),
        codes[tokens.surfaces],
        packed,
        term_ends,
        documents,
        by_term,
    )
    del packed
    firsts = np.ones(total, bool)
    np.not_equal(documents[1:], documents[:-1], out=firsts[1:])
    present = np.flatnonzero(np.diff(term_ends))
    firsts[term_ends[present]] = True
    starts = np.flatnonzero(firsts)
    weights = np.diff(starts, append=total).astype(np.float32)
    lead_bit = packing.kind(1) << packing.kind(2 * packing.position_bits - 1)
    if lead_weight != 1.0:
        leading = np.flatnonzero(by_term >= lead_bit)
        postings = np.searchsorted(starts, leading, side="right") - 1
        weights += np.bincount(postings, minlength=len(starts)) * np.float32(lead_weight - 1)
    by_term &= ~lead_bit
    position_ends = np.append(term_ends[present], term_ends[-1])
    shift = packing.kind(packing.position_bits)
    return Postings(
        codes=present.astype(np.int32),
        ends=np.searchsorted(starts, position_ends),
        documents=documents[starts],
        weights=weights,
        position_ends=position_ends,
        positions=by_term & ((packing.kind(1) << shift) - packing.kind(1)),
        spellings=by_term >> shift,
        firsts=firsts,
    )


def _packed(tokens: FieldTokens, spellings: Array, ends: Array) -> tuple[Array, Packing]:
    """Return position, spelling and lead of every token as one number."""
    part_of_article = np.arange(len(tokens.parts)) - np.repeat(
        np.cumsum(tokens.articles) - tokens.articles, tokens.articles
    )
    # A token's position is its place in the article and the gaps before it.
    shifts = PARAGRAPH_GAP * part_of_article - np.repeat(ends[:-1], tokens.articles)
    last = int((np.diff(ends) + PARAGRAPH_GAP * tokens.articles).max(initial=0))
    packing = _NARROW if last < 1 << 16 else _WIDE
    kind, bits = packing.kind, packing.position_bits
    shifts += (part_of_article == 0).astype(np.int64) << (2 * bits - 1)
    packed: Array = np.arange(len(tokens.surfaces), dtype=kind)
    packed += np.repeat(shifts.astype(kind), tokens.parts)
    shifted = np.minimum(spellings, packing.most_spellings).astype(kind) << kind(bits)
    packed |= shifted[tokens.surfaces]
    return packed, packing
