"""The index of arrays: its schema as data, its writers, its files, its readers."""

import pickle
import threading
from pathlib import Path

import pytest
from whoosh import index as whoosh_index
from whoosh import sorting
from whoosh.filedb import structfile
from whoosh.support.charset import accent_map

from index.arrays import DamagedFileError
from index.codec.codec import ArrayCodec
from index.codec.descriptions import (
    NAMES,
    UnknownKindError,
    schema_from_json,
    schema_from_pickle,
    schema_to_json,
)
from index.codec.index import ArrayIndex, create_in, open_dir
from index.codec.layouts import UnknownFormatError
from index.codec.pickles import read_pickle
from index.codec.values import UnstorableValueError
from index.whoosh_api import (
    FileStorage,
    LockError,
    RamStorage,
    W3Codec,
    analysis,
    columns,
    fields,
    formats,
    query,
    stock_codec,
)
from tests.test_codec_parity import Files, make_schema, operate, snapshot
from tests.whoosh_reading import read_everything

TEXT = "The Café's runners were running: file-system, WiFi_42 image^2 /a/b TurboSquid"
REGEX = analysis.RegexTokenizer()
ANALYZERS = {
    "standard": analysis.StandardAnalyzer(),
    "stemming": analysis.StemmingAnalyzer(),
    "no cache": analysis.StemmingAnalyzer(cachesize=None),
    "fancy": analysis.FancyAnalyzer(),
    "language": analysis.LanguageAnalyzer("de"),
    "grams": analysis.NgramAnalyzer(2, 3),
    "grams of words": analysis.NgramWordAnalyzer(2, 3, at="start"),
    "id": analysis.IDAnalyzer(lowercase=True),
    "commas": analysis.KeywordAnalyzer(commas=True),
    "accents": REGEX | analysis.CharsetFilter(accent_map),
    "pairs": REGEX | analysis.BiWordFilter() | analysis.ShingleFilter(3),
    "compounds": REGEX | analysis.CompoundWordFilter({"Turbo", "Squid"}),
    "words in words": REGEX | analysis.IntraWordFilter(mergewords=True),
    "sounds": REGEX | analysis.DoubleMetaphoneFilter(combine=True),
    "boosts": analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter(),
    "substitution": analysis.RegexTokenizer(r"\S+") | analysis.SubstitutionFilter("-", ""),
    "both": REGEX | analysis.TeeFilter(analysis.LowercaseFilter(), analysis.ReverseTextFilter()),
    "by mode": REGEX | analysis.MultiFilter(index=analysis.LowercaseFilter()),
    "paths": analysis.PathTokenizer(),
    "stemmer": REGEX | analysis.PyStemmerFilter("english"),
}


def words(field):
    return [
        (token.text, token.pos, token.boost)
        for token in field.analyzer(TEXT, positions=True, mode="index")
    ]


@pytest.mark.parametrize("analyzer", ANALYZERS.values(), ids=ANALYZERS.keys())
def test_a_schema_comes_back_with_its_analyzer(analyzer):
    schema = fields.Schema(text=fields.TEXT(analyzer=analyzer))
    text = schema_to_json(schema)
    found = schema_from_json(text)
    assert found == schema
    assert words(found["text"]) == words(schema["text"])
    assert schema_to_json(found) == text
    pickled = schema_from_pickle(read_pickle(pickle.dumps(schema, 2), NAMES))
    assert schema_to_json(pickled) == text
    assert words(pickled["text"]) == words(schema["text"])


def test_a_schema_comes_back_with_its_fields_and_columns():
    schema = make_schema()
    schema.add("reversed", fields.ReverseField(fields.TEXT()))
    schema.add("fixed", fields.COLUMN(columns.FixedBytesColumn(4)))
    schema.add("list", fields.COLUMN(columns.VarBytesListColumn()))
    schema.add("clamped", fields.COLUMN(columns.ClampedNumericColumn(columns.NumericColumn("B"))))
    text = schema_to_json(schema)
    for found in (
        schema_from_json(text),
        schema_from_pickle(read_pickle(pickle.dumps(schema, 2), NAMES)),
    ):
        assert schema_to_json(found) == text
        assert found.names(["dynamic_x", "other"]) == schema.names(["dynamic_x", "other"])
        assert found["size"].to_bytes(7) == schema["size"].to_bytes(7)
        assert found["title"].format.field_boost == 2.0


class OwnFilter(analysis.Filter):
    """A filter that nobody else knows."""


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (fields.TEXT(analyzer=REGEX | OwnFilter()), "OwnFilter"),
        (fields.TEXT(analyzer=REGEX | analysis.StemFilter(str.upper)), "upper"),
        (fields.TEXT(analyzer=REGEX | analysis.StemFilter(lambda text: text)), "lambda"),
        (type("OwnText", (fields.TEXT,), {})(), "OwnText"),
    ],
)
def test_what_cannot_be_described_is_refused_before_anything_is_written(tmp_path, field, message):
    with pytest.raises(UnknownKindError, match=rf"field body cannot be written.*{message}"):
        create_in(tmp_path, fields.Schema(body=field))
    assert list(tmp_path.iterdir()) == []


