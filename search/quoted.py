"""Words in quotation marks: a node of the query tree that means them as they are written."""

from collections.abc import Sequence

from index.whoosh_api import query


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
