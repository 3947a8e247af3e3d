"""The TF-IDF rows of a generation and of its layers, which have none of their own."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.fresh_terms import FreshTerms
from index.function_words import function_terms, is_amount
from index.layers.columns import JointDocuments
from index.layers.order import Order
from index.strings import StringTable
from index.tfidf import RowParts, StoredRows


class JointRows(StoredRows):
    """Rows by joint codes; those of new articles are made when they are asked for.

    Parameters
    ----------
    base : StoredRows
        Of the great generation.
    terms : StringTable
        The joint terms.
    numbers : int64 array
        The joint code of each term of the great generation.
    order : Order
        Which documents are of it.
    documents : JointDocuments
        The articles.
    languages : sequence of str
        Those whose function words have no weight.
    """

    def __init__(
        self,
        base: StoredRows,
        terms: StringTable,
        numbers: Array,
        order: Order,
        documents: JointDocuments,
        languages: Sequence[str],
    ) -> None:
        self._base = base
        self._table = terms
        self._numbers = numbers
        self._order = order
        self._documents = documents
        self._languages = languages
        self.articles = len(order)
        self.terms = len(terms)

    @cached_property
    def idf(self) -> Array:
        """The rarity of every term (float32), 0 for one that is left out."""
        found = np.full(self.terms, self.rarest, np.float32)
        found[self._numbers] = self._base.idf
        new = np.ones(self.terms, bool)
        new[self._numbers] = False
        functional = set().union(*map(function_terms, self._languages))
        for code in np.flatnonzero(new).tolist():
            term = self._table[code]
            if term in functional or is_amount(term):
                found[code] = 0
        return found

    @property
    def _pivot(self) -> float | None:
        return self._base._pivot  # noqa: SLF001  the same kind of thing

    @property
    def boilerplate(self) -> frozenset[str]:
        """Sentences that say nothing, as the build found them."""
        return self._base.boilerplate

    def rows(self, documents: Sequence[int]) -> sparse.csr_matrix:
        """Return the rows of some documents (len(documents), terms)."""
        return sparse.csr_matrix(tuple(self.parts(documents)), shape=(len(documents), self.terms))

    def parts(self, documents: Sequence[int]) -> RowParts:
        """Return the rows of some documents as they lie."""
        values, terms = [np.empty(0, np.float32)], [np.empty(0, np.int64)]
        for document in documents:
            if self._order.sources[document]:
                row = self._fresh.row(self._documents.articles([document])[0])
                values.append(row.values)
                terms.append(row.terms)
            else:
                row = self._base.row(int(self._order.places[document]))
                values.append(row.values)
                terms.append(self._numbers[row.terms])
        lengths = [len(some) for some in values[1:]]
        return RowParts(
            np.concatenate(values), np.concatenate(terms), np.append(0, np.cumsum(lengths))
        )

    @cached_property
    def _fresh(self) -> FreshTerms:
        return FreshTerms(self, self._table)
