"""Where the audit log is kept: a table beside the articles, which only ever grows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from articles.audit import AuditEntry, AuditKind, Difference
from articles.database import Database
from articles.identifiers import fault_of_id
from articles.tables import AUDIT

MOST_ENTRIES = 500
"""Entries that are read at once, at most."""
MOST_USERS = 500


class AuditStore:
    """The audit log of one database, reached as ``store.audit``; safe between threads.

    Nothing here changes or removes an entry: a log that can be shortened proves nothing, and that
    of ten busy editors grows by some megabytes a year. Every method raises `StoreError` when the
    database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self,
        *,
        user: str = "",
        kind: AuditKind | None = None,
        about: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> list[AuditEntry]:
        """Return entries, the newest first.

        Parameters
        ----------
        user : str
            Only what this user did; empty for everybody.
        kind : AuditKind, optional
            Only what was done to this kind of thing.
        about : str
            Only what was done to, or beside, this section or article; empty for all.
        before : int, optional
            Only entries with a lesser number: what follows a page that ends with it.
        limit : int
            How many at most, and never more than `MOST_ENTRIES`.
        """
        if fault_of_id(about) or fault_of_id(user):
            return []
        column = AUDIT.c
        wanted = select(AUDIT).order_by(column.sequence.desc()).limit(min(limit, MOST_ENTRIES))
        if user:
            wanted = wanted.where(column.user == user)
        if kind is not None:
            wanted = wanted.where(column.kind == kind.value)
        if about:
            wanted = wanted.where(or_(column.subject == about, column.target == about))
        if before is not None:
            wanted = wanted.where(column.sequence < before)
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def users(self) -> list[str]:
        """Return who stands in the log, by name."""
        names = select(AUDIT.c.user).distinct().order_by(AUDIT.c.user).limit(MOST_USERS)
        with self._database.reading() as connection:
            return list(connection.scalars(names))


def record(
    connection: Connection,
    differences: Iterable[Difference],
    *,
    by: str,
    now: datetime,
    kind: AuditKind,
    subject: str,
) -> bool:
    """Write what an edit changed within the edit's own transaction; say whether it did."""
    common = {"at": now, "user": by, "kind": kind.value, "subject": subject}
    rows = [common | difference._asdict() for difference in differences]
    if rows:
        connection.execute(insert(AUDIT), rows)
    return bool(rows)


def _entry(row: Any) -> AuditEntry:
    values = {name: getattr(row, name) for name in AuditEntry.__slots__}
    return AuditEntry(**values | {"kind": AuditKind(row.kind)})
