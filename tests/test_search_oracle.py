"""The engine against search by the book: the same articles, the same scores, at every limit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import numpy as np
import pytest

from articles.article import Article
from index.visibility import Visibility
from index.whoosh_api import query as q
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.executor import Executor
from search.expansion import Expander
from search.foreign import ForeignNodes
from search.leaves import Leaves
from search.limits import Limits
from search.proximity import PairWeights
from search.quoted import Quoted
from search.terms import TermReader
from tests.archives import NOW, build
from tests.oracles.naive_boolean import search
from tests.oracles.naive_search import NaiveSearch

FORMS = (
    *(
        "bridge bridges bridge's Bridge bridged",
        "treaty treaties",
        "river rivers River",
        "café cafe",
    ),
    *("toll tolls tolled", "U.S. U.S", "strike striker strikes", "fishing fished fish", "goal"),
    *(
        "connect connected connection connections",
        "naïve naive",
        "harvest harvested",
        "1,014",
        "storm",
    ),
    *("o'neill O’Neill", "mayor mayor's mayors", "мост мосты", "summit", "border borders", "ferry"),
)
COUNT = 2_000


def articles():
    """Return articles of words in many spellings, one in three hours, some without a date."""
    rng = np.random.default_rng(11)
    shares = 1 / np.arange(1, len(FORMS) + 1)
    shares /= shares.sum()

    def text(most):
        forms = rng.choice(FORMS, int(rng.integers(1, most)), p=shares)
        return " ".join(str(rng.choice(spellings.split())) for spellings in forms)

    return [
        Article(
            id=f"{number:04d}",
            title=text(6),
            summary=text(9) if number % 3 else "",
            body=tuple(text(25) for _ in range(number % 4)),
            published=None if number % 97 == 5 else NOW - timedelta(hours=3 * number + 1),
        )
        for number in range(COUNT)
    ]


ARTICLES = articles()
BRIDGE, RIVER, TOLL, STORM, GOAL, FERRY = (
    q.Term("text", term) for term in ("bridg", "river", "toll", "storm", "goal", "ferri")
)
DAYS = q.DateRange("date", datetime(2025, 8, 3, 4, 5), datetime(2025, 10, 1))  # noqa: DTZ001
SEPTEMBER = q.DateRange(
    "date",
    datetime(2025, 9, 1),  # noqa: DTZ001
    datetime(2025, 10, 1) - timedelta(seconds=1),  # noqa: DTZ001
)
FAMILIES = {
    "term": BRIDGE,
    "boosted term": q.Term("text", "bridg", boost=2.5),
    "term of weight 0": q.Or([q.Term("text", "ferri", boost=0.0), GOAL]),
    "absent term": q.Term("text", "zebra"),
    "or": q.Or([BRIDGE, RIVER, STORM]),
    "or of rare terms": q.Or([GOAL, FERRY]),
    "or of an absent term": q.Or([BRIDGE, q.Term("text", "zebra")]),
    "or with not": q.Or([BRIDGE, GOAL, q.Not(RIVER)]),
    "boosted or": q.Or([BRIDGE, q.Or([RIVER, TOLL], boost=3.0)], boost=0.5),
    "minmatch": q.Or([BRIDGE, RIVER, TOLL, GOAL], minmatch=3),
    "minmatch of groups": q.Or([q.Or([BRIDGE, RIVER]), TOLL, GOAL], minmatch=2, boost=2.0),
    "minmatch of repeated words": q.Or([BRIDGE, RIVER] * 10, minmatch=11),
    "words again and again": q.Or([BRIDGE, RIVER, q.Term("text", "toll", boost=2.0), TOLL] * 10),
    "all words again and again": q.And([BRIDGE, RIVER] * 10 + [q.Or([TOLL, GOAL] * 10)]),
    "scale": q.Or([BRIDGE, RIVER, TOLL], scale=0.9),
    "and": q.And([BRIDGE, RIVER]),
    "and of three": q.And([FERRY, BRIDGE, RIVER], boost=2.0),
    "and of or": q.And([q.Or([GOAL, FERRY]), q.Or([BRIDGE, STORM])]),
    "and with not": q.And([BRIDGE, q.Not(RIVER), q.Not(TOLL)]),
    "and of days": q.And([q.Or([BRIDGE, RIVER]), DAYS]),
    "and of nothing": q.And([BRIDGE, q.NullQuery]),
    "not": q.Not(BRIDGE),
    "only not": q.And([q.Not(BRIDGE), q.Not(RIVER)]),
    "andnot": q.AndNot(q.Or([BRIDGE, GOAL]), RIVER),
    "andmaybe": q.AndMaybe(GOAL, q.Or([BRIDGE, RIVER])),
    "require": q.Require(q.Or([BRIDGE, STORM]), RIVER),
    "otherwise": q.Otherwise(q.Term("text", "zebra"), GOAL),
    "dismax": q.DisjunctionMax([BRIDGE, RIVER, STORM]),
    "dismax with a tiebreak": q.DisjunctionMax([BRIDGE, RIVER, STORM], boost=2.0, tiebreak=0.3),
    "constant": q.ConstantScoreQuery(q.Or([BRIDGE, GOAL]), 1.5),
    "phrase": q.Phrase("text", ["river", "bridg"]),
    "phrase of one word twice": q.Phrase("text", ["bridg", "bridg"]),
    "phrase of three": q.Phrase("text", ["bridg", "river", "treati"], boost=2.0),
    "phrase with slop": q.Phrase("text", ["river", "toll", "storm"], slop=6),
    "phrase across parts": q.Phrase("text", ["bridg", "bridg"], slop=9),
    "quoted": Quoted("text", ["bridg", "river"], ["bridges", "river"]),
    "quoted word": Quoted("text", ["bridg"], ["bridge's"], boost=2.0),
    "quoted commonest spelling": Quoted("text", ["cafe"], ["café"]),
    "quoted apostrophe": Quoted("text", ["o'neil"], ["o'neill"]),
    "quoted absent spelling": Quoted("text", ["bridg"], ["bridging"]),
    "prefix": q.Prefix("text", "br"),
    "prefix of one term": q.Prefix("text", "conn"),
    "prefix of accents": q.Prefix("text", "caf"),
    "wildcard": q.Wildcard("text", "*o?l*"),
    "wildcard of letters beyond ascii": q.Wildcard("text", "м?ст*"),
    "fuzzy": q.FuzzyTerm("text", "rievr"),
    "fuzzier": q.FuzzyTerm("text", "brigdes", maxdist=2),
    "variations": q.Variations("text", "fish"),
    "term range": q.TermRange("text", "fe", "naive"),
    "days": DAYS,
    "every": q.Every(),
    "null": q.NullQuery,
    "nested": q.Or([
        q.And([BRIDGE, q.Or([TOLL, q.Phrase("text", ["river", "storm"])])]),
        q.AndNot(q.Prefix("text", "conn"), q.Not(q.Or([GOAL, FERRY]))),
        q.DisjunctionMax([q.Require(RIVER, STORM), q.ConstantScoreQuery(GOAL, 2.0)]),
    ]),
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return NaiveSearch(ARTICLES)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("book"), ARTICLES, memory=1)
    generation = generations.open_current()
    assert len(generation.segments) > 1
    yield generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def executor(generation):
    terms = TermReader(generation)
    leaves = Leaves(generation, terms, Expander(generation, terms))
    return Executor(generation, leaves, ForeignNodes(generation, terms))


@pytest.fixture(params=["sorted", "added up"])
def merging(request, monkeypatch):
    """Let lists be merged in both ways, whatever their length."""
    share = 0 if request.param == "sorted" else 10**9
    monkeypatch.setattr("search.scoreboard.SPARSE", share)


@pytest.mark.usefixtures("merging")
@pytest.mark.parametrize("family", FAMILIES)
def test_every_limit_gives_the_articles_and_scores_of_the_book(generation, executor, book, family):
    expected = search(book, FAMILIES[family])
    in_order = sorted(expected.values(), reverse=True)
    for first in (1, 3, 10, COUNT):
        found = executor.run(FAMILIES[family], Limits(range(COUNT)))
        assert found.total() == len(expected)
        hits = found.best(first)
        ids, scores = generation.columns.ids(hits.documents.tolist()), hits.scores().tolist()
        assert len(ids) == len(set(ids)) == min(first, len(expected))
        # The book's scores have twice the digits: two that differ in the last may change places.
        assert scores == pytest.approx(in_order[:first], rel=1e-5)
        assert scores == pytest.approx([expected[key] for key in ids], rel=1e-5)
        if first == COUNT:
            assert ids == [
                key for *_, key in sorted(zip(scores, hits.documents, ids, strict=True))[::-1]
            ]


TEXTS = {
    "bridge": BRIDGE,
    "the bridge of rivers": q.Or([BRIDGE, RIVER]),
    "goal OR ferry": q.Or([GOAL, FERRY]),
    "bridge AND rivers": q.And([BRIDGE, RIVER]),
    "(goal OR storm) AND toll": q.And([q.Or([GOAL, STORM]), TOLL]),
    "river NOT ferry": q.AndNot(RIVER, FERRY),
    "river AND NOT (ferry OR toll)": q.AndNot(RIVER, q.Or([FERRY, TOLL])),
    "+goal river -bridge": q.AndNot(q.AndMaybe(GOAL, RIVER), BRIDGE),
    "goal ANDMAYBE river": q.AndMaybe(GOAL, RIVER),
    "goal REQUIRE river": q.Require(GOAL, RIVER),
    "storm^2 goal": q.Or([q.Term("text", "storm", boost=2.0), GOAL]),
    "-bridge": q.Not(BRIDGE),
    '"river bridges"': Quoted("text", ["river", "bridg"], ["river", "bridges"]),
    '"BRIDGE’S"': Quoted("text", ["bridg"], ["bridge's"]),
    '"river bridges"~1': q.Phrase("text", ["river", "bridg"]),
    '"river bridge"~3': q.Phrase("text", ["river", "bridg"], slop=3),
    "river-bridge": q.Or([RIVER, BRIDGE]),
    "Brid* toll": q.Or([q.Prefix("text", "brid"), TOLL]),
    "b?idge": q.Wildcard("text", "b?idge"),
    "rievr~": q.FuzzyTerm("text", "rievr"),
    "brigdes~2": q.FuzzyTerm("text", "brigdes", maxdist=2),
    "*": q.Every(),
    "": q.Every(),
    "bridge goal date:2025-09": q.And([q.Or([BRIDGE, GOAL]), SEPTEMBER]),
    "мостами": q.Term("text", "мост"),
}


@pytest.fixture(scope="module")
def engine(generation):
    """Return an engine that ranks by words alone; `tests.test_search_proximity` has the pairs."""
    pairs = PairWeights(ordered=0, close=0)
    return EmbeddedEngine(generation, Visibility(generation), pairs=pairs)


@pytest.mark.parametrize("text", TEXTS)
def test_every_page_is_a_part_of_the_ranking_of_the_book(engine, book, text):
    expected = search(book, TEXTS[text])
    whole = engine.rank(SearchRequest(query=text, limit=COUNT))
    assert dict(zip(whole.ids, whole.scores, strict=True)) == pytest.approx(expected, rel=1e-5)
    assert list(whole.scores) == sorted(whole.scores, reverse=True)
    for offset, limit in ((0, 0), (0, 1), (0, 10), (3, 3), (50, 50), (COUNT - 1, 5)):
        request = SearchRequest(query=text, offset=offset, limit=limit, snippets=False)
        page = engine.rank(request)
        assert page.ids == whole.ids[offset : offset + limit]
        assert page.scores == whole.scores[offset : offset + limit]
        answer = engine.search(request)
        assert tuple(hit.id for hit in answer.hits) == page.ids
        assert answer.total == len(expected)
        assert answer.notices == ()


@pytest.mark.parametrize(
    "text", ["bridge", "bridge goal", '"river bridges"', "conn*", "*", "-goal"]
)
def test_orders_of_dates(engine, text):
    ranked = engine.rank(SearchRequest(query=text, limit=COUNT))
    newest = engine.rank(SearchRequest(query=text, limit=COUNT, sort="newest"))
    oldest = engine.rank(SearchRequest(query=text, limit=COUNT, sort="oldest"))
    numbers = sorted(ranked.ids)  # the higher, the older
    undated = [key for key in numbers if int(key) % 97 == 5]
    dated = [key for key in numbers if key not in undated]
    assert list(newest.ids)[: len(dated)] == dated
    assert list(oldest.ids)[: len(dated)] == dated[::-1]
    assert set(newest.ids[len(dated) :]) == set(oldest.ids[len(dated) :]) == set(undated)
    scores = dict(zip(ranked.ids, ranked.scores, strict=True))
    for order in (newest, oldest):
        assert order.scores == tuple(scores[key] for key in order.ids)
    for first in (0, 1, 3, 10):
        request = SearchRequest(query=text, limit=first, sort="newest")
        assert engine.rank(request).ids == newest.ids[:first]


def test_spellings_score_like_one_word(engine):
    one = engine.rank(SearchRequest(query="harv*", limit=COUNT))
    assert one == engine.rank(SearchRequest(query="harvest", limit=COUNT))
    assert len(one.ids) > 10


def test_many_threads_get_the_answers_of_one(engine):
    forms = [form.split()[0] for form in FORMS]
    requests = [
        SearchRequest(query=f'{a} "{b} {a}" {b[:2]}*', limit=5)
        for a in forms[:8]
        for b in forms[:5]
    ]
    alone = [engine.rank(request) for request in requests]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.rank, requests * 3)) == alone * 3


FOREIGN = {
    "near": (
        q.SpanNear(RIVER, BRIDGE, slop=3),
        q.Phrase("text", ["river", "bridg"], slop=3),
    ),
    "regular expression": (
        q.Regex("text", "(fer|go).*"),
        q.Or([GOAL, FERRY]),
    ),
    "inside of others": (
        q.And([q.Or([GOAL, TOLL]), q.SpanNear(RIVER, BRIDGE), q.Not(FERRY)]),
        q.And([q.Or([GOAL, TOLL]), q.Phrase("text", ["river", "bridg"]), q.Not(FERRY)]),
    ),
    "at the beginning": (q.SpanFirst(BRIDGE, limit=10**6), BRIDGE),
    "sequence": (q.Sequence([RIVER, BRIDGE]), q.Phrase("text", ["river", "bridg"])),
}


@pytest.mark.parametrize("family", FOREIGN)
def test_other_nodes_run_on_the_matchers_of_whoosh(generation, executor, book, family):
    node, same = FOREIGN[family]
    expected = search(book, same)
    found = executor.run(node, Limits(range(COUNT)))
    assert found.total() == len(expected) > 0
    assert set(generation.columns.ids(found.best(COUNT).documents.tolist())) == expected.keys()
    assert (found.best(COUNT).scores() > 0).all()
