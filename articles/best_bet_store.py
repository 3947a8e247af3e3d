"""Where best bets and redirects are kept: a table beside the articles."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

from articles.audit import AuditKind, bet_differences
from articles.audit_store import record
from articles.best_bets import MAXIMUM_BETS, Bet, BetKind, Bets, BetsEdit, query_of
from articles.curation import Span
from articles.curation_edits import CurationError
from articles.database import Database
from articles.identifiers import fault_of_id, fault_of_text
from articles.tables import ARTICLES, BEST_BETS

MAXIMUM_ALL_BETS = 20_000
"""Best bets and redirects in all."""


class BestBetStore:
    """What is decided about queries in one database, reached as ``store.best_bets``.

    Edits are made by `articles.best_bets` and stand in the audit log, which is written in the same
    transaction. Safe between threads; every method raises `StoreError` when the database does not
    answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, query: str) -> Bets:
        """Return what is decided about a query, which is `normalised`."""
        if fault_of_text(query):
            return ()
        with self._database.reading() as connection:
            return _bets_of(connection, query)

    def queries(self) -> int:
        """Return how many queries something is decided about."""
        with self._database.reading() as connection:
            distinct = select(func.count(BEST_BETS.c.query.distinct()))
            return connection.scalar(distinct) or 0

    def listed(self, *, offset: int = 0, limit: int = 50) -> list[Bets]:
        """Return what is decided about some of the queries, by query."""
        column = BEST_BETS.c.query
        some = select(column).distinct().order_by(column).offset(offset).limit(limit).subquery()
        wanted = _BETS.where(column.in_(select(some.c.query)))
        found: dict[str, list[Bet]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.query, []).append(_bet(row))
        return [tuple(bets) for bets in found.values()]

    def change(self, query: str, edit: BetsEdit, *, by: str, now: datetime) -> Bets:
        """Edit what is decided about a query and return what it is now.

        Raises
        ------
        CurationError
            When the edit cannot be made or would exceed a bound, names an unknown article, or the
            query is one that nothing can be decided about.
        """
        query = query_of(query)
        with self._database.writing() as connection:
            before = _bets_of(connection, query)
            after = edit(before)
            if len(after) > MAXIMUM_BETS:
                raise CurationError(
                    f"a query has at most {MAXIMUM_BETS} best bets and redirects: remove one before"
                )
            _require(connection, set(_articles(after)) - set(_articles(before)))
            differences = bet_differences(before, after)
            if record(
                connection, differences, by=by, now=now, kind=AuditKind.BEST_BETS, subject=query
            ):
                _write(connection, query, after)
                count = connection.scalar(select(func.count()).select_from(BEST_BETS)) or 0
                if count > MAXIMUM_ALL_BETS:
                    raise CurationError(
                        f"at most {MAXIMUM_ALL_BETS:,} best bets and redirects are kept: remove "
                        "some that have ended"
                    )
        return after


_BETS: Select[Any] = select(
    *(BEST_BETS.c[name] for name in ("query", "kind", "target", "begins", "ends"))
).order_by(BEST_BETS.c.query, BEST_BETS.c.place)


def _bets_of(connection: Connection, query: str) -> Bets:
    rows = connection.execute(_BETS.where(BEST_BETS.c.query == query))
    return tuple(map(_bet, rows))


def _bet(row: Any) -> Bet:
    return Bet(row.query, BetKind(row.kind), row.target, Span(row.begins, row.ends))


def _articles(bets: Bets) -> Iterable[str]:
    return (bet.target for bet in bets if bet.kind is BetKind.ARTICLE)


def _require(connection: Connection, ids: Iterable[str]) -> None:
    """Raise `CurationError` for an article that is not in the store."""
    for article_id in sorted(ids):
        there = not fault_of_id(article_id) and connection.scalar(
            select(ARTICLES.c.id).where(ARTICLES.c.id == article_id)
        )
        if not there:
            raise CurationError(
                f"the archive has no article {article_id[:100]!a}: look for its id on the page of "
                "the article, or import it first"
            )


def _write(connection: Connection, query: str, bets: Bets) -> None:
    connection.execute(delete(BEST_BETS).where(BEST_BETS.c.query == query))
    rows = [
        {
            "query": query,
            "place": place,
            "kind": bet.kind.value,
            "target": bet.target,
            "begins": bet.span.begins,
            "ends": bet.span.ends,
        }
        for place, bet in enumerate(bets, 1)
    ]
    if rows:
        connection.execute(insert(BEST_BETS), rows)
