"""The editable list of names: what it may hold, and what is said of what it may not."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import tokens
from search.name_list import LARGEST, MOST_SPELLINGS, NameList, NameListError

spellings = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda text: tokens(text) == [text] and text.strip() == text and "#" not in text
)
lines = st.lists(spellings, min_size=2, max_size=6, unique=True).map(tuple)


def read(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names.txt")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return NameList.read(path)


def test_a_list():
    found = read(
        "\ufeff# Names\n\nKiev, Kyiv , Киев # and a remark\r\n"
        "  !Smith, Smyth\nRangoon,Yangon,Rangoon"
    )
    assert found.names == (("Kiev", "Kyiv", "Киев"), ("Rangoon", "Yangon"))
    assert found.apart == (("Smith", "Smyth"),)


def test_the_list_that_comes_with_the_product():
    found = NameList.shipped()
    assert len(found.names) > 150
    assert found.apart
    written = [spelling for line in found.names for spelling in line]
    assert len(written) == len(set(written))
    assert found is NameList.shipped()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Kiev, Kyiv\nPeking", r"names.txt, line 2: “Peking” stands alone"),
        ("Kiev, Kiev", r"line 1: “Kiev” stands alone"),
        ("!Smith", r"line 1: “Smith” stands alone"),
        ("Kiev,, Kyiv", r"line 1: there is nothing between two commas"),
        ("Kiev, Kyiv,", r"line 1: there is nothing between two commas"),
        ("!", r"line 1: there is nothing"),
        ("Saigon, Ho Chi Minh City", r"line 1: “Ho Chi Minh City” is not one word"),
        ("Karabakh, Nagorno-Karabakh", r"line 1: “Nagorno-Karabakh” is not one word"),
        ("Kiev, *", r"line 1: “\*” is not one word"),
        ("Kiev, " + "K" * 65, r"line 1: “K+” is not one word"),
        (b"Kiev, Kyiv\n\nM\xfcller, Mueller", r"line 3: this is not UTF-8"),
        (", ".join(f"K{'a' * n}" for n in range(MOST_SPELLINGS + 1)), r"line 1: at most 50"),
        ("#" * (LARGEST + 1), r"more than 1,048,576 bytes"),
    ],
)
def test_what_cannot_be_read(data, message):
    with pytest.raises(NameListError, match=message):
        read(data)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NameListError, match=r"no\.txt cannot be read: .*name_variants"):
        NameList.read(tmp_path / "no.txt")
    with pytest.raises(NameListError, match=r"cannot be read"):
        NameList.read(tmp_path)


@given(st.lists(lines, max_size=5), st.lists(lines, max_size=3))
def test_what_is_written_is_read(names, apart):
    text = "\n".join([*(", ".join(line) for line in names), *("!" + ",".join(a) for a in apart)])
    found = read(text)
    assert (found.names, found.apart) == (tuple(names), tuple(apart))


@given(st.one_of(st.binary(max_size=200), st.text("ab, !#\n-*\0\u2028é東", max_size=60)))
def test_anything_is_read_or_refused(data):
    try:
        found = read(data)
    except NameListError as error:
        where = str(error)
    else:
        where = ""
        assert all(len(line) > 1 for line in (*found.names, *found.apart))
    assert not where or "names.txt, line " in where
