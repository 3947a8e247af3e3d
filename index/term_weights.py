"""The TF-IDF rows of a build, from the same tokens as its postings.

A row holds ``(1 + ln tf) * idf`` of each term with ``idf = ln((1 + n) / (1 + df)) + 1``:
scikit-learn's `TfidfTransformer` with ``sublinear_tf=True``. It is scaled by pivoted normalisation
(`index.tfidf.scale`), a little less than to length 1, which holds long articles back too much.
Measured on judged news this beat raw counts, and title weights, bigrams and stemming variants
changed nothing worth their cost. Function words are left out: two articles are not alike because
both say "however"; so are exact amounts such as "1,014", which are alike by chance, and
boilerplate.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from index.arrays import Array
from index.function_words import function_terms, is_amount
from index.postings import TEXT, Segment
from index.tfidf import TfidfRows, lengths_of, scale

COMMON_SHARE = 0.5
"""A term in more than this share of a language's articles is a function word there."""
SMALLEST_LANGUAGE = 5
"""Articles that a language needs before shares are taken from it."""


def weigh(
    segments: Sequence[Segment],
    terms: Sequence[str],
    languages: Sequence[str],
    boilerplate: sparse.csr_matrix,
) -> TfidfRows:
    """Return the rows of the text field.

    Parameters
    ----------
    segments : sequence of Segment
        All articles.
    terms : sequence of str
        All terms.
    languages : sequence of str
        The primary language of each document.
    boilerplate : scipy.sparse.csr_matrix, shape (articles, terms)
        Occurrences that do not count.
    """
    shape = (len(languages), len(terms))
    by_term = _counts(segments, shape)
    if boilerplate.nnz:
        by_term = (by_term - boilerplate.tocsc()).maximum(0).tocsc()
        by_term.eliminate_zeros()
    frequencies = np.diff(by_term.indptr)
    occurrences = by_term.data
    telling = ~_function_words(by_term, terms, np.array(languages, dtype=object))
    kept = np.repeat(telling, frequencies)
    ends = np.append(0, np.cumsum(np.where(telling, frequencies, 0)))
    counts = sparse.csc_matrix(
        (occurrences[kept], by_term.indices[kept], ends), shape=shape
    ).tocsr()
    if not counts.nnz:
        return TfidfRows(counts, np.zeros(len(terms), np.float32))
    transformer = TfidfTransformer(sublinear_tf=True, norm=None)
    matrix = transformer.fit_transform(counts).astype(np.float32)
    lengths = lengths_of(matrix)
    pivot = float(lengths[lengths > 0].mean(dtype=np.float64))
    matrix.data *= np.repeat(scale(lengths, pivot), np.diff(matrix.indptr)).astype(np.float32)
    idf = np.where(telling, transformer.idf_, 0).astype(np.float32)
    return TfidfRows(matrix, idf, pivot)


def _counts(segments: Sequence[Segment], shape: tuple[int, int]) -> sparse.csc_matrix:
    """Return how often each term stands in each document."""
    codes, documents, counts = [], [], []
    for segment in segments:
        field = segment.fields[TEXT]
        codes.append(np.repeat(field.codes, np.diff(field.ends)))
        documents.append(segment.file[f"{TEXT}/documents"].all() + np.int32(segment.base))
        counts.append(field.counts())
    if not segments:
        return sparse.csc_matrix(shape, dtype=np.float32)
    coordinates = (np.concatenate(documents), np.concatenate(codes).astype(np.int32))
    values = np.concatenate(counts).astype(np.float32)
    return sparse.coo_matrix((values, coordinates), shape=shape).tocsc()


def _function_words(by_term: sparse.csc_matrix, terms: Sequence[str], languages: Array) -> Array:
    """Return which terms tell nothing: known, common in some language, or an exact amount."""
    found = np.fromiter((is_amount(term) for term in terms), bool, len(terms))
    everywhere = np.diff(by_term.indptr)
    term_of_posting = np.repeat(np.arange(len(terms)), np.diff(by_term.indptr))
    for language in sorted(set(languages)):
        inside = languages == language
        articles = int(inside.sum())
        frequencies = np.bincount(term_of_posting[inside[by_term.indices]], minlength=len(terms))
        known = function_terms(language)
        listed = np.fromiter((term in known for term in terms), bool, len(terms))
        # A function word of one language may be what the news in another is about.
        found |= listed & (2 * frequencies >= everywhere)
        if articles >= SMALLEST_LANGUAGE:
            found |= frequencies > COMMON_SHARE * articles
    return found
