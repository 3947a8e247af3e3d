"""The measures of an evaluation as their definitions say them."""

from math import log2


def naive_ndcg(ranking, grades, cut, *, judged_only=False):
    if judged_only:
        ranking = [article for article in ranking if article in grades]

    def gain(values):
        return sum(max(value, 0) / log2(place + 1) for place, value in enumerate(values, 1))

    ideal = gain(sorted(grades.values(), reverse=True)[:cut])
    return gain([grades.get(article, 0) for article in ranking[:cut]]) / ideal if ideal else 0.0


def naive_precision(ranking, grades, cut):
    return sum(grades.get(article, 0) > 0 for article in ranking[:cut]) / cut


def naive_average_precision(ranking, grades):
    relevant = sum(grade > 0 for grade in grades.values())
    found = total = 0
    for place, article in enumerate(ranking, 1):
        if grades.get(article, 0) > 0:
            found += 1
            total += found / place
    return total / relevant if relevant else 0.0


def naive_reciprocal_rank(ranking, grades):
    places = [place for place, article in enumerate(ranking, 1) if grades.get(article, 0) > 0]
    return 1 / places[0] if places else 0.0


def naive_judged(ranking, grades, cut):
    shown = ranking[:cut]
    return sum(article in grades for article in shown) / len(shown) if shown else 0.0
