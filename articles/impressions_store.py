"""Where impressions and clicks are counted: two tables beside the articles."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Table, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from articles.database import Database
from articles.impressions import ArticleClicks, ArticlePlace, ItemPlace, Tally
from articles.tables import BLOCK_ARTICLES, BLOCK_ITEMS

_COUNTED = ("shown", "clicks")
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class ImpressionStore:
    """The impressions of one database, reached as ``store.impressions``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, items: Mapping[ItemPlace, Tally], articles: Mapping[ArticlePlace, Tally] | None = None
    ) -> None:
        """Count what was shown and followed beside what is counted already: all of it or nothing.

        Parameters
        ----------
        items : mapping
            By where the items stand.
        articles : mapping, optional
            By the articles of an experiment.
        """
        with self._database.writing() as connection:
            for table, counted in ((BLOCK_ITEMS, items), (BLOCK_ARTICLES, articles or {})):
                rows = [_row(place, tally) for place, tally in counted.items()]
                if rows:
                    connection.execute(_adding(connection.dialect.name, table), rows)

    def items(self, first: date, last: date) -> dict[ItemPlace, Tally]:
        """Return what was counted from one day to another, by day and place."""
        table = BLOCK_ITEMS
        wanted = table.select().where(table.c.day.between(first, last))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(*table.primary_key.columns))
            return {ItemPlace(*row[:-2]): Tally(*row[-2:]) for row in rows}

    def days(self) -> tuple[date, date] | None:
        """Return the first and the last day on which something was counted, None without any."""
        column = BLOCK_ITEMS.c.day
        with self._database.reading() as connection:
            first, last = connection.execute(select(func.min(column), func.max(column))).one()
        return (first, last) if first else None

    def compared(self, begun: date, recipes: Iterable[str], block: str) -> list[ArticleClicks]:
        """Return what was counted of an experiment, by article and recipe.

        Parameters
        ----------
        begun : date
            The first day of the experiment.
        recipes : iterable of str
            Only these.
        block : str
            The block that the recipes make.
        """
        column = BLOCK_ARTICLES.c
        its_own = column.block == block
        wanted = (
            select(
                column.article_id,
                column.recipe,
                func.sum(case((its_own, column.shown), else_=0)),
                func.sum(case((its_own, column.clicks), else_=0)),
                func.max(column.shown),
                func.sum(column.clicks),
            )
            .where(column.begun == begun, column.recipe.in_(list(recipes)))
            .group_by(column.article_id, column.recipe)
            .order_by(column.article_id, column.recipe)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            # PostgreSQL's sums of big integers are decimal numbers.
            return [ArticleClicks(*row[:2], *map(int, row[2:])) for row in rows]

    def forget(self, before: date) -> int:
        """Remove what was counted before a day, and experiments that began before it.

        Returns
        -------
        int
            How many rows that were.
        """
        with self._database.writing() as connection:
            return sum(
                int(connection.execute(delete(table).where(column < before)).rowcount)
                for table, column in (
                    (BLOCK_ITEMS, BLOCK_ITEMS.c.day),
                    (BLOCK_ARTICLES, BLOCK_ARTICLES.c.begun),
                )
            )


def _row(place: ItemPlace | ArticlePlace, tally: Tally) -> dict[str, Any]:
    row = {name: getattr(place, name) for name in type(place).__slots__}
    return row | {"shown": tally.shown, "clicks": tally.clicks}


def _adding(dialect: str, table: Table) -> Any:
    """Return the statement that inserts a row, or adds its numbers to the one that is there."""
    added: Any = _INSERT[dialect](table)
    sums = {name: table.c[name] + added.excluded[name] for name in _COUNTED}
    return added.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=sums)
