"""Scores of six lines, computed by hand.

Every article has a title of one word and a text of four, so its length is the mean one and
``k1 (1 - b + b l)`` is 1.6. Then a word that stands once gives its idf, ``2.6 * 1 / 2.6`` times;
twice, or once in the title, gives 1.4444 of it, three times 1.6957. Of six articles a word of one
has the idf ln(7 / 1.5) = 1.5404, of two ln(7 / 2.5) = 1.0296, of three ln(7 / 3.5) = .6931.
"""

import pytest

from articles.article import Article
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from tests.archives import open_engine

ONE, TWO, THREE = 1.5404, 1.0296, 0.6931
"""The idf of a word by how many of six articles have it."""


def six(*texts) -> list[Article]:
    """Return an article of each text: its title is what stands before the colon."""
    found = []
    for number, text in enumerate(texts):
        title, body = text.split(": ")
        assert len(body.split()) == 4
        found.append(Article(id="abcdef"[number], title=title, body=(body,)))
    return found


def ranked(engine: EmbeddedEngine, query: str, mode="exact") -> list[tuple[str, float]]:
    ranking = engine.rank(SearchRequest(query=query, mode=mode))
    return list(zip(ranking.ids, ranking.scores, strict=True))


def close_to(*expected):
    """Return these scores, to be compared with ones of an index of 16 bits."""
    return [(key, pytest.approx(score, rel=3e-4)) for key, score in expected]


def test_words_count_by_rarity_repetition_and_title(tmp_path):
    articles = six(
        "flood: dam mill lake bell",
        "oats: flood flood flood dam",
        "rye: flood dam oak ash",
        "hay: elm fir yew box",
        "corn: pear plum fig nut",
        "malt: crow swan kite tern",
    )
    with open_engine(tmp_path, articles) as engine:
        assert ranked(engine, "flood") == close_to(
            ("b", 1.6957 * THREE), ("a", 1.4444 * THREE), ("c", THREE)
        )
        assert ranked(engine, "yew") == close_to(("d", ONE))
        assert ranked(engine, "swan^3") == close_to(("f", 3 * ONE))
        assert ranked(engine, "oats flood") == close_to(
            # The two are no pair: between title and text lies the place of the summary.
            ("b", 1.4444 * ONE + 1.6957 * THREE),
            ("a", 1.4444 * THREE),
            ("c", THREE),
        )


def test_a_longer_article_counts_less(tmp_path):
    # The lengths are 6, 6, 6, 6, 6 and 12 words, so the mean is 7 and the long one is 12 / 7 of it.
    articles = [
        *six(
            "oats: flood dam mill lake",
            "rye: elm fir yew box",
            "hay: oak ash bay gum",
            "corn: pear plum fig nut",
            "malt: crow swan kite tern",
        ),
        Article(id="f", title="long", body=("flood cod eel hake ling pike sole tuna bass carp",)),
    ]
    with open_engine(tmp_path, articles) as engine:
        short = 2.6 / (1 + 1.6 * (0.7 + 0.3 * 6 / 7))
        long = 2.6 / (1 + 1.6 * (0.7 + 0.3 * 12 / 7))
        assert ranked(engine, "flood") == close_to(("a", TWO * short), ("f", TWO * long))


def test_pairs_count_by_order_and_nearness(tmp_path):
    articles = six(
        "oats: storm flood dam mill",  # in order, and close
        "rye: flood dam storm lake",  # close
        "hay: storm elm fir yew",
        "corn: pear plum fig flood",
        "malt: crow swan kite tern",
        "barley: cod eel hake pike",
    )
    both = 2 * THREE
    with open_engine(tmp_path, articles) as engine:
        assert ranked(engine, "storm flood") == close_to(
            ("a", both + (0.1 + 0.2) * 0.7 * both),
            ("b", both + 0.2 * 0.7 * both),
            ("d", THREE),
            ("c", THREE),
        )
        assert ranked(engine, "flood storm")[:2] == close_to(
            ("b", both + 0.2 * 0.7 * both), ("a", both + 0.2 * 0.7 * both)
        )


def test_a_broader_search_trusts_the_best_most(tmp_path):
    articles = six(
        "storm: flood rain rain dam",
        "rye: storm flood rain mill",
        "hay: flood elm fir yew",
        "corn: rain plum fig nut",
        "malt: crow swan kite tern",
        "barley: cod eel hake pike",
    )
    # The best are "a" with 1.4872 and "b" with 1.0296 / log2(3) = .6496: .6960 and .3040 of trust.
    # Both have "flood" (once: 1 / 2) and "rain" (in "a" twice: 2 / 3), which are in three articles:
    # .5 to .6160, so of 1.5 times the weight of "storm" .6720 and .8280 are theirs.
    flood, rain = 0.6720, 0.8280
    with open_engine(tmp_path, articles) as engine:
        assert ranked(engine, "storm") == close_to(("a", 1.4444 * TWO), ("b", TWO))
        assert ranked(engine, "storm", mode="broaden") == close_to(
            ("a", 1.4444 * TWO + flood * THREE + rain * 1.4444 * THREE),
            ("b", TWO + (flood + rain) * THREE),
            ("d", rain * THREE),
            ("c", flood * THREE),
        )
