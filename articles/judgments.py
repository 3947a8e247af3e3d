"""Judgments: what a person of the newsroom says of one article in one answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from hashlib import sha256

from articles.identifiers import fault_of_text

MAXIMUM_QUESTION = 2_000
"""The longest question that can be judged, in characters."""
MAXIMUM_JUDGE = 100
"""The longest name of a judge, in characters."""


class JudgmentKind(StrEnum):
    """What was judged: a hit of a search, or a related article."""

    SEARCH = "search"
    RELATED = "related"


class Grade(IntEnum):
    """How good the article is at this place; greater is better."""

    BAD = 0
    FAIR = 1
    GOOD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """One grade that one judge gave.

    ``question`` is the query as it was typed or, of related articles, the id of the article beside
    which the list stands. A later judgment of the same judge on the same article of the same
    question replaces his earlier one.

    Examples
    --------
    >>> from datetime import UTC
    >>> Judgment(
    ...     kind=JudgmentKind.SEARCH,
    ...     question="bridge toll",
    ...     article_id="a1",
    ...     grade=Grade.GOOD,
    ...     judge="ines",
    ...     at=datetime(2026, 9, 1, tzinfo=UTC),
    ... ).grade.name
    'GOOD'
    """

    kind: JudgmentKind
    question: str
    article_id: str
    grade: Grade
    judge: str
    at: datetime


def asked(kind: JudgmentKind, question: str) -> str:
    """Return a question as it is kept: queries that differ only in white space are one.

    Examples
    --------
    >>> asked(JudgmentKind.SEARCH, " bridge  toll ")
    'bridge toll'
    """
    return " ".join(question.split()) if kind is JudgmentKind.SEARCH else question


def question_key(kind: JudgmentKind, question: str) -> bytes:
    """Return 32 bytes that stand for a question: PostgreSQL indexes no text of this length."""
    text = f"{kind.value}\0{asked(kind, question)}"
    # Half of a surrogate pair is asked for at times, though no question that is kept has one.
    return sha256(text.encode(errors="surrogatepass")).digest()


def fault_of(judgment: Judgment) -> str | None:
    """Say what the store cannot keep of a judgment (its article's id aside), None if nothing."""
    for name, text, most in (
        ("question", asked(judgment.kind, judgment.question), MAXIMUM_QUESTION),
        ("judge", judgment.judge, MAXIMUM_JUDGE),
    ):
        if not text:
            return f"its {name} is empty"
        if len(text) > most:
            return f"its {name} is longer than {most:,} characters"
        if fault := fault_of_text(text):
            return f"its {name} holds {fault}"
    return "its time has no time zone" if judgment.at.tzinfo is None else None
