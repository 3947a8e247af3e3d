"""Where judgments are kept: a table beside the articles."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from articles.database import Database, StoreError
from articles.identifiers import fault_of_id
from articles.judgments import Grade, Judgment, JudgmentKind, asked, fault_of, question_key
from articles.tables import JUDGMENTS


class JudgmentStore:
    """The judgments of one database, reached as ``store.judgments``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, judgment: Judgment) -> None:
        """Keep a judgment; it replaces that of the same judge on the same article and question.

        Raises
        ------
        StoreError
            When the question or the judge is empty or too long, or a text cannot be kept.
        """
        if fault := fault_of(judgment) or fault_of_id(judgment.article_id):
            raise StoreError(f"the judgment cannot be stored: {fault}")
        kind, question = judgment.kind, asked(judgment.kind, judgment.question)
        row = {
            "question_key": question_key(kind, question),
            "article_id": judgment.article_id,
            "judge": judgment.judge,
            "kind": kind.value,
            "question": question,
            "grade": int(judgment.grade),
            "at": judgment.at,
        }
        with self._database.writing() as connection:
            connection.execute(delete(JUDGMENTS).where(*_same(judgment)))
            connection.execute(insert(JUDGMENTS), row)

    def take_back(self, judgment: Judgment) -> bool:
        """Remove what this judge said of this article and question, whatever the grade was.

        Returns
        -------
        bool
            Whether there was a judgment.
        """
        if fault_of(judgment) or fault_of_id(judgment.article_id):
            return False
        with self._database.writing() as connection:
            return connection.execute(delete(JUDGMENTS).where(*_same(judgment))).rowcount > 0

    def all(self, kind: JudgmentKind) -> Iterator[Judgment]:
        """Yield the judgments of a kind, by question, article and judge."""
        return self._found(JUDGMENTS.c.kind == kind.value)

    def of(self, kind: JudgmentKind, question: str) -> Iterator[Judgment]:
        """Yield the judgments of one question, by article and judge; queries as `asked` says."""
        return self._found(JUDGMENTS.c.question_key == question_key(kind, question))

    def _found(self, condition: ColumnElement[bool]) -> Iterator[Judgment]:
        column = JUDGMENTS.c
        ordered = select(JUDGMENTS).where(condition)
        ordered = ordered.order_by(column.question, column.article_id, column.judge)
        return self._database.stream(ordered, _judgment)


def _judgment(row: Any) -> Judgment:
    return Judgment(
        kind=JudgmentKind(row.kind),
        question=row.question,
        article_id=row.article_id,
        grade=Grade(row.grade),
        judge=row.judge,
        at=row.at,
    )


def _same(judgment: Judgment) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the row that holds this judge's word on this article and question."""
    return (
        JUDGMENTS.c.question_key == question_key(judgment.kind, judgment.question),
        JUDGMENTS.c.article_id == judgment.article_id,
        JUDGMENTS.c.judge == judgment.judge,
    )
