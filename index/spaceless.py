"""Scripts that are written without spaces between words, and Korean, whose words take particles.

No word list is needed to search them: a token is one letter and the next one behind it (a bigram),
and the last letter of a run is a token alone. So each letter begins exactly one token, a word of
two letters or more is found as its bigrams side by side, and a single letter as the beginning of
tokens. A letter keeps the marks that stand above or below it.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1100, 0x11FF),  # Hangul in parts
    (0x3005, 0x3007),  # the signs for "again", "closed" and zero, among Han
    (0x3031, 0x3035),
    (0x3040, 0x30FF),  # kana
    (0x3100, 0x318F),  # Bopomofo, Hangul in parts
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),  # Han
    (0xFF66, 0xFFDC),  # kana and Hangul of half the width
    (0x20000, 0x2FA1F),  # Han
    (0x30000, 0x323AF),
)
_ZERO = "〇"
"""A number to Unicode, and a letter beside others: 二〇二〇年."""


def _letters() -> str:
    """Return the letters of all these scripts as the inside of a character class."""
    spans: list[list[int]] = []
    for first, last in _BLOCKS:
        for code in range(first, last + 1):
            if unicodedata.category(chr(code))[0] != "L" and chr(code) != _ZERO:
                continue
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


LETTERS = _letters()
"""The inside of a character class."""
MARKS = "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M")
"""All marks of Unicode's first plane, for a character class."""
_LETTER = re.compile(f"[{LETTERS}]")
_UNIT = re.compile(f"[{LETTERS}][{MARKS}]*")


def holds(text: str) -> bool:
    """Say whether a text has letters of such a script."""
    return not text.isascii() and _LETTER.search(text) is not None


def is_run(token: str) -> bool:
    """Say whether a piece of text is a run of such letters."""
    return _LETTER.match(token) is not None


def bigrams(run: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, token) for each letter of a run: with the next one, the last alone.

    Examples
    --------
    >>> [token for _, _, token in bigrams("東京都")]
    ['東京', '京都', '都']
    """
    units = [match.span() for match in _UNIT.finditer(run)]
    for (first, _), (_, last) in pairwise(units):
        yield start + first, start + last, run[first:last]
    if units:
        first, last = units[-1]
        yield start + first, start + last, run[first:last]


def is_single(token: str) -> bool:
    """Say whether a token is one letter of such a script."""
    return _UNIT.fullmatch(token) is not None
