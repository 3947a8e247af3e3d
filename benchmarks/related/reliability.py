"""Whether scores come true: of articles listed with .4, four in ten should be about one subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.related.systems import Opened
from index.arrays import Array
from recommender.similarity import calibrated
from web.evaluation.questions import Judged

NEAREST = 40
"""Articles of a list that the curve is fitted to."""
_BINS = 10
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """Pairs of a seed and an article of its list.

    Attributes
    ----------
    similarities : float array
        How near they are.
    places : int array
        Where the article stands, from 0.
    related : bool array
        Whether both are relevant to the topic; what nobody judged is not.
    groups : int array
        A number for the topic.
    """

    similarities: Array
    places: Array
    related: Array
    groups: Array


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with scores of one tenth: how many, the mean of what was said, and what was true."""

    pairs: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The logistic function of a fit, and its scores for topics that it was not fitted to."""

    slope: float
    bias: float
    crossed: Array


def listed(opened: Opened, judged: Judged, lists: Mapping[int, Sequence[int]]) -> Listed:
    """Return the pairs of all seeds' lists."""
    parts: list[tuple[Array, Array, Array, Array]] = []
    groups = sorted({question.group for question in judged.questions})
    topics = {group: number for number, group in enumerate(groups)}
    for question in judged.questions:
        seed = opened.document(question.text)
        documents = np.array(lists[seed][:NEAREST], np.int64)
        likeness = opened.comparison.likeness(opened.comparison.of_document(seed), documents)
        grades = judged.qrels[question.id]
        ids = opened.generation.columns.ids(documents.tolist())
        related = np.array([grades.get(article_id, 0) > 0 for article_id in ids], bool)
        group = np.full(len(documents), topics[question.group])
        parts.append((likeness.similarities, np.arange(len(documents)), related, group))
    return Listed(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def bins(scores: Array, related: Array) -> list[Bin]:
    """Return what was said and what was true for scores of 0 to .1, .1 to .2, and so on.

    Examples
    --------
    >>> bins(np.array([0.12, 0.18, 0.9]), np.array([True, False, True]))[0]
    Bin(pairs=2, said=0.15, true=0.5)
    """
    tenths = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return [
        Bin(int(inside.sum()), float(scores[inside].mean()), float(related[inside].mean()))
        for inside in (tenths == tenth for tenth in range(_BINS))
        if inside.any()
    ]


def calibration_error(found: Sequence[Bin]) -> float:
    """Return how far what was said is from what was true, on average over all pairs.

    Examples
    --------
    >>> calibration_error([Bin(3, 0.25, 0.5), Bin(1, 0.5, 0.5)])
    0.1875
    """
    pairs = sum(one.pairs for one in found)
    return sum(one.pairs * abs(one.said - one.true) for one in found) / pairs


def brier(scores: Array, related: Array) -> float:
    """Return the mean square of what a score missed the truth by."""
    return float(np.mean((scores - related) ** 2))


def stored_scores(pairs: Listed) -> Array:
    """Return the scores that lists have now."""
    return calibrated(pairs.similarities)


def refitted(pairs: Listed) -> Curve:
    """Return the curve of all pairs, and for each topic the scores of one fitted without it."""
    inputs = pairs.similarities[:, None].astype(np.float64)
    crossed = np.zeros(len(inputs))
    folds = GroupKFold(_FOLDS).split(inputs, pairs.related, pairs.groups)
    for fitted, held_out in folds:
        model = _model().fit(inputs[fitted], pairs.related[fitted])
        crossed[held_out] = model.predict_proba(inputs[held_out])[:, 1]
    model = _model().fit(inputs, pairs.related)
    return Curve(float(model.coef_[0, 0]), float(model.intercept_[0]), crossed)


def _model() -> LogisticRegression:
    return LogisticRegression(C=1e6)
