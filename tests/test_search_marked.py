"""A whole article with the words of a query marked: what snippets mark, everywhere, escaped."""

import re
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from search.engine import SearchRequest
from search.marked import MOST_MARKED, marked_article
from search.marking import Marker
from search.marks import Marks, Phrase
from tests.archives import open_engine

EVIL = '<b onclick="x">bridge</b> & </mark><mark>'
ARTICLES = [
    Article(
        id="main",
        title="Bridges of Merrow",
        summary="The bridge and its toll.",
        body=("An old bridge.", "The toll on the Old Bridge, the BRIDGE.", "Nothing else."),
        caption="The old toll house.",
    ),
    Article(id="evil", title=EVIL, summary=EVIL, body=(EVIL, EVIL), caption=EVIL),
    Article(id="ja", title="東京の橋", body=("東京で橋が開通した。",), language="ja"),
    Article(id="bare", title=""),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("marked"), ARTICLES) as engine:
        yield engine


def marks(html):
    return re.findall("<mark>(.*?)</mark>", html)


def test_words_are_marked_in_every_text(engine):
    marked = engine.article("main", "bridge toll")
    assert marked.title == "<mark>Bridges</mark> of Merrow"
    assert marked.summary == "The <mark>bridge</mark> and its <mark>toll</mark>."
    assert marked.caption == "The old <mark>toll</mark> house."
    assert [marks(paragraph) for paragraph in marked.body] == [
        ["bridge"], ["toll", "Bridge", "BRIDGE"], [],
    ]  # fmt: skip
    assert marked.words == ("bridge", "toll")
    assert marked.article == ARTICLES[0]


def test_words_of_a_phrase_are_marked_only_in_it(engine):
    marked = engine.article("main", '"old bridge" -house')
    assert [marks(text) for text in (marked.title, marked.summary, *marked.body)] == [
        [], [], ["old bridge"], ["Old Bridge"], [],
    ]  # fmt: skip
    assert marked.words == ("old", "bridge")


def test_what_a_word_of_a_script_without_spaces_is_called(engine):
    marked = engine.article("ja", "東京")
    assert marks(marked.title) == marks(marked.body[0]) == ["東京"]
    assert marked.words == ("東京",)


@pytest.mark.parametrize("query", ["", "  ", "nowhere", "-bridge", "section:Politics", '"'])
def test_without_anything_to_mark_the_texts_are_only_escaped(engine, query):
    marked = engine.article("evil", query)
    assert marked.words == ()
    assert {marked.title, marked.summary, marked.caption, *marked.body} == {escape(EVIL)}


def test_texts_are_escaped_around_and_inside_marks(engine):
    marked = engine.article("evil", "bridge onclick")
    for text in (marked.title, marked.summary, marked.caption, *marked.body):
        assert marks(text) == ["onclick", "bridge"]
        assert set(re.findall("<[^>]*>", text)) == {"<mark>", "</mark>"}
        assert unescape(re.sub("</?mark>", "", text)) == EVIL


def test_an_article_marks_what_its_hit_marks(engine):
    for query in ("bridge", '"old bridge"', "brid*", "toll OR merrow", "橋"):
        for hit in engine.search(SearchRequest(query=query)).hits:
            marked = engine.article(hit.id, query)
            assert marked.title == hit.marked_title
            everything = "".join((marked.summary, *marked.body))
            assert set(marks(hit.snippet)) <= set(marks(everything))


@pytest.mark.parametrize("query", ["(((", "\0", "\ud800", "*", "title:", "x" * 3000, "NOT", "a~"])
def test_no_query_breaks_it(engine, query):
    for article in ARTICLES:
        marked = engine.article(article.id, query)
        assert len(marked.body) == len(article.body)
    assert engine.article("nobody", query) is None


def test_far_down_in_an_endless_article_nothing_is_marked_any_more():
    paragraph = "The bridge is open. " * 50
    article = Article(id="a", title="Bridge", body=(paragraph,) * 300)
    marked = marked_article(article, Marker(Marks(frozenset({"bridg"}))))
    with_marks = [bool(marks(text)) for text in marked.body]
    assert with_marks[0]
    assert not with_marks[-1]
    assert sum(with_marks) == MOST_MARKED // len(paragraph) - 1 * (MOST_MARKED % len(paragraph) < 6)
    assert marked.body[-1] == escape(paragraph)


texts = st.text("<>&\"' bridge\n", max_size=40)


@settings(deadline=None)
@given(texts, st.lists(texts, max_size=4))
def test_without_its_marks_every_text_is_the_escaped_one(title, body):
    article = Article(id="a", title=title, summary=title, body=tuple(body))
    phrases = (Phrase(("bridg", "bridg"), 1),)
    marked = marked_article(article, Marker(Marks(frozenset({"bridg"}), phrases)))
    for html, text in zip((marked.title, *marked.body), (title, *body), strict=True):
        assert re.sub("</?mark>", "", html) == escape(text)
        assert html.count("<mark>") == html.count("</mark>")
