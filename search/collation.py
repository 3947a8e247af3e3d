"""The order in which people look for names, and under which letter."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from index.arrays import Array

NO_LETTER = 0
"""Stands for all beginnings that are no letter."""
_ACCENTS = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+")
_LEADING = re.compile(r"^[^\w\n]+(?=\w)", re.MULTILINE)
_ALONE = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ł": "l",
    "ё": "е",
})  # fmt: skip
"""Letters that are sorted as others, though no accent can be taken of them."""


def key(name: str) -> str:
    """Return what a name is sorted by: without case, accents of Latin and Greek, leading quotes.

    Examples
    --------
    >>> key("Wałęsa"), key("“Émile” Zola"), key("Йод")
    ('walesa', 'emile” zola', 'йод')
    """
    return _folded(name.replace("\n", " "))


def keys(names: Sequence[str]) -> list[str]:
    """Return the key of each name; of a hundred thousand in a tenth of a second."""
    found = _folded("\n".join(names)).split("\n") if names else []
    return found if len(found) == len(names) else [key(name) for name in names]


def _folded(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded).casefold()
        folded = unicodedata.normalize("NFC", _ACCENTS.sub("", parts)).translate(_ALONE)
    return _LEADING.sub("", folded)


class Collation:
    """The names of a list in the order of their keys; those that begin with no letter come first.

    Attributes
    ----------
    keys : list of str
        The key of every name.
    order : int64 array
        The numbers of the names in order.
    initials : int64 array
        For each place of ``order`` the code of the letter its key begins with, or `NO_LETTER`.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.keys = keys(names)
        initials = np.fromiter(map(_initial, self.keys), np.int64, len(self.keys))
        order = np.array(sorted(range(len(self.keys)), key=self.keys.__getitem__), np.int64)
        beginning = initials[order] == NO_LETTER
        self.order = np.concatenate([order[beginning], order[~beginning]])
        self.initials = initials[self.order]

    def holding(self, words: str) -> Array:
        """Say of every name whether its key holds that of some ``words`` (bool)."""
        sought = key(words)
        return np.fromiter((sought in one for one in self.keys), bool, len(self.keys))


def _initial(key: str) -> int:
    return ord(key[0]) if key[:1].isalpha() else NO_LETTER
