"""A generation and its layers as one: what search reads of an index, joined as it is asked for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from index.analysis import primary_language
from index.arrays import Array
from index.generation import DEFAULT_LANGUAGE, Generation
from index.layers.columns import JointColumns, JointDocuments
from index.layers.layer import SEPARATOR, Base, Layer, term_numbers
from index.layers.names import JointNames
from index.layers.order import GONE, Order
from index.layers.rows import JointRows
from index.layers.tables import United
from index.strings import StringTable
from index.word_fields import NAME_FIELDS, TEXT
from index.word_index import Found, WordIndex


class JointGeneration(Generation):
    """What a build of all would have, but for statistics that no generation keeps.

    Documents that are left out stand in no list; they count in how often each spelling stands in
    the archive, and their words are still among its terms. Lengths are measured by the mean of the
    great generation, which the impacts of its postings hold. Safe to share between threads; its
    files are those of the others.

    Parameters
    ----------
    base : Base
        The great generation.
    layers : sequence of Layer
        The small ones.
    gone : sequence of bool array
        For each of them, the great one first, which documents are left out.
    """

    def __init__(self, base: Base, layers: Sequence[Layer], gone: Sequence[Array]) -> None:
        great = base.generation
        self._base = base
        self._layers = layers
        self.generations = [great, *(layer.generation for layer in layers)]
        self.order = Order(great, layers, gone)
        self.folder, self.number = great.folder, great.number
        self.created, self.warnings = great.created, great.warnings
        self.suggestible, self.addresses = great.suggestible, None
        self.segments = ()
        self._terms = United(great.terms, [layer.terms for layer in layers])
        self.terms = self._terms.table
        self.joint_terms = self._terms.numbers
        self.own_terms = term_numbers(self.joint_terms, len(self.terms))
        self.columns: JointColumns = JointColumns(great, layers, self.order)
        self.documents: JointDocuments = JointDocuments(self.generations, self.order)
        self.names = JointNames(self.generations, self.joint_terms, self.own_terms)
        self.manifest = replace(
            great.manifest,
            articles=len(self.order),
            terms=len(self.terms),
            languages=self._languages(),
        )
        self._indexes: dict[str, WordIndex] = {}

    def _languages(self) -> tuple[str, ...]:
        counts: Counter[str] = Counter()
        for generation, numbers in zip(self.generations, self.order.numbers, strict=True):
            columns = generation.columns
            names = [*sorted(columns.language_numbers), primary_language("")]
            # The last stands for none, which is number -1.
            own = np.bincount(columns.languages[numbers != GONE] % len(names), minlength=len(names))
            counts.update(dict(zip(names, own.tolist(), strict=True)))
        found = (name for name in counts if counts[name])
        return tuple(sorted(found, key=lambda name: (-counts[name], name))) or (DEFAULT_LANGUAGE,)

    def written(self, code: int) -> str:
        """Return how a term is written most often in the first generation whose texts have it."""
        here = [
            (generation, int(own[code]))
            for generation, own in zip(self.generations, self.own_terms, strict=True)
            if own[code] >= 0
        ]
        in_text = (pair for pair in here if pair[0].frequencies[pair[1]])
        generation, number = next(in_text, here[0])
        return generation.written(number)

    @cached_property
    def _spelled(self) -> United:
        return United(self._base.spelled, [layer.spellings for layer in self._layers])

    @cached_property
    def surfaces(self) -> StringTable:
        """All spellings in the text, in lower case, sorted."""
        strings = [pair.partition(SEPARATOR)[0] for pair in self._spelled.strings]
        return self._spelled.inserted(self.generations[0].surfaces, strings)

    @cached_property
    def surface_tables(self) -> list[tuple[StringTable, Array]]:
        """The tables whose strings are the spellings, and which of `surfaces` each string is."""
        tables = [generation.surfaces for generation in self.generations]
        return list(zip(tables, self._spelled.numbers, strict=True))

    @cached_property
    def surface_terms(self) -> Array:
        """The code of each spelling's term."""
        return self._of_spellings(
            [
                joint[generation.surface_terms]
                for generation, joint in zip(self.generations, self.joint_terms, strict=True)
            ]
        )

    @cached_property
    def surface_totals(self) -> Array:
        """How often each spelling stands in the text (int64), of what is left out, too."""
        found = np.zeros(len(self._spelled), np.int64)
        for generation, numbers in zip(self.generations, self._spelled.numbers, strict=True):
            found[numbers] += generation.surface_totals
        return found

    @cached_property
    def surface_ordinals(self) -> Array:
        """Which spelling of its term each one is, 0 the commonest."""
        order = np.lexsort((-self.surface_totals, self.surface_terms))
        owners = self.surface_terms[order]
        found = np.empty(len(order), np.int64)
        found[order] = np.arange(len(order)) - np.searchsorted(owners, owners)
        return found

    @cached_property
    def lengths(self) -> Array:
        """The length of each article's text (float32), as ranking counts it."""
        return self.order.joined([generation.lengths for generation in self.generations])

    @cached_property
    def relative_lengths(self) -> Array:
        """The length of each article's text over the mean one of the great generation (float32)."""
        return self.lengths / np.float32(self._base.mean_length or 1.0)

    @cached_property
    def frequencies(self) -> Array:
        """In how many articles' texts each term stands (int64), of function words in those gone."""
        found = np.zeros(len(self.terms), np.int64)
        sources = zip(self.generations, self.joint_terms, self.order.numbers, strict=True)
        for generation, joint, numbers in sources:
            gone = np.flatnonzero(numbers == GONE)
            found[joint] += generation.frequencies
            found -= np.bincount(joint[_terms_in(generation, gone)], minlength=len(found))
        return found

    @cached_property
    def rows(self) -> JointRows:
        """The TF-IDF rows."""
        return JointRows(
            self.generations[0].rows,
            self.terms,
            self.joint_terms[0],
            self.order,
            self.documents,
            self.languages,
        )

    def numbers_of(self, documents: Array) -> Array:
        """Return the numbers that documents of the great generation have here, ascending."""
        numbers = self.order.numbers[0][documents]
        kept: Array = numbers[numbers != GONE].astype(np.int64)
        return kept

    def codes(self, field: str) -> Array:
        """Return the codes of all terms of a field, ascending."""
        parts = [
            joint[generation.codes(field)]
            for generation, joint in zip(self.generations, self.joint_terms, strict=True)
        ]
        return np.unique(np.concatenate(parts))

    def suggestions(self, name: str) -> WordIndex:
        """Return the index of the words of headlines, or of a facet's names."""
        if name not in self._indexes:
            indexes = [generation.suggestions(name) for generation in self.generations]
            if name in NAME_FIELDS:
                numbers, count = self.columns.values(name).numbers, len(self.columns.values(name))
            else:
                numbers, count = self.order.numbers, len(self.order)
            self._indexes[name] = _JointIndex(indexes, numbers, count)
        return self._indexes[name]

    def close(self) -> None:
        """Do nothing: its files are those of the others."""

    def _of_spellings(self, parts: Sequence[Array]) -> Array:
        found = np.empty(len(self._spelled), parts[0].dtype)
        for part, numbers in zip(parts, self._spelled.numbers, strict=True):
            found[numbers] = part
        return found


class _JointIndex(WordIndex):
    """The words of the texts of several indexes."""

    def __init__(self, indexes: Sequence[WordIndex], numbers: Sequence[Array], count: int) -> None:
        self._indexes = indexes
        self._numbers = numbers
        self._texts = count

    def find(self, words: Sequence[str]) -> Found:
        """Return the texts that have, for each of some folded words, one that begins with it."""
        found = Found(np.zeros(self._texts, bool), np.zeros(self._texts, bool))
        for index, numbers in zip(self._indexes, self._numbers, strict=True):
            own = index.find(words)
            kept = numbers >= 0
            found.fitting[numbers[kept]] |= own.fitting[kept]
            found.leading[numbers[kept]] |= own.leading[kept]
        return found


def _terms_in(generation: Generation, documents: Array) -> Array:
    """Return the codes of the terms of some documents' texts, each as often as it has documents."""
    if generation.has_rows:
        return generation.rows.parts(documents.tolist()).terms
    found = [np.empty(0, np.int64)]
    for segment in generation.segments:
        field = segment.fields[TEXT]
        own = documents - segment.base
        codes = np.repeat(field.codes, np.diff(field.ends))
        found.append(codes[np.isin(field.all_documents(), own)])
    return np.concatenate(found)
