"""Words near each other come first, and broader searches find words of the best articles."""

from dataclasses import replace
from datetime import timedelta

import pytest

from articles.article import Article
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.feedback import Broadening
from search.proximity import PairWeights
from tests.archives import NOW, build, random_articles
from tests.oracles.naive_feedback import added_words
from tests.oracles.naive_proximity import pair_scores
from tests.oracles.naive_search import NaiveSearch

ARTICLES = [
    replace(article, body=(*article.body, f"Report number {number}."))  # a word that stands once
    for number, article in enumerate(random_articles(600, seed=5))
]
WORDS_ALONE = PairWeights(ordered=0, close=0)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("near"), ARTICLES, memory=1)
    generation = generations.open_current()
    yield generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def book():
    return NaiveSearch(ARTICLES)


def engine_of(generation, pairs):
    return EmbeddedEngine(generation, Visibility(generation), pairs=pairs)


QUERIES = {
    "bridge treaty": ["bridg", "treati"],
    "treaty harbour bridge": ["treati", "harbour", "bridg"],
    "bridge bridge ferry": ["bridg", "bridg", "ferri"],
    "harvest AND bridge": ["harvest", "bridg"],
    "+ferry harvest -treaty": ["ferri", "harvest"],
    "bridge zebra ferry": ["bridg", "zebra", "ferri"],
}


@pytest.mark.parametrize("weights", [PairWeights(), PairWeights(1.5, 0), PairWeights(0, 3)])
@pytest.mark.parametrize("text", QUERIES)
def test_pairs_against_a_look_at_every_place(generation, book, text, weights):
    worth = pair_scores(book, QUERIES[text], *weights)
    alone = engine_of(generation, WORDS_ALONE).rank(SearchRequest(query=text, limit=200))
    near = engine_of(generation, weights).rank(SearchRequest(query=text, limit=200))
    expected = {key: score + worth[key] for key, score in zip(alone.ids, alone.scores, strict=True)}
    assert dict(zip(near.ids, near.scores, strict=True)) == pytest.approx(expected, rel=1e-5)
    assert list(near.scores) == sorted(near.scores, reverse=True)


@pytest.mark.parametrize(
    "text", ["bridge", '"bridge treaty"', "bridge bridge", "brid*", "*", "zebra zebu"]
)
def test_what_has_no_pair_keeps_its_order(generation, text):
    request = SearchRequest(query=text, limit=50)
    alone = engine_of(generation, WORDS_ALONE).rank(request)
    assert engine_of(generation, PairWeights(5, 5)).rank(request) == alone


def test_pages_are_parts_of_one_ranking(generation):
    engine = engine_of(generation, PairWeights(2, 2))
    text = "bridge treaty ferry"
    whole = engine.rank(SearchRequest(query=text, limit=600))
    assert len(whole.ids) > 250
    assert list(whole.scores) == sorted(whole.scores, reverse=True)
    for offset, limit in ((0, 10), (195, 10), (200, 10), (240, 20)):
        page = engine.rank(SearchRequest(query=text, offset=offset, limit=limit))
        assert page.ids == whole.ids[offset : offset + limit]
    answer = engine.search(SearchRequest(query=text))
    assert answer.total == len(whole.ids)
    assert tuple(hit.id for hit in answer.hits) == whole.ids[:10]


