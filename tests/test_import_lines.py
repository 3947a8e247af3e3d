"""Files of records: lines, rows, encodings, compression, and every way in which they can be bad."""

import gzip
import lzma
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO

import pytest

from articles.importers import opening
from articles.importers.csv_file import read_csv
from articles.importers.jsonl import read_json, read_jsonl
from articles.importers.kinds import kind_of, read_stream
from articles.importers.opening import lines
from articles.importers.source import ImportOptions, SourceFile

NOW = datetime(2026, 11, 23, tzinfo=UTC)
UNDATED = "no date: kept as undated"
LIMIT = "above the limit of {} bytes: raise maximum_record_bytes to read it"
CUT = "the rest cannot be read ({}): get the file anew and import it again"


def source_file(**options):
    return SourceFile(label="f", name="f", options=ImportOptions(**options), now=NOW)


def read(source, data, **options):
    return list(source(BytesIO(data), source_file(**options)))


def read_named(name, data, **options):
    return list(read_stream(kind_of(name), BytesIO(data), source_file(**options)))


def titles(records):
    return [record.article.title for record in records if record.article]


def rejected(records):
    return [(record.line, *record.reasons) for record in records if record.article is None]


def test_lines_are_numbered_and_blank_ones_passed_over():
    records = read(read_jsonl, b'{"title":"a"}\n\n  \r\n{"title":"b"}\r\n{"title":"c"}')
    assert [(record.line, record.article.title) for record in records] == [
        (1, "a"),
        (4, "b"),
        (5, "c"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "b', "the JSON ends in the middle: the line was cut off"),
        (b'{"title": "b",', "the JSON ends in the middle: the line was cut off"),
        (b"{broken}", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        (b'{"title": "b"} x', "not JSON: Extra data at column 16"),
        (b'["title", "b"]', "JSON, but not an object with fields"),
        (b'"title"', "JSON, but not an object with fields"),
        (b"null", "JSON, but not an object with fields"),
        (b'{"title": "b", "date": NaN}', "not JSON: NaN is no JSON"),
        (b'{"title": "b", "date": -Infinity}', "not JSON: -Infinity is no JSON"),
        (b"[" * 100_000, "JSON that is nested too deeply to be an article"),
        (b'{"a":' * 100_000, "JSON that is nested too deeply to be an article"),
    ],
)
def test_a_bad_line_costs_no_other(line, reason):
    records = read(read_jsonl, b'{"title":"a"}\n' + line + b'\n{"title":"c"}\n')
    assert titles(records) == ["a", "c"]
    assert rejected(records) == [(2, reason)]


def test_a_number_of_many_digits_is_rejected():
    ((_, reason),) = rejected(read(read_jsonl, b'{"title":"a","id":' + b"1" * 5000 + b"}"))
    assert reason.startswith("not JSON: Exceeds the limit")


def test_line_ends_inside_strings_are_taken():
    (record,) = read(read_jsonl, b'{"title":"a\tb","date":"2020-01-01"}')
    assert (record.article.title, record.reasons) == ("a b", ())


def test_a_line_that_is_not_utf8_is_read_as_windows_1252():
    records = read(read_jsonl, '{"title":"café"}\n'.encode("cp1252") + '{"title":"é"}'.encode())
    assert titles(records) == ["café", "é"]
    assert [record.reasons for record in records] == [
        ("not UTF-8: read as Windows-1252", UNDATED),
        (UNDATED,),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("source", "text"),
    [(read_jsonl, '{"title":"é"}\n{"title":"ж"}\n'), (read_csv, "title\né\nж\n"),
     (read_json, '[{"title":"é"},{"title":"ж"}]')],
)  # fmt: skip
def test_byte_order_marks(source, text, encoding):
    assert titles(read(source, text.encode(encoding))) == ["é", "ж"]


def test_utf_16_of_the_other_order():
    data = b"\xfe\xff" + '{"title":"é"}'.encode("utf-16-be")
    assert titles(read(read_jsonl, data)) == ["é"]


def test_a_line_that_is_too_long_is_skipped_in_constant_memory():
    class Endless:
        """A line of 200 MB between two others, made as it is read."""

        def __init__(self):
            self.parts = iter(
                [b'{"title":"a"}\n{"title":"', *[b"x" * 2**17] * 1600, b'"}\n{"title":"c"}']
            )

        def read1(self, _):
            return next(self.parts, b"")

        def tell(self):
            return 0

    tracemalloc.start()
    records = list(read_jsonl(Endless(), source_file()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert titles(records) == ["a", "c"]
    assert rejected(records) == [(2, f"209,715,212 bytes long, {LIMIT.format('16,777,216')}")]
    assert peak < 2 * 16_777_216 + 2**20


@pytest.mark.parametrize(
    "data", [b"abc\n" * 3, b"abc", b"\n\nabc\n\n", b"", b"\n", b"abcdef\nabc\n"]
)
@pytest.mark.parametrize("step", [1, 2, 5, 100])
def test_lines_are_the_same_however_they_are_read(data, step):
    class Small(BytesIO):
        def read1(self, _):
            return super().read1(step)

    expected = [
        (number, line if len(line) <= 3 else None, len(line))
        for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), start=1)
        if data
    ]
    assert [tuple(line) for line in lines(Small(data), 3)] == expected


GOOD = b'{"title":"a"}\n{"title":"b"}\n' + b'{"title":"c"}\n' * 2000


@pytest.mark.parametrize("name", ["f.jsonl.gz", "f.JSONL.XZ", "f.jsonl"])
def test_compressed_files(name):
    pack = {"gz": gzip.compress, "xz": lzma.compress, "jsonl": bytes}[name.lower().split(".")[-1]]
    assert len(read_named(name, pack(GOOD))) == 2002
    assert len(read_named(name, pack(GOOD) + pack(GOOD))) == 4004


@pytest.mark.parametrize(
    ("name", "pack"), [("f.jsonl.gz", gzip.compress), ("f.jsonl.xz", lzma.compress)]
)
def test_of_a_truncated_file_is_kept_what_can_be_read(name, pack):
    data = b"".join(b'{"title":"%d","body":"%d"}\n' % (n, n**60) for n in range(3000))
    packed = pack(data)
    records = read_named(name, packed[: len(packed) // 2])
    found = titles(records)
    assert len(found) > 500
    assert found == [str(number) for number in range(len(found))]
    message = "Compressed file ended before the end-of-stream marker was reached"
    assert rejected(records) == [(len(found) + 1, CUT.format(message))]


@pytest.mark.parametrize("name", ["f.jsonl.gz", "f.jsonl.xz", "f.csv.gz", "f.html.gz", "f.txt.xz"])
def test_what_is_not_compressed_at_all(name):
    ((line, reason),) = rejected(read_named(name, b'{"title":"a"}\n'))
    assert line == 0
    assert reason.startswith("the rest cannot be read (")


def test_a_decompression_bomb_is_left(monkeypatch):
    monkeypatch.setattr(opening, "EXPANSION_FLOOR", 2**20)
    bomb = gzip.compress(b'{"title":"a"}\n' + b" " * 2**23)
    records = read_named("f.jsonl.gz", bomb)
    assert titles(records) == ["a"]
    ((line, reason),) = rejected(records)
    assert line == 2
    assert "more than 200 times the compressed size" in reason
    assert len(read_named("f.jsonl.gz", gzip.compress(b'{"title":"a"}\n' * 9))) == 9


def test_json_files():
    assert titles(read(read_json, b'[{"title":"a"},{"title":"b"}]')) == ["a", "b"]
    assert titles(read(read_json, b'{\n"title":"a"\n}')) == ["a"]
    assert rejected(read(read_json, b'[{"title":"a"},5]')) == [
        (2, "JSON, but not an object with fields")
    ]
    assert rejected(read(read_json, b"[1,")) == [
        (0, "the JSON ends in the middle: the line was cut off")
    ]
    ((_, reason),) = rejected(read(read_json, b'[{"title":"a"}]', maximum_record_bytes=5))
    assert reason.endswith("raise maximum_record_bytes to read it, or give it as JSON Lines")


def test_csv_rows_are_numbered_by_their_first_line():
    data = b'id,title,body\n1,a,"It\n\nrained, ""much"""\n2,b,c\n'
    records = read(read_csv, data)
    assert [(record.line, record.id) for record in records] == [(2, "1"), (5, "2")]
    assert records[0].article.body == ("It", 'rained, "much"')


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_delimiters(delimiter, end):
    rows = [["id", "Titel", "Text"], ["1", "a", "b"], ["", "", ""], ["2", "c", "d"]]
    data = end.join(delimiter.join(row) for row in rows).encode()
    records = read(read_csv, data, mapping={"title": "titel"})
    assert [(record.id, record.article.title, record.article.body) for record in records] == [
        ("1", "a", ("b",)),
        ("2", "c", ("d",)),
    ]


def test_csv_lists_and_tags():
    (record,) = read(read_csv, b"title,tags,people\na,x;y,Ana Verdi|Tomas Hale\n")
    assert (record.article.tags, record.article.people) == (
        ("x", "y"),
        ("Ana Verdi", "Tomas Hale"),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'x,"never closed', "a quoted field is never closed: write its quotes in pairs"),
        (
            b'x,"a "b" c"',
            "not CSV (',' expected after '\"'): write a quote inside a quoted field twice",
        ),
        (b"x", "1 value for 2 columns: a delimiter or a quote is missing"),
        (b"x,y,z", "3 values for 2 columns: a delimiter or a quote is missing"),
        (b"x," + b"y" * 300, f"302 bytes long, {LIMIT.format(200)}"),
    ],
)
def test_a_bad_row_costs_no_other(row, reason):
    data = b"title,body\na,b\n" + row + b'\nc,"d\n\nd"\n"e",f\n'
    records = read(read_csv, data, maximum_record_bytes=200)
    assert titles(records) == ["a", "c", "e"]
    assert rejected(records) == [(3, reason)]


def test_empty_values_at_the_end_of_a_row_are_no_fault():
    assert titles(read(read_csv, b"title,body\na,b,,\n,,,\nc,d\n")) == ["a", "c"]


def test_a_quoted_field_beyond_the_limit_is_given_up():
    data = b'title\n"open\n' + b"x\n" * 200 + b"last\n"
    records = read(read_csv, data, maximum_record_bytes=100)
    assert rejected(records) == [(2, "a quoted field is never closed: write its quotes in pairs")]
    assert len(titles(records)) == 201


@pytest.mark.parametrize("data", [b"1,a,b\n2,c,d\n", b"kop,stuk\na,b\n"])
def test_csv_without_known_columns(data):
    ((line, reason),) = rejected(read(read_csv, data))
    assert line == 1
    assert reason.startswith("no column is known as title or body (")


def test_csv_with_lone_carriage_returns():
    ((line, reason),) = rejected(read(read_csv, b"title\ra\rb\r"))
    assert (line, reason) == (
        1,
        "lines end in lone carriage returns: save the file with ordinary line ends",
    )
