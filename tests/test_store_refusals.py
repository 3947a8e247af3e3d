"""What a store refuses, and that it says so in words that help."""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import articles.database
from articles.article import Article
from articles.errors import BackfileError
from articles.store import Store, StoreError

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "archive.sqlite3"


def refusal(url):
    with pytest.raises(StoreError) as caught:
        Store.open(str(url))
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "archive.sqlite3",
        "postgresql://user:secret@host:port/archive",
        "mysql://user:secret@host/archive",
        "postgresql+asyncpg://user:secret@host/archive",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:archive?mode=memory&uri=true",
    ],
)
def test_a_url_that_cannot_be_used_is_answered_with_one_that_can(url):
    message = refusal(url)
    assert "sqlite:///FOLDER/FILE" in message
    assert "secret" not in message


def test_a_missing_driver_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    message = refusal("postgresql+psycopg://user:secret@127.0.0.1/archive")
    assert "pip install 'backfile[postgresql]'" in message
    assert "secret" not in message


def test_a_server_that_does_not_answer_is_named_without_the_password():
    pytest.importorskip("psycopg")
    message = refusal("postgresql://user:secret@127.0.0.1:1/archive")
    assert "127.0.0.1:1/archive" in message
    assert "check that the server runs" in message
    assert "secret" not in message


@pytest.mark.parametrize("content", [b"Dear readers, " * 500, b"SQLite format 3\0" + b"x" * 9000])
def test_a_file_that_is_not_a_database_is_named_and_left_as_it_is(file, content):
    file.write_bytes(content)
    message = refusal(f"sqlite:///{file}")
    assert f"{file}: file is not a database: the file was left as it is; name another" in message
    assert {one.name: one.read_bytes() for one in file.parent.iterdir()} == {file.name: content}


def test_the_database_of_another_program_is_left_as_it_is(file):
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    content = file.read_bytes()
    message = refusal(f"sqlite:///{file}")
    assert f"{file} is the database of another program" in message
    assert {one.name: one.read_bytes() for one in file.parent.iterdir()} == {file.name: content}


def test_a_damaged_archive_is_told_from_a_foreign_file(file):
    with Store.open(f"sqlite:///{file}") as store:
        store.upsert([Article(id="a", title="t")], NOW)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + bytes(len(content) - 4096))
    assert "put its latest backup in its place" in refusal(f"sqlite:///{file}")


def test_an_empty_file_becomes_an_archive(file):
    file.touch()
    with Store.open(f"sqlite:///{file}") as store:
        assert store.count() == 0


def test_missing_folders_are_made_whatever_their_names(tmp_path):
    odd = tmp_path / "100% ours" / "é ü" / "archive.sqlite3"
    with Store.open(f"sqlite:///{odd}") as store:
        assert store.count() == 0
    assert odd.exists()


def test_a_folder_that_cannot_be_made_is_named(file):
    file.touch()
    message = refusal(f"sqlite:///{file}/folder/archive.sqlite3")
    assert f"{file}/folder/archive.sqlite3 cannot be made" in message


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    message = refusal(f"sqlite:///{tmp_path}")
    assert str(tmp_path) in message
    assert "check that its folder exists and that this user may write there" in message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that even root cannot write")
def test_a_folder_that_may_not_be_written_is_named():
    assert "this user may write" in refusal("sqlite:////proc/archive.sqlite3")
    assert "this user may write" in refusal("sqlite:////proc/backfile/archive.sqlite3")


def test_waiting_for_another_writer_ends_with_advice(file, monkeypatch):
    monkeypatch.setattr(articles.database, "BUSY_SECONDS", 0)
    with Store.open(f"sqlite:///{file}") as store:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(BackfileError, match=r"locked: another process has been writing"):
                store.upsert([Article(id="a", title="t")], NOW)
            assert store.count() == 0
        store.upsert([Article(id="a", title="t")], NOW)


def test_a_new_archive_is_made_by_one_process_at_a_time(file, monkeypatch):
    monkeypatch.setattr(articles.database, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(f"{file}.lock", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked: another process" in refusal(f"sqlite:///{file}")
    with Store.open(f"sqlite:///{file}") as store:
        assert store.count() == 0


def test_a_full_disk_leaves_the_batches_before(file):
    with Store.open(f"sqlite:///{file}") as store:
        store.upsert([Article(id="a", title="t")], NOW)
        with store._database.reading() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 40")
        with pytest.raises(StoreError, match="full: make room on the disk"):
            store.upsert([Article(id=f"b{n}", title="t" * 9000) for n in range(40)], NOW)
        assert [article.id for article in store.articles()] == ["a"]
        assert store.last_sequence() == 1
