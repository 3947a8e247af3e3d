"""Reasons: what the score of a hit is made of."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "word",
    "exact_words",
    "phrase",
    "pattern",
    "pair_in_order",
    "pair_close",
    "related_word",
    "condition",
    "recency",
    "other",
]


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How often something stands in one field of an article.

    ``text`` are its summary and its paragraphs; the title is counted by itself.
    """

    field: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a hit's score; the scores of all its reasons add up to it.

    Attributes
    ----------
    kind : str
        ``word``, ``exact_words``, ``phrase``, or a ``pattern`` that stands for several words;
        ``pair_in_order`` and ``pair_close``, two words near each other; a ``related_word`` that a
        broader search added; a ``condition``, which gives all its articles the same; ``recency``,
        what a recent article gains where these are preferred; or ``other``, a part of the query
        whose score is no sum.
    text : str
        What it is, as it is written most often or as it was asked for.
    score : float
        More than 0.
    fields : tuple of FieldCount
        Where it stands in the article.
    words : tuple of str
        The words of the article that a pattern or a name in several spellings stands for, the most
        frequent first.
    articles : int
        How many articles have it, 0 where that was not counted: what is rare counts more.
    """

    kind: Kind
    text: str
    score: float
    fields: tuple[FieldCount, ...] = ()
    words: tuple[str, ...] = ()
    articles: int = 0
