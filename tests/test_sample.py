"""The sample archive is what its newsroom says it is, and looks right when it is searched."""

import json
import re
from pathlib import Path

import pytest

from articles.article import Article, Status
from articles.store import Store
from index.publish import Generations
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest

FILES = sorted((Path(__file__).parents[1] / "articles" / "sample").glob("*.jsonl"))
ARTICLES = [
    Article.from_record(json.loads(line))
    for path in FILES
    for line in path.read_text(encoding="utf-8").splitlines()
]
HIDDEN = {
    article.id
    for article in ARTICLES
    if article.status is not Status.PUBLISHED or article.embargo_until
}
STORIES = {
    "bridge": "St Brigid's bridge",
    "treaty": "Corrin.*treaty|border (talks|treaty)|Lethania",
    "election": "recount|Ortega.*(mayor|votes)|mayoral",
    "mill": "Halden [Pp]aper [Mm]ill|Halden mill|paper mill",
    "lake": "Lake Ardin",
    "port": "Old Port (plan|towers|development|quarrel)|Lang Estates",
    "rovers": "Merrow Rovers|Rovers",
    "farkas": "Farkas",
    "hall": "Linden Hall|Philharmonic",
    "bell": r"\b[Bb]ell\b",
}


@pytest.fixture(scope="module")
def parts(sample_home):
    store = Store.open(f"sqlite:///{sample_home / 'archive.sqlite3'}")
    generation = Generations(sample_home / "generations").open_current()
    visibility = Visibility(generation, store)
    engine = EmbeddedEngine(generation, visibility)
    recommender = Recommender(generation, visibility)
    engine.search(SearchRequest(query="bridge"))  # opens what is opened late
    recommender.for_article("2018-03-14-bridge-closed")
    yield engine, recommender
    engine.close()
    store.close()


def text(article):
    return "\n".join((article.title, article.summary, *article.body))


def test_it_is_an_archive_of_several_years_sections_and_languages():
    public = [article for article in ARTICLES if article.status is Status.PUBLISHED]
    assert len(public) >= 120
    assert {a.section for a in public} == {"Politics", "Economy", "Culture", "Sport", "Environment"}
    assert len({a.published.year for a in public}) >= 8
    assert sum(a.language == "ru" for a in public) >= 5
    assert len({a.id for a in ARTICLES}) == len(ARTICLES)
    assert all(a.source and a.url and a.body and a.tags for a in ARTICLES)
    assert sum(bool(a.caption) for a in ARTICLES) > 40


@pytest.mark.parametrize("story", STORIES)
def test_articles_of_a_running_story_find_each_other(parts, story):
    _, recommender = parts
    told = {
        article.id: article
        for article in ARTICLES
        if re.search(STORIES[story], article.title + " " + article.body[0])
        and article.id not in HIDDEN
        and article.language == "en"
    }
    assert len(told) >= 5
    about = {a.id for a in ARTICLES if re.search(STORIES[story], text(a), re.DOTALL)}
    first = [next(iter(recommender.for_article(i)), None) for i in told if i in about]
    # An article that names a story in passing may rightly have nearer relatives.
    found = sum(item is not None and item.id in about for item in first)
    assert found >= 0.85 * len(first)


def test_first_report_and_update_are_versions_of_one_story(parts):
    _, recommender = parts
    pairs = {
        article.id: article.id.removesuffix("-updated")
        for article in ARTICLES
        if article.title.endswith("(UPDATED)")
    }
    assert len(pairs) >= 5
    ids = {article.id for article in ARTICLES}
    for updated, first in pairs.items():
        (nearest,) = recommender.versions(updated)
        assert nearest.score > 0.7
        assert first not in ids or nearest.id == first


def test_what_is_not_public_is_nowhere(parts):
    engine, recommender = parts
    assert len(HIDDEN) == 3
    everything = engine.search(SearchRequest(limit=1000, snippets=False))
    assert everything.total == len(ARTICLES) - 3
    assert not HIDDEN & {hit.id for hit in everything.hits}
    for article in ARTICLES:
        if article.id not in HIDDEN:
            related = recommender.for_article(article.id, RelatedRequest(limit=20))
            assert not HIDDEN & {item.id for item in related}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("bridge toll", "bridge"),
        ("lake trout", "Ardin"),
        ('"concert hall"', "concert hall"),
        ("author:dovrak strike", "strike"),
        ("мост", "мост"),
        ("recount", "recount"),
    ],
)
def test_first_hits_are_about_what_was_asked(parts, query, words):
    engine, _ = parts
    by_id = {article.id: article for article in ARTICLES}
    hits = engine.search(SearchRequest(query=query)).hits[:3]
    assert len(hits) == 3
    for hit in hits:
        assert words.lower() in text(by_id[hit.id]).lower()
        assert "<mark>" in hit.snippet + hit.marked_title
