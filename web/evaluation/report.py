"""The report: one page that needs nothing beside it, no script, no other file."""

from dataclasses import dataclass
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader

from articles.article import Article
from articles.judgments import Grade, JudgmentKind
from web.evaluation.evaluation import Evaluation, Moved
from web.evaluation.files import Qrels
from web.evaluation.plots import plots
from web.formatting import counted
from web.locales import day
from web.served import Served
from web.settings import Settings

SHOWN = 12
"""Questions whose answers are shown."""
TOP = 5
_STYLES = Path(__file__).parent.parent / "static" / "style.css"


@dataclass(frozen=True, slots=True)
class Line:
    """One article of an answer; ``grade`` is None where nobody judged it."""

    id: str
    title: str
    when: str
    grade: int | None
    word: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One question with the first articles of each configuration."""

    title: str
    moved: Moved
    answers: tuple[tuple[Line, ...], ...]


def write(path: Path, evaluation: Evaluation, served: Served, settings: Settings) -> None:
    """Write the report of an evaluation; titles come from the generation that answered first."""
    environment = Environment(
        loader=PackageLoader("web"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(counted=counted, day=day)
    text = environment.get_template("evaluation.html").render(
        evaluation=evaluation,
        settings=settings,
        style=_STYLES.read_text(encoding="utf-8"),
        plots=plots(evaluation),
        shown=[_shown(moved, evaluation, served) for moved in evaluation.moved[:SHOWN]],
    )
    with click.open_file(str(path), "w", encoding="utf-8", atomic=True) as file:
        file.write(text)


def _shown(moved: Moved, evaluation: Evaluation, served: Served) -> Shown:
    question = moved.question
    title = question.text
    if evaluation.kind is JudgmentKind.RELATED:
        title = _title(_article(question.text, served), question.text)
    return Shown(
        title,
        moved,
        tuple(
            tuple(
                _line(article_id, question.id, evaluation.judged.qrels, served)
                for article_id in given.rankings[question.id][:TOP]
            )
            for given in evaluation.answers
        ),
    )


def _line(article_id: str, question: str, qrels: Qrels, served: Served) -> Line:
    article = _article(article_id, served) or _article(article_id.replace("%20", " "), served)
    grade = qrels[question].get(article_id)
    when = day(article.published) if article else ""
    graded = any(value > 1 for grades in qrels.values() for value in grades.values())
    word = _word(grade, graded=graded)
    return Line(article_id, _title(article, article_id), when, grade, word)


def _article(article_id: str, served: Served) -> Article | None:
    found = served.engine.article(article_id)
    return found.article if found else None


def _title(article: Article | None, article_id: str) -> str:
    return (article.title if article else "") or article_id


def _word(grade: int | None, *, graded: bool) -> str:
    """Return a grade in a word; most files of TREC know only relevant and not relevant."""
    if grade is None:
        return "not judged"
    if graded and grade in set(Grade):
        return Grade(grade).name.lower()
    return "relevant" if grade > 0 else "not relevant"
