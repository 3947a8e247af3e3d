"""Lists of related articles by labels of the articles, such as the topics and places of Reuters."""

import gzip
import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TextIO

import numpy as np
from scipy import sparse

from benchmarks.related.systems import Opened
from index.arrays import Array

SEEDS = 1_500
SEED = 1987
Labelled = Mapping[str, tuple[Sequence[str], Sequence[str]]]
"""Topics and places by the ids of articles."""
_DISCOUNTS = 1 / np.log2(np.arange(2, 7))


@dataclass(frozen=True, slots=True)
class Labels:
    """The topics and the places of documents, each a matrix of 0 and 1 (articles, labels)."""

    topics: sparse.csr_matrix
    places: sparse.csr_matrix

    @classmethod
    def of(cls, labelled: Sequence[tuple[Sequence[str], Sequence[str]]]) -> "Labels":
        """Return the labels of documents, given as pairs of topics and places."""
        return cls(_matrix([topics for topics, _ in labelled]), _matrix([p for _, p in labelled]))

    def having_topics(self) -> Array:
        """Return the documents that have a topic."""
        return np.flatnonzero(np.diff(self.topics.indptr))

    def shared(self, document: int) -> tuple[Array, Array]:
        """Return how many topics and places every document shares with one; 0 with itself."""
        both = []
        for matrix in (self.topics, self.places):
            counts = (matrix @ matrix[document].T).toarray().ravel()
            counts[document] = 0
            both.append(counts)
        return both[0], both[1]

    def gains(self, document: int) -> Array:
        """Return ``2^g - 1``: 3 for a topic and a place in common, 1 for a topic, 0 for none."""
        topics, places = self.shared(document)
        return np.where(topics > 0, np.where(places > 0, 3.0, 1.0), 0.0)

    def jaccard(self, document: int) -> Array:
        """Return which part of all labels of two documents both have."""
        common = np.add(*self.shared(document))
        sizes = np.diff(self.topics.indptr) + np.diff(self.places.indptr)
        either = sizes + sizes[document] - common
        return np.asarray(common / np.maximum(either, 1))


def read_labels(corpus: Path) -> Labelled:
    """Return topics and places by the articles' ids; nothing when the corpus has no topics."""
    if corpus.is_dir() or ".jsonl" not in corpus.suffixes:
        return {}
    with _opened(corpus) as lines:
        records = [json.loads(line) for line in lines]
    if not any(record.get("topics") for record in records):
        return {}
    return {r["id"]: (r.get("topics") or [], r.get("places") or []) for r in records}


def labels_of(opened: Opened, labelled: Labelled) -> Labels:
    """Return the labels of a generation's documents."""
    ids = opened.generation.columns.ids(range(opened.generation.articles))
    return Labels.of([labelled[article_id] for article_id in ids])


def chosen(labels: Labels, count: int) -> list[int]:
    """Return so many documents with a topic, the same at every time, ascending."""
    having = labels.having_topics()
    generator = np.random.default_rng(SEED)
    picked = generator.choice(having, min(count, len(having)), replace=False)
    return [int(document) for document in np.sort(picked)]


def ndcg(gains: Array, documents: Sequence[int]) -> float:
    """Return nDCG@5 of a list by the gains of all documents; 0 where nothing could be gained.

    Examples
    --------
    >>> round(ndcg(np.array([0.0, 3.0, 1.0, 0.0]), [2, 1]), 3)
    0.797
    """
    ideal = np.sort(gains)[::-1][: len(_DISCOUNTS)]
    best = float(ideal @ _DISCOUNTS[: len(ideal)])
    got = gains[list(documents[: len(_DISCOUNTS)])]
    return float(got @ _DISCOUNTS[: len(got)]) / best if best else 0.0


def quality(labels: Labels, lists: Mapping[int, Sequence[int]]) -> float:
    """Return the mean of graded nDCG@5 over all seeds."""
    return fmean(ndcg(labels.gains(seed), documents) for seed, documents in lists.items())


def _opened(corpus: Path) -> TextIO:
    if corpus.suffix == ".xz":
        return lzma.open(corpus, "rt", encoding="utf-8")
    if corpus.suffix == ".gz":
        return gzip.open(corpus, "rt", encoding="utf-8")
    return corpus.open(encoding="utf-8")


def _matrix(labelled: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    columns = {label: place for place, label in enumerate(sorted(set().union(*labelled)))}
    rows = [row for row, labels in enumerate(labelled) for _ in set(labels)]
    places = [columns[label] for labels in labelled for label in sorted(set(labels))]
    shape = (len(labelled), len(columns))
    return sparse.csr_matrix((np.ones(len(rows)), (rows, places)), shape=shape)