class OwnFormat(formats.Positions):
    """A format that nobody else knows."""


def simple(folder, **more):
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        body=fields.TEXT(vector=True, stored=True),
        size=fields.NUMERIC(stored=True),
        column=fields.COLUMN(columns.NumericColumn("i")),
        **more,
    )
    return create_in(folder, schema)


def fill(ix, *numbers, **options):
    with ix.writer(**options) as writer:
        writer.merge = False
        for number in numbers:
            writer.add_document(id=str(number), body=f"well known words {number}", column=number)


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_no_pickle_is_written_or_loaded_in_a_whole_life(tmp_path, monkeypatch):
    def fails(*_):
        pytest.fail("a pickle")

    with monkeypatch.context() as patch:
        for module in (stock_codec, columns, structfile):
            for name in ("dump", "dumps", "load", "loads"):
                patch.setattr(module, name, fails, raising=False)
        patch.setattr(whoosh_index, "pickle", None)
        for _, ix in operate(Files(), tmp_path):
            assert snapshot(Files(), ix)


def test_there_is_one_writer_at_a_time(tmp_path):
    ix = simple(tmp_path)
    writer = ix.writer()
    with pytest.raises(LockError, match="another writer has the index MAIN"):
        ix.writer()
    writer.cancel()
    fill(ix, 1)
    ix = ArrayIndex.create(RamStorage(), ix.schema)
    writer = ix.writer()
    with pytest.raises(LockError):
        ix.writer()
    writer.cancel()


def test_a_writer_that_cannot_begin_keeps_no_lock(tmp_path):
    ix = simple(tmp_path)
    with pytest.raises(AttributeError):
        ix.writer(codec=object())
    fill(ix, 1)


@pytest.mark.parametrize("codec", [None, W3Codec()])
def test_a_cancelled_writer_leaves_nothing(tmp_path, codec):
    ix = simple(tmp_path)
    fill(ix, 1)
    before = names(tmp_path)
    writer = ix.writer(codec=codec)
    writer.add_document(id="2", body="ghost")
    writer.delete_by_term("id", "1")
    writer.cancel()
    assert names(tmp_path) == before
    assert ix.doc_count() == 1


class FullDisk(FileStorage):
    """A disk that is full from some moment on."""

    full = False

    def rename_file(self, *arguments, **options):
        if self.full:
            raise OSError("no space left on device")
        super().rename_file(*arguments, **options)


@pytest.mark.parametrize("codec", [None, W3Codec()])
def test_a_commit_that_fails_leaves_the_index_as_it_was(tmp_path, codec):
    fill(simple(tmp_path), 1, 2)
    storage = FullDisk(str(tmp_path))
    ix = ArrayIndex(storage)
    before = names(tmp_path)
    storage.full = True
    writer = ix.writer(codec=codec)
    writer.add_document(id="3", body="ghost")
    with pytest.raises(OSError, match="no space"):
        writer.commit(optimize=True)
    storage.full = False
    assert names(tmp_path) == before
    fill(ix, 4)
    assert sorted(found["id"] for found in ix.reader().all_stored_fields()) == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"body": "ghost story", "size": "no number"}, ValueError),
        ({"body": "ghost story", "note": object()}, UnstorableValueError),
        ({"body": "ghost story", "column": "no number"}, Exception),
        ({"body": 7}, ValueError),
    ],
)
def test_a_document_that_cannot_be_added_leaves_nothing(tmp_path, document, error):
    ix = simple(tmp_path, note=fields.STORED())
    with ix.writer() as writer:
        writer.add_document(id="1", body="well known words", column=1)
        with pytest.raises(error):
            writer.add_document(id="2", **document)
        writer.add_document(id="3", body="other words", column=3)
    with ix.searcher() as searcher:
        reader = searcher.reader()
        assert [found["id"] for found in reader.all_stored_fields()] == ["1", "3"]
        assert list(reader.column_reader("column")) == [1, 3]
        assert list(reader.field_terms("body")) == ["known", "other", "well", "words"]
        assert list(reader.field_terms("id")) == ["1", "3"]
        assert [len(list(reader.vector(k, "body").all_ids())) for k in (0, 1)] == [3, 2]


def test_litter_of_killed_writers_goes_and_everything_else_stays(tmp_path):
    ix = simple(tmp_path)
    fill(ix, 1)
    sound = names(tmp_path)
    other = create_in(tmp_path, ix.schema, "MAIN_2")
    fill(other, 2)
    (tmp_path / "MAIN_notes.txt").write_text("somebody's")
    (tmp_path / "readme.toc").write_text("somebody's")
    kept = names(tmp_path) - sound
    for litter in (
        "_MAIN_7.toc.1321",
        "_MAIN_0.toc",
        "MAIN_abcdefghijklmnop.arrays",
        "MAIN_abcdefghijklmnop.body.col",
    ):
        (tmp_path / litter).write_bytes(b"torn")
    (tmp_path / "MAIN.tmp").mkdir()
    (tmp_path / "MAIN.tmp" / "0.run").write_bytes(b"torn")
    ix.writer().cancel()
    assert names(tmp_path) == sound | kept
    assert other.doc_count() == 1


