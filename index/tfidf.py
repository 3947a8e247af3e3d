"""TF-IDF rows from the same tokens as the postings: what related articles are found by.

A row holds ``(1 + ln tf) * idf`` of each term, scaled to length 1, with
``idf = ln((1 + n) / (1 + df)) + 1``: scikit-learn's `TfidfTransformer` with ``sublinear_tf=True``.
Measured on judged news this beat raw counts, and title weights, bigrams and stemming variants
changed nothing worth their cost. Function words are left out: two articles are not alike because
both say "however".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from index.arrays import Array, load, save
from index.function_words import function_terms
from index.tokenstream import InvertedField

COMMON_SHARE = 0.5
"""A term in more than this share of a language's articles is a function word there."""
SMALLEST_LANGUAGE = 5
"""Articles that a language needs before shares are taken from it."""


@dataclass(frozen=True, slots=True)
class TfidfRows:
    """The rows of all articles.

    Attributes
    ----------
    matrix : scipy.sparse.csr_matrix of float32, shape (articles, terms)
        Rows of length 1, or empty for an article without a telling word; indices ascend in a row.
    by_term : scipy.sparse.csc_matrix of float32
        The same values by columns.
    idf : float32 array of shape (terms,)
        0 for a term that is left out.
    """

    matrix: sparse.csr_matrix
    by_term: sparse.csc_matrix
    idf: Array

    @classmethod
    def of(
        cls, field: InvertedField, terms: Sequence[str], languages: Sequence[str]
    ) -> "TfidfRows":
        """Return the rows of ``field``; ``languages`` has the language of each document."""
        frequencies = field.frequencies(len(terms))
        ends = np.append(0, np.cumsum(frequencies))
        occurrences = np.diff(field.position_ends).astype(np.float32)
        shape = (len(languages), len(terms))
        by_term = sparse.csc_matrix((occurrences, field.documents, ends), shape=shape)
        telling = ~_function_words(by_term, terms, np.array(languages, dtype=object))
        kept = np.repeat(telling, frequencies)
        ends = np.append(0, np.cumsum(np.where(telling, frequencies, 0)))
        counts = sparse.csc_matrix(
            (occurrences[kept], field.documents[kept], ends), shape=shape
        ).tocsr()
        if not counts.nnz:
            return cls(counts, counts.tocsc(), np.zeros(len(terms), np.float32))
        transformer = TfidfTransformer(sublinear_tf=True)
        matrix = transformer.fit_transform(counts).astype(np.float32)
        idf = np.where(telling, transformer.idf_, 0).astype(np.float32)
        return cls(matrix, matrix.tocsc(), idf)

    @classmethod
    def open(cls, folder: Path) -> "TfidfRows":
        """Return the rows that ``save`` wrote, mapped."""
        idf = load(folder, "rows.idf")
        articles = len(load(folder, "rows.ends")) - 1
        matrix = sparse.csr_matrix((articles, len(idf)), dtype=np.float32)
        by_term = sparse.csc_matrix((articles, len(idf)), dtype=np.float32)
        for name, opened in (("rows", matrix), ("columns", by_term)):
            # Set behind the constructor, which would copy the mapped arrays to check them.
            opened.data = load(folder, f"{name}.data")
            opened.indices = load(folder, f"{name}.indices")
            opened.indptr = load(folder, f"{name}.ends")
            opened.has_sorted_indices = True
        return cls(matrix, by_term, idf)

    def save(self, folder: Path) -> None:
        """Write the rows, and the columns."""
        for name, written in (("rows", self.matrix), ("columns", self.by_term)):
            save(folder, f"{name}.data", written.data)
            save(folder, f"{name}.indices", written.indices.astype(np.int32))
            save(folder, f"{name}.ends", written.indptr.astype(np.int32))
        save(folder, "rows.idf", self.idf)

    def row_of(self, codes: Sequence[int]) -> sparse.csr_matrix:
        """Return the row (1, terms) of a text with these term codes, as if it were archived."""
        distinct, occurrences = np.unique(np.array(codes, np.int64), return_counts=True)
        weights = (1 + np.log(occurrences)) * self.idf[distinct]
        kept = weights > 0
        weights, distinct = weights[kept], distinct[kept]
        weights = (weights / (np.linalg.norm(weights) or 1)).astype(np.float32)
        return sparse.csr_matrix(
            (weights, distinct, [0, len(distinct)]), shape=(1, self.matrix.shape[1])
        )


def _function_words(by_term: sparse.csc_matrix, terms: Sequence[str], languages: Array) -> Array:
    """Return which terms are function words: a known one, or common in some language."""
    known = function_terms()
    found = np.fromiter((term in known for term in terms), bool, len(terms))
    term_of_posting = np.repeat(np.arange(len(terms)), np.diff(by_term.indptr))
    for language in sorted(set(languages)):
        inside = languages == language
        articles = int(inside.sum())
        if articles < SMALLEST_LANGUAGE:
            continue
        frequencies = np.bincount(term_of_posting[inside[by_term.indices]], minlength=len(terms))
        found |= frequencies > COMMON_SHARE * articles
    return found
