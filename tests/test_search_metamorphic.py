"""What must stay as it is when an archive or a query changes in a way that means nothing.

No relation needs to know the right order: each compares two answers.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.proximity import PairWeights
from tests.archives import NOW, build

WORDS = ("bridge", "toll", "river", "ferry", "mayor", "storm")
FILLER = ("lake", "trout", "bell", "mill")
EVERYTHING = 500

_texts = st.lists(st.sampled_from(WORDS + FILLER), min_size=1, max_size=12).map(" ".join)
_queries = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
_bodies = st.lists(st.lists(_texts, min_size=1, max_size=2), min_size=3, max_size=12)


def archive(bodies) -> list[Article]:
    return [
        Article(
            id=f"a{number:02d}",
            title=body[0].split()[0],
            body=tuple(body),
            section=("Politics", "Sport")[number % 2],
            published=NOW - timedelta(days=number + 1),
        )
        for number, body in enumerate(bodies)
    ]


def unrelated(articles) -> list[Article]:
    """Return as many articles, as long, in which every word is another one."""

    def other(text):
        return " ".join(f"x{word}" for word in text.split())

    return [
        replace(
            article,
            id=f"x{article.id}",
            title=other(article.title),
            body=tuple(map(other, article.body)),
        )
        for article in articles
    ]


@contextmanager
def searching(*archives, **options) -> Iterator[list[EmbeddedEngine]]:
    """Build some archives and open an engine for each."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        engines = []
        for number, articles in enumerate(archives):
            store, generations, _ = build(Path(folder, str(number)), articles)
            stack.callback(store.close)
            generation = generations.open_current()
            engine = EmbeddedEngine(generation, Visibility(generation), **options)
            stack.callback(engine.close)
            engines.append(engine)
        yield engines


def scores(engine, query, **options) -> dict[str, float]:
    """Return the scores of everything that is found, in order."""
    ranking = engine.rank(SearchRequest(query=query, limit=EVERYTHING, **options))
    return dict(zip(ranking.ids, ranking.scores, strict=True))


some = settings(max_examples=20, deadline=None)
MODES = ("exact", "broaden")


@some
@given(_bodies, st.sampled_from(WORDS))
def test_unrelated_articles_change_no_order_of_one_word(bodies, word):
    # They leave the mean length as it is, so all scores of a word grow by one factor.
    articles = archive(bodies)
    with searching(articles, articles + unrelated(articles)) as (before, after):
        one, other = scores(before, word), scores(after, word)
    assert list(one) == list(other)
    holding, count = len(one), len(articles)
    factor = log((2 * count + 1) / (holding + 0.5)) / log((count + 1) / (holding + 0.5))
    expected = {key: score * factor for key, score in one.items()}
    assert other == pytest.approx(expected, rel=1e-5)


@some
@given(_bodies, _queries)
def test_an_unrelated_article_is_not_found_and_hides_nothing(bodies, query):
    articles = archive(bodies)
    with searching(articles, articles + unrelated(articles[:1])) as (before, after):
        assert scores(before, query).keys() == scores(after, query).keys()


@some
@given(_bodies, _queries)
def test_copies_of_all_articles_have_the_scores_of_the_originals(bodies, query):
    articles = archive(bodies)
    copies = [replace(article, id=f"b{article.id}") for article in articles]
    with searching(articles, articles + copies) as (before, after):
        for mode in MODES:
            found = scores(after, query, mode=mode)
            assert {key[1:] for key in found if key[0] == "b"} == found.keys() - {
                key for key in found if key[0] == "b"
            }
            assert all(found[f"b{key}"] == found[key] for key in found if key[0] == "a")
        assert {key for key in scores(after, query) if key[0] == "a"} == set(scores(before, query))
        for word in set(query.split()):  # one word: rarity is one factor of all
            twice = [key for key in scores(after, word) if key[0] == "a"]
            assert twice == list(scores(before, word))


