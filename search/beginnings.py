"""How the words that a query means can begin, so that texts need not be read token by token."""

import os
from functools import lru_cache

import numpy as np

from index.generation import Generation
from search.marks import Marks
from search.quoted import Beginning

MOST_TERMS = 64
"""Terms from which on every token of a text is looked at instead."""
_REMEMBERED = 4096


class Beginnings:
    """Knows from the archive's spellings how the words of a term begin; safe to share."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._remembered = lru_cache(_REMEMBERED)(self._of_term)

    def of(self, marks: Marks) -> tuple[str, ...] | None:
        """Return the beginnings of all words that are to be marked, in lower case.

        Every such word begins with one of them, and none begins with another. None when they are
        too many to be looked for one by one.
        """
        terms = set(marks.terms)
        found: set[str] = set(marks.letters)
        for phrase in marks.phrases:
            for word in phrase.words:
                (found if phrase.written or isinstance(word, Beginning) else terms).add(word)
        if len(terms) + len(found) > MOST_TERMS:
            return None
        for term in terms:
            found.update(self._remembered(term))
        kept: list[str] = []
        for beginning in sorted(found):
            if not kept or not beginning.startswith(kept[-1]):
                kept.append(beginning)
        return tuple(kept)

    def _of_term(self, term: str) -> tuple[str, ...]:
        """Return what all spellings of a term have in common; where that is one letter, all."""
        generation = self._generation
        code = generation.terms.find(term)
        if code is None:
            return ()
        numbers = np.flatnonzero(generation.surface_terms == code)
        spellings = generation.surfaces.strings(numbers.tolist())
        common = os.path.commonprefix(spellings)  # noqa: RUF071  strings, no paths
        return (common,) if len(common) > 1 else tuple(spellings)