def test_creating_an_index_anew_empties_it(tmp_path):
    ix = simple(tmp_path)
    fill(ix, 1)
    assert create_in(tmp_path, ix.schema).is_empty()
    assert len(names(tmp_path)) == 2
    assert ix.up_to_date() or ix.refresh().is_empty()


def test_a_reader_keeps_what_it_has_opened_when_the_index_goes_on(tmp_path):
    ix = simple(tmp_path)
    fill(ix, 1)
    fill(ix, 2)
    with ix.searcher() as searcher:
        before = read_everything(ix)
        ix.optimize()
        fill(ix, 3)
        assert not searcher.up_to_date()
        assert len(searcher.search(query.Term("body", "known"))) == 2
        assert searcher.reader().stored_fields(1)["id"] == "2"
    searcher = ix.searcher()
    fill(ix, 4)
    with searcher.refresh() as fresh:
        assert fresh.doc_count() == 4
    assert before != read_everything(ix)


def test_a_column_that_is_added_later_is_read_and_checked(tmp_path):
    ix = simple(tmp_path)
    fill(ix, 3, 1, 2)
    with ix.writer() as writer:
        sorting.add_sortable(writer, "id", sorting.StoredFieldFacet("id"))
    ix = open_dir(tmp_path)
    with ix.searcher() as searcher:
        hits = searcher.search(query.Every(), sortedby="id")
        assert [hit["id"] for hit in hits] == ["1", "2", "3"]
    ix.verify()
    (path,) = tmp_path.glob("*.col")
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(DamagedFileError, match=rf"{path.name} is damaged"):
        read_everything(ix)
    with pytest.raises(DamagedFileError, match=rf"{path.name} is damaged"):
        ix.verify()


def held(folder):
    """Return how many descriptors and mappings this process has below a folder."""
    base = str(folder.resolve())
    maps = Path("/proc/self/maps").read_text().count(base)
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return maps + sum(base in str(link.readlink()) for link in links)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc")
@pytest.mark.parametrize("codec", [None, W3Codec()])
def test_closing_lets_go_of_every_descriptor_and_mapping(tmp_path, codec):
    ix = simple(tmp_path)
    fill(ix, 1, 2)
    fill(ix, 3, codec=codec)
    assert held(tmp_path) == 0
    for _ in range(3):
        searcher = ix.searcher()
        assert held(tmp_path) >= 2
        reader = searcher.reader()
        hits = searcher.search(query.Phrase("body", ["well", "known"]), sortedby="id", terms=True)
        texts = [hit.highlights("body") for hit in hits]
        vector = list(reader.vector(0, "body").items_as("frequency"))
        values = [reader.column_reader("column")[k] for k in range(3)]
        searcher.close()
        assert held(tmp_path) == 0
        assert len(texts) == len(values) == len(hits) == 3
        assert vector


def test_one_searcher_serves_many_threads(tmp_path):
    ix = simple(tmp_path)
    for start in (0, 300, 600):
        fill(ix, *range(start, start + 300))
    questions = [
        query.Term("body", "known"),
        query.Phrase("body", ["known", "words"]),
        query.Prefix("body", "7"),
        query.Or([query.Term("body", str(number)) for number in range(0, 900, 7)]),
    ]

    def answers(searcher):
        found = []
        for question in questions:
            hits = searcher.search(question, limit=40)
            found.append([(hit.docnum, hit.score, hit["body"]) for hit in hits])
        for number in range(0, 900, 97):
            found.append(searcher.reader().column_reader("column")[number])
            found.append(list(searcher.reader().vector(number, "body").all_ids()))
        return found

    with ix.searcher() as searcher:
        expected = answers(searcher)
    with ix.searcher() as searcher:
        begin, results = threading.Barrier(8), []

        def run():
            begin.wait()
            results.extend(answers(searcher) for _ in range(3))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(results) == 24
    assert all(result == expected for result in results)


def test_lengths_are_exact_where_whoosh_rounds_them(tmp_path):
    ix = simple(tmp_path)
    with ix.writer() as writer:
        writer.add_document(id="1", body="word " * 1001)
    with ix.reader() as reader:
        assert reader.doc_field_length(0, "body") == 1001
        assert reader.max_field_length("body") == reader.min_field_length("body") == 1001
        assert reader.term_info("body", "word").max_length() == 1001


def test_a_format_of_somebody_else_is_refused_when_a_document_comes(tmp_path):
    schema = fields.Schema(body=fields.FieldType(OwnFormat(), REGEX))
    whoosh_index.create_in(str(tmp_path), schema)
    with pytest.raises(DamagedFileError, match="OwnFormat, which is not read"):
        open_dir(tmp_path)
    writer = whoosh_index.open_dir(str(tmp_path)).writer(codec=ArrayCodec())
    writer.add_document(body="words")
    with pytest.raises(UnknownFormatError, match="field body: postings of the format OwnFormat"):
        writer.commit()
