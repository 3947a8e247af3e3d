"""Where views and clicks are kept: tables beside the articles, by hour, by day, over all time."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import case, func, insert, literal, select

from articles.database import Database
from articles.readings import (
    Click,
    CoReading,
    Counted,
    Kind,
    Rising,
    Span,
    Tally,
    View,
    first_hour,
)
from articles.readings_counting import add_readings, count_batch, public_ids
from articles.readings_visits import Keeping, add_pairs, finish_visits, forget
from articles.tables import CO_READINGS, IMPORTED_LOGS, READINGS, VISITOR_SALTS

SALT_BYTES = 16
_IDS_A_QUERY = 500


class ReadingStore:
    """The readings of one database, reached as ``store.readings``; safe between threads.

    Hours are those since 1970, as `articles.readings.hour_of` counts them; those of a window are
    both included. Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def salt(self, day: date) -> bytes:
        """Return the salt of a day, the same one for all processes; made when it is missing."""
        chosen = select(VISITOR_SALTS.c.salt).where(VISITOR_SALTS.c.day == day)
        with self._database.reading() as connection:
            salt = connection.scalar(chosen)
        if salt is None:
            with self._database.writing() as connection:
                salt = connection.scalar(chosen)
                if salt is None:
                    salt = secrets.token_bytes(SALT_BYTES)
                    connection.execute(insert(VISITOR_SALTS), {"day": day, "salt": salt})
        return bytes(salt)

    def count(
        self,
        views: Sequence[View] = (),
        clicks: Sequence[Click] = (),
        tallies: Sequence[Tally] = (),
        programs: Collection[bytes] = (),
        *,
        now: datetime,
        most: int,
    ) -> Counted:
        """Count a batch: all of it or, on an error, nothing.

        Parameters
        ----------
        views : sequence of View
            Each counts once for its visitor, hour and article.
        clicks : sequence of Click
            Each counts once a day for its visitor and mark.
        tallies : sequence of Tally
            Views that are known to be different ones; all count.
        programs : collection of bytes
            Visitors that are known to be programs.
        now : datetime
            Only articles that are public now count.
        most : int
            Articles that a reader opens in an hour; who opens more is a program.

        Returns
        -------
        Counted
            The views and clicks that counted.
        """
        with self._database.writing() as connection:
            return count_batch(connection, views, clicks, tallies, programs, now=now, most=most)

    def finish(self, now: datetime) -> bool:
        """Turn some of the visits that are over into what is read together; say if more are left.

        A visit is over when its hour and one more have passed.
        """
        with self._database.writing() as connection:
            return finish_visits(connection, now)

    def forget(self, now: datetime, keeping: Keeping) -> None:
        """Remove what is kept no longer, salts and marks of days before today among it."""
        with self._database.writing() as connection:
            forget(connection, now, keeping)

    def add_log(
        self, digest: bytes, tallies: Iterable[Tally], pairs: Iterable[CoReading], now: datetime
    ) -> bool:
        """Count what a log says, unless a log of this digest was counted before; say whether so."""
        chosen = select(IMPORTED_LOGS.c.digest).where(IMPORTED_LOGS.c.digest == digest)
        with self._database.writing() as connection:
            if connection.scalar(chosen) is not None:
                return False
            connection.execute(insert(IMPORTED_LOGS), {"digest": digest, "at": now})
            views = list(tallies)
            public = public_ids(connection, {one.article_id for one in views}, now)
            add_readings(
                connection,
                (
                    (Kind.VIEW, one.hour, one.article_id, one.views)
                    for one in views
                    if one.article_id in public
                ),
            )
            add_pairs(
                connection,
                (one for one in pairs if one.first_id in public and one.second_id in public),
            )
        return True

    def most_read(
        self, span: Span, first: int = 0, last: int = 0, *, most: int, kind: Kind = Kind.VIEW
    ) -> list[tuple[str, int]]:
        """Return the articles with the most views in a window, ties by id, and how many each.

        Parameters
        ----------
        span : Span
            Which buckets are added up; those of all time need no hours.
        first, last : int
            The first and the last hour at which a bucket may start.
        most : int
            How many articles at most.
        """
        column = READINGS.c
        total = func.sum(column.count).label("total")
        summed = (
            select(column.article_id, total)
            .where(
                column.kind == int(kind),
                column.span == int(span),
                column.start.between(first, last),
            )
            .group_by(column.article_id)
            .having(total > 0)
            .order_by(total.desc(), column.article_id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [(article_id, int(number)) for article_id, number in connection.execute(summed)]

    def rising(self, weights: Mapping[int, float], *, most: int) -> list[Rising]:
        """Return how articles were read in some hours, those with most weighted views first.

        Parameters
        ----------
        weights : mapping of int to float
            What a view of each hour weighs.
        most : int
            How many articles at most.
        """
        column = READINGS.c
        views = func.sum(column.count)
        weight = case(dict(weights), value=column.start, else_=literal(0.0))
        square = {hour: value * value for hour, value in weights.items()}
        weighted = func.sum(column.count * weight).label("weighted")
        squared = func.sum(column.count * case(square, value=column.start, else_=literal(0.0)))
        summed = (
            select(column.article_id, views, weighted, squared)
            .where(
                column.kind == int(Kind.VIEW),
                column.span == int(Span.HOUR),
                column.start.between(min(weights), max(weights)),
            )
            .group_by(column.article_id)
            .having(views > 0)
            .order_by(weighted.desc(), column.article_id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [
                Rising(article_id, int(number), float(late), float(squares))
                for article_id, number, late, squares in connection.execute(summed)
            ]

    def read_together(self, since: date, *, least: int, most: int) -> list[tuple[str, str, int]]:
        """Return the pairs read together since a day most often, and in how many visits each.

        Parameters
        ----------
        since : date
            The first day.
        least : int
            In how many visits at least.
        most : int
            How many pairs at most; ties by their ids.
        """
        column = CO_READINGS.c
        total = func.sum(column.visits).label("total")
        summed = (
            select(column.first_id, column.second_id, total)
            .where(column.day >= since)
            .group_by(column.first_id, column.second_id)
            .having(total >= least)
            .order_by(total.desc(), column.first_id, column.second_id)
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(summed)
            return [(first, second, int(number)) for first, second, number in rows]

    def clicks_of(self, ids: Sequence[str], since: date) -> dict[str, int]:
        """Return how often links in blocks to some articles were followed since a day."""
        column = READINGS.c
        found: dict[str, int] = {}
        with self._database.reading() as connection:
            for start in range(0, len(ids), _IDS_A_QUERY):
                some = ids[start : start + _IDS_A_QUERY]
                summed = (
                    select(column.article_id, func.sum(column.count))
                    .where(
                        column.kind == int(Kind.CLICK),
                        column.span == int(Span.DAY),
                        column.start >= first_hour(since),
                        column.article_id.in_(some),
                    )
                    .group_by(column.article_id)
                )
                found.update({key: int(value) for key, value in connection.execute(summed)})
        return found
