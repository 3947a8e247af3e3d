"""Judging: what a judge has said of the results of one question, and what is changed of it."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from articles.judgments import Grade, Judgment, JudgmentKind
from articles.store import Store
from web.console.parameters import MOST_JUDGED
from web.problems import ParameterError

FIELD = "grade."
"""What the name of a result's field begins with; its article's id follows, percent-encoded."""
NONE = "none"
"""The choice of who has not judged, or takes the judgment back."""
CHOICES = {"good": Grade.GOOD, "fair": Grade.FAIR, "bad": Grade.BAD, NONE: None}


def field_of(article_id: str) -> str:
    """Return the name of the form field in which an article is judged.

    Examples
    --------
    >>> field_of("2011/bridge opens")
    'grade.2011%2Fbridge%20opens'
    """
    return FIELD + quote(article_id, safe="", errors="replace")


def chosen_grades(form: Mapping[str, str]) -> dict[str, Grade | None]:
    """Return the choice for each article in a posted form, None for no judgment.

    Raises
    ------
    ParameterError
        When there are more articles than one page has, or a choice is none of ours.

    Examples
    --------
    >>> chosen_grades({"grade.a%2F1": "good", "grade.b": "none", "other": "x"})
    {'a/1': <Grade.GOOD: 2>, 'b': None}
    """
    fields = [name for name in form if name.startswith(FIELD)]
    if len(fields) > MOST_JUDGED:
        raise ParameterError("grade", f"at most {MOST_JUDGED} results are judged at once")
    if any(form[name] not in CHOICES for name in fields):
        raise ParameterError("grade", f"choose one of {', '.join(CHOICES)}")
    return {unquote(name.removeprefix(FIELD)): CHOICES[form[name]] for name in fields}


def grades_of(store: Store, kind: JudgmentKind, question: str, judge: str) -> dict[str, Grade]:
    """Return what one judge has said of a question, by the article's id."""
    given = store.judgments.of(kind, question)
    return {judgment.article_id: judgment.grade for judgment in given if judgment.judge == judge}


def keep(
    store: Store,
    kind: JudgmentKind,
    question: str,
    chosen: Mapping[str, Grade | None],
    *,
    judge: str,
    now: datetime,
) -> tuple[int, int]:
    """Store what differs from what the judge had said before.

    Returns
    -------
    tuple of int
        How many judgments were given or changed, and how many taken back.

    Raises
    ------
    ParameterError
        When the archive does not have one of the articles.
    """
    before = grades_of(store, kind, question, judge)
    changed = {name: grade for name, grade in chosen.items() if before.get(name) != grade}
    for article_id in changed:
        if store.get(article_id) is None:
            raise ParameterError("grade", f"the archive has no article {article_id[:100]!a}")
    for article_id, grade in changed.items():
        judgment = Judgment(
            kind=kind,
            question=question,
            article_id=article_id,
            grade=Grade.BAD if grade is None else grade,
            judge=judge,
            at=now,
        )
        if grade is None:
            store.judgments.take_back(judgment)
        else:
            store.judgments.give(judgment)
    taken = sum(grade is None for grade in changed.values())
    return len(changed) - taken, taken
