"""Where the catalogue is kept: a narrow table beside the articles, written with them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from articles.addresses import normalised
from articles.article import Status
from articles.catalogue import LONGEST, MOST_WORDS, Entry, Showing, Wanted, words_of
from articles.database import Database
from articles.identifiers import fault_of_id, storable
from articles.tables import CATALOGUE

MOST_VALUES = 200
"""Sections, or sources, that can be chosen from."""
_SHOWN = tuple(Entry.__slots__)
_KEPT = tuple(column.name for column in CATALOGUE.c)
_REPLACE = update(CATALOGUE).where(CATALOGUE.c.id == bindparam("key"))
_STATUSES = {
    Showing.DRAFT: Status.DRAFT,
    Showing.PRIVATE: Status.PRIVATE,
    Showing.WITHDRAWN: Status.WITHDRAWN,
}


class CatalogueStore:
    """The catalogue of one database, reached as ``store.catalogue``; safe between threads.

    At worst a question reads the whole table, which is a fiftieth of the articles: 80,000 of them
    take some hundredths of a second. Every method raises `StoreError` when the database does not
    answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, wanted: Wanted, now: datetime, *, offset: int = 0, limit: int = 50
    ) -> tuple[list[Entry], int]:
        """Return a page of the articles that are wanted, and how many there are in all.

        The newest stand first, those without a date last, and of one moment the greater id first.
        """
        conditions = _conditions(wanted, now)
        column = CATALOGUE.c
        listed = select(*(column[name] for name in _SHOWN)).where(*conditions)
        ordered = listed.order_by(column.published.desc().nulls_last(), column.id.desc())
        counted = select(func.count()).select_from(CATALOGUE).where(*conditions)
        with self._database.snapshot() as connection:
            total = connection.scalar(counted) or 0
            rows = connection.execute(ordered.offset(offset).limit(limit)).all() if total else ()
        return [_entry(row) for row in rows], total

    def sections(self) -> list[str]:
        """Return the sections that articles are in, by name; of too many, the greatest."""
        return self._values("section")

    def sources(self) -> list[str]:
        """Return the sources of articles, as `sections` does."""
        return self._values("source")

    def _values(self, name: str) -> list[str]:
        column = CATALOGUE.c[name]
        most = select(column).where(column != "").group_by(column)
        greatest = most.order_by(func.count().desc(), column).limit(MOST_VALUES)
        with self._database.reading() as connection:
            return sorted(connection.scalars(greatest))


def keep_entries(
    connection: Connection, added: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]
) -> None:
    """Write the rows of articles that are added and changed into the catalogue."""
    if added:
        connection.execute(insert(CATALOGUE), [_kept(row) for row in added])
    if changed:
        connection.execute(_REPLACE, [_kept(row) | {"key": row["id"]} for row in changed])


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _KEPT}


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    column = CATALOGUE.c
    conditions: list[ColumnElement[bool]] = []
    if text := wanted.text.strip():
        conditions.append(_named(text))
    if wanted.showing is not None:
        conditions.append(_shown(wanted.showing, now))
    conditions += [
        column[name] == storable(value, LONGEST)
        for name in ("section", "source")
        if (value := getattr(wanted, name))
    ]
    if wanted.first is not None:
        conditions.append(column.published >= datetime.combine(wanted.first, time(), UTC))
    if wanted.last is not None:
        after = datetime.combine(wanted.last, time(), UTC)
        conditions.append(column.published < _day_after(after))
    return conditions


def _day_after(moment: datetime) -> datetime:
    try:
        return moment + timedelta(days=1)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _named(text: str) -> ColumnElement[bool]:
    column = CATALOGUE.c
    known: list[ColumnElement[bool]] = []
    if not fault_of_id(text):
        known.append(column.id == text)
    if address := normalised(text):
        known.append(column.address == storable(address, LONGEST))
    elif words := words_of(text)[:MOST_WORDS]:
        known.append(and_(*(column.words.contains(word, autoescape=True) for word in words)))
    return or_(*known) if known else column.id.is_(None)


def _shown(showing: Showing, now: datetime) -> ColumnElement[bool]:
    """Return the condition for what `articles.article.is_public` says, in the database's words."""
    column = CATALOGUE.c
    if showing in _STATUSES:
        return column.status == _STATUSES[showing].value
    published = column.status == Status.PUBLISHED.value
    over = func.coalesce(column.expires <= now, False)
    if showing is Showing.EXPIRED:
        return and_(published, over)
    later = or_(
        func.coalesce(column.published > now, False),
        func.coalesce(column.embargo_until > now, False),
    )
    if showing is Showing.WAITING:
        return and_(published, not_(over), later)
    return and_(published, not_(over), not_(later))


def _entry(row: Any) -> Entry:
    values = {name: getattr(row, name) for name in _SHOWN}
    return Entry(**values | {"status": Status(row.status)})
