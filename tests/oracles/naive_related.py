"""Related articles by the book: dictionaries and loops over all pairs."""

import re
from collections import Counter
from math import log, sqrt

from articles.article import Article
from index.analysis import terms
from index.function_words import function_terms


def rows(articles: list[Article]) -> list[dict[str, float]]:
    """Return the TF-IDF row of each article: (1 + ln tf) (ln((1 + n) / (1 + df)) + 1).

    Divided by a tenth of the mean length and nine tenths of its own.
    """
    counts = [
        Counter(t for part in (a.title, a.summary, *a.body) for t in terms(part, a.language))
        for a in articles
    ]
    df = Counter(term for count in counts for term in count)
    amounts = {term for term in df if re.fullmatch(r"\d+([.,]\d+)+", term)}
    common = {term for term in df if len(articles) >= 5 and df[term] > 0.5 * len(articles)}
    left_out = common | amounts | function_terms("en")
    found = []
    for count in counts:
        row = {
            term: (1 + log(tf)) * (log((1 + len(articles)) / (1 + df[term])) + 1)
            for term, tf in count.items()
            if term not in left_out
        }
        found.append(row)
    lengths = [length_of(row) for row in found]
    mean = sum(lengths) / (sum(length > 0 for length in lengths) or 1)
    return [
        {term: value / (0.1 * mean + 0.9 * length) for term, value in row.items()}
        for row, length in zip(found, lengths, strict=True)
    ]


def length_of(row: dict[str, float]) -> float:
    """Return the length of a row."""
    return sqrt(sum(value * value for value in row.values()))


def product(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the product of two rows."""
    return sum(value * other.get(term, 0.0) for term, value in one.items())


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the cosine of two rows."""
    return product(one, other) / (length_of(one) * length_of(other) or 1.0)


def stories(articles: list[Article], near: dict[str, dict[str, float]]) -> dict[str, str]:
    """Return the first article of each one's story: the earliest beginning it is a version of."""
    first: dict[str, str] = {}
    for one in sorted(articles, key=lambda a: (a.published is not None, a.published, a.id)):
        days = {
            other.id: abs((one.published - other.published).total_seconds() / 86_400)
            for other in articles
            if one.published and other.published
        }
        versions = [
            other
            for other in first
            if near[one.id][other] >= 0.9
            or (near[one.id][other] >= 0.8 and days.get(other, 9) <= 2)
        ]
        first[one.id] = next((other for other in versions if first[other] == other), one.id)
    return first


def distinct(
    ranking: list[Article], near: dict[str, dict[str, float]], first: dict[str, str], limit: int
) -> list[str]:
    """Return of a ranking the newest of each story, without copies of a better one."""
    newest: dict[str, str] = {}
    for one in sorted(ranking, key=lambda a: (a.published is not None, a.published, a.id)):
        newest[first[one.id]] = one.id
    kept: list[str] = []
    for name in (one.id for one in ranking):
        if newest[first[name]] == name and all(near[name][other] < 0.9 for other in kept):
            kept.append(name)
    return kept[:limit]
