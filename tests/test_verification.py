"""Verifying an archive finds every kind of damage, names it, and takes nothing sound for it."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import update

from articles.article import Article, Status
from articles.faults import MOST_NAMED, Faults
from articles.store import Store
from articles.tables import ARTICLES
from index.builder import rebuild
from index.codec.container import ArrayFile, ArrayFileWriter
from index.manifest import Manifest, describe
from index.publish import Generations
from recommender.lists import LISTED, related_lists
from tests.archives import random_articles

NOW = datetime(2026, 9, 1, tzinfo=UTC)
FERRY = "2018-04-09-ferry-swallow"


@pytest.fixture
def verify(run, home):
    """Verify the home and return what is wrong, by check."""

    def verified(*options):
        result = run("--home", home, "verify", "--json", *options)
        assert not result.stderr
        found = json.loads(result.stdout)
        wrong = {check["name"]: check["faults"] for check in found["checks"] if check["wrong"]}
        assert found["sound"] == (not wrong)
        assert result.exit_code == (1 if wrong else 0)
        return wrong

    return verified


@pytest.fixture
def store(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        yield store


@pytest.fixture
def folder(home):
    return home / "generations" / "000001"


def rewritten(folder, name, **changed):
    """Write a file of the generation as the build would have, with other arrays."""
    with closing(ArrayFile.open(folder / name)) as file:
        arrays = {array: file[array].all().copy() for array in file.names}
        notes = file.notes
    for array, change in changed.items():
        change(arrays[array.replace("__", ".")])
    with (folder / name).open("wb") as file:
        writer = ArrayFileWriter(file)
        for array, values in arrays.items():
            writer.add(array, values)
        writer.finish(notes)
    manifest = Manifest.read(folder)
    manifest.files[name] = describe(folder / name)
    manifest.write(folder)


def said(faults):
    """Return what is said of some faults, which all say what to do."""
    assert all(fault["remedy"] and fault["where"] for fault in faults)
    return " / ".join(f"{fault['where']}: {fault['what']}" for fault in faults)


def test_a_sound_archive_is_sound(verify, run, home):
    assert verify() == verify("--full") == verify("--current") == {}
    printed = run("--home", home, "verify")
    assert printed.exit_code == 0
    assert "articles of the index: 138 articles, sound" in printed.stdout
    assert printed.stdout.endswith("Nothing is wrong.\n")


def test_an_archive_without_an_index_has_a_store_to_verify(verify, home):
    shutil.rmtree(home / "generations")
    assert verify() == {}


def test_what_is_new_changed_or_gone_since_the_build_is_no_damage(verify, store):
    article = store.get(FERRY)
    store.upsert(
        [
            Article(id="new", title="Comet over the lake"),
            Article(id="draft", title="Not yet", status=Status.DRAFT),
            Article(id="later", title="Later", published=datetime(2090, 1, 1, tzinfo=UTC)),
            Article.from_record({**article.to_record(), "title": "Otherwise"}),
        ],
        NOW,
    )
    (other,) = store.some(["2019-09-21-toll-march"]).values()
    gone = {**other.to_record(), "status": "withdrawn"}
    store.upsert([Article.from_record(gone)], NOW)
    assert verify("--full") == {}


@pytest.mark.parametrize("name", ["archive", "articles_0", "related", "addresses", "suggestions"])
def test_a_flipped_byte_in_any_file_is_found(verify, folder, name):
    path = folder / f"{name}.arrays"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = said(verify()["files of generations"])
    assert f"{name}.arrays" in found
    assert "is damaged" in found


def test_every_damaged_file_of_every_generation_is_named(verify, run, home):
    run("--home", home, "rebuild")
    folders = sorted((home / "generations").glob("00*"))
    for folder in folders:
        (folder / "addresses.arrays").unlink()
        (folder / "related.arrays").write_bytes(b"")
    (folders[0] / "manifest.json").write_text("{}")
    found = said(verify()["files of generations"])
    assert found.count("generation 1") == 1
    assert found.count("generation 2: ") == 2
    assert "generation 1" not in said(verify("--current")["files of generations"])


def test_the_remedy_depends_on_what_is_served(verify, run, home):
    run("--home", home, "rebuild")
    for folder in (home / "generations").glob("00*"):
        (folder / "addresses.arrays").unlink()
    kept, served = verify()["files of generations"]
    assert "do not roll back to it" in kept["remedy"]
    assert "backfile rebuild" in served["remedy"]


def test_damage_in_the_database_is_found(verify, home):
    file = home / "archive.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        root = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'articles_by_status'"
        ).fetchone()[0]
    content = bytearray(file.read_bytes())
    content[root * 4096 - 40 : root * 4096] = b"x" * 40
    file.write_bytes(content)
    assert "articles_by_status" in said(verify()["pages of the database"])


def test_a_database_that_cannot_be_read_is_found_and_the_index_is_checked(verify, home, folder):
    file = home / "archive.sqlite3"
    file.write_bytes(file.read_bytes()[:4096] + b"damaged" * 9000)
    (folder / "addresses.arrays").unlink()
    found = verify()
    assert "damaged" in said(found["store"]) or "malformed" in said(found["store"])
    assert "addresses.arrays" in said(found["files of generations"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"document": '{"id":"x"}'}, "its document is not what was written"),
        ({"digest": b"x" * 32}, "its document is not what was written"),
        ({"status": "draft"}, "its columns differ from its document: status"),
        ({"published": NOW}, "its columns differ from its document: published"),
        ({"expires": NOW + timedelta(days=90_000)}, "differ from its document: expires"),
    ],
)
def test_a_changed_row_of_an_article_is_found(verify, store, change, reason):
    with store._database.writing() as connection:
        connection.execute(update(ARTICLES).where(ARTICLES.c.id == FERRY).values(**change))
    assert f"article '{FERRY}' of the store: " in said(verify()["articles"])
    assert reason in said(verify()["articles"])


def test_a_row_that_is_gone_is_found_in_the_changes_and_in_the_index(verify, store):
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM articles WHERE id = '{FERRY}'")
    found = verify()
    assert f"its article '{FERRY}' is not there" in said(found["changes"])
    assert "the store does not have it" in said(found["articles of the index"])


def test_an_article_without_a_change_is_found(verify, store):
    store.upsert([Article(id="quiet", title="t")], NOW)
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM changes WHERE article_id = 'quiet'")
    assert "article 'quiet' of the store: no change of it is logged" in said(verify()["changes"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "withdrawn"}, "readers see it, and it is not public"),
        ({"embargo_until": "2099-01-01T00:00:00+00:00"}, "readers see it, and it is not public"),
        ({"title": "Otherwise"}, "it is not as the store has it, and no change since"),
    ],
)
def test_what_was_changed_behind_the_back_of_the_index_is_found(verify, store, changes, reason):
    record = store.get(FERRY).to_record()
    last = store.last_sequence()
    store.upsert([Article.from_record({**record, **changes})], NOW)
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM changes WHERE sequence > {last}")
    assert reason in said(verify()["articles of the index"])


def flipped(place):
    def change(values):
        values[place] += 1

    return change


def swapped(values):
    values[[0, 1]] = values[[1, 0]]


def itself(values):
    values[0] = 0


def nowhere(values):
    values[0] = 10**6


def doubled(values):
    values[1] = values[0]


def hollow(values):
    values[0] = -1


def higher(values):
    values[0] = min(values[0] + 0.01, 1)


def negative(values):
    values[LISTED - 1] = -0.5


@pytest.mark.parametrize(
    ("array", "change", "reason"),
    [
        ("documents", swapped, "where the rows give"),
        ("documents", itself, "it names itself, or one article twice"),
        ("documents", doubled, "it names itself, or one article twice"),
        ("documents", nowhere, "it names an article that the index does not have"),
        ("documents", hollow, "it names an article that the index does not have"),
        ("similarities", swapped, "it is not in the order of its similarities"),
        ("similarities", higher, "where the rows give"),
        ("stories", flipped(0), "its story begins with none of the stories"),
    ],
)
def test_an_altered_list_is_found(verify, folder, array, change, reason):
    rewritten(folder, "related.arrays", **{f"related__{array}": change})
    found = verify("--full")
    assert reason in said(found.pop("lists of related articles"))
    assert found == {}


@pytest.mark.parametrize("array", ["hashes", "documents"])
def test_altered_addresses_are_found(verify, folder, array):
    rewritten(folder, "addresses.arrays", **{f"addresses__{array}": flipped(3)})
    found = verify()
    assert "its addresses are not those of its articles" in said(
        found.pop("addresses and suggestions")
    )
    assert found == {}


def test_altered_suggestions_are_found(verify, folder):
    rewritten(folder, "suggestions.arrays", **{"title/entries": swapped})
    assert "its suggestions are not" in said(verify()["addresses and suggestions"])


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        ("published", "its date is not that of the article"),
        ("expires", "its expiry is not that of the article"),
        ("section.codes", "it is not found by its section"),
        ("ids.documents", "it is not found by its id"),
    ],
)
def test_altered_columns_are_found(verify, folder, array, reason):
    def change(values):
        values[-1] -= 1

    rewritten(folder, "archive.arrays", **{array.replace(".", "__"): change})
    assert reason in said(verify()["articles of the index"])


def test_what_cannot_be_opened_is_said_and_the_rest_is_checked(verify, folder):
    (folder / "manifest.json").unlink()
    found = verify()
    assert found.keys() == {"files of generations", "served generation"}


def test_only_some_of_many_faults_are_told_and_all_are_counted():
    found = Faults("x", "thing")
    for number in range(MOST_NAMED + 5):
        found.add(str(number), "wrong", "nothing")
    assert (found.checked().wrong, len(found.checked().faults)) == (MOST_NAMED + 5, MOST_NAMED)


@pytest.mark.postgresql
def test_a_store_in_postgresql_is_verified(run, home, postgresql, monkeypatch):
    from tests.postgresql_server import new_database

    monkeypatch.setenv("BACKFILE_DATABASE_URL", url := new_database(postgresql))
    run("--home", home, "demo", "--no-serve")
    assert run("--home", home, "verify").exit_code == 0
    with Store.open(url) as store, store._database.writing() as connection:
        connection.execute(update(ARTICLES).where(ARTICLES.c.id == FERRY).values(digest=b"x"))
    result = run("--home", home, "verify")
    assert result.exit_code == 1
    assert f"article '{FERRY}' of the store: its document is not what was written" in result.stdout


def test_nothing_is_found_while_others_write_and_rebuild(verify, home):
    """Whatever is added, changed, withdrawn and built meanwhile, a sound archive is sound."""
    stop, rounds = Event(), []

    def work():
        articles = random_articles(12)
        with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
            while not stop.is_set():
                turn = len(rounds)
                status = (Status.PUBLISHED, Status.WITHDRAWN, Status.DRAFT)[turn % 3]
                record = {"status": status, "title": f"Round {turn}"}
                changed = [Article.from_record({**a.to_record(), **record}) for a in articles]
                store.upsert(changed, datetime.now(UTC))
                if turn % 4 == 0:
                    generations = Generations(home / "generations")
                    rebuild(store, generations, now=datetime.now(UTC), steps=[related_lists])
                rounds.append(turn)

    worker = Thread(target=work)
    worker.start()
    try:
        while len(rounds) < 12:
            assert verify() == {}
    finally:
        stop.set()
        worker.join()
