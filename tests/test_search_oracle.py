"""The embedded engine against search by the book: the same articles, the same scores."""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from index.analysis import terms
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from tests.archives import WORDS, build, open_engine, random_articles
from tests.oracles.naive_search import holds_phrase, positions, term_scores

ARTICLES = random_articles(400)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("oracle"), ARTICLES) as engine:
        yield engine


@cache
def scores(word):
    return term_scores(ARTICLES, terms(word, "en")[0])


def ids(word):
    return set(scores(word))


def total(words, among):
    return {key: sum(scores(word).get(key, 0.0) for word in words) for key in among}


EVERYTHING = {article.id for article in ARTICLES}
TITLES = {
    article.id
    for article in ARTICLES
    if any(term == "bridg" for term, *_ in positions(article, "title"))
}
FAMILIES = {
    "storm": total(["storm"], ids("storm")),
    "bridge storm": total(["bridge", "storm"], ids("bridge") | ids("storm")),
    "harvest OR goal": total(["harvest", "goal"], ids("harvest") | ids("goal")),
    "bridge AND harvest": total(["bridge", "harvest"], ids("bridge") & ids("harvest")),
    "(goal OR bell) AND toll": total(
        ["goal", "bell", "toll"], (ids("goal") | ids("bell")) & ids("toll")
    ),
    "river NOT ferry": total(["river"], ids("river") - ids("ferry")),
    "river AND NOT (ferry OR bell)": total(["river"], ids("river") - ids("ferry") - ids("bell")),
    "+goal river -bridge": total(["goal", "river"], ids("goal") - ids("bridge")),
    "goal ANDMAYBE river": total(["goal", "river"], ids("goal")),
    "goal REQUIRE river": total(["goal"], ids("goal") & ids("river")),
    "storm^2 goal": {
        key: 2 * scores("storm").get(key, 0) + scores("goal").get(key, 0)
        for key in ids("storm") | ids("goal")
    },
    "-bridge": dict.fromkeys(EVERYTHING - ids("bridge"), None),
    '"bridge treaty"': dict.fromkeys(
        {a.id for a in ARTICLES if holds_phrase(a, ["bridg", "treati"])}, None
    ),
    '"river bridge"~3': dict.fromkeys(
        {a.id for a in ARTICLES if holds_phrase(a, ["river", "bridg"], 3)}, None
    ),
    '"bridge bridge"': dict.fromkeys(
        {a.id for a in ARTICLES if holds_phrase(a, ["bridg", "bridg"])}, None
    ),
    "title:bridge": dict.fromkeys(TITLES, None),
    "harv*": dict.fromkeys(ids("harvest"), None),
    "st*": dict.fromkeys(ids("storm") | ids("strike") | ids("striker"), None),
    "b?ll": dict.fromkeys(ids("bell"), None),
    "*": dict.fromkeys(EVERYTHING, None),
}


@pytest.mark.parametrize("text", FAMILIES)
def test_every_match_has_the_score_of_the_book(engine, text):
    expected = FAMILIES[text]
    answer = engine.search(SearchRequest(query=text, limit=1000, snippets=False))
    found = {hit.id: hit.score for hit in answer.hits}
    assert found.keys() == expected.keys()
    assert answer.total == len(expected) > 0
    for key, score in expected.items():
        assert score is None or math.isclose(found[key], score, rel_tol=1e-5)


@pytest.mark.parametrize("text", FAMILIES)
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_every_limit_gives_the_same_beginning(engine, text, sort):
    whole = engine.search(SearchRequest(query=text, sort=sort, limit=1000, snippets=False)).hits
    if sort == "relevance":
        assert [-hit.score for hit in whole] == sorted(-hit.score for hit in whole)
    else:
        dated = [hit.published for hit in whole if hit.published]
        assert dated == sorted(dated, reverse=sort == "newest")
        assert all(hit.published is None for hit in whole[len(dated) :])
    for limit in (0, 1, 2, 9, 50):
        request = SearchRequest(query=text, sort=sort, limit=limit, snippets=False)
        assert engine.search(request).hits == whole[:limit]


def test_prefix_scores_like_one_word(engine):
    one = engine.search(SearchRequest(query="harv*", limit=1000, snippets=False))
    other = engine.search(SearchRequest(query="harvest", limit=1000, snippets=False))
    assert one.hits == other.hits


def test_many_threads_get_the_answers_of_one(tmp_path):
    store, generations, _ = build(tmp_path, ARTICLES[:100])
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    requests = [SearchRequest(query=f'{a} "{b} {a}"') for a in WORDS[:8] for b in WORDS[:5]]
    alone = [engine.search(request) for request in requests]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.search, requests * 3)) == alone * 3
    engine.close()
    store.close()
