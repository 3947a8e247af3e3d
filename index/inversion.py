"""From the tokens of a field in the order of articles to its postings in the order of terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.tokens import FieldTokens

PARAGRAPH_GAP = 8
"""Positions left free between paragraphs, so that no phrase reaches across them."""
BYTES_A_TOKEN = 20
"""Memory that inverting takes at most for a token, arrays of other lengths not counted."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one field, all terms in a row.

    ``codes`` (int32, ascending) names the terms that occur; term ``i`` has the postings
    ``ends[i]:ends[i + 1]`` and the occurrences ``position_ends[i]:position_ends[i + 1]``. A posting
    has its document (counted from the first article) and its weight (float32: occurrences, those in
    the leading part counted by their weight). An occurrence has its position, its spelling (0 for
    the commonest of its term), and whether it is the first of its posting.
    """

    codes: Array
    ends: Array
    documents: Array
    weights: Array
    position_ends: Array
    positions: Array
    spellings: Array
    firsts: Array


class Packing(NamedTuple):
    """How position, spelling and lead of a token share one unsigned number.

    The position has the lower half, the lead the highest bit, and the spelling the bits between.
    """

    kind: Any
    half: Any
    bits: int

    @property
    def most_spellings(self) -> int:
        """The highest spelling that has room."""
        return (1 << (self.bits - 1)) - 1

    @property
    def lead(self) -> Any:
        """The bit of a token of the leading part."""
        return self.kind(1 << (2 * self.bits - 1))


_NARROW = Packing(np.uint32, np.uint16, 16)
_WIDE = Packing(np.uint64, np.uint32, 32)


def invert(
    parts: Sequence[FieldTokens],
    codes: Array,
    spellings: Array,
    terms: int,
    lead_weight: float = 1.0,
) -> Postings:
    """Return the postings of a field.

    Parameters
    ----------
    parts : sequence of FieldTokens
        The tokens of consecutive articles; together at most 2**31.
    codes : int32 array
        The code of each surface's term.
    spellings : int32 array
        Which spelling of its term each surface is.
    terms : int
        How many codes there are.
    lead_weight : float
        What a token of an article's first part counts; all others count 1.
    """
    packing = _NARROW if max(map(_last_position, parts), default=0) < 1 << 16 else _WIDE
    packed, by_article, ends = _packed(parts, codes, spellings, packing)
    matrix = sparse.csr_matrix((packed, by_article, ends), (len(ends) - 1, terms))
    del packed, by_article
    matrix = matrix.tocsc()  # stable: within a term the tokens keep their order
    term_ends, documents, packed = matrix.indptr, matrix.indices, matrix.data
    del matrix
    firsts = np.empty(len(documents), bool)
    np.not_equal(documents[1:], documents[:-1], out=firsts[1:])
    present = np.flatnonzero(np.diff(term_ends)).astype(np.int32)
    firsts[term_ends[present]] = True
    starts = np.flatnonzero(firsts)
    documents = documents[starts]
    weights = np.diff(starts, append=len(firsts)).astype(np.float32)
    if lead_weight != 1.0:
        leading = np.flatnonzero(packed >= packing.lead)
        postings = np.searchsorted(starts, leading, side="right") - 1
        weights += np.bincount(postings, minlength=len(starts)) * np.float32(lead_weight - 1)
    position_ends = np.append(term_ends[present], term_ends[-1])
    positions = packed.astype(packing.half)  # the lower half
    packed &= ~packing.lead
    packed >>= packing.kind(packing.bits)
    return Postings(
        codes=present,
        ends=np.searchsorted(starts, position_ends),
        documents=documents,
        weights=weights,
        position_ends=position_ends,
        positions=positions,
        spellings=packed.astype(packing.half),
        firsts=firsts,
    )


def _last_position(tokens: FieldTokens) -> int:
    """Return a bound of the last position in any of the articles."""
    return int((np.diff(tokens.ends) + PARAGRAPH_GAP * tokens.articles).max(initial=0))


def _packed(
    parts: Sequence[FieldTokens], codes: Array, spellings: Array, packing: Packing
) -> tuple[Array, Array, Array]:
    """Return position, spelling and lead of every token as one number, its term, and the ends.

    Part by part, so that what is computed on the way stays small.
    """
    total = sum(len(tokens.surfaces) for tokens in parts)
    packed, by_article = np.empty(total, packing.kind), np.empty(total, np.int32)
    ends = [np.zeros(1, np.int64)]
    shifted = np.minimum(spellings, packing.most_spellings).astype(packing.kind)
    shifted <<= packing.kind(packing.bits)
    done = 0
    for tokens in parts:
        here = slice(done, done + len(tokens.surfaces))
        np.take(codes, tokens.surfaces, out=by_article[here])
        np.take(shifted, tokens.surfaces, out=packed[here])
        packed[here] |= _positions(tokens, packing)
        ends.append(tokens.ends[1:] + done)
        done = here.stop
    return packed, by_article, np.concatenate(ends)


def _positions(tokens: FieldTokens, packing: Packing) -> Array:
    """Return the position of every token, with the bit of the lead where it is in the first part.

    A position is a token's place in its article and the gaps before it.
    """
    part_of_article = np.arange(len(tokens.parts)) - np.repeat(
        np.cumsum(tokens.articles) - tokens.articles, tokens.articles
    )
    before = np.repeat(tokens.ends[:-1], tokens.articles)
    # Sums in unsigned numbers come out right, whatever is below 0 on the way.
    shifts = (PARAGRAPH_GAP * part_of_article - before).astype(packing.kind)
    shifts[part_of_article == 0] += packing.lead
    positions: Array = np.repeat(shifts, tokens.parts)
    positions += np.arange(len(positions), dtype=packing.kind)
    return positions
