"""Themes: what articles are about beyond their words (latent semantic analysis).

The TF-IDF rows of an archive are approximated by a product of few factors, a truncated singular
value decomposition. Two articles with the same factors are about the same theme although they may
share few words. The factors are fitted on a part of a large archive, because more change nothing.
"""

import numpy as np
from scipy import sparse

from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.tfidf import Row

SMALLEST_ARCHIVE = 400
"""Articles from which on themes tell something: in smaller archives they were worth nothing."""
MOST_THEMES = 128
ARTICLES_A_THEME = 16
"""Articles that an archive needs for each theme: with more themes they follow single stories."""
MOST_FITTED = 20_000
"""Articles that themes are fitted on; all 80,000 gave the same lists."""


class Themes:
    """The themes of all articles, fitted in a build.

    Parameters
    ----------
    number : int
        How many; 0 in an archive that is too small.

    Attributes
    ----------
    terms_ : int64 array
        The codes of the terms that themes are made of, ascending.
    components_ : float32 array of shape (len(terms_), number)
        The part of each term in each theme.
    """

    def __init__(self, *, number: int) -> None:
        self.number = number

    def fit(self, rows: sparse.csr_matrix) -> "Themes":
        """Fit the themes to rows of length 1; the same rows give the same themes."""
        # Only a build needs scikit-learn.
        from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

        articles = rows.shape[0]
        chosen = np.linspace(0, articles - 1, min(articles, MOST_FITTED)).astype(np.int64)
        sample = rows[chosen] if len(chosen) < articles else rows
        frequencies = np.bincount(sample.indices, minlength=sample.shape[1])
        self.terms_ = np.flatnonzero(frequencies > 1)
        sample = sample[:, self.terms_]
        self.number = max(0, min(self.number, min(sample.shape) - 1))
        if self.number:
            _, _, components = randomized_svd(sample, self.number, n_iter=2, random_state=0)
            self.components_ = np.ascontiguousarray(components.T, np.float32)
        else:
            self.components_ = np.zeros((len(self.terms_), 0), np.float32)
        return self

    def vectors(self, rows: sparse.csr_matrix) -> Array:
        """Return the themes of rows, each of length 1 (float32, shape (rows, number))."""
        return unit(np.asarray(rows[:, self.terms_] @ self.components_, np.float32))


def themes_of(articles: int) -> int:
    """Return how many themes an archive of so many articles carries."""
    if articles < SMALLEST_ARCHIVE:
        return 0
    return min(MOST_THEMES, articles // ARTICLES_A_THEME)


def save(writer: ArrayFileWriter, themes: Themes, vectors: Array) -> None:
    """Write the themes and the vectors of all articles, for `StoredThemes`."""
    writer.add("themes.vectors", vectors.ravel())
    writer.add("themes.terms", themes.terms_.astype(np.int32))
    writer.add("themes.components", themes.components_.ravel())


class StoredThemes:
    """The themes of a generation; safe to share between threads.

    Parameters
    ----------
    file : ArrayFile
        The file of the related articles.
    articles : int
        How many vectors lie in it.
    """

    def __init__(self, file: ArrayFile, articles: int) -> None:
        self._file = file
        known = "themes.vectors" in file  # generations of before had none
        self.number = len(file["themes.vectors"]) // max(articles, 1) if known else 0

    def of_documents(self, documents: Array) -> Array:
        """Return the vectors of documents (float32, shape (len(documents), number))."""
        if not self.number:
            return np.zeros((len(documents), 0), np.float32)
        return self._vectors.take(documents, axis=0)

    def of_row(self, row: Row) -> Array:
        """Return the vector (number,) of a row that need not be in the archive."""
        if not self.number:
            return np.zeros(0, np.float32)
        terms = self._file["themes.terms"].all()
        places = np.searchsorted(terms, row.terms)
        known = places < len(terms)
        known[known] = terms[places[known]] == row.terms[known]
        components = self._file["themes.components"].all().reshape(len(terms), self.number)
        vector = row.values[known] @ components[places[known]]
        return np.asarray(unit(vector[None])[0])

    def products(self, vector: Array) -> Array:
        """Return the products of all articles' vectors with one."""
        return products(self._vectors, vector)

    @property
    def _vectors(self) -> Array:
        return self._file["themes.vectors"].all().reshape(-1, self.number)


def products(vectors: Array, vector: Array) -> Array:
    """Return the product of each vector with one, in this thread alone (float32).

    What numpy multiplies with ``@`` is shared among all processors, which wait for one another
    longer than so little work takes, and for those that serve others.
    """
    return np.asarray(np.einsum("ij,j->i", vectors, vector))


def unit(vectors: Array) -> Array:
    """Return vectors scaled to length 1; those of nothing stay 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(vectors / lengths, np.float32)
