"""The postings of words in a generation and its layers, put together as they are asked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from index.arrays import Array
from index.layers.joint import JointGeneration
from index.layers.order import GONE
from search.terms import IN_NO_PLACE, NOWHERE, Occurrences, Postings, TermReader, distinct

if TYPE_CHECKING:
    from index.generation import Generation

_EXACTLY = 64
"""Terms whose frequencies are told without documents that are left out: each list is read."""
_BITS = 32
_POSITION = (1 << _BITS) - 1


class JointTermReader(TermReader):
    """Reads the lists of a generation and its layers; safe to share between threads.

    Parameters
    ----------
    generation : JointGeneration
        What is read.
    base : TermReader
        That of the great generation, which goes on remembering what it reads.
    before : JointTermReader, optional
        What was read until now: its readers go on with the layers that are still there.

    Attributes
    ----------
    readers : dict of Generation to TermReader
        Those that read the great generation and each layer.
    """

    def __init__(
        self,
        generation: JointGeneration,
        base: TermReader,
        before: "JointTermReader | None" = None,
    ) -> None:
        super().__init__(generation)
        self._joint = generation
        known = before.readers if before else {}
        great, *small = generation.generations
        self.readers: dict[Generation, TermReader] = {great: base} | {
            layer: known.get(layer) or TermReader(layer) for layer in small
        }

    def frequencies(self, field: str, codes: Array) -> Array:
        """Return in how many articles each of these terms (ascending) stands (int64).

        Of many terms, articles that are left out count as well.
        """
        if len(codes) <= _EXACTLY:
            terms = self._joint.terms.strings(codes.tolist())
            lengths = [len(self.postings(field, term).documents) for term in terms]
            return np.array(lengths, np.int64)
        found = np.zeros(len(codes), np.int64)
        for reader, own in self._own(codes):
            here = own >= 0
            found[here] += reader.frequencies(field, own[here])
        return found

    def _read_postings(self, field: str, term: str) -> Postings:
        return self._joined(
            reader.postings(field, term) if reader else NOWHERE for reader in self._having(term)
        )

    def _read_together(self, field: str, codes: Array) -> Postings:
        return self._joined(
            reader.together(field, own[own >= 0]) if (own >= 0).any() else NOWHERE
            for reader, own in self._own(codes)
        )

    def _read_occurrences(self, field: str, term: str, spelling: str | None) -> Occurrences:
        return self._placed(
            reader.occurrences(field, term, spelling) if reader else IN_NO_PLACE
            for reader in self._having(term)
        )

    def _read_beginning(self, field: str, letter: str) -> Occurrences:
        return self._placed(reader.occurrences(field, letter) for reader in self.readers.values())

    def _read_all_occurrences(self, field: str, codes: Array) -> Occurrences:
        return self._placed(
            reader.all_occurrences(field, own[own >= 0]) for reader, own in self._own(codes)
        )

    def _having(self, term: str) -> Iterable[TermReader | None]:
        """Yield each reader, None for one that has not got a term."""
        code = self._joint.terms.find(term)
        for reader, own in zip(self.readers.values(), self._joint.own_terms, strict=True):
            yield reader if code is not None and own[code] >= 0 else None

    def _own(self, codes: Array) -> Iterable[tuple[TermReader, Array]]:
        """Yield each reader with its codes of these terms, -1 for one that it has not."""
        for reader, own in zip(self.readers.values(), self._joint.own_terms, strict=True):
            yield reader, own[codes.astype(np.int64)]

    def _joined(self, parts: Iterable[Postings]) -> Postings:
        documents, impacts = [], []
        for part, numbers in zip(parts, self._joint.order.numbers, strict=True):
            if not len(part.documents):
                continue
            here = numbers.take(part.documents)
            kept = here != GONE
            whole = bool(kept.all())
            documents.append(here if whole else here[kept])
            impacts.append(part.impacts if whole else part.impacts[kept])
        if not documents:
            return NOWHERE
        joined, values = np.concatenate(documents), np.concatenate(impacts)
        if len(documents) > 1 and (np.diff(joined) < 0).any():
            order = joined.argsort(kind="stable")
            joined, values = joined.take(order), values.take(order)
        return Postings(joined, values)

    def _placed(self, parts: Iterable[Occurrences]) -> Occurrences:
        found = [np.empty(0, np.int64)]
        for part, numbers in zip(parts, self._joint.order.numbers, strict=True):
            if not len(part.places):
                continue
            here = numbers.take(part.places >> _BITS).astype(np.int64)
            places = here << _BITS | part.places & _POSITION
            kept = here != GONE
            found.append(places if kept.all() else places[kept])
        places = np.concatenate(found)
        if (np.diff(places) < 0).any():
            places.sort(kind="stable")
        return Occurrences(places, distinct(places))
