"""Files, folders and zips into the store: what comes in, and what is said of the rest."""

import gzip
import struct
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from articles.importers import opening, zip_file
from articles.importers.importing import ImportOptions, ImportResult, import_paths
from articles.importers.problem import UnreadableFileError
from articles.store import Store

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DATE = ',"date":"2020-01-01"'
STORY = "The ferry crossed for the last time on Sunday, and nobody on the quay had much to say."
PAGE = f"<html><body><h1>The last ferry</h1><p>11 July 2011</p><p>{STORY}</p></body></html>"


def line(name, **fields):
    more = "".join(f',"{key}":"{value}"' for key, value in fields.items())
    return f'{{"id":"{name}","title":"{name}"{DATE}{more}}}\n'


@dataclass
class Import:
    """One archive into which a test imports, and all that the import said."""

    store: Store
    problems: list = field(default_factory=list)
    progress: list = field(default_factory=list)

    def __call__(self, *paths, **options):
        self.problems.clear()
        self.progress.clear()
        return import_paths(
            self.store,
            paths,
            ImportOptions(**options),
            now=NOW,
            on_problem=self.problems.append,
            on_progress=self.progress.append,
        )

    def ids(self):
        return sorted(article.id for article in self.store.articles())

    def said(self):
        return [(Path(p.file).name, p.line, p.action, p.id, p.reason) for p in self.problems]


@pytest.fixture
def bring_in(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'home' / 'archive.sqlite3'}") as store:
        yield Import(store)


@pytest.fixture
def write(tmp_path):
    def write_file(name, content=""):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def pack(tmp_path):
    def pack_zip(entries, name="all.zip", **options):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
            for entry, content in entries:
                archive.writestr(entry, content)
        return path

    return pack_zip


def counts(**numbers):
    none = dict.fromkeys(("added", "changed", "withdrawn", "unchanged", "rejected", "repaired"), 0)
    return none | numbers


def numbers(result: ImportResult):
    return {name: getattr(result, name) for name in counts()}


def test_an_import_twice_changes_nothing(bring_in, write):
    file = write("a.jsonl", line("a") + "{broken\n" + line("b") + '{"id":"c","title":"c"}\n')
    first = bring_in(file)
    assert numbers(first) == counts(added=3, rejected=1, repaired=1)
    assert first.ids == ("a", "b", "c")
    said = bring_in.said()
    assert [entry[:4] for entry in said] == [
        ("a.jsonl", 2, "rejected", ""),
        ("a.jsonl", 4, "repaired", "c"),
    ]
    assert numbers(bring_in(file)) == counts(unchanged=3, rejected=1, repaired=1)
    assert bring_in.said() == said
    assert numbers(bring_in(file, file)) == counts(unchanged=6, rejected=2, repaired=1)


def test_changes_and_withdrawals(bring_in, write):
    bring_in(write("a.jsonl", line("a") + line("b")))
    file = write("a.jsonl", line("a", body="More.") + line("b", status="withdrawn"))
    assert numbers(bring_in(file)) == counts(changed=1, withdrawn=1)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_the_first_of_two_with_one_id_is_kept(bring_in, write, batch):
    file = write("a.jsonl", line("a") + line("b") + line("a", body="Other.") + line("a"))
    for _ in range(2):
        result = bring_in(file, batch=batch)
        assert bring_in.said() == [
            (
                "a.jsonl",
                3,
                "rejected",
                "a",
                "another article with this id came earlier in this import, and that one is kept",
            )
        ]
    assert numbers(result) == counts(unchanged=3, rejected=1)
    assert bring_in.store.get("a").body == ()


def test_repairs_of_one_record_are_one_problem(bring_in, write):
    result = bring_in(write("a.jsonl", '{"id":"a","body":"It rained.","tags":5,"language":"?"}'))
    assert numbers(result) == counts(added=1, repaired=1)
    assert bring_in.problems[0].reason == (
        "no date: kept as undated; no title: the first sentence taken; "
        "language '?' is unknown: taken as en"
    )


