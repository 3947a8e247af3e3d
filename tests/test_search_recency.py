"""The preference for recent articles: it is bounded, and every part of a score stays explained."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from articles.article import Article
from index.columns import UNDATED
from search.engine import SearchRequest
from search.recency import FRESH, HALF_LIFE, MOST, factors
from tests.archives import NOW, open_engine, random_articles

DAY = 86_400


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("recency"), random_articles(1_000)) as engine:
        yield engine


def test_what_is_gained_by_hand():
    newest = 4_000 * DAY
    ages = [5_000 * DAY, FRESH + 2 * HALF_LIFE, FRESH + HALF_LIFE, FRESH, 0]
    gained = factors(np.array([UNDATED, *(newest - age for age in ages)], np.int64)) - 1
    assert gained[0] == 0
    assert gained[1:].tolist() == pytest.approx([gained[1], MOST / 4, MOST / 2, MOST, MOST])
    assert 0 < gained[1] < MOST / 1_000
    assert len(factors(np.array([], np.int64))) == 0


@pytest.mark.parametrize("query", ["bridge", "bridge treaty", "orchestra concert bell", "harv*"])
@pytest.mark.parametrize("mode", ["exact", "broaden"])
def test_nothing_better_by_more_than_the_bound_is_overtaken(engine, query, mode):
    request = SearchRequest(query=query, mode=mode, limit=1_000, facets=False)
    plain = {hit.id: hit.score for hit in engine.search(request).hits}
    hits = engine.search(replace(request, recent=True)).hits
    assert {hit.id for hit in hits} == set(plain)
    scores = [plain[hit.id] for hit in hits]
    best_below = np.maximum.accumulate(scores[::-1])[::-1]
    assert all(
        below <= own * (1 + MOST) * 1.0001 for own, below in zip(scores, best_below, strict=True)
    )
    assert all(plain[hit.id] <= hit.score * 1.0001 for hit in hits)


def test_of_equally_good_ones_the_recent_come_first(tmp_path):
    articles = [
        Article(
            id=f"n{number}",
            title="The ferry sails",
            body=("A bridge and a mill stand by the river.",),
            published=NOW - timedelta(days=days),
        )
        for number, days in enumerate([900, 2, 400, 5_000])
    ]
    with open_engine(tmp_path, articles) as engine:
        hits = engine.search(SearchRequest(query="bridge mill", recent=True)).hits
        assert [hit.id for hit in hits] == ["n1", "n2", "n0", "n3"]
        assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)


def test_an_old_article_with_the_very_headline_stays_in_front(tmp_path):
    exact = Article(
        id="exact",
        title="Bridge treaty",
        body=("What was signed.",),
        published=NOW - timedelta(days=9_000),
    )
    recent = [
        Article(
            id=f"n{number}",
            title="On the treaty of the bridge",
            body=("The bridge treaty, the bridge and the treaty.",),
            published=NOW - timedelta(days=number),
        )
        for number in range(12)
    ]
    with open_engine(tmp_path, [exact, *recent]) as engine:
        plain = engine.search(SearchRequest(query="bridge treaty", limit=20))
        place = [hit.id for hit in plain.hits].index("exact")
        found = engine.search(SearchRequest(query="bridge treaty", recent=True, limit=20))
        assert [hit.id for hit in found.hits].index("exact") <= place


@pytest.mark.parametrize("query", ["bridge treaty", "bridge"])
def test_the_reasons_still_add_up(engine, query):
    request = SearchRequest(query=query, recent=True, explain=True, limit=50)
    kinds = set()
    for hit in engine.search(request).hits:
        assert sum(reason.score for reason in hit.explanation) == pytest.approx(hit.score, rel=1e-4)
        kinds |= {reason.kind for reason in hit.explanation}
    assert "recency" in kinds
