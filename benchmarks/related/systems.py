"""What is compared: scikit-learn's TF-IDF as most would set it up, and Backfile in three ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from index.arrays import Array
from index.generation import Generation
from index.visibility import Visibility
from recommender.comparison import Comparison
from recommender.recommender import Recommender
from recommender.related import RelatedRequest

BASE, PLAIN, COLLAPSED, SITE = (
    "scikit-learn TF-IDF",
    "Backfile, near copies left in",
    "Backfile, near copies collapsed",
    "Backfile, as a site shows it",
)
_ROWS_AT_A_TIME = 64
_READ_AT_ONCE = 512

Lists = Callable[[Sequence[int], int], list[list[int]]]
"""Returns for documents the nearest others, so many at most, best first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation with all that answers from it."""

    generation: Generation
    comparison: Comparison
    recommender: Recommender

    @classmethod
    def of(cls, generation: Generation) -> "Opened":
        """Open what answers from a generation."""
        recommender = Recommender(generation, Visibility(generation))
        return cls(generation, Comparison(generation), recommender)

    def document(self, article_id: str) -> int:
        """Return the document of an article that is in the generation."""
        document = self.generation.columns.document(article_id)
        if document is None:
            raise KeyError(article_id)
        return document

    def texts(self) -> list[str]:
        """Return title and body of every article."""
        documents = range(self.generation.articles)
        starts = documents[::_READ_AT_ONCE]
        read = (
            self.generation.documents.articles(np.array(documents[start : start + _READ_AT_ONCE]))
            for start in starts
        )
        return ["\n".join((a.title, *a.body)) for a in chain.from_iterable(read)]


def systems(opened: Opened) -> dict[str, Lists]:
    """Return everything that is compared, the base first."""
    base = base_rows(opened.texts())
    return {
        BASE: lambda documents, depth: by_cosine(base, documents, depth),
        PLAIN: lambda documents, depth: [exact(opened, document, depth) for document in documents],
        COLLAPSED: asking(opened, versions=True, minimum_score=0),
        SITE: asking(opened, versions=False, minimum_score=None),
    }


def base_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return TF-IDF rows of length 1: words of scikit-learn's own rules, ``1 + log tf``."""
    counts = CountVectorizer(stop_words="english", dtype=np.float32).fit_transform(texts)
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts).tocsr()


def by_cosine(rows: sparse.csr_matrix, documents: Sequence[int], depth: int) -> list[list[int]]:
    """Return the documents whose rows are nearest to each, never itself; of equal ones the first.

    Examples
    --------
    >>> rows = sparse.csr_matrix(np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6]], np.float32))
    >>> by_cosine(rows, [0, 2], 2)
    [[3, 1], [1, 3]]
    """
    columns = rows.T.tocsr()
    found: list[list[int]] = []
    for start in range(0, len(documents), _ROWS_AT_A_TIME):
        some = list(documents[start : start + _ROWS_AT_A_TIME])
        for document, products in zip(some, (rows[some] @ columns).toarray(), strict=True):
            products[document] = 0
            found.append(best(products, depth))
    return found


def best(values: Array, depth: int) -> list[int]:
    """Return the places of the largest values above 0, descending; of equal ones the first.

    Examples
    --------
    >>> best(np.array([0.0, 0.5, 0.7, 0.5]), 2)
    [2, 1]
    """
    depth = min(depth, int(np.count_nonzero(values)))
    if not depth:
        return []
    least = np.partition(values, -depth)[-depth]
    places = np.flatnonzero(values >= least)
    order = np.lexsort((places, -values[places]))[:depth]
    return [int(place) for place in places[order]]


def exact(opened: Opened, document: int, depth: int) -> list[int]:
    """Return the nearest documents in one's language by Backfile's similarity, copies and all."""
    languages = opened.generation.columns.languages
    weights = (languages == languages[document]).astype(np.float32)
    weights[document] = 0
    seed = opened.comparison.of_document(document)
    found = opened.comparison.nearest(seed, depth, weights).documents[0]
    return [int(other) for other in found[found >= 0]]


def asking(opened: Opened, *, versions: bool, minimum_score: float | None) -> Lists:
    """Return what asks the recommender, as the site and `backfile related-run` do."""

    def lists(documents: Sequence[int], depth: int) -> list[list[int]]:
        request = RelatedRequest(limit=depth, versions=versions, minimum_score=minimum_score)
        ids = opened.generation.columns.ids(documents)
        return [
            [opened.document(item.id) for item in opened.recommender.for_article(name, request)]
            for name in ids
        ]

    return lists