@pytest.mark.parametrize("name", ["a.docx", "a", "a.gz", "a.zip.gz", "jsonl"])
def test_a_file_of_an_unknown_kind_stops_before_anything_is_imported(bring_in, write, name):
    good, odd = write("good.jsonl", line("a")), write(name)
    with pytest.raises(UnreadableFileError, match=r"rename it to end in one of \.jsonl, .*\.zip"):
        bring_in(good, odd)
    assert bring_in.ids() == []


def test_a_missing_file_and_an_empty_folder(bring_in, write, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"missing\.csv does not exist"):
        bring_in(write("good.jsonl", line("a")), tmp_path / "missing.csv")
    write("empty/photo.jpg")
    with pytest.raises(UnreadableFileError, match="empty holds no file that can be imported"):
        bring_in(tmp_path / "empty")


def test_a_folder_is_read_in_order_and_whole(bring_in, write, tmp_path):
    write("in/b.jsonl", line("b"))
    write("in/a.csv.gz", gzip.compress(b"id,title,date\na,a,2020-01-01\n"))
    write("in/2011/ferry.html", PAGE)
    write("in/2011/copy.txt", f"A copied page\n\n11 July 2011\n\n{STORY}\n")
    write("in/photo.jpg", "x")
    write("in/.hidden.jsonl", line("hidden"))
    write("in/2011/ferry_files/frame.html", PAGE)
    result = bring_in(tmp_path / "in")
    assert numbers(result) == counts(added=4)
    assert result.ids == ("a", "b", "2011.copy", "2011.ferry")
    assert bring_in.store.get("2011.ferry").body == (STORY,)


def test_links_are_not_followed_out_of_a_folder(bring_in, write, tmp_path):
    write("out/secret.jsonl", line("secret"))
    write("in/a.jsonl", line("a"))
    (tmp_path / "in" / "b.jsonl").symlink_to(tmp_path / "out" / "secret.jsonl")
    (tmp_path / "in" / "c.jsonl").symlink_to(tmp_path / "in" / "a.jsonl")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "dangling.jsonl").symlink_to(tmp_path / "nowhere")
    result = bring_in(tmp_path / "in")
    assert numbers(result) == counts(added=1, unchanged=1, rejected=1)
    assert bring_in.said() == [
        ("b.jsonl", 0, "rejected", "", "a link that leads out of the folder: not followed")
    ]


