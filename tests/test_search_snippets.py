"""Snippets hold what was matched, marked and escaped, within their length."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article
from index.analysis import terms
from index.opening import LONGEST_PASSAGE, opening
from search.marking import Marker
from search.marks import Marks, Phrase
from search.snippets import shown

FILLER = "Nothing of note happened on that long and rainy day in the valley. " * 6


def plain(html):
    return unescape(html.replace("<mark>", "").replace("</mark>", ""))


def marks(html):
    return [unescape(found) for found in re.findall("<mark>(.*?)</mark>", html)]


class Highlighter:
    """Shows articles with these terms and phrases marked, every token looked at."""

    def __init__(self, words, phrases):
        found = tuple(Phrase(tuple(terms_), slop) for terms_, slop in phrases)
        self._marker = Marker(Marks(frozenset(words), found))

    def snippet(self, source):
        return shown(source, self._marker).snippet

    def title(self, source):
        return shown(source, self._marker).title


def article(*body, **fields):
    return Article(id="a", title="Title", body=body, **fields)


@pytest.mark.parametrize(
    ("body", "words", "phrases", "expected"),
    [
        (("The bridges are old.",), {"bridg"}, (), ["bridges"]),
        ((FILLER, FILLER + "Then the treaty came."), {"treati"}, (), ["treaty"]),
        (
            ("A bridge.", "A toll.", "The bridge has a toll."),
            {"bridg", "toll"},
            (),
            ["bridge", "toll"],
        ),
        (
            ("The treaty, and a bridge.", FILLER + "The bridge treaty is here. " + FILLER),
            set(),
            ((("bridg", "treati"), 1),),
            ["bridge treaty"],
        ),
        (
            ("The treaty of the bridge over there.",),
            set(),
            ((("treati", "bridg"), 3),),
            ["treaty", "bridge"],
        ),
        (("Old bridge toll rises.",), {"bridg", "toll"}, (), ["bridge toll"]),
        (("x" * 5000 + " bridge",), {"bridg"}, (), ["bridge"]),
        (("bridge " * 500,), {"bridg"}, (), None),
    ],
)
def test_passage_holds_the_match(body, words, phrases, expected):
    snippet = Highlighter(words, phrases).snippet(article(*body))
    assert marks(snippet) == expected or (expected is None and marks(snippet))
    assert len(plain(snippet)) <= LONGEST_PASSAGE + 4


def test_markup_of_the_text_is_escaped():
    snippet = Highlighter({"bridg"}, ()).snippet(article("<b>bridge</b> & <script>x</script>"))
    assert snippet == "&lt;b&gt;<mark>bridge</mark>&lt;/b&gt; &amp; &lt;script&gt;x&lt;/script&gt;"
    assert Highlighter({"titl"}, ()).title(article()) == "<mark>Title</mark>"


def test_without_a_match_it_is_how_the_article_begins():
    highlighter = Highlighter({"absent"}, ())
    assert highlighter.snippet(article("First & last.", "Second.")) == "First &amp; last."
    assert highlighter.snippet(article("Body.", summary="Summary.")) == "Summary."
    assert highlighter.snippet(article()) == ""
    long = highlighter.snippet(article(FILLER))
    assert long.endswith(" …")
    assert len(long) <= LONGEST_PASSAGE + 2


def test_words_are_matched_in_the_language_of_the_article():
    russian = article("Инженеры осмотрели мосты города.", language="ru")
    assert marks(Highlighter({"мост"}, ()).snippet(russian)) == ["мосты"]


TEXT = st.text(alphabet="ab <>&.,'é", max_size=400)


@given(TEXT, TEXT, st.sets(st.sampled_from(["a", "b", "ab", "ba"]), max_size=3))
def test_whatever_the_text_a_snippet_is_a_part_of_it(first, second, words):
    source = article(first, second, language="xx")
    snippet = Highlighter(words, ()).snippet(source)
    bare = plain(snippet).removeprefix("… ").removesuffix(" …")
    assert bare in first or bare in second
    matched = words & {*terms(first, "xx"), *terms(second, "xx")}
    assert bool(marks(snippet)) == bool(matched)
    assert all(set(terms(mark, "xx")) <= words for mark in marks(snippet))


def test_opening_is_cut_at_a_word():
    assert opening(article("word " * 100)) == "word " * 47 + "word …"
    assert opening(article("x" * 500)) == "x" * LONGEST_PASSAGE + " …"
