"""The measures, taken by ir_measures: how good a ranking is by what was judged."""

from collections.abc import Mapping, Sequence
from statistics import fmean

import ir_measures
from ir_measures import AP, RR, Judged, Measure, P, nDCG

from web.evaluation.files import Qrels, Rankings

SEARCH = {
    "nDCG@10": nDCG @ 10,
    "P@5": P @ 5,
    "P@10": P @ 10,
    "AP": AP,
    "RR": RR,
    "judged@10": Judged @ 10,
}
"""What searches are measured by, the one that counts most first.

nDCG takes grades as gains and a discount of 1/log2(rank + 1) (Järvelin and Kekäläinen 2002, as
trec_eval has it); the others ask only whether a grade is above 0. The mean of AP is MAP, that of RR
is MRR. judged@10 says how much of what was shown anybody has judged: below some .8 a difference may
be one of judging.
"""
RELATED = {
    "nDCG@5": nDCG @ 5,
    "nDCG@5 of judged": nDCG(judged_only=True) @ 5,
    "P@5": P @ 5,
    "judged@5": Judged @ 5,
}
"""What related articles are measured by; "of judged" leaves out what nobody has judged."""

Values = dict[str, dict[str, float]]
"""For each measure the value of each question."""


def measured(measures: Mapping[str, Measure], qrels: Qrels, rankings: Rankings) -> Values:
    """Return every measure of every question that has judgments; a missing ranking is an empty one.

    Examples
    --------
    >>> measured({"P@5": P @ 5}, {"q": {"a": 1}}, {"q": ["b", "a"]})
    {'P@5': {'q': 0.2}}
    """
    # By place, not by the engine's scores: ties would be put into another order.
    run = {
        question: {article: float(-place) for place, article in enumerate(rankings[question])}
        for question in qrels
        if rankings.get(question)
    }
    values: Values = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    names = {measure: name for name, measure in measures.items()}
    if run:
        for found in ir_measures.iter_calc(list(names), qrels, run):
            values[names[found.measure]][found.query_id] = float(found.value)
    return values


def mean(values: Mapping[str, float], groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the mean of each group's questions: what counts as one when groups are compared."""
    return {
        group: fmean(values[question] for question in questions)
        for group, questions in groups.items()
    }