def test_a_damaged_file_costs_no_other(bring_in, write, tmp_path):
    packed = gzip.compress("".join(line(f"a{n}") for n in range(2000)).encode())
    write("in/a.jsonl.gz", packed[: len(packed) // 2])
    write("in/b.jsonl", line("b"))
    result = bring_in(tmp_path / "in")
    assert result.added > 100
    assert result.rejected == 1
    assert bring_in.problems[0].file.endswith("a.jsonl.gz")
    assert "b" in bring_in.ids()


def test_progress_counts_bytes_on_disk(bring_in, write, tmp_path):
    write("in/a.jsonl.gz", gzip.compress("".join(line(f"a{n}") for n in range(9000)).encode()))
    write("in/b.jsonl", line("b"))
    bring_in(tmp_path / "in")
    total = sum(path.stat().st_size for path in (tmp_path / "in").iterdir())
    done = [step.bytes_done for step in bring_in.progress]
    assert {(step.file, step.bytes_total) for step in bring_in.progress} == {
        (str(tmp_path / "in"), total)
    }
    assert done == sorted(done)
    assert done[-1] == total
    assert len(set(done)) > 2
    assert [step.records for step in bring_in.progress][-1] == 9001


def test_large_articles_are_stored_before_the_batch_is_full(bring_in, write):
    body = "word " * 1_000_000
    file = write("a.jsonl", "".join(line(f"a{n}", body=body) for n in range(5)))
    stored = []
    import_paths(
        bring_in.store,
        [file],
        ImportOptions(batch=1000, maximum_record_bytes=2**24),
        now=NOW,
        on_problem=stored.append,
        on_progress=lambda _: stored.append(bring_in.store.count()),
    )
    assert stored == [4]


def test_a_zip_is_read_in_place(bring_in, pack, tmp_path):
    path = pack(
        [
            ("b/ferry.html", PAGE),
            ("a.jsonl", line("a") + "{broken\n"),
            ("c.csv.gz", gzip.compress(b"id,title,date\nc,c,2020-01-01\n")),
            ("photo.jpg", "x"),
            ("__MACOSX/a.jsonl", line("no")),
            ("../../up.jsonl", line("up")),
            ("/root.jsonl", line("root")),
            ("folder/", ""),
        ]
    )
    before = sorted(tmp_path.parent.iterdir())
    assert numbers(bring_in(path)) == counts(added=5, rejected=1)
    assert bring_in.ids() == ["a", "b.ferry", "c", "root", "up"]
    assert bring_in.problems[0].file == f"{path}/a.jsonl"
    assert bring_in.problems[0].line == 2
    assert sorted(tmp_path.parent.iterdir()) == before


def test_zip_entries_that_are_not_opened(bring_in, pack, tmp_path):
    link = zipfile.ZipInfo("link.jsonl")
    link.external_attr = 0o120777 << 16
    squeezed = zipfile.ZipInfo("squeezed.jsonl")
    squeezed.compress_type = zipfile.ZIP_BZIP2
    path = pack(
        [
            ("in.zip", b"PK"),
            ("locked.jsonl", line("a")),
            (link, "/etc/passwd"),
            (squeezed, line("b")),
        ]
    )
    data = bytearray(path.read_bytes())
    header = data.rindex(b"locked.jsonl") - 46
    data[header + 8] |= 1
    path.write_bytes(data)
    assert numbers(bring_in(path)) == counts(rejected=4)
    assert [(entry[0], entry[4].partition(":")[0]) for entry in bring_in.said()] == [
        ("in.zip", "a zip inside a zip is not opened"),
        ("link.jsonl", "the entry is a link"),
        ("locked.jsonl", "the entry is encrypted"),
        ("squeezed.jsonl", "the entry is packed in a way that is not read"),
    ]


def test_a_zip_bomb_is_left(bring_in, pack, monkeypatch):
    monkeypatch.setattr(opening, "EXPANSION_FLOOR", 2**20)
    path = pack([("a.jsonl", line("a")), ("b.jsonl", b" " * 2**24), ("c.jsonl", line("c"))])
    assert numbers(bring_in(path)) == counts(added=1, rejected=2)
    assert [entry[0] for entry in bring_in.said()] == ["b.jsonl", "c.jsonl"]
    assert "unpack to more than 200 times the size of the zip" in bring_in.said()[0][4]


def test_a_zip_that_lies_about_a_size(bring_in, pack):
    path = pack([("a.jsonl", line("a") * 1000)])
    data = bytearray(path.read_bytes())
    header = data.rindex(b"a.jsonl") - 46
    data[header + 24 : header + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    result = bring_in(path)
    assert (result.added, result.rejected) in {(1, 1), (1, 2), (0, 1)}


def test_a_zip_of_too_many_entries(bring_in, pack, monkeypatch):
    monkeypatch.setattr(zip_file, "MAXIMUM_ENTRIES", 2)
    bring_in(pack([(f"{n}.jsonl", line("a")) for n in range(3)]))
    assert bring_in.problems[0].reason == "3 entries, above the limit of 2: split it"


@pytest.mark.parametrize("cut", [0, 10, -5])
def test_a_damaged_zip(bring_in, pack, cut):
    path = pack([("a.jsonl", line("a") * 100)])
    data = path.read_bytes()
    path.write_bytes(data[:cut])
    assert numbers(bring_in(path)) == counts(rejected=1)
    assert bring_in.problems[0].reason.startswith("no zip file that can be read (")


def test_a_damaged_entry_costs_no_other(bring_in, pack):
    path = pack([("a.jsonl", Random(1).randbytes(5000)), ("b.jsonl", line("b"))])
    data = bytearray(path.read_bytes())
    data[2000:2100] = bytes(100)
    path.write_bytes(data)
    result = bring_in(path)
    assert result.rejected >= 1
    assert bring_in.ids() == ["b"]
    assert any("cannot be read" in problem.reason for problem in bring_in.problems)
