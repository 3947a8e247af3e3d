"""Words by the book: what stands where in an article, and how far apart two words are."""

from functools import cache
from typing import NamedTuple

from articles.article import Article
from index.analysis import term_of, tokens


class Word(NamedTuple):
    term: str
    spelling: str
    place: int
    weight: float


def words_of(article: Article) -> list[Word]:
    """Return the words of the text in order, the title's counted twice; parts lie eight apart."""
    found, place = [], 0
    summary = () if article.summary in article.body else (article.summary,)
    for order, part in enumerate((article.title, *summary, *article.body)):
        spelled = [token.replace("’", "'") for token in tokens(part)]
        for number, token in enumerate(spelled):
            term = term_of(article.language)(token)
            found.append(Word(term, token.lower(), place + number, 1.0 if order else 2.0))
        place += len(spelled) + 8
    return found


@cache
def distance(one: str, other: str) -> int:
    """Return how many letters differ, exchanged neighbours as one (Damerau, Levenshtein)."""
    if not one or not other:
        return len(one) + len(other)
    costs = [distance(one[:-1], other) + 1, distance(one, other[:-1]) + 1]
    costs.append(distance(one[:-1], other[:-1]) + (one[-1] != other[-1]))
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-1] + other[-2]:
        costs.append(distance(one[:-2], other[:-2]) + 1)
    return min(costs)
