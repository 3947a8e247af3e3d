"""Saved pages of eight builds, and copied text in seven languages: the article and no more."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from articles.article import Article
from articles.cleaning import CleanedBody, heading_kind, take_fields, without_blocks
from articles.importers.html_page import read_page
from articles.importers.source import ImportOptions, SourceFile
from articles.importers.text_page import read_text

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGES = Path(__file__).parent / "import_pages"


def source_file(name="page", **options):
    return SourceFile(label="f", name=name, options=ImportOptions(**options), now=NOW)


def read_html(data, **options):
    (record,) = read_page(
        BytesIO(data if isinstance(data, bytes) else data.encode()), source_file(**options)
    )
    return record


def read_copy(text, **options):
    (record,) = read_text(BytesIO(text.encode()), source_file(**options))
    return record


def expected(stem):
    return Article.from_json((PAGES / f"{stem}.json").read_bytes())


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.[ht]*")), ids=lambda page: page.stem)
def test_a_page_as_it_was_saved_or_copied(page):
    read = read_page if page.suffix == ".html" else read_text
    (record,) = read(BytesIO(page.read_bytes()), source_file(page.stem))
    assert record.reasons == ()
    assert record.article == expected(page.stem)


STORY = (
    "The ferry crossed for the last time on Sunday, and nobody on the quay had much to say.",
    "It will be broken up in the spring, the harbour master said, unless a buyer is found.",
    "A buyer was found twice before. Both times the money did not come.",
)
LD = '<script type="application/ld+json">{}</script>'
BLOCK = (
    "<h2>{}</h2><ul><li>Bridge toll to rise</li></ul><p>The council meets on Monday to vote on the "
    "toll, which has not risen in nine years.</p>"
)


@pytest.mark.parametrize("wrap", ["{}", "<div>{}</div>", "<section><div>{}</div></section>"])
@pytest.mark.parametrize(
    "heading",
    ["Related articles", "Editor's choice", "Editor’s choice", "Popular", "12 Comments",
     "Das könnte Sie auch interessieren", "Les plus lus", "Lo más leído", "Выбор редакции",
     "Խմբագրի ընտրանի", "პოპულარული"],
)  # fmt: skip
@pytest.mark.parametrize("inside", [True, False])
def test_no_block_reaches_the_body(wrap, heading, inside):
    block = wrap.format(BLOCK.format(heading))
    story = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
    body = f"{story}{block}" if inside else story
    after = "" if inside else block
    article = f"<article><h1>The last ferry</h1>{body}</article>"
    page = f"<html><body><main>{article}{after}</main></body></html>"
    assert read_html(page).article.body == STORY


def test_an_insert_leaves_the_text_after_it():
    story = [f"<p>{paragraph}</p>" for paragraph in STORY]
    insert = "<p><b>Read more</b></p><p><a href='/x'>Bridge toll to rise</a></p>"
    page = f"<article><h1>The last ferry</h1>{story[0]}{insert}{story[1]}{story[2]}</article>"
    assert read_html(page).article.body == STORY


def test_a_word_in_a_sentence_is_no_heading():
    middle = "It was <a href='/x'>popular</a> with all."
    page = f"<article><h1>T</h1><p>{STORY[0]}</p><p>{middle}</p><p>{STORY[1]}</p></article>"
    assert read_html(page).article.body == (STORY[0], "It was popular with all.", STORY[1])


@pytest.mark.parametrize("wrap", ["<p>{}</p>", "<div>{}</div>", "<div>{}<br><br></div>"])
@pytest.mark.parametrize(
    "mark",
    ["<time datetime=2009-05-04>{}</time>", "<a rel=tag href=x>{}</a>", "<a rel=author>{}</a>"],
)
def test_a_mark_in_a_sentence_is_text(wrap, mark):
    sentence = (
        "The first boat of the line was christened {} and sank a year later off Brisk Island."
    )
    told = wrap.format(sentence.format(mark.format("on 4 May 2009")))
    record = read_html(f"<article><h1>T</h1><p>{STORY[0]}</p>{told}<p>{STORY[1]}</p></article>")
    assert record.article.body == (STORY[0], sentence.format("on 4 May 2009"), STORY[1])
    assert (record.article.published, record.article.authors) == (None, ())


def test_the_id_is_that_of_the_file_without_an_address():
    page = f"<h1>T</h1><p>{STORY[0]}</p>"
    assert read_html(page, name="news/2011/Über uns").id == "news.2011.Über-uns"


@pytest.mark.parametrize(
    "page",
    ["", "<html></html>", "<head><title>T</title></head><body></body>", "<nav>Home</nav>",
     "<script>let a = '<p>text</p>'</script>", "<div>" * 100_000, "\x00\x01"],
)  # fmt: skip
def test_a_page_without_text_is_rejected(page):
    record = read_html(page)
    assert (record.article, record.reasons, record.line, record.id) == (
        None,
        ("no text found",),
        1,
        "page",
    )


def test_a_page_that_is_too_long():
    record = read_html("<p>" + "x" * 100, maximum_record_bytes=50)
    assert record.reasons == (
        "too long, above the limit of 50 bytes: raise maximum_record_bytes to read it",
    )


def test_a_page_of_very_many_elements_is_taken_whole():
    paragraphs = tuple(
        f"Paragraph {number} of the minutes, which is read out." for number in range(6000)
    )
    page = "<h1>Minutes</h1>" + "".join(f"<p>{paragraph}<b></b></p>" for paragraph in paragraphs)
    assert read_html(page).article.body == paragraphs


@pytest.mark.parametrize(
    ("metadata", "published"),
    [
        ('<meta property="article:published_time" content="2011-07-11">', "2011-07-11"),
        ('<meta name="DC.date.issued" content="11 July 2011">', "2011-07-11"),
        ('<time pubdate datetime="2011-07-11">yesterday</time>', "2011-07-11"),
        ("<p>Published <time>11 July 2011</time></p>", "2011-07-11"),
        ('<p class="d">11 July 2011</p>', "2011-07-11"),
        ('<p>Updated <time datetime="2011-07-11">11 July</time></p>', "2011-07-11"),
        (LD.format('{"@type":"NewsArticle","datePublished":"2011-07-11"}'), "2011-07-11"),
    ],
)
def test_where_pages_say_their_date(metadata, published):
    page = f"<html><head></head><body>{metadata}<h1>T</h1><p>{STORY[0]}</p></body></html>"
    record = read_html(page)
    assert record.article.published.date().isoformat() == published
    assert record.article.body == STORY[:1]


def test_json_ld_that_is_broken(shared):
    folder = shared / "fixtures" / "json-ld"
    for name, article_id in (
        ("JSONLD_with_JS_comment.html", "money.story.5635.4158094"),
        ("JSONLD_with_control_characters.html", "page"),
        ("null_ld_mock.html", "page"),
    ):
        record = read_html((folder / name).read_bytes())
        assert (record.reasons, record.id) == (("no text found",), article_id)


def test_json_ld_with_a_comment_is_read(shared):
    page = (shared / "fixtures" / "json-ld" / "JSONLD_with_JS_comment.html").read_text()
    found = read_html(
        page.replace("<body>", "<body><p>這是一篇關於人工智慧與精準行銷的文章，內容相當完整。</p>")
    ).article
    assert found.title == "讓AI挑出感興趣 SparkAmplify精準行銷當紅"
    assert (found.section, found.url) == ("商情", "https://money.udn.com/money/story/5635/4158094")


def test_no_entity_is_resolved_and_nothing_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'<link rel=stylesheet href="{secret.as_uri()}">'
        f"<h1>T</h1><p>{STORY[0]} &x;</p>"
    )
    assert "secret words" not in read_html(page).article.to_json()


def test_the_copied_page(shared):
    data = (shared / "fixtures" / "article-page.txt").read_bytes()
    (record,) = read_text(BytesIO(data), source_file("article-page"))
    paragraphs = data.decode().split("\n\n")
    assert record.reasons == ()
    assert record.article == Article(
        id="article-page",
        title="Russian Diplomacy tries to keep Karabakh negotiations on track (UPDATED)",
        body=tuple(" ".join(paragraph.split()) for paragraph in paragraphs[2:7]),
        source="commonspace.eu newsroom",
        additional_sources=("Mediamax.am",),
        caption="The Foreign Ministers of Russia, Armenia and Azerbaijan at a recent meeting",
        published=datetime(2011, 7, 11, tzinfo=UTC),
        updated=datetime(2011, 7, 11, tzinfo=UTC),
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_copied_page_with_other_line_ends(end):
    text = (PAGES / "menu.txt").read_text()
    assert read_copy(text.replace("\n", end), name="menu").article == expected("menu")


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("Updated on 11.07.2011 14:30", datetime(2011, 7, 11, 14, 30, tzinfo=UTC)),
        ("LAST UPDATED: July 11, 2011 at 2:30 PM", datetime(2011, 7, 11, 14, 30, tzinfo=UTC)),
        ("Published: 10 July 2011 · Updated: 11 July 2011", datetime(2011, 7, 11, tzinfo=UTC)),
        ("Published 10 July 2011 Last updated 11 July 2011", datetime(2011, 7, 11, tzinfo=UTC)),
    ],
)
def test_lines_that_say_when(line, updated):
    found = read_copy(f"The last ferry has gone\n{line}\n\n{STORY[0]}").article
    assert (found.updated, found.body) == (updated, STORY[:1])
    assert found.published.day == (10 if "10" in line else 11)


@pytest.mark.parametrize(
    "line",
    [
        "Updated rules for school buses will hold from May.",
        "By Monday the river had risen",
        "Von der Leyen visits Merrow",
        "Source: somebody close to the talks who would not be named said today that all is well",
        "Popular",
        "The photo: how it was made",
        "Picture this",
    ],
)
def test_what_only_begins_like_a_label_is_text(line):
    assert take_fields(CleanedBody((line,))).body == (line,)


def test_a_day_that_heads_a_part_of_a_chronicle_is_text():
    text = "\n\n".join(["The week of the ferry", STORY[0], STORY[1], "11 July 2011", STORY[2]])
    found = read_copy(text).article
    assert found.body == (STORY[0], STORY[1], "11 July 2011", STORY[2])
    assert found.published is None


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_headings(apostrophe):
    assert heading_kind(f"EDITOR{apostrophe}S CHOICE:") == "block"
    assert heading_kind("Popular music") is None
    assert heading_kind("x" * 10_000) is None


def test_a_block_above_the_text_hides_only_its_heading():
    lines = ["Popular", "Bridge toll to rise", *STORY, "Popular", "Bridge toll to rise"]
    assert without_blocks(lines) == ["Bridge toll to rise", *STORY]


def test_wrapped_lines_are_joined():
    wrapped = (
        "The last ferry has gone\n\n"
        "The ferry crossed for the last time on Sunday, and nobody\n"
        "on the quay had much to say. It will be broken up in the\n"
        "spring, the harbour master said.\n"
        "  A buyer was found twice before, and both times the money\n"
        "did not come.\n"
    )
    assert read_copy(wrapped).article.body == (
        (
            "The ferry crossed for the last time on Sunday, and nobody on the quay had much to "
            "say. It will be broken up in the spring, the harbour master said."
        ),
        "A buyer was found twice before, and both times the money did not come.",
    )


def test_text_without_a_headline_or_without_prose():
    assert read_copy(STORY[0]).reasons == (
        "no date: kept as undated",
        "no title: the first sentence taken",
    )
    poem = read_copy("A poem\nOne line\nTwo lines").article
    assert (poem.title, poem.body) == ("A poem", ("One line", "Two lines"))


@pytest.mark.parametrize("text", ["", "\n \n", "\x00\x01", "Share\nPrint"])
def test_a_text_without_text_is_rejected(text):
    assert read_copy(text).reasons == ("no text found",)
