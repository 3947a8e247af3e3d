"""What is written comes back: arrays, stored values, postings of every format, indexes."""

import io
import math
from datetime import timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from index.arrays import DamagedFileError
from index.codec.container import PAGE, ArrayFile, ArrayFileWriter
from index.codec.field_postings import FieldPostings, write_field
from index.codec.index import ArrayIndex
from index.codec.layouts import UnknownFormatError, layout_of
from index.codec.postings import PostingBuffer, inverted
from index.codec.stored import StoredFields, StoredWriter
from index.codec.values import UnstorableValueError, from_json, to_json
from index.whoosh_api import RamStorage, fields, formats, query

NUMBERS = [np.dtype(kind) for kind in ("u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8")]
FORMATS = (
    formats.Existence,
    formats.Frequency,
    formats.Positions,
    formats.Characters,
    formats.PositionBoosts,
    formats.CharacterBoosts,
)
arrays = st.sampled_from(NUMBERS).flatmap(
    lambda kind: npst.arrays(
        kind, st.integers(0, 300), elements=npst.from_dtype(kind, allow_nan=False)
    )
)
names = st.text(min_size=1, max_size=8)


@given(st.dictionaries(names, arrays, max_size=4), st.dictionaries(names, arrays, max_size=4))
def test_arrays_come_back_from_a_file_that_was_written_in_two_goes(first, second):
    second = {name: array for name, array in second.items() if name not in first}
    file = io.BytesIO()
    writer = ArrayFileWriter(file)
    for name, array in first.items():
        writer.add(name, array)
    writer.finish({"go": 1})
    writer = ArrayFileWriter(file, ArrayFile(file.getvalue(), "memory"))
    for name, array in second.items():
        writer.add_chunks(name, array.dtype, np.array_split(array, 3))
    checksum = writer.finish({"go": 2})
    found = ArrayFile(file.getvalue(), "memory")
    assert found.notes == {"go": 2}
    assert found.checksum == checksum
    assert found.names == (*first, *second)
    for name, array in {**first, **second}.items():
        assert found[name].dtype == array.dtype
        assert found[name].all().tolist() == array.tolist()
    found.verify()


def test_a_damaged_page_is_found_when_it_is_used_and_not_before():
    file = io.BytesIO()
    writer = ArrayFileWriter(file)
    writer.add("numbers", np.arange(3 * PAGE, dtype=np.uint8))
    writer.finish()
    data = bytearray(file.getvalue())
    data[64 + 2 * PAGE + 5] ^= 1
    found = ArrayFile(bytes(data), "a file")
    assert found["numbers"][: 2 * PAGE].sum()
    with pytest.raises(DamagedFileError, match="a file, array numbers is damaged"):
        found["numbers"][2 * PAGE]
    with pytest.raises(DamagedFileError, match="a file, array numbers is damaged"):
        found.verify()


def test_no_array_of_objects_is_written():
    with pytest.raises(TypeError, match="only arrays of numbers"):
        ArrayFileWriter(io.BytesIO()).add("objects", np.array([None, {}], object))


zones = st.none() | st.just(timezone(timedelta(hours=5, minutes=30)))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters()),
    st.binary(),
    st.binary().map(bytearray),
    st.datetimes(timezones=zones),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.uuids(),
    st.complex_numbers(allow_nan=False),
)
keys = st.one_of(st.text(), st.integers(), st.tuples(st.text(), st.integers()), st.none())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(keys, inner),
        st.dictionaries(st.sampled_from(["!set", "!", "!bytes"]), inner),
        st.sets(st.text() | st.integers()),
        st.frozensets(st.binary()),
    ),
    max_leaves=20,
)


def kinds(value):
    """Return the types of a value and of everything in it."""
    if isinstance(value, dict):
        return dict, [(kinds(key), kinds(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [kinds(item) for item in value]
    return type(value), None


@given(values)
def test_stored_values_come_back_with_their_types(value):
    line = to_json(value)
    assert "\n" not in line
    assert from_json(line) == value
    assert kinds(from_json(line)) == kinds(value)


def test_no_number_and_infinity_come_back():
    assert math.isnan(from_json(to_json(math.nan)))
    assert from_json(to_json([math.inf, -math.inf, -0.0])) == [math.inf, -math.inf, -0.0]


class Thing:
    def __repr__(self):
        return "a thing"


@pytest.mark.parametrize("value", [Thing(), {"a": [Thing()]}, Thing, len, {"a": {1: {Thing()}}}])
def test_an_object_is_refused_and_its_field_named(value):
    writer = StoredWriter()
    with pytest.raises(UnstorableValueError, match=r"field note: .* cannot be stored: give text"):
        writer.add({"title": "well", "note": value})


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=3000), max_size=3), max_size=40)
)
@settings(max_examples=30)
def test_stored_fields_come_back_by_document(documents):
    file = io.BytesIO()
    container = ArrayFileWriter(file)
    writer = StoredWriter()
    for document in documents:
        writer.add(document)
    writer.write(container)
    container.finish()
    stored = StoredFields(ArrayFile(file.getvalue(), "memory"))
    for number in reversed(range(len(documents))):
        assert stored.fields(number) == documents[number]


