"""The database that the archive store stands on: opened, brought to the newest schema, shared.

What differs between SQLite and PostgreSQL is here and nowhere else.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Self, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, Engine, Select, create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from articles.errors import BackfileError
from articles.tables import METADATA, VERSION_TABLE

BUSY_SECONDS = 30
"""How long a process waits for its turn to write before it gives up."""

_ROWS_A_FETCH = 100
_T = TypeVar("_T")
_FORMS = "sqlite:///FOLDER/FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
_TAKE_TURN = {
    # A plain BEGIN would read first and could then be refused as a writer.
    "sqlite": "BEGIN IMMEDIATE",
    # Writers must take turns: else a later change could be committed, and read, before an earlier.
    "postgresql": "SELECT pg_advisory_xact_lock(6243514171)",
}
_TAKE_SNAPSHOT = {
    "sqlite": "BEGIN",
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
}
_REMEDIES = {
    "not a database": "the file was left as it is; name another one in the database URL",
    "unable to open": "check that its folder exists and that this user may write there",
    "malformed": "the file is damaged; put its latest backup in its place",
    "readonly": "let this user write the file and its folder",
    "locked": f"another process has been writing for {BUSY_SECONDS} seconds; try again after it",
    "is full": "make room on the disk and try again; nothing of the last batch was stored",
    # What SQLite says when there is not even room for the files beside the database.
    "disk I/O": "if the disk is full, make room on it and try again, otherwise it is failing; "
    "nothing of the last batch was stored",
    "connection": "check that the server runs, and the host, user and password in the database URL",
    "already exists": "give the archive a database of its own",
}
_one_migration = Lock()  # Alembic keeps the running migration in a global of its own.


class StoreError(BackfileError):
    """The archive's database cannot be used, or cannot hold what it was given."""


class NoRoomError(StoreError):
    """There is no room on the disk for what was to be stored; nothing of it was."""


class Database:
    """Connections to one database, errors told in whole sentences."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        url = engine.url
        self.name = url.database if engine.dialect.name == "sqlite" else masked(url)

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the database of that URL, made or migrated where needed (see `Store.open`)."""
        database = cls(_engine(url))
        try:
            database._prepare()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in which each statement sees one state of the archive."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            remedy = next((_REMEDIES[key] for key in _REMEDIES if key in reason), None)
            message = f"the archive's database {self.name}: {reason}"
            kind = NoRoomError if "is full" in reason else StoreError
            raise kind(f"{message}: {remedy}" if remedy else message) from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection in which all statements together see one state of the archive."""
        with self.reading() as connection, connection.begin():
            connection.exec_driver_sql(_TAKE_SNAPSHOT[self._engine.dialect.name])
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose work is stored whole at the end, or not at all."""
        with self.reading() as connection, connection.begin():
            connection.exec_driver_sql(_TAKE_TURN[self._engine.dialect.name])
            yield connection

    def stream(self, statement: Select[Any], make: Callable[[Any], _T]) -> Iterator[_T]:
        """Yield what ``make`` makes of each row, a few rows in memory at a time.

        Closing the iterator releases its connection.
        """
        with self.reading() as connection:
            streaming = connection.execution_options(yield_per=_ROWS_A_FETCH)
            with streaming.execute(statement) as rows:
                for row in rows:
                    yield make(row)

    @contextmanager
    def replacing(self, version: str) -> Iterator[Connection]:
        """Give a connection in which all tables are empty and of an older schema.

        At the end they are brought up to the newest, and what they held before is replaced whole,
        or not at all.
        """
        with self.writing() as connection:
            for table in inspect(connection).get_table_names():
                if table in {*METADATA.tables, VERSION_TABLE}:
                    connection.exec_driver_sql(f'DROP TABLE "{table}"')
            self._upgrade(connection, version)
            yield connection
            self._upgrade(connection, newest_version())

    def version_of(self, connection: Connection) -> str | None:
        """Return the version of the schema, None while there is none."""
        return MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE}
        ).get_current_revision()

    @property
    def dialect(self) -> str:
        """The kind of the database, ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def _prepare(self) -> None:
        newest = newest_version()
        with self.reading() as connection:
            # In this order: tables and version appear at once when another process creates them.
            tables = inspect(connection).get_table_names()
            version = self.version_of(connection)
            if self._engine.dialect.name == "sqlite":
                if tables and version is None:
                    raise StoreError(
                        f"{self.name} is the database of another program: it was left as it is; "
                        "name another file in the database URL"
                    )
                self._let_readers_read_while_writing(connection)
            else:
                encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
                if encoding != "UTF8":
                    raise StoreError(
                        f"the archive's database {self.name} holds only the characters of "
                        f"{encoding}: create it anew with ENCODING 'UTF8'"
                    )
        if version == newest:
            return
        with self.writing() as connection:
            try:
                self._upgrade(connection, newest)
            except CommandError as error:
                raise StoreError(
                    f"the archive's database {self.name} was made by a newer Backfile (its schema "
                    f"is {version}, this program knows {newest}): install the newer Backfile"
                ) from error

    def _upgrade(self, connection: Connection, version: str) -> None:
        config = _migrations()
        config.attributes["connection"] = connection
        with _one_migration:
            command.upgrade(config, version)

    def _let_readers_read_while_writing(self, connection: Connection) -> None:
        """Switch SQLite to its write-ahead log, which the file then remembers.

        SQLite refuses when two processes switch at once, without waiting; so they take turns by a
        lock on an empty database beside the archive.
        """
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal":
            return
        with closing(sqlite3.connect(f"{self.name}.lock", timeout=BUSY_SECONDS)) as turn:
            turn.execute("BEGIN EXCLUSIVE")
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def newest_version() -> str:
    """Return the version of the schema that this program knows."""
    return known_versions()[0]


def known_versions() -> tuple[str, ...]:
    """Return every version that a schema may have had, the newest first."""
    scripts = ScriptDirectory.from_config(_migrations())
    return tuple(script.revision for script in scripts.walk_revisions())


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "articles:migrations")
    return config


def masked(url: URL) -> str:
    """Return the address of a database, fit to be shown: without its secrets.

    Examples
    --------
    >>> masked(make_url("postgresql://ines:trout@db/archive?sslpassword=trout&sslmode=require"))
    'postgresql://ines:***@db/archive?sslmode=require&sslpassword=hidden'
    """
    secret = [key for key in url.query if any(word in key for word in ("pass", "secret", "key"))]
    return url.update_query_dict(dict.fromkeys(secret, "hidden")).render_as_string()


def _engine(text: str) -> Engine:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise StoreError(f"the database URL cannot be read: write {_FORMS}") from None
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(url)
    if url.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise StoreError(f"the archive cannot be kept in {url.drivername}: write {_FORMS}")
    try:
        # READ COMMITTED: a snapshot from before the writer's turn would be out of date in it.
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            max_overflow=-1,
            pool_pre_ping=True,
        )
    except ImportError as error:
        raise StoreError(
            f"the driver for PostgreSQL is missing ({error}): pip install 'backfile[postgresql]'"
        ) from error


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreError(
            f"{url} names no file, which the archive needs: write sqlite:///FOLDER/FILE"
        )
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder of the archive's database {url.database} cannot be made "
            f"({error.strerror}): name a folder that this user may write"
        ) from error
    # Without an isolation level the driver begins no transaction behind our back. SQLite's default
    # of synchronous = FULL stays: a committed batch outlives the power, at one fsync a batch.
    return create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        max_overflow=-1,
    )
