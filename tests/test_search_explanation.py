"""Explanations: the reasons of every hit add up to its score and say where its words stand."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article
from index.visibility import Visibility
from index.whoosh_api import query as q
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.executor import Executor
from search.expansion import Expander
from search.explanation import Explainer
from search.foreign import ForeignNodes
from search.leaves import Leaves
from search.limits import Limits
from search.matches import Matches
from search.proximity import PAIRS, PairWeights, Proximity
from search.query import ParsedQuery
from search.terms import TermReader
from tests.archives import build, open_engine, random_articles
from tests.oracles.naive_boolean import search
from tests.oracles.naive_search import NaiveSearch
from tests.test_search_oracle import ARTICLES, FAMILIES, FOREIGN, TEXTS

SOME = ARTICLES[:500]
COUNT = len(SOME)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("reasons"), SOME, memory=1)
    generation = generations.open_current()
    yield generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def parts(generation):
    """Return what finds and what explains."""
    terms = TermReader(generation)
    expander = Expander(generation, terms)
    leaves = Leaves(generation, terms, expander)
    executor = Executor(generation, leaves, ForeignNodes(generation, terms))
    proximity = Proximity(generation, terms, PAIRS)
    return executor, Explainer(generation, terms, expander, executor, proximity)


def explained(parts, tree, most=60):
    """Return the hits of a tree, in an order that is not that of their numbers, with reasons."""
    executor, explainer = parts
    hits = executor.run(tree, Limits(range(COUNT))).best(most)
    return hits, explainer.explained(ParsedQuery(tree), hits, hits.documents[:0])


def assert_adds_up(hits, reasons):
    sums = [sum(reason.score for reason in some) for some in reasons]
    assert sums == pytest.approx(hits.scores().tolist(), rel=1e-5, abs=1e-12)
    for some in reasons:
        assert all(reason.score > 0 for reason in some)
        assert list(some) == sorted(some, key=lambda reason: -reason.score)


TREES = FAMILIES | {name: node for name, (node, _) in FOREIGN.items()}


@pytest.mark.parametrize("family", TREES)
def test_reasons_add_up(parts, family):
    hits, reasons = explained(parts, TREES[family])
    assert_adds_up(hits, reasons)


LEAVES = st.sampled_from([
    node for node in FAMILIES.values()
    if not isinstance(node, q.CompoundQuery | q.BinaryQuery | q.Not | q.ConstantScoreQuery)
])  # fmt: skip


def _groups(inner):
    nodes = st.lists(inner, min_size=1, max_size=4)
    boosts = st.sampled_from([1.0, 0.5, 3.0])
    parts = st.one_of(inner, inner.map(q.Not))
    return st.one_of(
        st.builds(lambda n, b: q.Or(n, boost=b), st.lists(parts, min_size=1, max_size=4), boosts),
        st.builds(lambda n, b: q.And(n, boost=b), st.lists(parts, min_size=1, max_size=4), boosts),
        st.builds(lambda n, least: q.Or(n, minmatch=least), nodes, st.integers(0, 3)),
        st.builds(lambda n: q.Or(n, scale=0.5), nodes),
        st.builds(lambda n, t: q.DisjunctionMax(n, tiebreak=t), nodes, st.sampled_from([0, 0.3])),
        st.builds(q.ConstantScoreQuery, inner, st.just(1.5)),
        *(st.builds(kind, inner, inner) for kind in (q.AndNot, q.AndMaybe, q.Require, q.Otherwise)),
    )


@given(st.recursive(LEAVES, _groups, max_leaves=8))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_reasons_of_any_tree_add_up(parts, tree):
    assert_adds_up(*explained(parts, tree))


@pytest.fixture(scope="module")
def book():
    return NaiveSearch(SOME)


@pytest.mark.parametrize("family", ["term", "boosted term", "phrase", "quoted", "prefix"])
def test_each_reason_is_that_of_the_book(parts, generation, book, family):
    expected = search(book, FAMILIES[family])
    hits, reasons = explained(parts, q.Or([FAMILIES[family], q.Every()]), COUNT)
    ids = generation.columns.ids(hits.documents.tolist())
    for key, some in zip(ids, reasons, strict=True):
        found = [reason.score for reason in some if reason.kind != "condition"]
        assert found == pytest.approx([expected[key]] if key in expected else [], rel=1e-5)


@pytest.mark.parametrize("mode", ["exact", "broaden"])
@pytest.mark.parametrize("sort", ["relevance", "newest"])
@pytest.mark.parametrize("text", [*TEXTS, "bridge rivers toll storm", "bridge bridge river -goal"])
def test_answers_of_the_engine_add_up(generation, text, sort, mode):
    engine = EmbeddedEngine(generation, Visibility(generation))
    request = SearchRequest(
        query=text, sort=sort, mode=mode, offset=1, limit=20, explain=True, snippets=False
    )
    answer = engine.search(request)
    for hit in answer.hits:
        assert sum(r.score for r in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
        assert ("related_word" in {r.kind for r in hit.explanation}) <= (mode == "broaden")


def test_pairs_are_reasons_of_the_best_only(tmp_path):
    store, generations, _ = build(tmp_path, random_articles(400, seed=3))
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation), pairs=PairWeights(2, 2))
    whole = engine.search(SearchRequest(query="bridge treaty river", limit=300, explain=True))
    paired = [any("pair" in r.kind for r in hit.explanation) for hit in whole.hits]
    assert any(paired[150:200])
    assert not any(paired[200:])
    page = SearchRequest(query="bridge treaty river", offset=190, limit=20, explain=True)
    assert engine.search(page).hits == whole.hits[190:210]
    generation.close()
    store.close()


ARTICLE = Article(
    id="one",
    title="Bridge toll: the bridge",
    summary="Tolls rise.",
    body=("The mayor closed the bridge. Bridges close often.", "A toll bridge is no free bridge."),
    caption="The bridge at dawn",
    section="Politics",
    language="en",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bridge", [("word", "bridge", {"title": 2, "text": 4}, ())]),
        ('"bridges"', [("exact_words", "bridges", {"text": 1}, ())]),
        ('"toll bridge"', [("exact_words", "toll bridge", {"text": 1}, ())]),
        ('"bridge tolls"~3', [("phrase", "bridge toll", {"title": 1}, ())]),
        ("bri*", [("pattern", "bri*", {"title": 2, "text": 4}, ("bridge",))]),
        ("mayer~", [("pattern", "mayer~", {"text": 1}, ("mayor",))]),
        ("caption:bridge", [("word", "bridge", {"caption": 1}, ())]),
        ("title:bridge", [("word", "bridge", {"title": 2}, ())]),
        ("section:politics", [("word", "politics", {"section": 1}, ())]),
        ("language:en", [("condition", "language:en", {}, ())]),
        ("*", [("condition", "every article", {}, ())]),
        (
            "bridge toll",
            [
                ("pair_close", "bridge toll", {"title": 1, "text": 2}, ()),
                ("pair_in_order", "bridge toll", {"title": 1}, ()),
                ("word", "bridge", {"title": 2, "text": 4}, ()),
                ("word", "toll", {"title": 1, "text": 2}, ()),
            ],
        ),
    ],
)
def test_where_words_stand_by_hand(tmp_path, text, expected):
    other = Article(id="other", title="Weather", body=("Rain.", "More rain: the bridge is shut."))
    with open_engine(tmp_path, [ARTICLE, other]) as engine:
        request = SearchRequest(query=text, explain=True)
        (hit,) = (hit for hit in engine.search(request).hits if hit.id == "one")
        assert engine.search(SearchRequest(query=text)).hits[0].explanation == ()
    found = sorted(
        (r.kind, r.text, {field.field: field.count for field in r.fields}, r.words)
        for r in hit.explanation
    )
    assert found == expected


def test_how_many_articles_have_a_word(parts):
    _, reasons = explained(parts, q.Or([FAMILIES["term"], FAMILIES["prefix"]]))
    articles = {(reason.kind, reason.articles) for reason in itertools.chain(*reasons)}
    executor, _ = parts
    totals = [executor.find(FAMILIES[name]).total() for name in ("term", "prefix")]
    assert articles == {("word", totals[0]), ("pattern", totals[1])}


def test_nothing_is_explained_of_nothing(parts):
    _, explainer = parts
    nothing = Matches(np.empty(0, np.int32), np.empty(0, np.float32))
    assert explainer.explained(ParsedQuery(FAMILIES["or"]), nothing, 0) == []
