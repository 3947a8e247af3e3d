"""A name that is searched in several spellings: a node of the query tree."""

from index.arrays import Array
from search.expansion import Expansion


class NameWord(Expansion):
    """A word of a query that is a name, with its other spellings, as if all were one word.

    Attributes
    ----------
    text : str
        The commonest of its terms: two spellings of one name in a query are one word.
    asked : str
        The word as it was typed.
    others : tuple of str
        The other spellings, as they are written most often, the commonest first; never empty.
    """

    def __init__(
        self,
        field: str,
        text: str,
        codes: Array,
        *,
        asked: str,
        others: tuple[str, ...],
        boost: float = 1.0,
    ) -> None:
        super().__init__(field, text, codes, boost=boost)
        self.asked = asked
        self.others = others
