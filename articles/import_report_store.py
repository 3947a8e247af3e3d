"""Where the reports of imports are kept: two tables beside the articles."""

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from articles.database import Database
from articles.identifiers import storable
from articles.import_reports import (
    KEPT_PROBLEMS,
    KEPT_REPORTS,
    SILENCE,
    ImportCounts,
    ImportReport,
    ImportState,
    ProblemFilter,
)
from articles.importers.problem import Problem
from articles.tables import IMPORT_PROBLEMS, IMPORTS

LONGEST_TEXT = 1_000
"""Characters of a path, an id or a reason that are kept."""
MOST_PATHS = 50
"""Paths of an import that are named."""
_COUNTS = tuple(one.name for one in fields(ImportCounts))
_PROBLEM = ("file", "line", "action", "record_id", "reason")


class ImportReportStore:
    """The reports of one database, reached as ``store.import_reports``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, paths: Sequence[str], *, by: str, now: datetime) -> int:
        """Begin a report and return its number; the oldest of too many reports are dropped."""
        named = [storable(path, LONGEST_TEXT) for path in paths[:MOST_PATHS]]
        row = {
            "started": now,
            "heard": now,
            "by": storable(by, LONGEST_TEXT),
            "paths": json.dumps(named),
            "more": len(paths) - len(named),
            "state": ImportState.RUNNING.value,
            "fault": "",
        } | dict.fromkeys(_COUNTS, 0)
        with self._database.writing() as connection:
            number: int = connection.execute(
                insert(IMPORTS).values(row).returning(IMPORTS.c.number)
            ).scalar_one()
            latest = select(IMPORTS.c.number).order_by(IMPORTS.c.number.desc())
            dropped = connection.scalar(latest.offset(KEPT_REPORTS).limit(1))
            if dropped is not None:
                for table in (IMPORT_PROBLEMS, IMPORTS):
                    connection.execute(delete(table).where(table.c.number <= dropped))
        return number

    def note(
        self,
        number: int,
        counts: ImportCounts,
        problems: Sequence[Problem] = (),
        *,
        now: datetime,
        state: ImportState = ImportState.RUNNING,
        fault: str = "",
    ) -> None:
        """Write down how far an import is, or how it ended, with the problems since the last time.

        Problems beyond `KEPT_PROBLEMS` are left out. A report that has been dropped meanwhile
        stays so.
        """
        values = asdict(counts) | {"heard": now, "state": state.value}
        values["fault"] = storable(fault, LONGEST_TEXT)
        with self._database.writing() as connection:
            known = connection.execute(
                update(IMPORTS).where(IMPORTS.c.number == number).values(values)
            ).rowcount
            if not problems or not known:
                return
            place = _kept(connection, number)
            rows = [
                {"number": number, "place": place + ahead} | _row(problem)
                for ahead, problem in enumerate(problems[: KEPT_PROBLEMS - place], start=1)
            ]
            if rows:
                connection.execute(insert(IMPORT_PROBLEMS), rows)

    def reports(self, now: datetime, *, offset: int = 0, limit: int = 25) -> list[ImportReport]:
        """Return reports, the newest first."""
        wanted = select(IMPORTS).order_by(IMPORTS.c.number.desc()).offset(offset).limit(limit)
        with self._database.reading() as connection:
            return [_report(row, now) for row in connection.execute(wanted)]

    def report(self, number: int, now: datetime) -> ImportReport | None:
        """Return the report of that number, None when there is none, or no more."""
        with self._database.reading() as connection:
            row = connection.execute(select(IMPORTS).where(IMPORTS.c.number == number)).first()
        return None if row is None else _report(row, now)

    def count(self) -> int:
        """Return how many reports there are."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(IMPORTS)) or 0

    def problems(
        self,
        number: int,
        wanted: ProblemFilter = ProblemFilter(),  # noqa: B008 - frozen
        *,
        offset: int = 0,
        limit: int = KEPT_PROBLEMS,
    ) -> list[Problem]:
        """Return problems that were kept of an import, in the order of the records."""
        column = IMPORT_PROBLEMS.c
        listed = select(*(column[name] for name in _PROBLEM)).where(*_conditions(number, wanted))
        paged = listed.order_by(column.place).offset(offset).limit(limit)
        with self._database.reading() as connection:
            return [Problem(*row) for row in connection.execute(paged)]

    def count_problems(self, number: int, wanted: ProblemFilter = ProblemFilter()) -> int:  # noqa: B008 - frozen
        """Return how many problems `problems` has in all."""
        counted = select(func.count()).select_from(IMPORT_PROBLEMS)
        with self._database.reading() as connection:
            return connection.scalar(counted.where(*_conditions(number, wanted))) or 0


def _kept(connection: Any, number: int) -> int:
    """Return the place of the last problem that is kept of an import, 0 without any."""
    last = select(func.max(IMPORT_PROBLEMS.c.place)).where(IMPORT_PROBLEMS.c.number == number)
    return connection.scalar(last) or 0


def _row(problem: Problem) -> dict[str, Any]:
    row = dict(zip(_PROBLEM, astuple(problem), strict=True))
    for name in ("file", "record_id", "reason"):
        row[name] = storable(row[name], LONGEST_TEXT)
    return row


def _conditions(number: int, wanted: ProblemFilter) -> list[ColumnElement[bool]]:
    column = IMPORT_PROBLEMS.c
    conditions: list[ColumnElement[bool]] = [column.number == number]
    if wanted.action is not None:
        conditions.append(column.action == wanted.action)
    if wanted.words:
        words = storable(wanted.words, LONGEST_TEXT)
        places = (column.file, column.record_id, column.reason)
        conditions.append(or_(*(place.icontains(words, autoescape=True) for place in places)))
    return conditions


def _report(row: Any, now: datetime) -> ImportReport:
    report = ImportReport(
        number=row.number,
        started=row.started,
        heard=row.heard,
        by=row.by,
        paths=tuple(json.loads(row.paths)),
        more=row.more,
        state=ImportState(row.state),
        fault=row.fault,
        counts=ImportCounts(**{name: getattr(row, name) for name in _COUNTS}),
    )
    if report.state is ImportState.RUNNING and now - report.heard > SILENCE:
        return replace(report, state=ImportState.INTERRUPTED)
    return report
