"""What is asked, and what was judged of it: from files of TREC, or by the newsroom."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

from articles.judgments import Judgment, JudgmentKind
from articles.store import Store
from web.evaluation.files import EvaluationError, Qrels, column, read_lines, read_qrels, read_topics
from web.formatting import counted

LEAST_RELEVANT = 5
"""Relevant articles that a topic must have before they serve as seeds."""
MOST_SEEDS = 15
"""Seeds of one topic."""

IsPublic = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A query, or the id of an article beside which a list stands.

    Questions of the same ``group`` count as one together; ``id`` names the question in a file.
    """

    id: str
    text: str
    group: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions with the judgments of each; ``notes`` say what was left out or is doubtful."""

    questions: tuple[Question, ...]
    qrels: Qrels
    notes: tuple[str, ...] = ()


def of_topics(topics: Path, qrels: Path) -> Judged:
    """Return the topics of a file that have judgments in another."""
    asked = [Question(topic, query, topic) for topic, query in read_topics(topics)]
    return _with_judgments(asked, read_qrels(qrels), "topic", topics, qrels)


def of_seeds(seeds: Path, qrels: Path) -> Judged:
    """Return the ids of a file, one a line, that have judgments of their lists in another."""
    ids = dict.fromkeys(line for _, line in read_lines(seeds))
    asked = [Question(column(seed), seed, column(seed)) for seed in ids]
    return _with_judgments(asked, read_qrels(qrels), "seed", seeds, qrels)


def spread(items: list[str], most: int) -> list[str]:
    """Return up to ``most`` of the items at equal distances, the first always.

    Examples
    --------
    >>> spread(["a", "b", "c", "d", "e"], 2)
    ['a', 'c']
    """
    if len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]


def of_relevant(
    qrels: Path, is_public: IsPublic, *, choose: Callable[[list[str], int], list[str]] = spread
) -> Judged:
    """Return articles that are relevant to one topic as seeds, whose lists should hold the others.

    A topic takes part with at least `LEAST_RELEVANT` relevant articles; up to `MOST_SEEDS` of them,
    at equal distances in the order of their ids unless ``choose`` takes others, are seeds. The
    seeds of a topic are one group, so that a topic with many counts no more than another. Nobody
    judged the lists themselves: an article counts when it was found relevant to the same topic.
    """
    questions: list[Question] = []
    judgments: Qrels = {}
    topics = read_qrels(qrels)
    small = 0
    for topic, grades in topics.items():
        relevant = sorted(i for i, grade in grades.items() if grade > 0 and is_public(i))
        if len(relevant) < LEAST_RELEVANT:
            small += 1
            continue
        for seed in choose(relevant, MOST_SEEDS):
            name = f"{topic}/{seed}"
            questions.append(Question(name, seed, topic))
            judgments[name] = {i: grade for i, grade in grades.items() if i != seed}
    if not questions:
        raise EvaluationError(
            f"no topic of {qrels} has {LEAST_RELEVANT} relevant articles that this archive holds: "
            "name the judgments of this archive"
        )
    notes = []
    if small:
        notes.append(
            f"{counted(small, 'topic')} with fewer than {LEAST_RELEVANT} relevant articles "
            "left out."
        )
    return Judged(tuple(questions), judgments, tuple(notes))


def of_newsroom(store: Store, kind: JudgmentKind, is_public: IsPublic) -> Judged:
    """Return what the newsroom has judged, each question with the grades of its articles.

    Where several have judged one article, the median of their grades counts, of two the lower.
    Articles that readers cannot see now are left out: no answer can hold them.
    """
    given = _by_answer(store.judgments.all(kind))
    if not given:
        raise EvaluationError(
            "nobody has judged these answers yet: grade some of them in the console, or name files "
            "of questions and judgments"
        )
    visible = {answer: grades for answer, grades in given.items() if is_public(answer[1])}
    qrels: Qrels = defaultdict(dict)
    for (question, article), grades in visible.items():
        qrels[question][column(article)] = median_low(grades)
    asked = [
        text
        for text in dict.fromkeys(question for question, _ in visible)
        if kind is JudgmentKind.SEARCH or is_public(text)
    ]
    if not asked:
        raise EvaluationError(
            "all that was judged has been withdrawn or has expired: grade other answers"
        )
    notes = []
    if hidden := len(given) - len(visible):
        notes.append(f"{counted(hidden, 'judgment')} of articles not public now left out.")
    shared = [grades for grades in visible.values() if len(grades) > 1]
    if shared:
        alike = sum(len(set(grades)) == 1 for grades in shared)
        notes.append(
            f"{counted(len(shared), 'answer')} judged by several, {alike:,} of them alike."
        )
    return Judged(
        tuple(Question(text, text, text) for text in asked),
        {text: qrels[text] for text in asked},
        tuple(notes),
    )


def _by_answer(judgments: Iterable[Judgment]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for judgment in judgments:
        found[judgment.question, judgment.article_id].append(int(judgment.grade))
    return dict(found)


def _with_judgments(
    asked: list[Question], qrels: Qrels, noun: str, asked_file: Path, qrels_file: Path
) -> Judged:
    questions = [question for question in asked if question.id in qrels]
    if not questions:
        raise EvaluationError(
            f"no {noun} of {asked_file} has judgments in {qrels_file}: the first column of the "
            f"judgments must be the id of a {noun}"
        )
    ids = {question.id for question in questions}
    notes = []
    if left := len(asked) - len(questions):
        notes.append(f"{counted(left, noun)} without judgments left out.")
    if left := len(qrels.keys() - ids):
        notes.append(f"judgments of {counted(left, noun)} that {asked_file.name} does not hold.")
    return Judged(tuple(questions), {i: qrels[i] for i in ids}, tuple(notes))
