"""Inversion against loops: every posting has its document, weight, positions and spellings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.inversion import PARAGRAPH_GAP, invert
from index.tokens import FieldTokens

CODES = np.array([4, 1, 4, 2, 4], np.int32)
"""Surfaces 0, 2 and 4 are spellings 0, 1 and 2 of one term."""
SPELLINGS = np.array([0, 0, 1, 0, 2], np.int32)
TERMS = 6
ARTICLES = st.lists(
    st.lists(st.lists(st.integers(0, len(CODES) - 1), max_size=6), max_size=3), max_size=8
)


def field_tokens(articles):
    """Return articles, which are lists of parts, which are lists of surfaces, as arrays."""
    parts = [part for article in articles for part in article]
    return FieldTokens(
        np.array([surface for part in parts for surface in part], np.int32),
        np.array([len(part) for part in parts], np.int32),
        np.array([len(article) for article in articles], np.int32),
    )


def by_loops(articles, lead_weight):
    """Return (code, document) -> weight, positions and spellings."""
    expected = {}
    for document, article in enumerate(articles):
        place = 0
        for order, part in enumerate(article):
            for offset, surface in enumerate(part):
                key = (int(CODES[surface]), document)
                weight, positions, spellings = expected.setdefault(key, (0.0, [], []))
                positions.append(place + offset)
                spellings.append(int(SPELLINGS[surface]))
                weight += 1.0 if order else lead_weight
                expected[key] = (weight, positions, spellings)
            place += len(part) + PARAGRAPH_GAP
    return expected


def by_arrays(postings):
    found = {}
    for place, code in enumerate(postings.codes.tolist()):
        tokens = slice(*postings.position_ends[place : place + 2])
        firsts = np.flatnonzero(postings.firsts[tokens])
        documents = slice(*postings.ends[place : place + 2])
        rows = zip(
            postings.documents[documents].tolist(),
            postings.weights[documents].tolist(),
            np.split(postings.positions[tokens], firsts[1:]),
            np.split(postings.spellings[tokens], firsts[1:]),
            strict=True,
        )
        for document, weight, positions, spellings in rows:
            found[code, document] = (weight, positions.tolist(), spellings.tolist())
    return found


@given(ARTICLES, st.integers(0, 8), st.sampled_from([1.0, 2.0]))
def test_postings_against_loops(articles, border, lead_weight):
    parts = [field_tokens(some) for some in (articles[:border], articles[border:])]
    found = by_arrays(invert(parts, CODES, SPELLINGS, TERMS, lead_weight))
    assert found == by_loops(articles, lead_weight)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("last", [(1 << 16) - 20, (1 << 16) - 1, 1 << 16, (1 << 17) + 5])
def test_positions_of_a_long_article(last):
    parts = [field_tokens([[[0], [3] * last, [2]]])]
    postings = invert(parts, CODES, SPELLINGS, TERMS, 2.0)
    place = postings.codes.tolist().index(4)
    tokens = slice(*postings.position_ends[place : place + 2])
    assert postings.positions[tokens].tolist() == [0, last + 1 + 2 * PARAGRAPH_GAP]
    assert postings.spellings[tokens].tolist() == [0, 1]
    assert postings.weights.tolist() == [last, 3.0]


@given(ARTICLES, st.randoms(use_true_random=False))
def test_articles_in_another_order(articles, random):
    order = list(range(len(articles)))
    random.shuffle(order)
    found = field_tokens(articles).ordered(np.array(order, np.int64))
    expected = field_tokens([articles[number] for number in order])
    for name in ("surfaces", "parts", "articles"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


@given(ARTICLES)
def test_leads_are_the_first_parts(articles):
    found = field_tokens(articles).only_leads()
    expected = field_tokens([article[:1] or [[]] for article in articles])
    for name in ("surfaces", "parts", "articles"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
