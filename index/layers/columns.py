"""The columns and the articles of several generations as if they were one's."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from articles.article import Article
from index.arrays import Array, ranges
from index.codec.fields import smallest
from index.columns import Columns, FacetColumn
from index.documents import Documents
from index.generation import Generation
from index.layers.layer import Layer
from index.layers.order import GONE, Order
from index.layers.tables import United


class JointColumns(Columns):
    """The columns of a generation and its layers; safe to share between threads.

    Parameters
    ----------
    base : Generation
        The great generation.
    layers : sequence of Layer
        The small ones.
    order : Order
        Where their documents lie.
    """

    def __init__(self, base: Generation, layers: Sequence[Layer], order: Order) -> None:
        self._layers = layers
        self._columns = [base.columns, *(layer.generation.columns for layer in layers)]
        self._order = order
        self._facets: dict[str, FacetColumn] = {}
        self._united: dict[str, United] = {}

    @cached_property
    def published(self) -> Array:
        """Seconds since 1970 of every document (int64), `UNDATED` for none."""
        return self._order.joined([columns.published for columns in self._columns])

    @cached_property
    def expires(self) -> Array:
        """When every document expires in seconds (int64), `NEVER` for never."""
        return self._order.joined([columns.expires for columns in self._columns])

    def document(self, article_id: str) -> int | None:
        """Return the document number of an article, None when it is not there."""
        for columns, numbers in zip(self._columns, self._order.numbers, strict=True):
            document = columns.document(article_id)
            if document is not None and numbers[document] != GONE:
                return int(numbers[document])
        return None

    def ids(self, documents: Iterable[int]) -> list[str]:
        """Return the ids of documents."""
        found = gathered(self._order, list(documents), [columns.ids for columns in self._columns])
        return [str(name) for name in found]

    def facet(self, name: str) -> FacetColumn:
        """Return the column of a facet."""
        if name not in self._facets:
            self._facets[name] = self._joined(name)
        return self._facets[name]

    def values(self, name: str) -> United:
        """Return the values of a facet, united."""
        if name not in self._united:
            great = self._columns[0].facet(name).values
            small = [layer.values(name) for layer in self._layers]
            self._united[name] = United(great, small)
        return self._united[name]

    def _joined(self, name: str) -> FacetColumn:
        united = self.values(name)
        parts = [columns.facet(name) for columns in self._columns]
        lengths = self._order.joined([np.diff(part.ends.astype(np.int64)) for part in parts])
        ends = np.append(0, np.cumsum(lengths))
        codes = np.empty(int(ends[-1]), np.int64)
        rows = zip(parts, self._order.numbers, united.numbers, strict=True)
        for part, documents, values in rows:
            alive = np.flatnonzero(documents != GONE)
            here = documents[alive]
            own = ranges(part.ends[:-1][alive].astype(np.int64), lengths[here])
            codes[ranges(ends[here], lengths[here])] = values[part.codes[own]]
        return FacetColumn(united.table, smallest(codes), smallest(ends))


class JointDocuments(Documents):
    """The articles of a generation and its layers; safe to share between threads."""

    def __init__(self, generations: Sequence[Generation], order: Order) -> None:
        self._parts = [generation.documents for generation in generations]
        self._order = order

    def articles(self, numbers: Sequence[int]) -> list[Article]:
        """Return the articles of these document numbers in their order."""
        return gathered(self._order, numbers, [documents.articles for documents in self._parts])

    def lines(self, numbers: Iterable[int]) -> list[str]:
        """Return the articles of these document numbers as lines."""
        return gathered(self._order, list(numbers), [documents.lines for documents in self._parts])


def gathered(
    order: Order, documents: Sequence[int], read: Sequence[Callable[[list[int]], list[Any]]]
) -> list[Any]:
    """Return what each generation has of its documents, in the order in which they are asked."""
    found: list[Any] = [None] * len(documents)
    for source, here, places in order.split(documents):
        for place, item in zip(here.tolist(), read[source](places.tolist()), strict=True):
            found[place] = item
    return found
