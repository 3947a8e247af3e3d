"""Drafts in HTML: every place is that of the HTML, whatever the HTML is like."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.draft_markup import draft_of

PAGE = """<h2>The Halden Paper Mill</h2>
<p class="a > b">Read <a href='/articles/2019%2Fmill?q=x#top'>of the mill</a> &amp; of&nbsp;it<br>
<a title="x" href="https://news.example/b&amp;c#d"><b>bold</b></a>, caf&eacute;s</p>
<!-- <a href="/no"> not read --><script>var a = "<a href=/no>";</script>
<p>1 < 2, AT&T"""


def test_what_is_read_stands_where_it_stood():
    draft = draft_of(PAGE)
    assert len(draft.text) == len(PAGE)
    read = " ".join(draft.text.replace("&", " ").split())
    assert read == "The Halden Paper Mill Read of the mill of it bold , caf s 1 < 2, AT T"
    for word in ("Halden Paper Mill", "of the mill", "bold", "AT&T"):
        assert draft.text.index(word) == PAGE.index(word)
    for gone in ("href", "not read", "script", "var", "nbsp", "eacute", "class"):
        assert gone not in draft.text


def test_links_and_headings_are_barred_and_links_are_known():
    draft = draft_of(PAGE)
    barred = [PAGE[start:end] for start, end in draft.barred]
    assert barred == ["The Halden Paper Mill", "of the mill", "<b>bold</b>"]
    assert draft.linked == {
        "/articles/2019%2Fmill?q=x",
        "2019/mill",
        "https://news.example/b&c",
    }


def test_a_letter_in_an_entity_lets_no_phrase_end_beside_it():
    text = draft_of("caf&eacute; a&nbsp;b").text
    assert text[3:11] == "&" * 8
    assert text[13:19] == " " * 6


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a href='x'>never closed", ["never", "closed"]),
        ("<p title='never closed>words <b>more</b>", ["words", "more"]),
        ("<!-- never closed <p>words", []),
        ("<script>never closed <p>words", []),
        ("words <", ["words", "<"]),
        ("words <p", ["words"]),
        ("<P>a</P><STYLE>b</STYLE>c", ["a", "c"]),
        ("</a></h1>words", ["words"]),
        ("<![CDATA[x]]>words<?php echo 1 ?>", ["words"]),
    ],
)
def test_what_is_not_closed_reaches_to_the_end(html, text):
    assert draft_of(html).text.split() == text


class Reader(HTMLParser):
    """Reads the text that stands outside of links, as another parser sees it."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.inside = 0
        self.found = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.inside += tag == "a"

    def handle_endtag(self, tag):
        self.inside -= tag == "a"

    def handle_data(self, data):
        if not self.inside:
            self.found.append(data)


WORDS = st.text("abc ä😀", max_size=6)
SOUND = st.recursive(
    WORDS,
    lambda inner: st.builds(
        '<{0} class="x>y" title=\'"\'>{1}</{0}>'.format,
        st.sampled_from(["p", "b", "a", "em"]),
        st.lists(inner, max_size=3).map("".join),
    ),
)


@given(st.lists(SOUND, max_size=5).map("".join))
def test_another_parser_reads_the_same(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    if html.count("<a") > 1:
        return  # links inside of links: browsers close the first one
    draft = draft_of(html)
    outside = list(draft.text)
    for start, end in draft.barred:
        outside[start:end] = " " * (end - start)
    assert "".join("".join(outside).split()) == "".join("".join(reader.found).split())


@given(st.text(st.sampled_from("<>!-/&;#ax'\"= \n\0") | st.characters(), max_size=60))
def test_no_html_breaks_it(html):
    draft = draft_of(html)
    assert len(draft.text) == len(html)
    assert all(0 <= start <= end <= len(html) for start, end in draft.barred)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<a '",
        '<a ">',
        "<!--",
        "&",
        "&amp",
        "<script>",
        "<a href=",
        '<a "><a " ',
        "</",
        "<a>",
    ],
)
def test_hostile_html_is_read_in_one_go(piece):
    html = piece * (250_000 // len(piece))
    assert len(draft_of(html).text) == len(html)
    mixed = '<p title="' + html
    assert len(draft_of(mixed).text) == len(mixed)
