"""What is told of the articles of a list: their cards, their scores, and the words that explain."""

import re
from itertools import filterfalse, islice

import numpy as np

from index.tfidf import RowParts
from recommender.comparison import Seed
from recommender.present import Present
from recommender.related import RelatedArticle
from recommender.selection import Chosen

MOST_TERMS = 4
"""Shared words that explain one related article."""
_DIGIT = re.compile(r"\d")


def described(
    present: Present,
    seed: Seed | None,
    chosen: Chosen,
    *,
    explain: bool,
    counted: bool = True,
) -> tuple[RelatedArticle, ...]:
    """Return what is told of a list.

    Parameters
    ----------
    present : Present
        The moment.
    seed : Seed, optional
        What the list is for.
    chosen : Chosen
        What stands in it.
    explain : bool
        Whether shared words are told.
    counted : bool
        Whether the other versions of each are counted; not where they stand in the list.
    """
    cards = present.cards(chosen.documents)
    parts = present.parts(chosen.documents) if explain and seed else None
    copies = copies_of(present, chosen) if counted else [0] * len(cards)
    words = np.minimum(chosen.likeness.words, 1).tolist()
    return tuple(
        RelatedArticle(
            id=card.id,
            url=card.url,
            title=card.title,
            snippet=card.snippet,
            section=card.section,
            published=card.published,
            score=score,
            words=words[place],
            themes=themes,
            age=age,
            terms=_shared(present, seed, parts, place) if parts and seed else (),
            copies=copies[place],
        )
        for place, (card, score, themes, age) in enumerate(
            zip(
                cards,
                chosen.scores.tolist(),
                chosen.likeness.themes.tolist(),
                chosen.factors.tolist(),
                strict=True,
            )
        )
    )


def copies_of(present: Present, chosen: Chosen) -> list[int]:
    """Return how many other versions the story of each has that are public."""
    beginnings = present.beginnings(chosen.documents)
    alone = present.is_told_once(beginnings).tolist()
    return [
        0 if once else len(present.story(story)) - 1
        for story, once in zip(beginnings.tolist(), alone, strict=True)
    ]


def _shared(present: Present, seed: Seed, parts: RowParts, place: int) -> tuple[str, ...]:
    """Return the words that weigh most in the product of two rows, strongest first.

    Numbers count in the product but explain nothing to a reader.
    """
    span = slice(*parts.ends[place : place + 2].tolist())
    common, in_row, in_other = np.intersect1d(
        seed.row.terms, parts.terms[span], assume_unique=True, return_indices=True
    )
    order = np.lexsort((common, -seed.row.values[in_row] * parts.values[span][in_other]))
    words = (present.word(code) for code in common[order].tolist())
    return tuple(islice(filterfalse(_DIGIT.search, words), MOST_TERMS))
