"""What is written to a generation's folder comes back as it was."""

import io
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import LIST_FIELDS, TIME_FIELDS, Article, Status
from index.arrays import DamagedFileError
from index.codec.compression import compressor
from index.codec.container import ArrayFile, ArrayFileWriter
from index.columns import (
    FACETS,
    UNDATED,
    Chosen,
    Columns,
    FacetRows,
    facet_values,
    write_columns,
)
from index.documents import KEPT, Documents, compressed, dictionary_of, to_line
from index.strings import StringTable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TIMES = st.none() | st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
)
ARTICLES = st.builds(
    Article,
    **{
        name: TIMES if name in TIME_FIELDS else
        st.lists(TEXTS, max_size=3).map(tuple) if name in LIST_FIELDS else
        st.sampled_from(Status) if name == "status" else TEXTS
        for name in Article.__slots__
    },
)  # fmt: skip


def written(write):
    """Return the file of arrays that ``write`` gives to a writer."""
    file = io.BytesIO()
    writer = ArrayFileWriter(file)
    write(writer)
    writer.finish()
    return ArrayFile(file.getvalue(), "memory")


@given(st.lists(TEXTS))
def test_string_table_holds_its_strings(strings):
    table = StringTable.of(strings)
    assert list(table) == strings
    assert len(table) == len(strings)


@given(st.lists(TEXTS, unique=True), TEXTS)
def test_sorted_string_table_finds(strings, sought):
    strings.sort(key=str.encode)
    table = StringTable.of(strings)
    assert table.find(sought) == (strings.index(sought) if sought in strings else None)
    starting = [place for place, string in enumerate(strings) if string.startswith(sought)]
    assert list(table.starting_with(sought)) == starting


def test_string_table_is_bounded():
    table = StringTable.of(["a"])
    for number in (-1, 1):
        with pytest.raises(IndexError):
            table[number]


@given(st.lists(TEXTS, min_size=1), st.lists(st.integers(0, 9)))
def test_string_tables_taken_and_joined(strings, numbers):
    numbers = [number % len(strings) for number in numbers]
    table = StringTable.of(strings)
    taken = table.taken(np.array(numbers, np.int64))
    assert list(taken) == [strings[number] for number in numbers]
    assert list(StringTable.joined([table, taken])) == [*strings, *taken]


@given(ARTICLES)
def test_an_article_comes_back_from_its_line(article):
    assert Article.from_json(to_line(article)) == article
    assert b"\n" not in to_line(article)


@pytest.mark.parametrize(
    "body", [(), ("",), ('say "a"', "\\"), ("tab\t", "\0"), ("\x7f", "\u2028")]
)
def test_paragraphs_that_need_an_escape(make_article, body):
    article = make_article(body=body)
    assert Article.from_json(to_line(article)) == article


def documents_of(articles):
    lines = [to_line(article) for article in articles]
    dictionary = dictionary_of(lines)
    blocks = compressed(lines, dictionary)

    def write(writer):
        writer.add("documents.data", np.frombuffer(b"".join(blocks), np.uint8))
        writer.add("documents.ends", np.cumsum([0, *map(len, blocks)]))
        writer.add("documents.dictionary", np.frombuffer(dictionary, np.uint8))

    return Documents([written(write)], [0])


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 40])
def test_documents_come_back_in_any_order(make_article, count):
    articles = [make_article(body=("ж" * 50, "line\nbreak \u2028")) for _ in range(count)]
    documents = documents_of(articles)
    order = np.random.default_rng(1).permutation(count)
    assert documents.articles(order) == [articles[number] for number in order]


def test_a_dictionary_makes_small_blocks_smaller(make_article):
    rng = np.random.default_rng(4)
    words = [f"word{number}" for number in range(300)]
    articles = [make_article(body=(" ".join(rng.choice(words, 60)),)) for _ in range(400)]
    lines = [to_line(article) for article in articles]
    packed = [sum(map(len, compressed(lines, d))) for d in (b"", dictionary_of(lines))]
    assert packed[1] < 0.95 * packed[0]
    assert len(dictionary_of(lines)) <= sum(map(len, lines)) / 32


def test_columns_against_loops():
    rng = np.random.default_rng(3)
    articles = [
        Article(
            id=f"ж{number * 7919 % 100:03d}",
            title="t",
            section=str(rng.choice(["", "A", "B"])),
            authors=tuple(rng.choice(["", "x", "y", "z"], rng.integers(0, 4))),
            published=datetime(2000 + number, 1, 1, tzinfo=UTC) if number > 4 else None,
        )
        for number in range(60)
    ]
    facets = {}
    for name in FACETS:
        rows = [facet_values(article, name) for article in articles]
        values = sorted({value for row in rows for value in row})
        codes = np.array([values.index(value) for row in rows for value in row], np.int64)
        facets[name] = FacetRows(values, codes, np.array([len(row) for row in rows]))
    published = np.array([a.published.timestamp() if a.published else UNDATED for a in articles])
    published = published.astype(np.int64)
    file = written(
        lambda writer: write_columns(
            writer, published, published, [article.id for article in articles], facets
        )
    )
    columns = Columns(file)
    assert columns.undated == 5
    assert (columns.published[:5] == UNDATED).all()
    for number, article in enumerate(articles):
        assert columns.document(article.id) == number
    assert columns.ids([3, 59]) == [articles[3].id, articles[59].id]
    assert columns.document("nobody") is None
    assert columns.document("\udc80") is None
    chosen = np.flatnonzero(rng.random(60) < 0.5)
    for name in ("section", "author", "tag"):
        column = columns.facet(name)
        for some in (chosen, chosen[:2], np.arange(60), chosen[:0]):
            counts = column.counts(Chosen(some, 60))
            for code, value in enumerate(column.values):
                having = [d for d, a in enumerate(articles) if value in facet_values(a, name)]
                assert column.having(value).tolist() == having
                assert counts[code] == len(set(having) & set(some.tolist()))
        assert column.having("absent").tolist() == []
        assert "" not in column.values


def test_articles_read_last_are_kept_and_the_rest_is_let_go(make_article):
    articles = [make_article(id=f"a{number}") for number in range(KEPT + 100)]
    documents = documents_of(articles)
    for numbers in ([5], [5, 7], list(range(KEPT + 100)), list(range(40, 60)), [KEPT + 99, 0]):
        assert documents.articles(numbers) == [articles[number] for number in numbers]
    assert documents.articles([41])[0] is documents.articles([41])[0]
    for number in range(KEPT + 100):
        assert documents.articles([number]) == [articles[number]]
    assert len(documents._kept) == KEPT
    assert 41 not in documents._kept


def test_a_block_that_is_no_document_is_named(make_article):
    documents = documents_of([make_article()])
    with pytest.raises(DamagedFileError, match="memory, block 7"):
        Documents([written(_unreadable)], [0]).lines([56])
    assert documents.lines([0])


def _unreadable(writer):
    writer.add("documents.data", np.frombuffer(compressor()(b"\xff"), np.uint8))
    writer.add("documents.ends", np.array([0] * 8 + [9]))
    writer.add("documents.dictionary", np.empty(0, np.uint8))
