"""Coverage as one would count it by hand: one article, one day at a time."""

import itertools
from collections import Counter
from datetime import timedelta
from math import ceil


def months(days):
    """Return (year, month) with its number of days given, in order."""
    return sorted(Counter((day.year, day.month) for day in days).items())


def gaps(days):
    """Return the first and last empty day of each gap between days, in any order and repeated."""
    known = sorted(set(days))
    distances = [(after - before).days for before, after in itertools.pairwise(known)]
    found = []
    for place, distance in enumerate(distances):
        width = min(101, len(distances))
        start = min(max(place - width // 2, 0), len(distances) - width)
        around = sorted(distances[start : start + width])
        if distance > 3 * around[ceil(0.9 * width) - 1]:
            one = timedelta(days=1)
            found.append((known[place] + one, known[place + 1] - one))
    return found


def values(articles, field):
    """Return how many articles have each value of a field that is a text or a tuple of texts."""
    counts = Counter()
    for article in articles:
        given = getattr(article, field)
        counts.update({value for value in ([given] if isinstance(given, str) else given) if value})
    return counts
