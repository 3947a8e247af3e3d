"""An article as a reader sees it who comes from a search: with what was searched marked."""

from collections import Counter
from collections.abc import Iterator, Sequence

from articles.article import Article
from search.engine import MarkedArticle
from search.marking import Mark, Marker
from search.marks import Marks
from search.snippets import marked_html

MOST_MARKED = 50_000
"""Characters of an article in which words are marked; what stands behind them is shown unmarked."""
NOTHING = Marker(Marks(), ())
"""Marks nothing."""


def marked_article(article: Article, marker: Marker = NOTHING) -> MarkedArticle:
    """Return an article with its texts as escaped HTML, in which ``<mark>`` stands around words."""
    texts = (article.title, article.summary, article.caption, *article.body)
    near = list(_first(texts, MOST_MARKED))
    marks = marker.find(near, article.language)
    marks += [[]] * (len(texts) - len(near))
    title, summary, caption, *body = (
        marked_html(text, found, 0, len(text)) for text, found in zip(texts, marks, strict=True)
    )
    words = _words(near, marks)
    return MarkedArticle(article, title, summary, caption, tuple(body), words)


def _first(texts: Sequence[str], characters: int) -> Iterator[str]:
    """Yield the texts that lie within so many characters."""
    for text in texts:
        characters -= len(text)
        if characters < 0:
            return
        yield text


def _words(texts: Sequence[str], marks: Sequence[Sequence[Mark]]) -> tuple[str, ...]:
    """Return how what is marked is mostly written, each term once, in the order of the article."""
    spellings: dict[tuple[str, ...], Counter[str]] = {}
    for text, found in zip(texts, marks, strict=False):
        for start, end, terms in _joined(found):
            spellings.setdefault(terms, Counter())[text[start:end]] += 1
    commonest = (counter.most_common(1)[0][0] for counter in spellings.values())
    return tuple(dict.fromkeys(commonest))


def _joined(marks: Sequence[Mark]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield start, end and terms of what is one word: pairs of letters overlap in their scripts."""
    place = 0
    while place < len(marks):
        start, end, term = marks[place]
        terms = [term]
        place += 1
        while place < len(marks) and marks[place].start < end:
            end = max(end, marks[place].end)
            terms.append(marks[place].term)
            place += 1
        yield start, end, tuple(terms)
