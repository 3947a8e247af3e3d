"""The plain words of a query, and where they stand in its text, so that one can be replaced."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.analysis import PIECE

_PARTS = re.compile(
    r'"[^"]*"(?:~\d+)?'  # quoted words mean themselves
    r"|[\[{][^\]}]*[\]}]"  # a range
    r"|\w+:(?=\S)"  # the name of a field
    r'|[^\s()"\[\]{}:^]+'
)
_NO_WORD = re.compile(r"[\d.,_]")


class PlainWord(NamedTuple):
    """A word and where it stands: ``text[start:stop]``."""

    start: int
    stop: int
    text: str


def plain_words(text: str) -> Iterator[PlainWord]:
    """Yield what may be plain words of a query, in order: no quoted ones, no patterns, no numbers.

    Only the parsed query knows whether one is an operator, a day, or not wanted at all.

    Examples
    --------
    >>> [word.text for word in plain_words('title:bridge AND "old toll" ferr* (Irak^2 OR x~1) 19')]
    ['bridge', 'AND', 'Irak', 'OR']
    """
    for part in _PARTS.finditer(text):
        piece = part.group()
        if piece[0] in '"[{' or piece.endswith(":") or set("*?~") & set(piece):
            continue
        for token in PIECE.finditer(piece):
            if not _NO_WORD.search(token.group()) and token.group()[0].isalpha():
                start = part.start() + token.start()
                yield PlainWord(start, start + len(token.group()), token.group())


def as_capitalised(word: str, like: str) -> str:
    """Return a word in lower case with the capitals of another one.

    Examples
    --------
    >>> as_capitalised("gorbachev", "Gorbachov"), as_capitalised("iraq", "IRAK")
    ('Gorbachev', 'IRAQ')
    """
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if like[:1].isupper() else word
