"""Paging by cursors: nothing is repeated and nothing skipped while the archive changes."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Status
from index.visibility import Visibility
from search.cursor import Cursor
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.errors import SearchError
from tests.archives import NOW, build, random_articles

ARTICLES = random_articles(300)
SORTS = ["relevance", "newest", "oldest"]


class Archive:
    """An archive that changes while it is paged through."""

    def __init__(self, home, articles):
        self.home = home
        self.articles = {article.id: article for article in articles}
        self.open()

    def open(self):
        self.store, self.generations, _ = build(self.home, list(self.articles.values()))
        generation = self.generations.open_current()
        self.engine = EmbeddedEngine(generation, Visibility(generation, self.store))

    def rebuild(self):
        self.close()
        self.open()

    def withdraw(self, article_id):
        article = replace(self.articles[article_id], status=Status.DRAFT)
        self.articles[article_id] = article
        self.store.upsert([article], NOW)

    def close(self):
        self.engine.close()
        self.store.close()
        del self.engine  # and with it the arrays that it has looked at


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "home", ARTICLES)
    yield archive
    archive.close()


def stay(_page, _hits):
    """Change nothing."""


def pages(archive, request, change=stay):
    """Page through a search to its end; after each page the archive may change."""
    seen, offset = [], 0
    while True:
        answer = archive.engine.search(replace(request, offset=offset))
        if not answer.hits:
            return seen
        seen += [hit.id for hit in answer.hits]
        change(offset // request.limit, answer.hits)
        last = answer.hits[-1]
        published = None if last.published is None else int(last.published.timestamp())
        request = replace(request, after=Cursor.parse(str(Cursor(published, last.score, last.id))))
        offset += request.limit


@pytest.mark.parametrize("sort", SORTS)
def test_cursors_give_the_same_pages_as_numbers(archive, sort):
    request = SearchRequest(query="bridge treaty", sort=sort, limit=7, facets=False)
    whole = archive.engine.search(replace(request, limit=300))
    assert pages(archive, request) == [hit.id for hit in whole.hits]


@pytest.mark.parametrize("sort", SORTS)
def test_withdrawn_articles_neither_repeat_nor_hide_others(archive, sort):
    rng = np.random.default_rng(3)
    request = SearchRequest(query="bridge treaty", sort=sort, limit=7, facets=False)
    before = [hit.id for hit in archive.engine.search(replace(request, limit=300)).hits]
    gone = set()

    def withdraw_some(_page, hits):
        # Of what was seen, the last hit among them, and of what is still to come.
        some = [hits[-1].id, *rng.choice(before, 3).tolist()]
        for article_id in some:
            if article_id not in gone:
                gone.add(article_id)
                archive.withdraw(article_id)

    seen = pages(archive, request, withdraw_some)
    assert len(seen) == len(set(seen))
    assert set(before) - gone <= set(seen)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_by_date_pages_go_on_in_another_generation(archive, sort):
    request = SearchRequest(query="bridge", sort=sort, limit=20, facets=False)
    before = [hit.id for hit in archive.engine.search(replace(request, limit=300)).hits]
    rng = np.random.default_rng(4)
    gone = set()

    def rebuild_with_others(page, hits):
        for number in range(5):
            article = ARTICLES[int(rng.integers(len(ARTICLES)))]
            published = article.published and article.published + timedelta(hours=number)
            added = replace(article, id=f"b{page}-{number}", published=published)
            archive.articles[added.id] = added
        gone.add(hits[-1].id)
        del archive.articles[hits[-1].id]
        archive.rebuild()

    seen = pages(archive, request, rebuild_with_others)
    assert len(seen) == len(set(seen))
    assert set(before) - gone <= set(seen)


@pytest.mark.parametrize("sort", SORTS)
def test_the_page_before_is_the_one_that_was_left(archive, sort):
    request = SearchRequest(query="bridge treaty", sort=sort, limit=7, facets=False)
    one, two = (archive.engine.search(replace(request, offset=offset)) for offset in (7, 14))
    first = two.hits[0]
    published = None if first.published is None else int(first.published.timestamp())
    cursor = Cursor(published, first.score, first.id)
    back = archive.engine.search(replace(request, offset=7, before=cursor))
    assert [hit.id for hit in back.hits] == [hit.id for hit in one.hits]
    assert back.offset == 7


@given(st.none() | st.integers(-(1 << 61), 1 << 61), st.floats(width=32), st.text(min_size=1))
def test_a_cursor_comes_back_from_its_text_or_is_refused(published, score, article_id):
    cursor = Cursor(published, score, article_id)
    try:
        found = Cursor.parse(str(cursor))
    except SearchError:
        assert not np.isfinite(score) or len(str(cursor)) > 1_000
    else:
        assert (found.published, np.float32(found.score)) == (published, np.float32(score))
        assert article_id.startswith(found.id)


@given(st.text())
def test_any_text_is_a_cursor_or_is_refused_in_words(text):
    with suppress(SearchError):
        assert Cursor.parse(text).id


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["~0~nobody", "99999999999~1e30~zz", "-99999999999~-5~a", "0~0~é"])
def test_a_cursor_of_no_article_is_a_place_all_the_same(archive, sort, text):
    request = SearchRequest(query="bridge", sort=sort, limit=7, after=Cursor.parse(text))
    answer = archive.engine.search(request)
    assert 0 <= answer.offset <= answer.total
