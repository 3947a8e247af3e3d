"""Copies of a store that either database can read: its tables as lines of JSON, of one moment.

A row is a JSON array of what the database holds, bytes as hexadecimal digits and days in ISO form,
so that a store that was copied from SQLite can be filled into PostgreSQL, and the other way round.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, MetaData, Table, func, insert, select, text

from articles.database import Database, StoreError, known_versions
from articles.tables import METADATA

ROWS_AT_A_TIME = 200
"""Rows that are read or written at once."""
_BYTES_AT_A_TIME = 1 << 22
_READ: Mapping[type, Callable[[Any], Any]] = {bytes: bytes.hex, date: date.isoformat}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UnfitCopyError(StoreError):
    """A copy holds what no store of its version does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """A table of a copy and the names of its columns, in the order in which a row has them."""

    name: str
    columns: tuple[str, ...]


class Snapshot:
    """A store at one moment, whatever is written to it meanwhile.

    Attributes
    ----------
    version : str
        The version of its schema.
    shapes : tuple of TableShape
        Its tables.
    """

    def __init__(self, connection: Connection, version: str) -> None:
        self._connection = connection
        self._tables = _tables(connection)
        self.version = version
        self.shapes = tuple(
            TableShape(name=name, columns=tuple(table.columns.keys()))
            for name, table in self._tables.items()
        )

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield each row of a table as a line of JSON, some rows in memory at a time."""
        found = self._connection.execute(
            select(self._tables[name]), execution_options={"yield_per": ROWS_AT_A_TIME}
        )
        with found as rows:
            for row in rows:
                values = [_READ.get(type(value), _same)(value) for value in row]
                yield _encode(values).encode() + b"\n"


class StoreCopies:
    """Takes copies of a store, and fills one with what was copied."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the store as it is now; who writes meanwhile does not wait."""
        with self._database.snapshot() as connection:
            version = self._database.version_of(connection)
            if version is None:  # a store that is open has one
                raise StoreError(f"{self._database.name} holds no store")
            yield Snapshot(connection, version)

    def is_empty(self) -> bool:
        """Say whether no table has a row."""
        with self._database.reading() as connection:
            tables = _tables(connection).values()
            return all(connection.execute(select(t).limit(1)).first() is None for t in tables)

    @contextmanager
    def filling(self, version: str, mark: str = "") -> Iterator["Filling"]:
        """Give what fills the store anew: at the end it holds that alone, migrated.

        Whatever goes wrong before the end leaves the store as it was.

        Parameters
        ----------
        version : str
            The schema of what it is filled with.
        mark : str
            Kept with the store where it can be, to tell afterwards whether the end was reached.

        Raises
        ------
        UnfitCopyError
            When this program does not know the version.
        """
        if version not in known_versions():
            raise UnfitCopyError(
                f"the copy has schema {version[:20]!a}, and this program knows up to "
                f"{known_versions()[0]}: install the Backfile that made it, or a newer one"
            )
        with self._database.replacing(version) as connection:
            yield Filling(connection)
            if mark and self._database.dialect == "postgresql":
                connection.exec_driver_sql(f"COMMENT ON TABLE articles IS '{mark}'")

    def mark(self) -> str:
        """Return the mark of the last filling that reached its end; SQLite keeps none."""
        if self._database.dialect != "postgresql":
            return ""
        with self._database.reading() as connection:
            return connection.scalar(text("SELECT obj_description('articles'::regclass)")) or ""

    def others(self) -> int:
        """Return how many programs beside this one use a PostgreSQL database; 0 of SQLite."""
        if self._database.dialect != "postgresql":
            return 0
        asked = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        with self._database.reading() as connection:
            return int(connection.scalar(asked) or 0)


class Filling:
    """A store that is being filled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = _tables(connection)

    def fill(self, shape: TableShape, lines: Iterable[bytes]) -> int:
        """Add the rows of a table; return how many they were.

        Raises
        ------
        UnfitCopyError
            When there is no such table, or a line is no row of it; the message names the line.
        """
        table = self._tables.get(shape.name)
        if table is None or set(shape.columns) != set(table.columns.keys()):
            raise UnfitCopyError(
                f"the table {shape.name[:40]!a} of the copy is none of its version: it was made by "
                "another program, or is damaged"
            )
        readers = [_reader(table.columns[name].type) for name in shape.columns]
        waiting: list[dict[str, Any]] = []
        size = count = 0
        for count, line in enumerate(lines, 1):
            values = _row(line, readers, f"line {count:,} of the table {shape.name}")
            waiting.append(dict(zip(shape.columns, values, strict=True)))
            size += len(line)
            if len(waiting) == ROWS_AT_A_TIME or size > _BYTES_AT_A_TIME:
                self._connection.execute(insert(table), waiting)
                waiting, size = [], 0
        if waiting:
            self._connection.execute(insert(table), waiting)
        self._count_on(table)
        return count

    def _count_on(self, table: Table) -> None:
        """Let PostgreSQL number new rows behind those that were added; SQLite does by itself."""
        column = table.autoincrement_column
        if column is None or self._connection.dialect.name != "postgresql":
            return
        sequence = self._connection.scalar(
            select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
        )
        last = self._connection.scalar(select(func.max(column)))
        if sequence is not None and last is not None:
            self._connection.execute(select(func.setval(sequence, last)))


def _tables(connection: Connection) -> dict[str, Table]:
    """Return the store's tables as the database has them, by name."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in METADATA.tables)
    return {table.name: table for table in found.sorted_tables}


def _same(value: Any) -> Any:
    return value


def _reader(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, LargeBinary):
        return bytes.fromhex
    return date.fromisoformat if isinstance(kind, Date) else _same


def _row(line: bytes, readers: list[Callable[[Any], Any]], where: str) -> list[Any]:
    try:
        values = json.loads(line)
        return [
            None if value is None else read(value)
            for read, value in zip(readers, values, strict=True)
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise UnfitCopyError(f"{where} of the copy cannot be read: {error}") from error
