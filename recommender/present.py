"""The archive at one moment: what the build left and what readers may see of it now."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.columns import UNDATED
from index.tfidf import RowParts
from recommender.built import Built
from recommender.cards import Card
from recommender.comparison import Likeness, Seed
from recommender.neighbours import Neighbours
from recommender.packed import products as products_of_rows
from recommender.similarity import blended
from recommender.themes import products as products_of_themes


class Listed(NamedTuple):
    """The neighbours of a document, nearest first.

    Attributes
    ----------
    documents : int64 array
        Some of them may be hidden.
    similarities : float32 array
        As long; of equal ones the newest stands first.
    least : float
        All neighbours with a greater similarity stand in the list; 0 when all do that there are.
    """

    documents: Array
    similarities: Array
    least: float


class Present:
    """All documents at one moment; immutable and safe to share between threads.

    Parameters
    ----------
    built : Built
        The articles of the generation.
    hidden : int64 array
        The documents of it that are not public.
    """

    def __init__(self, built: Built, hidden: Array) -> None:
        self.built = built
        self.shown = np.ones(built.articles, bool)
        self.shown[hidden] = False

    def document(self, article_id: str) -> int | None:
        """Return the document of a public article, None when there is none."""
        document = self.built.generation.columns.document(article_id)
        return document if document is not None and self.shown[document] else None

    def known(self, ids: Sequence[str]) -> list[int]:
        """Return the documents of those of the articles that there are."""
        found = map(self.document, dict.fromkeys(ids))
        return [document for document in found if document is not None]

    def ids(self, documents: Array) -> list[str]:
        """Return the ids of documents."""
        return self.built.generation.columns.ids(documents.tolist())

    def cards(self, documents: Array) -> list[Card]:
        """Return the cards of documents."""
        return self.built.cards.of(documents.tolist())

    def published(self, documents: Array | slice) -> Array:
        """Return when documents appeared, in seconds since 1970 (int64)."""
        return np.asarray(self.built.published[documents])

    def languages(self, documents: Array | slice) -> Array:
        """Return the numbers of their languages."""
        return np.asarray(self.built.languages[documents])

    def sections(self, documents: Array | slice) -> Array:
        """Return the numbers of their sections."""
        return np.asarray(self.built.sections[documents])

    def language_number(self, language: str) -> int:
        """Return the number of a language, -1 when no article is in it."""
        return self.built.generation.columns.language_number(language)

    def section_number(self, section: str) -> int:
        """Return the number of a section, -1 when no article is in it."""
        return self.built.section_number(section)

    @cached_property
    def dates(self) -> tuple[int, int]:
        """The first and the last date of all; twice `UNDATED` where there is none."""
        published = self.published(slice(None))[self.shown]
        dated = published[published != UNDATED]
        return (int(dated.min()), int(dated.max())) if len(dated) else (UNDATED, UNDATED)

    def seed(self, document: int) -> Seed:
        """Return what stands for a document."""
        return self.built.comparison.of_document(document)

    def parts(self, documents: Array) -> RowParts:
        """Return the TF-IDF rows of documents."""
        return self.built.parts(documents.tolist())

    def word(self, term: int) -> str:
        """Return how a term is written most often."""
        return self.built.generation.words[term]

    def likeness(self, seed: Seed, documents: Array, parts: RowParts | None = None) -> Likeness:
        """Return how near documents are to a seed; ``parts`` are their rows, if they are there."""
        words = products_of_rows(seed.row, parts or self.parts(documents))
        if not len(seed.themes):
            return Likeness(np.clip(words, 0, 1), words, np.zeros_like(words))
        themes = products_of_themes(self.themes(documents), seed.themes)
        return Likeness(blended(words, themes), words, themes)

    def themes(self, documents: Array) -> Array:
        """Return the vectors of the themes of documents."""
        return self.built.comparison.themes(documents)

    def neighbours(self, document: int) -> Listed:
        """Return the neighbours of a document that are known without a search."""
        documents, similarities = (part[0] for part in self.built.lists.of(document))
        if documents[-1] >= 0:
            return Listed(documents.astype(np.int64), similarities, float(similarities[-1]))
        there = documents >= 0
        return Listed(documents[there].astype(np.int64), similarities[there], 0.0)

    def nearest(self, seed: Seed, count: int, factors: Array) -> Neighbours:
        """Return the nearest documents, exactly, in one row.

        Parameters
        ----------
        seed : Seed
            What they are compared with; it is not left out itself.
        count : int
            How many.
        factors : float32 array of shape (documents,)
            Similarities are multiplied with these, 0 to 1; 0 leaves a document out.
        """
        return self.built.comparison.nearest(seed, count, factors)

    def beginnings(self, documents: Array) -> Array:
        """Return the document that stands for the story of each."""
        return self.built.lists.beginnings(documents)

    def story(self, beginning: int) -> Array:
        """Return the documents of a story that are public, by date."""
        told = self.built.lists.told(beginning)
        return np.asarray(told[self.shown[told]], np.int64)

    def is_told_once(self, beginnings: Array) -> Array:
        """Return which stories have one document and no other version (bool)."""
        return np.asarray(self.built.lists.sizes(beginnings) == 1)

    def earlier(self, story: int) -> Iterator[int]:
        """Yield what stands for each story before one in its running story, the latest first."""
        return self.built.lists.running.earlier(story)

    def later(self, story: int) -> Iterator[int]:
        """Yield what stands for each story after one in its running story, the earliest first."""
        return self.built.lists.running.later(story)

    def by_date(self, section: str) -> Array:
        """Return the documents of a section that are public, "" for all of them, by date."""
        if not section:
            return np.flatnonzero(self.shown)
        number = self.section_number(section)
        if number < 0:
            return np.empty(0, np.int64)
        return np.flatnonzero((self.sections(slice(None)) == number) & self.shown)
