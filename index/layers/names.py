"""The names of a generation and of its layers as if they were one's."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from index.arrays import Array
from index.generation import Generation
from index.names import FIELD, Name, Names, kinds_of


class JointNames(Names):
    """Names by their sounds in several generations; safe to share between threads.

    A generation that was built before it was counted how often a word is written with a capital
    tells itself which of its words are names.

    Parameters
    ----------
    generations : sequence of Generation
        The great one first.
    joint : sequence of int64 array
        For each the joint code of each of its terms.
    own : sequence of int64 array
        For each which of its terms each joint one is, -1 for none.
    """

    def __init__(
        self, generations: Sequence[Generation], joint: Sequence[Array], own: Sequence[Array]
    ) -> None:
        self._generations = generations
        self._joint = joint
        self._own = own

    def kind(self, code: int) -> int:
        """Return what a term is: `SURE`, `LIKELY`, `FIELD`, `UNTOLD`, a sum of them, or 0."""
        here = [
            (generation, number)
            for generation, own in zip(self._generations, self._own, strict=True)
            if (number := int(own[code])) >= 0
        ]
        kinds = [generation.names.kind(number) for generation, number in here]
        if len(kinds) == 1:
            return kinds[0]
        field = any(kind & FIELD for kind in kinds) * FIELD
        if self.written is not None:
            return field | int(kinds_of(self.written[:, [code]])[0])
        in_text = (
            kind & ~FIELD
            for (generation, number), kind in zip(here, kinds, strict=True)
            if generation.frequencies[number]
        )
        return field | next(in_text, 0)

    @cached_property
    def written(self) -> Array | None:
        """How often each term is written how (int64, of shape (4, terms)); None where not known."""
        found = np.zeros((4, len(self._own[0])), np.int64)
        for generation, joint in zip(self._generations, self._joint, strict=True):
            written = generation.names.written
            if written is None:
                return None
            found[:, joint] += written
        return found

    def like(self, word: str) -> Iterator[Name]:
        """Yield the spellings that can be the same name as a word, itself among them."""
        seen: set[tuple[int, str]] = set()
        for generation, joint in zip(self._generations, self._joint, strict=True):
            for name in generation.names.like(word):
                code = int(joint[name.code])
                if (code, name.spelling) not in seen:
                    seen.add((code, name.spelling))
                    yield Name(code, name.spelling, self.kind(code))
