"""The judgments as the files that trec_eval and `backfile` read: topics and qrels."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from statistics import median_low

from articles.judgments import Judgment, JudgmentKind, question_key
from web.evaluation.files import column


def topic_of(kind: JudgmentKind, question: str) -> str:
    """Return the id of a question: an article's own, for a query one that is always the same.

    Examples
    --------
    >>> topic_of(JudgmentKind.SEARCH, "bridge toll"), topic_of(JudgmentKind.RELATED, "a1")
    ('qd1e1d2476703', 'a1')
    """
    if kind is JudgmentKind.RELATED:
        return column(question)
    return f"q{question_key(kind, question).hex()[:12]}"


def qrels_lines(kind: JudgmentKind, judgments: Iterable[Judgment]) -> Iterator[str]:
    """Yield a line for each judged article: topic, 0, article, grade from 0 to 2.

    Of several judges' grades the middle one counts, of two middle ones the lower.

    The judgments come by question and article, as the store gives them.
    """
    for question, of_question in groupby(judgments, lambda one: one.question):
        topic = topic_of(kind, question)
        for article_id, given in groupby(of_question, lambda one: one.article_id):
            yield f"{topic} 0 {column(article_id)} {median_low(one.grade for one in given).value}\n"


def topics_lines(kind: JudgmentKind, judgments: Iterable[Judgment]) -> Iterator[str]:
    """Yield a line for each judged question: topic and query, of related articles the id alone."""
    for question, _ in groupby(judgments, lambda one: one.question):
        topic = topic_of(kind, question)
        yield f"{topic}\t{question}\n" if kind is JudgmentKind.SEARCH else f"{question}\n"
