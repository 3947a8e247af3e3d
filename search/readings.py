"""What the terms of a text are in the languages of an archive: its readings."""

from collections.abc import Sequence
from functools import lru_cache

from index import analysis, spaceless
from index.generation import Generation
from index.word_fields import NAME_FIELDS
from search.quoted import Beginning

MINOR = 0.02
"""A reading of a word that is so many times rarer than another one is not searched."""
_REMEMBERED = 4096

Terms = tuple[str, ...]


class Readings:
    """Reads texts for one generation; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.of = lru_cache(_REMEMBERED)(self._read)

    def _read(self, fieldname: str, text: str, apart: bool = False) -> tuple[Terms, ...]:
        """Return the terms of a text in each language in which they differ."""
        names = fieldname in NAME_FIELDS
        languages = (analysis.NAMES,) if names else self._generation.languages
        tokens = analysis.asked(text, apart=apart)
        readings = dict.fromkeys(
            tuple(map(analysis.term_of(language), tokens)) for language in languages
        )
        found = self._likely([terms for terms in readings if terms])
        return tuple(tuple(opened(tokens, terms, apart=apart)) for terms in found)

    def _likely(self, readings: list[Terms]) -> tuple[Terms, ...]:
        """Return the readings that the archive holds, without those that are rare beside another.

        A few articles in Spanish must not make every English word a Spanish one, too.
        """
        if len(readings) < 2:
            return tuple(readings)
        known = [min(map(self._frequency, terms)) for terms in readings]
        least = max(1, MINOR * max(known))
        likely = [terms for terms, often in zip(readings, known, strict=True) if often >= least]
        return tuple(likely or readings[:1])

    def _frequency(self, term: str) -> int:
        """Return in how many articles a term stands."""
        code = self._generation.terms.find(term)
        return 0 if code is None else int(self._generation.frequencies[code])


def opened(tokens: Sequence[str], words: Sequence[str], *, apart: bool = False) -> list[str]:
    """Return the words of tokens; of a single letter behind which more may stand, its beginning."""
    last = len(tokens) - 1
    return [
        Beginning(word) if (apart or place == last) and spaceless.is_single(token) else word
        for place, (token, word) in enumerate(zip(tokens, words, strict=True))
    ]
