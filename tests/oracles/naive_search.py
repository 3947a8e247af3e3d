"""Search by the book: loops over all articles, no index. At most forty lines, to be read."""

from math import log

from articles.article import Article
from index.analysis import terms


def positions(article: Article, field: str = "text") -> list[tuple[str, int, float]]:
    """Return (term, position, weight) of every token of a field; paragraphs lie eight apart."""
    found, place = [], 0
    parts = (article.title, article.summary, *article.body) if field == "text" else (article.title,)
    for order, part in enumerate(parts):
        words = terms(part, article.language)
        weight = 2.0 if order == 0 and field == "text" else 1.0
        found += [(word, place + n, weight) for n, word in enumerate(words)]
        place += len(words) + 8
    return found


def term_scores(articles: list[Article], word: str) -> dict[str, float]:
    """Return the BM25 score of each article that holds ``word``."""
    tokens = {a.id: positions(a) for a in articles}
    lengths = {key: sum(weight for *_, weight in found) for key, found in tokens.items()}
    mean = sum(lengths.values()) / len(lengths)
    tf = {key: sum(w for term, _, w in found if term == word) for key, found in tokens.items()}
    tf = {key: weight for key, weight in tf.items() if weight}
    idf = log(1 + (len(articles) - len(tf) + 0.5) / (len(tf) + 0.5))
    return {k: idf * w * 2.6 / (w + 1.6 * (0.7 + 0.3 * lengths[k] / mean)) for k, w in tf.items()}


def holds_phrase(article: Article, words: list[str], slop: int = 1) -> bool:
    """Say whether the words stand in order, each at most ``slop`` behind the one before."""
    ends = {place for term, place, _ in positions(article) if term == words[0]}
    for word in words[1:]:
        places = {place for term, place, _ in positions(article) if term == word}
        ends = {p for p in places if any(0 < p - end <= slop for end in ends)}
    return bool(ends)
