"""One evaluation: what was asked, what was answered, and what it is worth."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import fmean

from ir_measures import Measure

from articles.judgments import JudgmentKind
from web.evaluation import measures
from web.evaluation.comparison import Comparison, compared
from web.evaluation.measures import Values, mean, measured
from web.evaluation.questions import Judged, Question
from web.evaluation.system import Answers
from web.formatting import counted

MEASURES: dict[JudgmentKind, Mapping[str, Measure]] = {
    JudgmentKind.SEARCH: measures.SEARCH,
    JudgmentKind.RELATED: measures.RELATED,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A question and the values of the measure that counts most, of each configuration."""

    question: Question
    values: tuple[float, ...]

    @property
    def difference(self) -> float:
        """What the second configuration has more; without one, what is missing to 1."""
        return self.values[1] - self.values[0] if len(self.values) > 1 else self.values[0] - 1


@dataclass(frozen=True)
class Evaluation:
    """The answers of one configuration, or of two beside each other.

    ``seed`` is that of the randomisation test; ``at`` is when it was made.
    """

    kind: JudgmentKind
    judged: Judged
    answers: tuple[Answers, ...]
    at: datetime
    seed: int = 0
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The name of the measure that counts most."""
        return next(iter(MEASURES[self.kind]))

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The ids of the questions of each group; a group counts as one."""
        found: dict[str, list[str]] = defaultdict(list)
        for question in self.judged.questions:
            found[question.group].append(question.id)
        return dict(found)

    @cached_property
    def values(self) -> tuple[Values, ...]:
        """Of each configuration every measure of every question."""
        qrels = {question.id: self.judged.qrels[question.id] for question in self.judged.questions}
        return tuple(measured(MEASURES[self.kind], qrels, given.rankings) for given in self.answers)

    @cached_property
    def by_group(self) -> tuple[Values, ...]:
        """Of each configuration every measure of every group."""
        return tuple(
            {name: mean(values, self.groups) for name, values in found.items()}
            for found in self.values
        )

    @cached_property
    def means(self) -> tuple[dict[str, float], ...]:
        """Of each configuration the mean of every measure over all groups."""
        return tuple(
            {name: fmean(values.values()) for name, values in found.items()}
            for found in self.by_group
        )

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every measure of the second configuration beside the first; none without a second."""
        if len(self.by_group) < 2:
            return ()
        first, second = self.by_group
        return tuple(compared(name, first[name], second[name], seed=self.seed) for name in first)

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """All questions, those that moved most first; of one configuration the worst first."""
        found = [
            Moved(question, tuple(values[self.main][question.id] for values in self.values))
            for question in self.judged.questions
        ]
        return tuple(sorted(found, key=lambda moved: -abs(moved.difference)))

    def remarks(self) -> tuple[str, ...]:
        """Return the notes, and what of questions and judgments makes the figures doubtful."""
        found = [*self.judged.notes, *self.notes]
        qrels = self.judged.qrels
        barren = sum(
            max(qrels[question.id].values(), default=0) <= 0 for question in self.judged.questions
        )
        if barren:
            found.append(
                f"{counted(barren, 'question')} without a relevant article count 0 in both."
                if len(self.answers) > 1
                else f"{counted(barren, 'question')} without a relevant article count 0."
            )
        found += [
            f"{given.name}: {counted(given.unanswered, 'question')} about articles that the "
            "generation does not hold count 0."
            for given in self.answers
            if given.unanswered
        ]
        return tuple(found)
