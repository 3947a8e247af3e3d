"""Forged pickles: every place where Whoosh loads one refuses what runs code there."""

import copyreg
import os
import pickle
import struct
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh.filedb import structfile

from index.arrays import DamagedFileError
from index.codec import stock_segments
from index.codec.descriptions import (
    NAMES,
    UnknownKindError,
    schema_from_json,
    schema_from_pickle,
    schema_to_json,
)
from index.codec.index import open_dir
from index.codec.pickles import UnsafePickleError, read_pickle
from index.whoosh_api import columns, fields, formats, stock_codec
from tests.whoosh_reading import read_everything


class Exploit:
    """Makes a folder where it is loaded as usual."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def schema_with(**more):
    return fields.Schema(id=fields.ID(stored=True), body=fields.TEXT(vector=True), **more)


def nothing(_):
    return None


def write(folder, schema=None, change=nothing, **document):
    ix = whoosh_index.create_in(str(folder), schema or schema_with())
    writer = ix.writer()
    change(writer)
    for number in range(3):
        writer.add_document(id=str(number), body="well known words", **document)
    writer.commit()


def in_schema(folder, exploit, _):
    schema = schema_with()
    schema["id"].more = exploit
    write(folder, schema)


def in_segments(folder, exploit, _):
    write(folder, change=lambda writer: setattr(writer.newsegment, "more", exploit))


def in_stored_fields(folder, exploit, _):
    write(folder, schema_with(note=fields.STORED()), note=exploit)


def in_a_column(folder, exploit, _):
    column = columns.PickleColumn(columns.VarBytesColumn())
    write(folder, schema_with(note=fields.COLUMN(column)), note=exploit)


def in_the_terms(folder, exploit, _):
    def change(writer):
        writer.fieldwriter._tindex.extras["more"] = exploit

    write(folder, change=change)


def in_blocks(folder, exploit, monkeypatch):
    def dumps(data, protocol):
        return pickle.dumps((exploit, *data[1:]) if len(data) == 3 else data, protocol)

    monkeypatch.setattr(stock_codec, "dumps", dumps)
    write(folder)


def in_heads_of_blocks(folder, exploit, monkeypatch):
    def dumps(data, protocol):
        return pickle.dumps((*data, exploit) if len(data) == 6 else data, protocol)

    monkeypatch.setattr(stock_codec, "dumps", dumps)
    write(folder)


def in_values(folder, exploit, monkeypatch):
    def index(_self, _value, **_options):
        yield b"well", 1, 1.0, struct.pack("!I", 1) + pickle.dumps(exploit, 2)

    monkeypatch.setattr(fields.TEXT, "index", index)
    write(folder)


def in_compound_file(folder, exploit, _):
    write(folder)
    (path,) = folder.glob("*.seg")
    data = path.read_bytes()
    start, _ = struct.unpack("!qi", data[:12])
    path.write_bytes(data[:start] + pickle.dumps({"more": exploit}) + pickle.dumps({}))


PLACES = (
    *(in_schema, in_segments, in_stored_fields, in_a_column, in_the_terms),
    *(in_blocks, in_heads_of_blocks, in_values, in_compound_file),
)


FALL = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from whoosh.index import open_dir
from whoosh_reading import read_everything
sys.stderr = None
read_everything(open_dir(sys.argv[1]))
"""


def loaded(*_):
    pytest.fail("a pickle was loaded")


@pytest.mark.parametrize("forge", PLACES, ids=lambda forge: forge.__name__)
def test_a_forged_index_is_refused_where_whoosh_runs_its_code(forge, tmp_path, monkeypatch):
    target = tmp_path / "made by the exploit"
    (tmp_path / "index").mkdir()
    with monkeypatch.context() as patch:
        forge(tmp_path / "index", Exploit(target), patch)
    with pytest.raises((UnsafePickleError, DamagedFileError), match=r"names posix\.mkdir"):
        read_everything(open_dir(tmp_path / "index"))
    assert not target.exists()
    with monkeypatch.context() as patch:
        for module in (stock_codec, columns, structfile):
            for name in ("load", "loads"):
                patch.setattr(module, name, loaded, raising=False)
        with pytest.raises((UnsafePickleError, DamagedFileError)):
            read_everything(open_dir(tmp_path / "index"))
    # The exploit is a real one: Whoosh itself falls for it.
    subprocess.run([sys.executable, "-c", FALL, str(tmp_path / "index")], check=False)
    assert target.exists()