@some
@given(_bodies, _queries, st.sampled_from([",", ";", "!", " …", " &"]))
def test_capitals_and_punctuation_of_a_query_mean_nothing(bodies, query, mark):
    with searching(archive(bodies)) as (engine,):
        for mode in MODES:
            expected = scores(engine, query, mode=mode)
            for text in (query.upper(), query.title(), f"{mark} ".join(query.split()) + mark):
                found = scores(engine, text, mode=mode)
                assert list(found) == list(expected)
                assert found == expected


@some
@given(_bodies, _queries, st.randoms(use_true_random=False))
def test_the_order_of_words_means_nothing_without_pairs(bodies, query, random):
    words = query.split()
    random.shuffle(words)
    with searching(archive(bodies), pairs=PairWeights(0, 0)) as (engine,):
        expected = scores(engine, query)
        assert scores(engine, " ".join(words)) == pytest.approx(expected, rel=1e-6)
        assert scores(engine, " OR ".join(words)) == pytest.approx(expected, rel=1e-6)


@some
@given(_bodies, _queries)
def test_pairs_in_order_only_add_to_what_words_give(bodies, query):
    backwards = " ".join(query.split()[::-1])
    with searching(archive(bodies), pairs=PairWeights(ordered=0.1, close=0)) as (engine,):
        one, other = scores(engine, query), scores(engine, backwards)
    assert one.keys() == other.keys()
    with searching(archive(bodies), pairs=PairWeights(0, 0)) as (engine,):
        words = scores(engine, query)
    for key, score in words.items():
        assert min(one[key], other[key]) >= score * (1 - 1e-6)


@some
@given(_bodies, _queries, st.sampled_from(["Politics", "Sport"]), st.integers(1, 12))
def test_a_filter_leaves_out_and_keeps_the_order(bodies, query, section, days):
    articles = archive(bodies)
    inside = {article.id for article in articles if article.section == section}
    first = (NOW - timedelta(days=days)).date()
    late = {article.id for article in articles if article.published.date() >= first}
    with searching(articles) as (engine,):
        whole = scores(engine, query)
        for kept, limit in ((inside, {"section": (section,)}), (late, {"published_from": first})):
            found = scores(engine, query, **limit)
            assert list(found) == [key for key in whole if key in kept]
            assert found == {key: score for key, score in whole.items() if key in kept}


@some
@given(_bodies, st.sampled_from(WORDS), st.integers(2, 30))
def test_a_word_said_again_counts_again(bodies, word, times):
    with searching(archive(bodies)) as (engine,):
        once, often = scores(engine, word), scores(engine, " ".join([word] * times))
    assert list(often) == list(once)
    assert often == pytest.approx({key: times * score for key, score in once.items()}, rel=1e-5)


CONDITIONS = (
    '"{a} {b}" {c}',
    '"{a}" {b}',
    '"{a} {b}"~4 {c}',
    "+{a} {b}",
    "{a} -{b}",
    "{a} AND {b}",
    "({a} OR {b}) NOT {c}",
    "{a} {b} section:sport",
    "{a} {b} date:2025-12",
    "title:{a} {b}",
)


@pytest.mark.parametrize("form", CONDITIONS)
@some
@given(bodies=_bodies, words=st.permutations(WORDS))
def test_a_broader_search_keeps_conditions_and_phrases(form, bodies, words):
    query = form.format(**dict(zip("abc", words, strict=False)))
    with searching(archive(bodies)) as (engine,):
        assert scores(engine, query, mode="broaden").keys() == scores(engine, query).keys()


@pytest.mark.parametrize("form", ["{a}", "{a} {b} {c}", "{a} fer*"])
@some
@given(bodies=_bodies, words=st.permutations(WORDS))
def test_a_broader_search_of_words_leaves_nothing_out(form, bodies, words):
    query = form.format(**dict(zip("abc", words, strict=False)))
    with searching(archive(bodies)) as (engine,):
        assert scores(engine, query, mode="broaden").keys() >= scores(engine, query).keys()
