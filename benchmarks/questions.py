"""What all engines are asked: families of queries, made of topics or of titles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from index.analysis import spans, term_of, tokens
from index.function_words import function_terms

MOST = 100
"""Questions of a family."""
RANGE = timedelta(days=90)
PREFIX = 4
"""Letters of a prefix."""
DEEP = 1_000
"""Hits before the page that is asked for in deep paging."""
LIMIT = 10


class Family(StrEnum):
    """A kind of query; the value is its name in tables and figures."""

    ANY = "any word"
    TYPED = "any word, as typed"
    ALL = "all words"
    PHRASE = "phrase"
    PREFIX = "prefix"
    DATES = "any word, 90 days"
    FACETS = "any word, facets"
    DEEP = "any word, hit 1,001"
    SNIPPETS = "any word, snippets"


@dataclass(frozen=True, slots=True)
class Question:
    """One query: its words without punctuation, and the days it is limited to, both included."""

    family: Family
    words: tuple[str, ...]
    first: date | None = None
    last: date | None = None

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(self.words)

    @property
    def offset(self) -> int:
        """The number of the first hit that is wanted."""
        return DEEP if self.family is Family.DEEP else 0


def questions(
    topics: Sequence[str], titles: Sequence[str], days: tuple[date, date]
) -> list[Question]:
    """Return all questions made of topics and of titles that stand in the archive.

    Words that hold a sentence together are left out everywhere but in the family "as typed":
    engines treat them differently, and at different cost.
    """
    texts = list(dict.fromkeys(filter(None, map(content_words, topics))))[:MOST]
    typed = list(dict.fromkeys(filter(None, map(_words, topics))))[:MOST]
    middle = days[0] + (days[1] - days[0]) / 2
    first, last = middle - RANGE / 2, middle + RANGE / 2
    prefixes = dict.fromkeys(
        word[:PREFIX] for words in texts for word in words if _is_whole(word[:PREFIX])
    )
    made: dict[Family, Sequence[tuple[str, ...]]] = {
        Family.ANY: texts,
        Family.TYPED: typed,
        Family.ALL: [words[:2] for words in texts if len(words) > 1],
        Family.PHRASE: phrases(topics, titles),
        Family.PREFIX: [(prefix,) for prefix in prefixes][:MOST],
        Family.FACETS: texts,
        Family.DEEP: texts,
        Family.SNIPPETS: texts,
    }
    limited = [Question(Family.DATES, words, first, last) for words in texts]
    return limited + [Question(family, words) for family in made for words in made[family]]


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that say something of its subject.

    Examples
    --------
    >>> content_words("The U.S. and the Treaty on Oil Prices of 1988")
    ('treaty', 'oil', 'prices', '1988')
    """
    return tuple(filter(_is_content, _words(text)))


def phrases(topics: Iterable[str], titles: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of content words, of topics first, that stand side by side in some title."""
    pairs = dict.fromkeys(pair for text in topics for pair in _pairs(text))
    there = {pair for title in titles for pair in _pairs(title)}
    found = [pair for pair in pairs if pair in there]
    step = max(1, len(titles) // MOST)
    more = (pair for title in titles[::step] for pair in list(_pairs(title))[:1])
    return list(dict.fromkeys([*found, *more]))[:MOST]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text that every engine takes for one word."""
    return tuple(token.lower() for token in tokens(text) if token.isascii() and token.isalnum())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of content words with nothing but blanks between them."""
    for (_, end, left), (start, _, right) in pairwise(spans(text)):
        if text[end:start].isspace() and _is_content(left) and _is_content(right):
            yield left.lower(), right.lower()


def _is_content(word: str) -> bool:
    known = word.isascii() and word.isalnum() and len(word) > 1
    return known and term_of("en")(word) not in function_terms("en")


def _is_whole(prefix: str) -> bool:
    """Say whether no stemmer takes anything off a prefix: some engines stem it, too."""
    return len(prefix) == PREFIX and prefix.isalpha() and term_of("en")(prefix) == prefix
