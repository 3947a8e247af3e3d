"""Where the queries of readers are counted: a table beside the articles."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update

from articles.asked_queries import AskedQuery, PastQuery
from articles.database import Database
from articles.tables import QUERIES


class QueryStore:
    """The queries of one database, reached as ``store.queries``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, asked: Sequence[AskedQuery]) -> None:
        """Count some queries, each once for its day, beside what other processes counted.

        One without searches, which counts clicks, says nothing of how many hits there are.
        """
        column = QUERIES.c
        with self._database.writing() as connection:
            for query in asked:
                counted = (
                    update(QUERIES)
                    .where(column.day == query.day, column.text == query.text)
                    .values(
                        searches=column.searches + query.searches,
                        without_hits=column.without_hits + query.without_hits,
                        hits=query.hits if query.searches else column.hits,
                        milliseconds=column.milliseconds + query.milliseconds,
                        clicks=column.clicks + query.clicks,
                    )
                )
                if not connection.execute(counted).rowcount:
                    row = {name: getattr(query, name) for name in AskedQuery.__slots__}
                    connection.execute(insert(QUERIES), row)

    def successful(self, *, least: int, most: int) -> list[PastQuery]:
        """Return the queries that found something most often, ties by text.

        Parameters
        ----------
        least : int
            How often a query must have found something.
        most : int
            How many queries at most.
        """
        column = QUERIES.c
        successes = func.sum(column.searches - column.without_hits).label("successes")
        often = (
            select(column.text, successes, func.max(column.day).label("day"))
            .where(column.searches > 0)
            .group_by(column.text)
            .having(successes >= least)
            .order_by(successes.desc(), column.text)
            .limit(most)
            .subquery()
        )
        latest = and_(column.text == often.c.text, column.day == often.c.day)
        with_hits = (
            select(often.c.text, often.c.successes, column.hits)
            .join(QUERIES, latest)
            .where(column.hits > 0)
            .order_by(often.c.successes.desc(), often.c.text)
        )
        with self._database.reading() as connection:
            rows = connection.execute(with_hits)
            return [PastQuery(text, int(found), hits) for text, found, hits in rows]

    def all(self) -> Iterator[AskedQuery]:
        """Yield every query of every day, by day and text."""
        ordered = select(*(QUERIES.c[name] for name in AskedQuery.__slots__))
        return self._database.stream(ordered.order_by(QUERIES.c.day, QUERIES.c.text), _query)

    def forget(self, before: date) -> int:
        """Remove what was asked before a day; return how many rows that were."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(QUERIES).where(QUERIES.c.day < before))
            return int(gone.rowcount)


def _query(row: Any) -> AskedQuery:
    return AskedQuery(*row)
