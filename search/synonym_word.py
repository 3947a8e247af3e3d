"""A word or phrase that is searched with its synonyms: a node of the query tree."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.whoosh_api import query
from search.name_word import NameWord


class Meaning(NamedTuple):
    """One of several words or phrases that mean the same.

    Attributes
    ----------
    written : str
        As it was asked for, or as it stands in the list.
    codes : tuple of int
        The terms of a word, one for each language in which they differ; empty for a phrase.
    phrases : tuple of tuple of str
        The terms of a phrase, likewise; empty for a word.
    """

    written: str
    codes: tuple[int, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


class SynonymWord(query.Query):  # type: ignore[misc]
    """A part of a query with its synonyms, as if all were one word.

    Occurrences add up, and the group is as rare as the commonest of its meanings: a synonym that
    hardly stands in the archive must not make an article good by its rarity (the SynonymQuery of
    Lucene does so).

    Attributes
    ----------
    text : str
        The commonest of its terms: two synonyms in a query are one word.
    asked : str
        What was typed.
    others : tuple of str
        The synonyms that are searched with it, in the order of the lists; never empty.
    meanings : tuple of Meaning
        What is searched; what was typed is the first, unless it is a function word.
    name : NameWord or None
        What was typed with its other spellings, where it is a name.
    phrase : bool
        Whether several words were typed: these stand in the tree, too.
    """

    def __init__(
        self,
        field: str,
        text: str,
        meanings: tuple[Meaning, ...],
        *,
        asked: str,
        others: tuple[str, ...],
        name: NameWord | None = None,
        phrase: bool = False,
        boost: float = 1.0,
    ) -> None:
        self.fieldname = field
        self.text = text
        self.meanings = meanings
        self.asked = asked
        self.others = others
        self.name = name
        self.phrase = phrase
        self.boost = boost

    @cached_property
    def codes(self) -> Array:
        """The terms of all meanings that are single words (uint32, ascending)."""
        codes = {code for meaning in self.meanings for code in meaning.codes}
        return np.array(sorted(codes), np.uint32)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SynonymWord) and self._same() == other._same()

    def __hash__(self) -> int:
        return hash((self.fieldname, self.text))

    def __repr__(self) -> str:
        return f"SynonymWord({self.fieldname!r}, {self.asked!r}, {self.others!r})"

    def _same(self) -> tuple[Any, ...]:
        return self.fieldname, self.asked, self.meanings, self.boost
