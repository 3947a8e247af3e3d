"""How a report of queries is read from where these are counted."""

from typing import Any

from sqlalchemy import Connection, Float, Select, case, cast, func, select

from articles.database import Database
from articles.query_report import QueryCount, QueryDays, QueryList, QueryTotals
from articles.tables import QUERIES

MOST_LISTED = 10_000
"""Queries that are read at once, at most."""


class QueryReportStore:
    """Reports of the queries of one database, reached as ``store.query_report``.

    The database adds up, so that a process never holds more than it lists. Safe between threads;
    every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self, days: QueryDays) -> QueryTotals:
        """Add up all searches of these days."""
        column = QUERIES.c
        sums = select(*_sums(days)).where(column.day.between(days.begins, days.last))
        texts = select(func.count(column.text.distinct())).where(
            column.day.between(days.first, days.last)
        )
        with self._database.snapshot() as connection:
            queries = connection.scalar(texts) or 0
            counts = connection.execute(sums).one()
        return QueryTotals(queries, *(int(value or 0) for value in counts))

    def listed(
        self, which: QueryList, days: QueryDays, *, offset: int = 0, limit: int = 50
    ) -> list[QueryCount]:
        """Return queries of these days, ties by text.

        Parameters
        ----------
        which : QueryList
            Those asked most often; those that found nothing most often; those that found
            something of which nothing was followed; those asked more often than in the days
            before, by the difference; those that took longest on average.
        days : QueryDays
            When they were asked.
        offset, limit : int
            Which of them; never more than `MOST_LISTED`.
        """
        counted = _counted(days)
        column = counted.c
        rose = column.searches - column.before
        without = column.without_hits
        unfollowed = column.searches - without - column.clicks
        mean = cast(column.milliseconds, Float) / column.searches
        worth, wanted = {
            QueryList.TOP: (column.searches, column.searches > 0),
            QueryList.WITHOUT_HITS: (without, without > 0),
            QueryList.WITHOUT_CLICKS: (unfollowed, unfollowed > 0),
            QueryList.RISING: (rose, rose > 0),
            QueryList.SLOW: (mean, column.searches > 0),
        }[which]
        rows = (
            select(counted)
            .where(column.searches > 0, wanted)
            .order_by(worth.desc(), column.text)
            .offset(offset)
            .limit(min(limit, MOST_LISTED))
        )
        with self._database.snapshot() as connection:
            found = connection.execute(rows).all()
            hits = _last_hits(connection, [row.text for row in found], days)
        return [
            QueryCount(
                row.text,
                int(row.searches),
                int(row.without_hits),
                hits[row.text],
                int(row.milliseconds),
                int(row.before),
                int(row.clicks),
            )
            for row in found
        ]


def _counted(days: QueryDays) -> Any:
    """Return the counts of each query in these days and before them, as a table."""
    column = QUERIES.c
    return (
        select(column.text, *_sums(days))
        .where(column.day.between(days.begins, days.last))
        .group_by(column.text)
        .subquery()
    )


def _sums(days: QueryDays) -> list[Any]:
    """Return what is added up of these days, and how often was searched in those before."""
    column = QUERIES.c
    within = column.day >= days.first
    sums: list[Any] = [
        func.sum(case((within, column[name]), else_=0)).label(name)
        for name in ("searches", "without_hits", "milliseconds")
    ]
    return [
        *sums,
        func.sum(case((within, 0), else_=column.searches)).label("before"),
        func.sum(case((within, column.clicks), else_=0)).label("clicks"),
    ]


_TEXTS_AT_ONCE = 500
"""Values in one statement; SQLite takes no more than some thousands."""


def _last_hits(connection: Connection, texts: list[str], days: QueryDays) -> dict[str, int]:
    """Return how many articles the last search of each query has found."""
    column = QUERIES.c
    hits: dict[str, int] = {}
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some: Select[Any] = (
            select(column.text, column.hits)
            .where(
                column.day.between(days.first, days.last),
                column.searches > 0,
                column.text.in_(texts[start : start + _TEXTS_AT_ONCE]),
            )
            .order_by(column.day)
        )
        hits.update((text, found) for text, found in connection.execute(some))
    return hits
