"""A copy of a store is the store: every row of every table, in either database, of one moment."""

import json
from datetime import UTC, date, datetime
from itertools import product
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Date, LargeBinary, MetaData, SmallInteger, delete, insert, select

from articles.article import Article
from articles.database import Database, _engine, newest_version
from articles.store import Store, StoreError
from articles.store_copies import StoreCopies, TableShape, UnfitCopyError
from articles.tables import METADATA
from tests.older_stores import TABLES, make_older
from tests.postgresql_server import new_database

NOW = datetime(2026, 9, 1, tzinfo=UTC)
POSTGRESQL = pytest.mark.postgresql
KINDS = [
    pytest.param(*pair, marks=[POSTGRESQL] if "postgresql" in pair else [], id="-to-".join(pair))
    for pair in product(("sqlite", "postgresql"), repeat=2)
]


@pytest.fixture
def new_url(request, tmp_path):
    """Give the URL of one more empty database of a kind with each call."""
    numbers = iter(range(1_000))

    def make(kind):
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{next(numbers)}.sqlite3"
        return new_database(request.getfixturevalue("postgresql"))

    return make


def copied(source, target, mark=""):
    with source.copies.snapshot() as snapshot, target.copies.filling(snapshot.version, mark) as new:
        return {
            shape.name: new.fill(shape, snapshot.lines(shape.name)) for shape in snapshot.shapes
        }


def tables(connection):
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in METADATA.tables)
    return found.tables


def rows(store):
    """Return all that the tables hold, as the database gives it."""
    with store._database.snapshot() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in tables(connection).items()
        }


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
BIG = st.integers(-(2**63), 2**63 - 1)


def values_of(column):
    """Return what can stand in a column."""
    kinds = (
        (LargeBinary, st.binary(max_size=9)),
        (Date, st.dates(date(1800, 1, 1))),
        (Boolean, st.booleans()),
        (SmallInteger, st.integers(-(2**15), 2**15 - 1)),
    )
    found = next((values for kind, values in kinds if isinstance(column.type, kind)), None)
    if found is None and column.type.python_type is int:
        small = "BIG" not in str(column.type).upper()
        found = st.integers(-(2**31), 2**31 - 1) if small else BIG
    if column is column.table.autoincrement_column:
        found = st.integers(1, 2**31)
    found = TEXT if found is None else found
    return st.none() | found if column.nullable else found


def rows_of(table):
    row = st.fixed_dictionaries({column.name: values_of(column) for column in table.columns})
    unique = [
        tuple(constraint.columns.keys())
        for constraint in table.constraints
        if constraint.__class__.__name__ in {"PrimaryKeyConstraint", "UniqueConstraint"}
    ]
    by = tuple(lambda row, names=names: tuple(row[name] for name in names) for names in unique)
    return st.lists(row, max_size=4, unique_by=by)


@pytest.mark.parametrize(("kind", "other"), KINDS)
def test_every_row_of_every_table_comes_back(new_url, kind, other):
    with (
        Store.open(new_url(kind)) as source,
        Store.open(new_url(other)) as target,
        Store.open(new_url(kind)) as back,
    ):
        with source._database.reading() as connection:
            shapes = tables(connection)
        assert shapes.keys() == METADATA.tables.keys()

        @settings(
            max_examples=3,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.fixed_dictionaries({name: rows_of(table) for name, table in shapes.items()}))
        def check(given_rows):
            with source._database.writing() as connection:
                for name, some in given_rows.items():
                    connection.execute(delete(shapes[name]))
                    if some:
                        connection.execute(insert(shapes[name]), some)
            before = rows(source)
            assert {name: len(some) for name, some in before.items()} == {
                name: len(some) for name, some in given_rows.items()
            }
            assert copied(source, target) == {name: len(some) for name, some in before.items()}
            copied(target, back)
            assert rows(source) == before == rows(back)

        check()


@pytest.mark.parametrize(("kind", "other"), KINDS)
def test_a_filled_store_counts_on_where_the_copied_one_was(new_url, kind, other):
    with Store.open(new_url(kind)) as source, Store.open(new_url(other)) as target:
        target.upsert([Article(id="gone", title="t")], NOW)
        source.upsert([Article(id=f"a{n}", title="t") for n in range(3)], NOW)
        copied(source, target)
        target.upsert([Article(id="b", title="t")], NOW)
        assert [change.sequence for change in target.changes_since(0)] == [1, 2, 3, 4]
        assert target.get("gone") is None


