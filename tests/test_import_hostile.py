"""Anything at all as a file: no crash, and every line is accounted for."""

import csv
import io
import unicodedata
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.cleaning import CleanedBody, split_paragraphs, take_fields, without_blocks
from articles.importers.bylines import authors_of, dateline_of
from articles.importers.dates import parse_time
from articles.importers.folders import file_kind
from articles.importers.identity import LONGEST_TITLE, first_sentence, id_of_url
from articles.importers.json_ld import article_node
from articles.importers.kinds import kind_of, read_stream
from articles.importers.markup import paragraphs, parse_html, plain
from articles.importers.opening import lines
from articles.importers.records import MAXIMUM_ID_BYTES
from articles.importers.source import ImportOptions, SourceFile
from articles.importers.text_page import page_lines

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILE = SourceFile(label="f", name="f", options=ImportOptions(maximum_record_bytes=1000), now=NOW)

alphabet = st.characters(
    exclude_categories=("Cc", "Cn", "Cs"), exclude_characters="<&\u00ad\u200b\u2060\ufeff"
)
texts = st.text(alphabet, max_size=60).map(
    lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
)
words = texts.filter(bool)
lists = st.lists(words, max_size=3, unique=True).map(tuple)
tag_lists = st.lists(
    words.filter(lambda word: not set(word) & set(";|")), min_size=2, max_size=3, unique=True
)
times = st.none() | st.integers(-11_000_000_000, 253_000_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, tz=UTC)
)
bodies = (
    st.lists(words, max_size=5)
    .map(tuple)
    .filter(lambda body: take_fields(CleanedBody(body)).body == body)
)
articles = st.builds(
    Article,
    id=words.filter(lambda text: len(text.encode()) <= MAXIMUM_ID_BYTES),
    title=words,
    url=st.just("") | st.just("https://courier.example/a?b=1"),
    summary=texts,
    body=bodies,
    section=texts,
    tags=lists,
    people=lists,
    places=lists,
    authors=lists,
    source=texts,
    additional_sources=lists,
    caption=texts,
    language=st.sampled_from(["en", "ru", "hyw"]),
    published=times,
    updated=times,
    status=st.sampled_from(Status),
    embargo_until=times,
    expires=times,
)

PIECES = (
    b"\n", b"\r\n", b"\r", b'"', b",", b";", b"|", b" ", b"  ", b":", b"\xc2\xa0", b"\x00", b"\xff",
    b"{", b"}", b"[", b"]", b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"-5", b'{"title":"a"}',
    b'"title"', b'"body"', b"title,body", b"\xff\xfe", b"\xef\xbb\xbf", b"<p>", b"</p>",
    b"<article>", b"<h1>T</h1>", b"<h2>Popular</h2>", b"<time datetime=2020>", b"<!--", b"<figure>",
    b'<script type="application/ld+json">', b"</script>", b'{"@graph":[', b'"@type":"Article"',
    b"Related articles\n", b"Read more\n", b"Updated 11 July 2011\n", b"By JANE DOE and X\n",
    b"source: a; additional sources: b\n",
    b"A sentence that is long enough to be a paragraph of prose.",
)  # fmt: skip
anything = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)


def read(name, data):
    return list(read_stream(file_kind(name), BytesIO(data), FILE))


@given(articles)
def test_an_article_comes_back_as_it_was_written(article):
    (record,) = read_stream(
        kind_of("f.jsonl"),
        BytesIO(article.to_json().encode()),
        SourceFile(label="f", name="f", options=ImportOptions(), now=NOW),
    )
    assert record.article == article


@given(st.lists(st.tuples(words, texts, tag_lists), min_size=1, max_size=4))
def test_a_csv_file_comes_back_as_it_was_written(rows):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "title", "summary", "tags"])
    for number, (title, summary, tags) in enumerate(rows):
        writer.writerow([number, title, summary, ";".join(tags)])
    records = read("f.csv", file.getvalue().encode())
    found = [
        (record.article.title, record.article.summary, record.article.tags) for record in records
    ]
    assert found == [(title, summary, tuple(tags)) for title, summary, tags in rows]


@given(anything)
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe\n")
def test_every_line_is_accounted_for(data):
    written = [
        line
        for line in lines(BytesIO(data), 1000)
        if line.size and (line.data is None or line.data.strip())
    ]
    assert [record.line for record in read("f.jsonl", data)] == [line.number for line in written]
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        assert len(written) == sum(bool(line.strip()) for line in data.split(b"\n"))


@given(anything)
def test_every_row_is_accounted_for(data):
    records = read("f.csv", b"title,body\n" + data)
    numbers = [record.line for record in records]
    assert numbers == sorted(set(numbers))
    assert all(2 <= number <= data.count(b"\n") + 2 for number in numbers)


@given(
    anything,
    st.sampled_from(["f.json", "f.csv", "f.txt", "f.html", "f.zip", "f.jsonl.gz", "f.csv.xz"]),
)
@settings(deadline=None)
def test_every_record_is_an_article_or_has_a_reason(data, name):
    for record in read(name, data):
        assert record.article is not None or record.reasons
        if record.article is not None:
            assert record.article.id == record.id
            assert 0 < len(record.id.encode()) <= 2 * MAXIMUM_ID_BYTES
            assert record.article.title
            assert Article.from_json(record.article.to_json().encode()) == record.article


@example(b"", bytes(7), 78, "a.html")  # an entry without a name
@given(anything, anything, st.integers(0, 200), st.sampled_from(["a.html", "a.jsonl", "a.txt"]))
@settings(deadline=None)
def test_a_zip_that_was_tampered_with(content, change, place, name):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    data = bytearray(file.getvalue())
    data[place : place + len(change)] = change
    for record in read("f.zip", bytes(data)):
        assert record.article is not None or record.reasons


@given(st.text())
def test_no_text_confuses_what_reads_it(text):
    assert all(authors_of(text))
    assert all(dateline_of(text)[0])
    assert plain(text) == " ".join(plain(text).split())
    assert len(first_sentence(text)) <= LONGEST_TITLE
    assert "/" not in id_of_url(text)
    assert all(split_paragraphs(text))
    assert set(without_blocks(page_lines(text))) <= set(page_lines(text))
    time = parse_time(text)
    assert time is None or time.tzinfo is UTC


@given(st.text(max_size=200))
def test_no_markup_confuses_what_reads_it(text):
    assert all(paragraphs(parse_html(text)))
    script = f'<script type="application/ld+json">{text}</script>'
    assert isinstance(article_node(parse_html(script)), dict)


@pytest.mark.parametrize(
    "script",
    ["/*" * 100_000, '"a\\' * 100_000, "[" * 100_000, '{"@graph":' * 50_000, "//" * 100_000],
)
def test_json_ld_is_read_in_linear_time(script):
    assert article_node(parse_html(f'<script type="application/ld+json">{script}</script>')) == {}
