"""The nearest articles on demand, exactly: of any article or text, under any condition."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.generation import Generation
from index.tfidf import Row
from recommender.neighbours import Neighbours, nearest, threshold
from recommender.packed import products as products_of_rows
from recommender.similarity import THEME_SHARE, blended
from recommender.themes import StoredThemes, products

_ROUNDING = 1e-5
_FIRST = 100
"""Candidates at least whose themes are compared first."""


class Seed(NamedTuple):
    """What others are compared with.

    Attributes
    ----------
    row : Row
        The TF-IDF row.
    themes : float32 array
        The vector of its themes.
    words : float32 array of shape (articles,), optional
        The products with all rows, where somebody has asked for them already.
    """

    row: Row
    themes: Array
    words: Array | None = None


class Likeness(NamedTuple):
    """How near documents are, and the two parts of it; all float32."""

    similarities: Array
    words: Array
    themes: Array


class Comparison:
    """Compares with the articles of one generation; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._rows = generation.rows
        self._themes = StoredThemes(generation.related, generation.articles)

    def of_document(self, document: int) -> Seed:
        """Return what stands for one article."""
        return Seed(self._rows.row(document), self._themes.of_documents(np.array([document]))[0])

    def of_row(self, row: Row) -> Seed:
        """Return what stands for a row that need not be in the archive."""
        seed = Seed(row, self._themes.of_row(row))
        return seed._replace(words=self.words(seed))

    @property
    def theme_count(self) -> int:
        """How many themes there are; 0 in an archive that is too small for them."""
        return self._themes.number

    def themes(self, documents: Array) -> Array:
        """Return the vectors of the themes of documents."""
        return self._themes.of_documents(documents)

    def rows(self, documents: Array) -> sparse.csr_matrix:
        """Return the rows of documents."""
        return self._rows.rows(documents.tolist())

    def likeness(self, seed: Seed, documents: Array) -> Likeness:
        """Return how near documents are to a seed."""
        words = products_of_rows(seed.row, self._rows.parts(documents.tolist()))
        return self._likeness(seed, documents, words)

    def nearest(self, seed: Seed, count: int, weights: Array | None = None) -> Neighbours:
        """Return the nearest documents, exactly.

        Parameters
        ----------
        seed : Seed
            What they are compared with; it is not left out itself.
        count : int
            How many.
        weights : float32 array of shape (articles,), optional
            Similarities are multiplied with these, 0 to 1; 0 leaves a document out.
        """
        words = self.words(seed)
        factors = np.ones_like(words) if weights is None else weights
        # Themes add at most their share, so only a few can be among the nearest.
        least = (1 - THEME_SHARE if self._themes.number else 1) * words * factors
        most = np.where(words > 0, least + THEME_SHARE * factors, 0)
        first = np.flatnonzero((least > 0) & (least >= threshold(least, max(_FIRST, 2 * count))))
        reached = self._likeness(seed, first, words[first]).similarities * factors[first]
        enough = threshold(reached, count) - _ROUNDING
        documents = np.flatnonzero((most > 0) & (most >= enough))
        values = self._likeness(seed, documents, words[documents]).similarities
        values = values * factors[documents]
        # Few of them are put in order.
        best = values >= threshold(values, count)
        documents, values = documents[best], values[best]
        return nearest(np.zeros(len(documents), np.int64), documents, values, 1, count)

    def above(self, seed: Seed, least: Array) -> tuple[Array, Array]:
        """Return the documents whose similarity is more than what stands in ``least`` for each.

        Returns
        -------
        documents : int64 array
            Ascending.
        similarities : float32 array
            As long.
        """
        similarities = self.similarities(seed)
        documents = np.flatnonzero(similarities > least)
        return documents, similarities[documents]

    def similarities(self, seed: Seed) -> Array:
        """Return how near every document is to a seed (float32), 0 where no word is shared."""
        words = self.words(seed)
        if not self._themes.number:
            return np.clip(words, 0, 1)
        similarities = blended(words, self._themes.products(seed.themes))
        similarities[words <= 0] = 0
        return similarities

    def words(self, seed: Seed) -> Array:
        """Return the products of the rows of all documents with a seed's (float32)."""
        if seed.words is not None:
            return seed.words
        return self._rows.products(seed.row)

    def _likeness(self, seed: Seed, documents: Array, words: Array) -> Likeness:
        if not self._themes.number:
            return Likeness(np.clip(words, 0, 1), words, np.zeros_like(words))
        parts = products(self._themes.of_documents(documents), seed.themes)
        return Likeness(blended(words, parts), words, parts)
