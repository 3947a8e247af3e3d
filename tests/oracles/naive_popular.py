"""What is popular, worked out view by view."""

from collections import Counter
from math import sqrt


def trending(views, hour, least):
    """Return the scores of trending articles; ``views`` are (hour, article), one for each view."""
    recent, weights, squares, usual = Counter(), Counter(), Counter(), Counter()
    for at, article in views:
        ago = hour - at
        if 0 <= ago < 24:
            recent[article] += 1
            weights[article] += 0.5 ** (ago / 3)
            squares[article] += 0.25 ** (ago / 3)
        elif 24 <= ago < 24 + 7 * 24:
            usual[article] += 1
    past = sum(usual.values()) or 1
    scores = {}
    for article in recent:
        share = usual[article] / past
        expected = share * sum(weights.values())
        deviation = sqrt(squares[article] + share * sum(squares.values()))
        score = (weights[article] - expected) / deviation
        if score >= 1 and recent[article] >= least:
            scores[article] = score
    return scores


def window(views, hour, name, least):
    """Return the views of each article of a window that has enough of them."""
    day = hour // 24
    inside = {
        "hour": lambda at: hour - 1 <= at <= hour,
        "day": lambda at: hour - 23 <= at <= hour,
        "week": lambda at: day - 6 <= at // 24 <= day,
        "month": lambda at: day - 29 <= at // 24 <= day,
        "all": lambda at: at <= hour,
    }[name]
    found = Counter(article for at, article in views if inside(at))
    return {article: number for article, number in found.items() if number >= least}


def in_a_row(views, hour, article, least, top):
    """Return on how many of the days before today the article was among the most read."""
    day, days = hour // 24 - 1, 0
    while True:
        read = Counter(one for at, one in views if at // 24 == day)
        best = sorted(read, key=lambda one: (-read[one], one))[:top]
        if article not in best or read[article] < least or days == 21:
            return days
        day, days = day - 1, days + 1