def test_pickled_postings_beside_a_term_are_refused():
    info = stock_codec.W3TermInfo()
    info.set_extent(1, 2)
    entry = info.to_bytes()
    assert stock_segments._term_info(entry).doc_frequency() == 0
    with pytest.raises(UnsafePickleError, match="beside it"):
        stock_segments._term_info(b"\1" + entry[1:])


STEM = b"cwhoosh.lang.porter\nstem\n"
TEXT = b"cwhoosh.fields\nTEXT\n"
FORGED = {
    "a function": b"cos\nsystem\n(S'true'\ntR.",
    "a function of protocol 4": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    "eval": b"c__builtin__\neval\n(S'1'\ntR.",
    "getattr": b"cbuiltins\ngetattr\n.",
    "an import": b"c__builtin__\n__import__\n(S'os'\ntR.",
    "what a known module imports": b"cwhoosh.fields\nsys\n.",
    "what a known module takes": b"\x80\x04\x8c\x0ewhoosh.formats\x8c\x05dumps\x93.",
    "a dotted name": b"\x80\x04\x8c\x0dwhoosh.fields\x8c\x0bsys.modules\x93.",
    "another pickle": b"cwhoosh.codec.whoosh3\nloads\n(Vcos\\u000asystem\ntR.",
    "a known function that is called": STEM + b"(S'words'\ntR.",
    "a known class that is called": TEXT + b"(I1\ntR.",
    "a type that is called": b"c__builtin__\nint\n(S'1'\ntR.",
    "attributes of a class": TEXT + b"(dS'index'\nN" + b"sb.",
    "slots of a class": TEXT + b"(N(dS'index'\nNstb.",
    "attributes of a function": STEM + b"}S'__code__'\nNsb.",
    "slots of an object": TEXT + b")\x81(N}S'index'\nNstb.",
    "items of an object": TEXT + b")\x81S'a'\nI1\ns.",
    "an object as a list": TEXT + b")\x81I1\na.",
    "a class by position": b"(iwhoosh.fields\nTEXT\n.",
    "a class by stack": b"(" + TEXT + b"o.",
    "an extension": b"\x80\x02\x82\x01.",
    "a long extension": b"\x80\x02\x84\x01\x00\x00\x00.",
    "an object of somebody's store": b"P1\n.",
    "an object of somebody's store by stack": b"I1\nQ.",
    "a class with named arguments": TEXT + b")}\x92.",
    "a buffer from elsewhere": b"\x80\x05\x97.",
    "bytes of a length": b"cbuiltins\nbytes\n(L100000000000L\ntR.",
    "a set that is no set": b"cbuiltins\nset\n(L1L\ntR.",
    "an encoding": b"c_codecs\nencode\n(Vx\nVzlib\ntR.",
    "a date that is none": b"cdatetime\ndate\n(I1\nI2\ntR.",
    "a pattern that is none": b"cre\n_compile\n(V((\nI0\ntR.",
    "a memory that was never filled": b"g7\n.",
    "an empty stack": b"0.",
    "a mark": b"(.",
    "two results": b"I1\nI2\n.",
    "no end": b"I1\n",
    "nothing": b"",
    "no pickle": b"words",
    "too few items": b"I1\n\x87.",
    "an odd dictionary": b"(I1\nd.",
    "a key that cannot be one": b"((lI1\nd.",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_pickle_is_refused(forged):
    with pytest.raises(UnsafePickleError, match=r"^the pickle "):
        read_pickle(forged, NAMES)


def test_a_registered_extension_is_refused_even_when_it_was_loaded_before():
    copyreg.add_extension("os", "system", 77)
    try:
        forged = b"\x80\x02\x82M."
        assert pickle.loads(forged) is os.system
        with pytest.raises(UnsafePickleError, match="EXT1"):
            read_pickle(forged, NAMES)
    finally:
        copyreg.remove_extension("os", "system", 77)


@pytest.mark.parametrize("place", [2**32 - 1, 2**31])
def test_a_memory_with_huge_places_takes_no_room(place):
    assert read_pickle(b"\x80\x02K\x07r" + struct.pack("<I", place) + b".") == 7


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
plain = st.recursive(
    scalars | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(st.integers())
        | st.sets(st.text())
    ),
    max_leaves=15,
)
times = st.one_of(
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.binary().map(bytearray),
)


