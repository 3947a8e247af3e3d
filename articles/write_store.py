"""How what programs ask for is written: whole, once, and with one line in the audit log."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from articles.article import Article, Status
from articles.audit import LONGEST_ORDER, AuditKind, Difference
from articles.audit_store import record
from articles.database import Database
from articles.identifiers import fault_of_id
from articles.tables import ARTICLES, GIVEN_ANSWERS
from articles.upserting import UnstorableError, row_of, upsert_rows
from articles.writing import (
    Asked,
    Once,
    RepeatedCallError,
    WriteOutcome,
    Written,
    counts_of,
)

KEPT = timedelta(days=1)
"""For how long a call that was made is known."""
_REJECTED = WriteOutcome.REJECTED


class WriteStore:
    """What programs write into one database, reached as ``store.writes``; safe between threads.

    A call is one transaction in the writers' turn: two processes that get the same call at the
    same time do it once. Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self,
        asked: Sequence[Asked],
        *,
        by: str,
        now: datetime,
        once: Once | None = None,
        known_only: bool = False,
    ) -> tuple[list[Written], bool]:
        """Keep and withdraw articles, in their order; those that cannot be are rejected.

        Parameters
        ----------
        asked : sequence of Asked
            What to do.
        by : str
            Who the audit log says it was.
        now : datetime
            When it is.
        once : Once, optional
            Which call this is, where it must not have its effect twice.
        known_only : bool
            Whether an article that is not in the archive is rejected.

        Returns
        -------
        list of Written
            What became of each, in the same order.
        bool
            Whether the answer is that of the same call before, and nothing was done now.

        Raises
        ------
        RepeatedCallError
            When a call of that key was made before, with another body or as one that is not
            answered again.
        """
        with self._database.writing() as connection:
            if once and (given := _given(connection, once, now)) is not None:
                return given, True
            written = _write(connection, asked, now, known_only=known_only)
            _log(connection, written, by, now)
            if once:
                _keep(connection, once, written, now)
        return written, False


def _write(
    connection: Connection, asked: Sequence[Asked], now: datetime, *, known_only: bool
) -> list[Written]:
    rows: list[dict[str, Any]] = []
    faults: dict[int, str] = {}
    latest: dict[str, Article | None] = {}
    for place, one in enumerate(asked):
        fault, article = one.fault, one.article
        if not fault and (known_only or article is None):
            before = latest[one.id] if one.id in latest else _stored(connection, one.id)
            if before is None:
                fault = "there is no article with this id"
            elif article is None:
                article = replace(before, status=Status.WITHDRAWN)
        if not fault and article is not None:
            try:
                rows.append(row_of(article, now))
            except UnstorableError as error:
                fault = f"it cannot be stored: {error.fault}"
            else:
                latest[article.id] = article
        if fault:
            faults[place] = fault
    outcomes = iter(upsert_rows(connection, rows, now))
    return [
        Written(one.id, _REJECTED, (faults[place],))
        if place in faults
        else Written(one.id, WriteOutcome(next(outcomes)), one.notes)
        for place, one in enumerate(asked)
    ]


def _stored(connection: Connection, article_id: str) -> Article | None:
    if fault_of_id(article_id):
        return None
    document = connection.scalar(select(ARTICLES.c.document).where(ARTICLES.c.id == article_id))
    return None if document is None else Article.from_json(document)


def _log(connection: Connection, written: Sequence[Written], by: str, now: datetime) -> None:
    """Write one line of the audit log for the whole call, none when nothing came of it."""
    still = (WriteOutcome.UNCHANGED, _REJECTED)
    done = [one for one in written if one.outcome not in still]
    if not done:
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in counts_of(written).items() if count)
    words = f"{counts}: {', '.join(one.id for one in done)}"
    after = words if len(words) <= LONGEST_ORDER else f"{words[:LONGEST_ORDER]}…"
    alone = done[0].id if len(done) == 1 else ""
    differences = [Difference("wrote articles", after=after)]
    record(connection, differences, by=by, now=now, kind=AuditKind.ARTICLES, subject=alone)


def _given(connection: Connection, once: Once, now: datetime) -> list[Written] | None:
    """Return what the same call was answered before, None when it is new."""
    column = GIVEN_ANSWERS.c
    connection.execute(delete(GIVEN_ANSWERS).where(column.at <= now - KEPT))
    same = select(GIVEN_ANSWERS).where(column.caller == once.caller, column.call_key == once.key)
    row = connection.execute(same).one_or_none()
    if row is None:
        return None
    if not once.answered_again:
        raise RepeatedCallError("this call was received before, and is not done again")
    if row.digest != once.digest:
        raise RepeatedCallError(
            "another call had this key within a day: give each call a key of its own, and the "
            "same one only to the same call when it is repeated"
        )
    return [
        Written(article_id, WriteOutcome(outcome), tuple(reasons))
        for article_id, outcome, reasons in json.loads(row.answer)
    ]


def _keep(connection: Connection, once: Once, written: Sequence[Written], now: datetime) -> None:
    answer = json.dumps([(one.id, one.outcome.value, one.reasons) for one in written])
    row = {"caller": once.caller, "call_key": once.key, "digest": once.digest}
    connection.execute(insert(GIVEN_ANSWERS), row | {"answer": answer, "at": now})
