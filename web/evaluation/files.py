"""Files of an evaluation, in the forms of TREC: topics, judgments and runs."""

from collections import defaultdict
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from articles.errors import BackfileError

Qrels = dict[str, dict[str, int]]
"""For each question the grade of each article that was judged; above 0 is relevant."""
Rankings = dict[str, list[str]]
"""For each question the ids of articles, the best first."""


class EvaluationError(BackfileError):
    """A file of an evaluation cannot be read, or nothing can be measured with it."""


def column(article_id: str) -> str:
    """Return an id as a column of a TREC file, in which no id has white space.

    Examples
    --------
    >>> column("a b")
    'a%20b'
    """
    return "%20".join(article_id.split())


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty with their numbers.

    Raises
    ------
    EvaluationError
        When the file is not UTF-8 or holds no line.
    """
    empty = True
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if text := line.strip(" \r\n"):
                    empty = False
                    yield number, text
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8: {error}. Convert it first") from error
    if empty:
        raise EvaluationError(f"{path} is empty: write one question a line")


def read_topics(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the id and the query of each topic.

    Raises
    ------
    EvaluationError
        When a line is not an id, a tab and a query, or its id stands in an earlier line.
    """
    seen: dict[str, int] = {}
    for number, line in read_lines(path):
        topic, tab, query = line.partition("\t")
        if not tab or not topic or topic != "".join(topic.split()):
            raise EvaluationError(
                f"{path}:{number}: write an id without spaces, a tab, and a query"
            )
        if topic in seen:
            raise EvaluationError(
                f"{path}:{number}: the id {topic} stands in line {seen[topic]} too"
            )
        seen[topic] = number
        yield topic, query


def read_qrels(path: Path) -> Qrels:
    """Return the judgments of a TREC file: lines of question, 0, article, grade.

    Raises
    ------
    EvaluationError
        When a line is something else, or gives an article of a question a second, other grade.
    """
    found: Qrels = defaultdict(dict)
    for number, line in read_lines(path):
        fields = line.split()
        if len(fields) != 4 or not _is_whole(fields[3]):
            raise EvaluationError(
                f"{path}:{number}: write four columns: the question's id, 0, the article's id, and "
                "a grade in whole numbers, such as 51 0 AP880212-0001 1"
            )
        question, _, article, grade = fields
        if found[question].setdefault(article, int(grade)) != int(grade):
            raise EvaluationError(
                f"{path}:{number}: {article} has another grade for {question} in an earlier line: "
                "keep one of the two"
            )
    return dict(found)


def read_run(path: Path, depth: int) -> Rankings:
    """Return the ``depth`` best of each question of a TREC run, by score, ties by id descending.

    So trec_eval reads runs: it pays no attention to the column of ranks.

    Raises
    ------
    EvaluationError
        When a line is not question, Q0, article, rank, score, name; or an article stands twice.
    """
    scored: dict[str, dict[str, float]] = defaultdict(dict)
    for number, line in read_lines(path):
        fields = line.split()
        try:
            question, _, article, _, score, _ = fields
            value = float(score)
            if not isfinite(value):
                raise ValueError(score)  # noqa: TRY301
        except ValueError as error:
            raise EvaluationError(
                f"{path}:{number}: write six columns: the question's id, Q0, the article's id, its "
                "rank, its score, and the name of the run"
            ) from error
        if article in scored[question]:
            raise EvaluationError(
                f"{path}:{number}: {article} stands twice for {question}: keep one of the lines"
            )
        scored[question][article] = value
    return {
        question: [
            article
            for _, article in sorted(
                ((score, article) for article, score in found.items()), reverse=True
            )
        ][:depth]
        for question, found in scored.items()
    }


def _is_whole(text: str) -> bool:
    return text.lstrip("+-").isdecimal() and len(text) < 10