@given(st.lists(plain | times), st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_values_are_read_as_they_were_written(value, protocol):
    assert read_pickle(pickle.dumps(value, protocol)) == value


def test_values_of_every_protocol_that_whoosh_writes():
    value = {
        "day": date(2011, 7, 11),
        "moment": datetime(2011, 7, 11, 12, 30, tzinfo=UTC),
        "hour": time(12, 30),
        "span": timedelta(days=3, seconds=1),
        "price": Decimal("1.50"),
        "raw": b"\0\xff",
        "none": b"",
        "set": {1, 2},
    }
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert read_pickle(pickle.dumps(value, protocol)) == value


def pickled(schema):
    return schema_from_pickle(read_pickle(pickle.dumps(schema, 2), NAMES))


COMPRESSED = columns.CompressedBytesColumn()
COMPRESSED._module = "antigravity"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda field: setattr(field, "index", 7), "NUMERIC has no attribute 'index'"),
        (lambda field: setattr(field, "__reduce__", 7), "NUMERIC has no attribute"),
        (lambda field: setattr(field, "column_type", COMPRESSED), "would import 'antigravity'"),
        (lambda field: setattr(field, "sortable_typecode", "?!"), "the schema is damaged"),
    ],
)
def test_a_schema_with_forged_attributes_is_refused(change, message):
    schema = fields.Schema(field=fields.NUMERIC(int, sortable=True))
    change(schema["field"])
    with pytest.raises(UnknownKindError, match=message):
        pickled(schema)


def test_a_schema_that_is_none_is_refused():
    for thing in (7, fields.TEXT(), {"_fields": {}}):
        with pytest.raises(UnknownKindError, match="there is no schema"):
            pickled(thing)
    schema = fields.Schema()
    schema._fields["a"] = formats.Positions()
    with pytest.raises(UnknownKindError, match="field a is no field"):
        pickled(schema)


def test_what_is_mentioned_twice_is_made_once():
    shared = []
    for _ in range(60):
        shared = [shared, shared]
    schema = fields.Schema(a=fields.TEXT())
    schema["a"].more = shared
    assert len(pickled(schema)["a"].more) == 2


def test_what_holds_itself_is_refused():
    schema = fields.Schema(a=fields.TEXT())
    schema["a"].more = more = []
    more.append(more)
    with pytest.raises(UnknownKindError, match="damaged"):
        pickled(schema)


def test_a_schema_described_as_data_cannot_name_what_is_not_known():
    text = schema_to_json(fields.Schema(a=fields.TEXT()))
    for old, new in (
        ("whoosh.fields.TEXT", "os.system"),
        ("whoosh.fields.TEXT", "whoosh.fields.sys"),
        ('"!object"', '"!system"'),
        ('"stored"', '"index"'),
        ('"!pattern":[', '"!pattern":["((",'),
        ("whoosh.fields.Schema", "whoosh.fields.TEXT"),
    ):
        assert old in text
        with pytest.raises(UnknownKindError):
            schema_from_json(text.replace(old, new))
