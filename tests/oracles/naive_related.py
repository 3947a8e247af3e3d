"""Related articles by the book: dictionaries and loops over all pairs."""

from collections import Counter
from math import log, sqrt

from articles.article import Article
from index.analysis import terms
from index.function_words import function_terms


def rows(articles: list[Article]) -> list[dict[str, float]]:
    """Return the TF-IDF row of each article: (1 + ln tf) (ln((1 + n) / (1 + df)) + 1), length 1."""
    counts = [
        Counter(t for part in (a.title, a.summary, *a.body) for t in terms(part, a.language))
        for a in articles
    ]
    df = Counter(term for count in counts for term in count)
    common = {term for term in df if len(articles) >= 5 and df[term] > 0.5 * len(articles)}
    left_out = common | function_terms()
    found = []
    for count in counts:
        row = {
            term: (1 + log(tf)) * (log((1 + len(articles)) / (1 + df[term])) + 1)
            for term, tf in count.items()
            if term not in left_out
        }
        length = sqrt(sum(value * value for value in row.values())) or 1.0
        found.append({term: value / length for term, value in row.items()})
    return found


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the product of two rows of length 1."""
    return sum(value * other.get(term, 0.0) for term, value in one.items())
