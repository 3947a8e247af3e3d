"""Words in quotation marks: a node of the query tree that means them as they are written."""

from collections.abc import Sequence

from index.whoosh_api import query


class Beginning(str):
    """One letter of a script without spaces among the words of a phrase: what begins with it.

    In "3月" it is not known whether the run of letters ends behind the last one.
    """

    __slots__ = ()

    def fits(self, word: str) -> bool:
        """Say whether a word of a text is one that is meant."""
        return word.startswith(self)


class Quoted(query.Query):  # type: ignore[misc]
    """Words side by side in one spelling: capitals do not count, everything else does.

    Attributes
    ----------
    words : tuple of str
        The terms of the words.
    spellings : tuple of str
        How each word is written, in lower case.
    """

    def __init__(
        self, fieldname: str, words: Sequence[str], spellings: Sequence[str], boost: float = 1.0
    ) -> None:
        self.fieldname = fieldname
        self.words = tuple(words)
        self.spellings = tuple(spellings)
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quoted) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.fieldname, self.spellings))

    def __repr__(self) -> str:
        return f"Quoted({self.fieldname!r}, {self.spellings!r}, boost={self.boost})"
