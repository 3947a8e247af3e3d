"""What the first page of the console shows: what has been judged so far."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from flask import url_for

from articles.judgments import Grade, Judgment, JudgmentKind
from articles.store import Store
from web.console.parameters import StartParameters

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuestion:
    """A query, or an article beside which others stand, with what was said of its results.

    ``heading`` is what people know it by; ``mine`` counts the judgments of who asks.
    """

    kind: JudgmentKind
    question: str
    heading: str = ""
    good: int
    fair: int
    bad: int
    mine: int
    judges: tuple[str, ...]
    last: datetime
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """What ``start.html`` shows: one page of the questions, that judged last first."""

    questions: tuple[JudgedQuestion, ...]
    total: int
    judgments: int
    kinds: frozenset[JudgmentKind]
    previous: str
    next: str


def start_page(store: Store, parameters: StartParameters, judge: str) -> StartPage:
    """Return what is judged, with what ``judge`` said of it counted apart."""
    questions = [question for kind in JudgmentKind for question in _questions(store, kind, judge)]
    questions.sort(key=lambda one: one.question)
    questions.sort(key=lambda one: one.last, reverse=True)
    here = parameters.page
    shown = questions[(here - 1) * ON_A_PAGE : here * ON_A_PAGE]
    return StartPage(
        questions=tuple(_titled(store, question) for question in shown),
        total=len(questions),
        judgments=sum(one.good + one.fair + one.bad for one in questions),
        kinds=frozenset(one.kind for one in questions),
        previous=url_for("console.start", page=here - 1) if here > 1 else "",
        next=url_for("console.start", page=here + 1) if len(questions) > here * ON_A_PAGE else "",
    )


def _questions(store: Store, kind: JudgmentKind, judge: str) -> Iterator[JudgedQuestion]:
    for question, given in groupby(store.judgments.all(kind), lambda one: one.question):
        yield _counted(kind, question, given, judge)


def _counted(
    kind: JudgmentKind, question: str, given: Iterable[Judgment], judge: str
) -> JudgedQuestion:
    judgments = list(given)
    grades = Counter(one.grade for one in judgments)
    return JudgedQuestion(
        kind=kind,
        question=question,
        good=grades[Grade.GOOD],
        fair=grades[Grade.FAIR],
        bad=grades[Grade.BAD],
        mine=sum(one.judge == judge for one in judgments),
        judges=tuple(sorted({one.judge for one in judgments})),
        last=max(one.at for one in judgments),
    )


def _titled(store: Store, question: JudgedQuestion) -> JudgedQuestion:
    """Return the question with its heading and its address, which only shown ones need."""
    if question.kind is JudgmentKind.SEARCH:
        address = url_for("console.judge", q=question.question, order="shuffled")
        return replace(question, heading=question.question, address=address)
    article = store.get(question.question)
    return replace(
        question,
        heading=(article.title if article else "") or question.question,
        address=url_for("console.judge_related", id=question.question, order="shuffled"),
    )