@pytest.mark.parametrize("version", ["0001", "0008"])
@pytest.mark.parametrize(("kind", "other"), KINDS[1:3])
def test_a_copy_of_an_older_store_is_migrated(new_url, kind, other, version):
    url = new_url(kind)
    with Store.open(url) as source:
        source.upsert([Article(id="a", title="t")], NOW)
        make_older(source, version)
    older = Database(_engine(url))
    with Store.open(new_url(other)) as target:
        with StoreCopies(older).snapshot() as snapshot:
            assert snapshot.version == version
            assert not {shape.name for shape in snapshot.shapes} & {*TABLES["0009"]}
            with target.copies.filling(snapshot.version) as filling:
                for shape in snapshot.shapes:
                    filling.fill(shape, snapshot.lines(shape.name))
        assert target.get("a") == Article(id="a", title="t")
        assert rows(target).keys() == METADATA.tables.keys()
    older.close()


def test_a_copy_is_of_one_moment(database_url):
    with Store.open(database_url) as store:
        store.upsert([Article(id="a", title="before")], NOW)
        with store.copies.snapshot() as snapshot:
            begun = next(snapshot.lines("changes"))
            store.upsert([Article(id="a", title="after"), Article(id="b", title="t")], NOW)
            (line,) = snapshot.lines("articles")
            assert len(list(snapshot.lines("changes"))) == 1
        assert json.loads(begun)[1] == "a"
        assert b"before" in line
        assert store.count() == 2


def test_copies_while_others_write_hold_whole_batches(database_url):
    stop = Event()

    def write():
        number = 0
        with Store.open(database_url) as store:
            while not stop.is_set():
                batch = [Article(id=f"{number}-{n}", title="t") for n in range(10)]
                store.upsert(batch, NOW)
                number += 1

    with Store.open(database_url) as store:
        writer = Thread(target=write)
        writer.start()
        try:
            seen = set()
            while len(seen) < 5:
                with store.copies.snapshot() as snapshot:
                    found = [len(list(snapshot.lines(name))) for name in ("articles", "changes")]
                assert found[0] == found[1]
                assert found[0] % 10 == 0
                seen.add(found[0])
        finally:
            stop.set()
            writer.join()


HOSTILE = [
    (TableShape(name="changes", columns=("sequence",)), [], "none of its version"),
    (TableShape(name="backfile_version", columns=("version_num",)), [], "none of its version"),
    (TableShape(name="x; DROP TABLE users", columns=()), [], "none of its version"),
    (None, [b"[1]\n"], "line 1 of the table visitor_salts of the copy cannot be read"),
    (None, [b'["2026-01-01", "00"]\n', b"{}\n"], "line 2 of the table"),
    (None, [b'["2026-99-01", "00"]\n'], "cannot be read"),
    (None, [b'["2026-01-01", "xy"]\n'], "cannot be read"),
    (None, [b'[{"a": 1}, "00"]\n'], "cannot be read"),
    (None, [b"[" * 100_000 + b"\n"], "cannot be read"),
    (None, [b'["2026-01-01", "00"]\n'] * 2, "the archive's database"),
    (None, [b'["2026-01-01", null]\n'], "the archive's database"),
]


def test_what_is_no_copy_leaves_the_store_as_it_was(database_url):
    salts = TableShape(name="visitor_salts", columns=("day", "salt"))
    with Store.open(database_url) as store:
        store.upsert([Article(id="a", title="t")], NOW)
        before = rows(store)
        for shape, lines, reason in HOSTILE:
            with (
                pytest.raises(StoreError, match=reason),
                store.copies.filling(newest_version()) as filling,
            ):
                filling.fill(shape or salts, lines)
        assert rows(store) == before


def test_a_copy_of_a_newer_store_is_refused(database_url):
    with Store.open(database_url) as store:
        with (
            pytest.raises(UnfitCopyError, match="install the Backfile that made it"),
            store.copies.filling("9999"),
        ):
            pass
        assert store.copies.is_empty()


@POSTGRESQL
def test_a_mark_stands_only_when_the_end_was_reached(new_url):
    with Store.open(new_url("postgresql")) as source, Store.open(new_url("postgresql")) as target:
        source.upsert([Article(id="a", title="t")], NOW)
        copied(source, target, "first")
        assert target.copies.mark() == "first"
        with pytest.raises(ZeroDivisionError), target.copies.filling(newest_version(), "second"):
            raise ZeroDivisionError
        assert target.copies.mark() == "first"
        assert target.get("a") is not None