def test_a_new_paragraph_is_eight_places(tmp_path):
    articles = [
        Article(id=key, title="Report", body=body, published=NOW - timedelta(days=1))
        for key, body in (
            ("near", ("The old bridge tolls rise in the north of our small town.",)),
            ("next", ("The old bridge.", "Tolls rise in the north of our small town.")),
            ("last", ("The old bridge.", "In the north of our town tolls rise soon.")),
            ("apart", ("The old bridge.", "Rise in the north of our small town tolls.")),
        )
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    alone, near = (
        engine_of(generation, pairs).rank(SearchRequest(query="bridge tolls"))
        for pairs in (WORDS_ALONE, PairWeights())
    )
    scores = dict(zip(near.ids, near.scores, strict=True))
    assert len(set(alone.scores)) == 1
    assert near.ids[0] == "near"
    assert scores["near"] > scores["next"] == scores["last"] > scores["apart"] == alone.scores[0]
    generation.close()
    store.close()


def scored(book, text, weights=WORDS_ALONE):
    """Return the score of each article that has any of the words."""
    pairs = pair_scores(book, QUERIES[text], *weights)
    scores = dict.fromkeys(book.words, 0.0)
    for term in QUERIES[text]:
        for key, score in book.terms({term}).items():
            scores[key] += score
    return {key: score + pairs[key] for key, score in scores.items() if score}


def test_a_broader_search_adds_the_words_of_the_best(generation, book):
    text = "treaty harbour bridge"
    found = scored(book, text)
    best = sorted(found.items(), key=lambda item: -item[1])[:10]
    expected = dict.fromkeys(book.words, 0.0) | found
    added = added_words(book, best, len(QUERIES[text]))
    for term, weight in added.items():
        for key, score in book.terms({term}).items():
            expected[key] += weight * score
    request = SearchRequest(query=text, mode="broaden", limit=600)
    answer = engine_of(generation, WORDS_ALONE).rank(request)
    assert dict(zip(answer.ids, answer.scores, strict=True)) == pytest.approx(
        {key: score for key, score in expected.items() if score}, rel=1e-4
    )
    assert len(answer.ids) > len(found)
    shown = engine_of(generation, WORDS_ALONE).search(replace(request, limit=3))
    assert tuple(hit.id for hit in shown.hits) == answer.ids[:3]
    (notice,) = shown.notices
    assert notice.startswith("Also searched for: ")
    assert not {"bridge", "treaty", "harbour"} & set(notice.split(": ")[1].split(", "))


@pytest.mark.parametrize(
    "text",
    ["bridge AND treaty", "+ferry bridge", "ferry -bridge", "(ferry bridge) REQUIRE treaty"],
)
def test_conditions_hold_in_a_broader_search(generation, text):
    engine = engine_of(generation, PairWeights())
    exact = engine.rank(SearchRequest(query=text, limit=600))
    broad = engine.rank(SearchRequest(query=text, limit=600, mode="broaden"))
    assert set(broad.ids) == set(exact.ids)
    assert broad.ids != exact.ids


@pytest.mark.parametrize("text", ["", "*", "zebra", '"bridge treaty"', "brid*", "date:2025"])
def test_what_has_no_word_to_broaden_stays_as_it_is(generation, text):
    engine = engine_of(generation, PairWeights())
    request = SearchRequest(query=text, limit=50)
    assert engine.rank(replace(request, mode="broaden")) == engine.rank(request)


@pytest.mark.parametrize(
    "broadening", [Broadening(articles=3), Broadening(words=5), Broadening(part=0.2)]
)
def test_settings_say_by_how_much_a_search_is_broadened(generation, book, broadening):
    text = "treaty harbour bridge"
    pairs, visibility = WORDS_ALONE, Visibility(generation)
    engine = EmbeddedEngine(generation, visibility, pairs=pairs, broadening=broadening)
    best = sorted(scored(book, text).items(), key=lambda item: -item[1])[: broadening.articles]
    added = added_words(book, best, len(QUERIES[text]), *broadening[1:])
    assert 0 < len(added) <= broadening.words
    expected = scored(book, text)
    for term, weight in added.items():
        for key, score in book.terms({term}).items():
            expected[key] = expected.get(key, 0.0) + weight * score
    answer = engine.rank(SearchRequest(query=text, mode="broaden", limit=600))
    assert dict(zip(answer.ids, answer.scores, strict=True)) == pytest.approx(expected, rel=1e-4)


def test_a_part_of_nothing_broadens_nothing(generation):
    nothing = Broadening(part=0)
    engine = EmbeddedEngine(generation, Visibility(generation), broadening=nothing)
    request = SearchRequest(query="treaty harbour bridge", limit=600)
    assert engine.rank(replace(request, mode="broaden")) == engine.rank(request)