class Words:
    """Postings of a field as Whoosh's formats make them of texts."""

    def __init__(self, kind, boost, texts):
        self.format = kind(field_boost=boost)
        analyzer = fields.TEXT().analyzer.items[0]
        self.items = []
        for document, text in enumerate(texts):
            found = self.format.word_values(text, analyzer, mode="index")
            self.items += [(word.encode(), document, w, value) for word, _, w, value in found]


texts = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "dd", "eee", "f^", "ü"]), max_size=12).map(" ".join),
    max_size=8,
)


@pytest.mark.parametrize("kind", FORMATS)
@given(texts=texts, boost=st.sampled_from([1.0, 2.5]), runs=st.integers(1, 3), data=st.data())
@settings(max_examples=40, deadline=None)
def test_postings_of_every_format_come_back(kind, texts, boost, runs, data):
    words = Words(kind, boost, texts)
    buffers = [PostingBuffer(words.format, "f") for _ in range(runs)]
    for item in words.items:
        buffers[data.draw(st.integers(0, runs - 1))].add(*item)
    lengths = np.array([len(text.split()) for text in texts], np.int64)
    file = io.BytesIO()
    writer = ArrayFileWriter(file)
    run = inverted([buffer.take() for buffer in buffers])
    layout = layout_of(words.format, "f")
    write_field(writer, "fields/f", run, layout, boost, lengths[run.postings.documents])
    writer.finish({"fields": {"f": {"kind": layout.kind, "boost": boost}}})
    found = FieldPostings(ArrayFile(file.getvalue(), "memory"), "fields", "f")
    expected = {}
    for term, document, weight, value in words.items:
        expected.setdefault(term, []).append((document, weight, value))
    assert found.terms[:] == sorted(expected)
    for place, term in enumerate(found.terms):
        documents, weights, values = zip(*sorted(expected[term]), strict=True)
        assert found.documents(place).tolist() == list(documents)
        assert found.weights_of(place).tolist() == list(np.float32(weights))
        stops = np.cumsum(found.counts_of(place))
        columns = found.columns_of(place) if layout.columns else {}
        for number, value in enumerate(values):
            span = slice(stops[number] - found.counts_of(place)[number], stops[number])
            rows = [column[span].tolist() for column in columns.values()]
            rows = rows[0] if len(rows) == 1 else list(zip(*rows, strict=True))
            count = int(found.counts_of(place)[number])
            assert layout.value(words.format, count, rows) == value
        own = lengths[list(documents)]
        info = found.info(place)
        assert (info.min_length(), info.max_length()) == (own.min(), own.max())
        assert info.doc_frequency() == len(documents)
    again = found.whole()
    assert again.documents.tolist() == run.postings.documents.tolist()
    for name, column in run.postings.occurrences.items():
        assert again.occurrences[name].tolist() == column.tolist()


def test_a_format_of_somebody_else_is_refused_and_the_field_named():
    class Other(formats.Positions):
        pass

    with pytest.raises(UnknownFormatError, match="field title: postings of the format Other"):
        PostingBuffer(Other(), "title")


def test_values_that_are_none_of_the_format_come_back_unless_they_could_be_pickles():
    buffer = PostingBuffer(formats.Positions(), "f")
    buffer.add(b"word", 0, 1.0, b"test1")
    assert bytes(buffer.take().postings.occurrences["values"].astype(np.uint8)) == b"test1"
    for forged in (b"\0\0\0\1cos\nsystem\n(S'true'\ntR.", formats.Positions().encode([1])):
        buffer = PostingBuffer(formats.Positions(), "f")
        buffer.add(b"word", 0, 1.0, b"test1")
        with pytest.raises(UnknownFormatError, match="none of the field's format"):
            buffer.add(b"word", 1, 1.0, forged)


operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.text("xyz ", max_size=9)),
        st.tuples(st.just("delete"), st.integers(0, 9), st.none()),
        st.tuples(st.sampled_from(["commit", "merge", "optimize", "cancel"]), st.none(), st.none()),
    ),
    max_size=25,
)


@given(operations)
@settings(max_examples=60, deadline=None)
def test_any_order_of_changes_gives_what_a_dictionary_says(changes):
    schema = fields.Schema(id=fields.ID(unique=True, stored=True), text=fields.TEXT(stored=True))
    ix = ArrayIndex.create(RamStorage(), schema)
    committed, pending, touched, writer = {}, {}, set(), None
    for change, number, text in [*changes, ("commit", None, None)]:
        writer = writer or ix.writer()
        if change == "put" and number not in touched:
            writer.update_document(id=str(number), text=text)
            pending[number] = text
            touched.add(number)
        elif change == "delete" and number not in touched:
            writer.delete_by_term("id", str(number))
            pending.pop(number, None)
        elif change == "cancel":
            writer.cancel()
            pending, touched, writer = dict(committed), set(), None
        elif change in ("commit", "merge", "optimize"):
            writer.commit(merge=change == "merge", optimize=change == "optimize")
            committed, touched, writer = dict(pending), set(), None
    with ix.searcher() as searcher:
        stored = {int(found["id"]): found["text"] for found in searcher.documents()}
        assert stored == committed
        for word in {word for text in committed.values() for word in text.split()}:
            hits = searcher.search(query.Term("text", word), limit=None)
            expected = {k for k, text in committed.items() if word in text.split()}
            assert {int(hit["id"]) for hit in hits} == (expected if len(word) > 1 else set())
