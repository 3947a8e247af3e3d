"""Hostile and odd queries: an answer or a notice, never an exception, and within bounds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.visibility import Visibility
from search.dates import days_of
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.expansion import MAXIMUM_WORDS
from search.query import LONGEST_QUERY, MOST_CLAUSES
from tests.archives import build, open_engine, random_articles

PIECES = st.sampled_from(
    [
        *("bridge", "treaty", "bri*", "t?eaty", "*", "?", "the", "of"),
        *("AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE", "TO", "and", "to"),
        *('"', "'", "(", ")", "[", "]", "{", "}", "+", "-", "^", "~", ":", "\\", "/", "*:*"),
        *("title:", "date:", "language:", "author:", "tag:", "nofield:", "date:[", "title:["),
        *("2011", "2011-07", "2011-13", "0000", "9999", "^2", "^1e400", "~99999999999", "^-1"),
        *("\0", "\ud800", "\u202e", "\u0301", "ﬀ", "İ", "ß", "東京", "мост", "🌉", "\u200b"),
    ]
)
QUERIES = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=25).map("".join),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("queries"), random_articles(40)) as engine:
        yield engine


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(QUERIES, st.sampled_from(["any", "all"]), st.sampled_from(["relevance", "newest"]))
def test_no_text_raises(engine, text, match, sort):
    answer = engine.search(SearchRequest(query=text, match=match, sort=sort))
    assert len(answer.hits) == min(answer.total, 10)
    assert 0 <= answer.total <= 40
    for hit in answer.hits:
        assert "<" not in hit.snippet.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "bridge " * 1_500,
        "(" * 5_000 + ")" * 5_000,
        '"' * 9_999,
        "a* " * 3_000,
        " OR ".join(["bridge"] * 2_000),
        "title:" * 1_600,
        "[" * 10_000,
        "-" * 10_000,
        "NOT " * 2_500,
        "^" * 10_000,
    ],
    ids=lambda text: text[:8],
)
def test_ten_thousand_characters_are_cut_and_said_so(engine, text):
    answer = engine.search(SearchRequest(query=text))
    assert f"Only the first {LONGEST_QUERY:,} characters were searched." in answer.notices


def test_function_words_are_searched_only_where_there_are_no_others(engine):
    assert engine.search(SearchRequest(query="the")).total == 0
    with_others = engine.search(SearchRequest(query="the bridge of a river"))
    without = engine.search(SearchRequest(query="bridge river"))
    assert with_others.hits == without.hits


def test_prefix_of_very_many_words_is_cut_and_said_so(tmp_path, make_article):
    words = [f"w{number:05d}" for number in range(MAXIMUM_WORDS + 50)]
    articles = [make_article(title=" ".join(words)), make_article(title="w00600x w00007")]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    answer = engine.search(SearchRequest(query="w*"))
    assert answer.total == 2
    assert answer.notices == (
        f"w* stands for more than {MAXIMUM_WORDS} words; the commonest were searched.",
    )
    engine.close()
    store.close()


def test_clauses_are_bounded(engine):
    answer = engine.search(SearchRequest(query=" ".join(["bridge"] * MOST_CLAUSES)))
    assert answer.notices == ()
    answer = engine.search(SearchRequest(query=" ".join(["bridge"] * (MOST_CLAUSES + 1))))
    assert "more than 100 parts" in answer.notices[0]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2011", ("2011-01-01", "2011-12-31")),
        ("2011-07", ("2011-07-01", "2011-07-31")),
        ("2011-7", ("2011-07-01", "2011-07-31")),
        ("201107", ("2011-07-01", "2011-07-31")),
        ("2011-07-11", ("2011-07-11", "2011-07-11")),
        ("20110711", ("2011-07-11", "2011-07-11")),
        (" 2012-02 ", ("2012-02-01", "2012-02-29")),
        ("9999-12", ("9999-12-01", "9999-12-31")),
        ("0000", None),
        ("2011-13", None),
        ("2011-02-30", None),
        ("11", None),
        ("soon", None),
    ],
)
def test_dates(text, days):
    found = days_of(text)
    assert (found and tuple(day.isoformat() for day in found)) == days
