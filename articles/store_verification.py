"""Is the store what was written? Asked of the database, and of every article and change in it."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, select

from articles.article import Article
from articles.database import Database
from articles.faults import Checked, Faults
from articles.tables import ARTICLES, CHANGES

ROWS_AT_A_TIME = 100
ARTICLES_CHECK = "articles"
"""The name of the check without which nothing can be compared with the store."""
OnChecked = Callable[[str, int, int], None]
"""Told what is checked, and how many things of how many are done."""
_RESTORE = "put a backup back: `backfile restore FILE --replace`"
_AGAIN = "bring the article in again, or put a backup back"
_MOST_FAULTS = 100
_OF_ARTICLE = ("id", "status", "published", "embargo_until", "expires")
"""Columns that say what the document says, too."""


class StoreVerification:
    """Looks for damage in a store, of one moment; nobody waits for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, on_checked: OnChecked = lambda *_: None) -> tuple[Checked, ...]:
        """Read everything once; return what was found.

        Raises
        ------
        StoreError
            When the database is so damaged that it does not answer at all.
        """
        with self._database.snapshot() as connection:
            total = connection.scalar(select(func.count()).select_from(ARTICLES)) or 0
            pages = [self._pages(connection)] if self._database.dialect == "sqlite" else []
            articles = self._articles(connection, total, on_checked)
            return *pages, articles, self._changes(connection)

    def _pages(self, connection: Connection) -> Checked:
        """Let SQLite look at its pages, indexes and references."""
        found = Faults("pages of the database", "file")
        found.looked()
        name = str(self._database.name)
        for (fault,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_FAULTS})"):
            if fault != "ok":
                found.add(name, " ".join(fault.split()), _RESTORE)
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            found.add(
                f"{name}, table {row[0]}", f"row {row[1]} refers to none in {row[2]}", _RESTORE
            )
        return found.checked()

    def _articles(self, connection: Connection, total: int, on_checked: OnChecked) -> Checked:
        """Hold every document against its digest, and the columns beside it against it."""
        found = Faults(ARTICLES_CHECK, "article")
        rows = connection.execute(select(ARTICLES), execution_options={"yield_per": ROWS_AT_A_TIME})
        for row in rows:
            fault = _fault_of(row)
            if fault:
                found.add(f"article {row.id[:100]!a} of the store", fault, _AGAIN)
            found.looked()
            on_checked("checking the store", found.checked().count, total)
        return found.checked()

    def _changes(self, connection: Connection) -> Checked:
        """Hold the log of changes against the articles."""
        found = Faults("changes", "change")
        found.looked(connection.scalar(select(func.count()).select_from(CHANGES)) or 0)
        changed = select(CHANGES.c.article_id)
        unlogged = select(ARTICLES.c.id).where(ARTICLES.c.id.not_in(changed))
        for (name,) in connection.execute(unlogged.order_by(ARTICLES.c.id)):
            found.add(f"article {name[:100]!a} of the store", "no change of it is logged", _AGAIN)
        absent = select(CHANGES.c.sequence, CHANGES.c.article_id).where(
            CHANGES.c.article_id.not_in(select(ARTICLES.c.id))
        )
        for sequence, name in connection.execute(absent.order_by(CHANGES.c.sequence)):
            found.add(
                f"change {sequence} of the store",
                f"its article {name[:100]!a} is not there",
                _RESTORE,
            )
        return found.checked()


def _fault_of(row: Any) -> str:
    """Return what is wrong with the row of an article, empty when nothing is."""
    if sha256(row.document.encode()).digest() != row.digest:
        return "its document is not what was written"
    try:
        article = Article.from_json(row.document)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return f"its document is none: {error}"
    said = [name for name in _OF_ARTICLE if getattr(article, name) != getattr(row, name)]
    return f"its columns differ from its document: {', '.join(said)}" if said else ""
