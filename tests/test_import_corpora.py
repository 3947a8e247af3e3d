"""Real archives: the first articles of AP88 and Reuters."""

import json
import lzma
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import pytest

from articles.article import Status
from articles.importers.jsonl import read_jsonl
from articles.importers.source import ImportOptions, SourceFile

NOW = datetime(2026, 11, 23, tzinfo=UTC)
COUNT = 2_000

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def read(shared):
    """Return the first records of a corpus, as written and as read."""

    def read_corpus(name):
        with lzma.open(shared / "corpora" / name) as file:
            written = list(islice(file, COUNT))
        options = SourceFile(label=name, name=name, options=ImportOptions(), now=NOW)
        return [json.loads(line) for line in written], list(
            read_jsonl(BytesIO(b"".join(written)), options)
        )

    return read_corpus


@pytest.fixture(scope="module")
def ap88(read):
    return read("ap88.jsonl.xz")


@pytest.fixture(scope="module")
def reuters(read):
    return read("reuters.jsonl.xz")


def test_ap88_comes_in_whole(ap88):
    written, records = ap88
    assert [record.id for record in records] == [record["id"] for record in written]
    for before, record in zip(written, records, strict=True):
        after = record.article
        assert after.published.date().isoformat() == before["date"]
        assert after.title == before["title"] or not before["title"]
        body = before["body"].removeprefix("By JIM DRINKARD=")  # one byline that went astray
        assert " ".join(after.body).split() == body.split()
        expected = () if before["title"] else ("no title: the first sentence taken",)
        assert record.reasons == expected


def test_an_article_of_ap88(ap88):
    first, second = (record.article for record in ap88[1][:2])
    assert first.title == "Reports Former Saigon Officials Released from Re-education Camp"
    assert (first.places, first.source, first.authors) == (("Bangkok, Thailand",), "AP", ())
    assert len(first.body) == 14
    assert first.body[0].startswith("More than 150 former officers of the overthrown South")
    assert first.published == datetime(1988, 2, 12, tzinfo=UTC)
    assert (second.places, second.authors) == (("New York",), ("Gary Langer",))


def test_reuters_comes_in_whole(reuters):
    written, records = reuters
    assert [record.id for record in records] == [record["id"] for record in written]
    for before, record in zip(written, records, strict=True):
        after = record.article
        assert after.published is not None
        assert set(after.tags) == {*before["topics"], *before["orgs"]}
        assert after.people == tuple(dict.fromkeys(before["people"]))
        assert after.places == tuple(dict.fromkeys(before["places"]))
        empty = not (before["title"].strip() or before["body"].strip())
        assert (after.status is Status.DRAFT) == empty
        assert record.reasons == (("neither title nor text: kept as draft",) if empty else ())


def test_an_article_of_reuters(reuters):
    first = reuters[1][0].article
    assert (first.title, first.source) == ("BAHIA COCOA REVIEW", "Reuter")
    assert first.published == datetime(1987, 2, 26, 15, 1, 1, 790_000, tzinfo=UTC)
    assert first.body[-1].endswith("after carnival which ends midday on February 27.")
    assert reuters[1][1].article.title == "STANDARD OIL <SRD> TO FORM FINANCIAL UNIT"
