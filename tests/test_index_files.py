"""What is written to a generation's folder comes back as it was."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article
from index.arrays import DamagedFileError, load
from index.columns import UNDATED, Columns, ColumnsWriter, facet_values
from index.documents import Documents, DocumentsWriter
from index.strings import StringTable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


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


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 40])
def test_documents_come_back_in_any_order(tmp_path, make_article, count):
    articles = [make_article(body=("ж" * 50, "line\nbreak \u2028")) for _ in range(count)]
    writer = DocumentsWriter(tmp_path)
    for article in articles:
        writer.add(article)
    writer.close()
    documents = Documents(tmp_path)
    order = np.random.default_rng(1).permutation(count)
    assert documents.articles(order) == [articles[number] for number in order]


def test_columns_against_loops(tmp_path):
    rng = np.random.default_rng(3)
    articles = [
        Article(
            id=f"ж{number * 7919 % 100:03d}",
            title="t",
            section=str(rng.choice(["", "A", "B"])),
            authors=tuple(rng.choice(["x", "y", "z"], rng.integers(0, 4))),
            published=datetime(2000 + number, 1, 1, tzinfo=UTC) if number > 4 else None,
        )
        for number in range(60)
    ]
    writer = ColumnsWriter()
    for article in articles:
        writer.add(article)
    writer.save(tmp_path)
    columns = Columns(tmp_path)
    assert columns.undated == 5
    assert (columns.published[:5] == UNDATED).all()
    for number, article in enumerate(articles):
        assert columns.document(article.id) == number
    assert columns.document("nobody") is None
    assert columns.document("\udc80") is None
    chosen = np.flatnonzero(rng.random(60) < 0.5)
    for name in ("section", "author"):
        column = columns.facet(name)
        counts = column.counts(chosen)
        for code, value in enumerate(column.values):
            having = [d for d, a in enumerate(articles) if value in facet_values(a, name)]
            assert column.having(value).tolist() == having
            assert counts[code] == len(set(having) & set(chosen.tolist()))
        assert column.having("absent").tolist() == []
        assert "" not in column.values


def test_file_that_is_no_array_is_named(tmp_path):
    (tmp_path / "published.npy").write_bytes(b"no array")
    with pytest.raises(DamagedFileError, match=r"published\.npy"):
        load(tmp_path, "published")
    with pytest.raises(DamagedFileError, match=r"expires\.npy"):
        load(tmp_path, "expires")
