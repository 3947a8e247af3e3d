"""The archive at one moment: what the build left, what came in since, and what of both is public.

Documents are numbered through: those of the generation first, then the newcomers.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.arrays import Array
from index.columns import UNDATED
from index.tfidf import Row, RowParts
from recommender.built import Built
from recommender.cards import Card
from recommender.comparison import Likeness, Seed
from recommender.neighbours import Neighbours, nearest
from recommender.newcomers import Newcomers
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
    newcomers : Newcomers
        What came in since.

    Attributes
    ----------
    shown : bool array of shape (documents,)
        Which documents are public and stand for their articles.
    """

    def __init__(self, built: Built, hidden: Array, newcomers: Newcomers) -> None:
        self.built = built
        self.newcomers = newcomers
        self.articles = built.articles
        self.shown = np.ones(built.articles + newcomers.count, bool)
        self.shown[hidden] = False
        self.shown[newcomers.taken.replaced] = False
        self.shown[built.articles :] = newcomers.shown

    def document(self, article_id: str) -> int | None:
        """Return the document of a public article, None when there is none."""
        for number in reversed(self.newcomers.taken.intake.numbers.get(article_id, ())):
            if number < self.newcomers.count and self.newcomers.shown[number]:
                return number + self.articles
        document = self.built.generation.columns.document(article_id)
        return document if document is not None and self.shown[document] else None

    def known(self, ids: Sequence[str]) -> list[int]:
        """Return the documents of those of the articles that there are."""
        found = map(self.document, dict.fromkeys(ids))
        return [document for document in found if document is not None]

    def ids(self, documents: Array) -> list[str]:
        """Return the ids of documents."""
        old, new = self._split(documents)
        of_old = iter(self.built.generation.columns.ids(old))
        of_new = self.newcomers.taken.intake.ids
        return [of_new[n] if n >= 0 else next(of_old) for n in new]

    def cards(self, documents: Array) -> list[Card]:
        """Return the cards of documents."""
        old, new = self._split(documents)
        of_old = iter(self.built.cards.of(old))
        of_new = self.newcomers.taken.intake.cards
        return [of_new[n] if n >= 0 else next(of_old) for n in new]

    def published(self, documents: Array | slice) -> Array:
        """Return when documents appeared, in seconds since 1970 (int64)."""
        return self._facts(self.built.published, self.newcomers.published, documents)

    def languages(self, documents: Array | slice) -> Array:
        """Return the numbers of their languages."""
        return self._facts(self.built.languages, self.newcomers.languages, documents)

    def sections(self, documents: Array | slice) -> Array:
        """Return the numbers of their sections."""
        return self._facts(self.built.sections, self.newcomers.sections, documents)

    def language_number(self, language: str) -> int:
        """Return the number of a language, -1 when no article is in it."""
        return self.newcomers.taken.intake.language_number(language)

    def language(self, number: int) -> str:
        """Return the primary subtag of a language by its number, "" for none."""
        numbers = self.newcomers.taken.intake.languages_of
        return next((name for name, own in tuple(numbers.items()) if own == number), "")

    def section_number(self, section: str) -> int:
        """Return the number of a section, -1 when no article is in it."""
        return self.newcomers.taken.intake.section_number(section)

    @cached_property
    def dates(self) -> tuple[int, int]:
        """The first and the last date of all; twice `UNDATED` where there is none."""
        published = self.published(slice(None))[self.shown]
        dated = published[published != UNDATED]
        return (int(dated.min()), int(dated.max())) if len(dated) else (UNDATED, UNDATED)

    def seed(self, document: int) -> Seed:
        """Return what stands for a document."""
        number = document - self.articles
        if number < 0:
            return self.built.comparison.of_document(document)
        rows, themes = self.newcomers.taken.vectors
        span = slice(*rows.ends[number : number + 2].tolist())
        return Seed(Row(rows.terms[span], rows.values[span]), themes[number])

    def parts(self, documents: Array) -> RowParts:
        """Return the TF-IDF rows of documents."""
        old, new = self._split(documents)
        if len(old) == len(new):
            return self.built.parts(old)
        rows = self.newcomers.taken.vectors.rows
        of_old = self.built.parts(old)
        values, terms, ends, at = [], [], [0], 0
        for number in new:
            source, place = (rows, number) if number >= 0 else (of_old, at)
            at += number < 0
            span = slice(*source.ends[place : place + 2].tolist())
            values.append(source.values[span])
            terms.append(source.terms[span])
            ends.append(ends[-1] + span.stop - span.start)
        return RowParts(np.concatenate(values), np.concatenate(terms), np.array(ends))

    def themes(self, documents: Array) -> Array:
        """Return the vectors of the themes of documents."""
        new = documents >= self.articles
        if not new.any():
            return self.built.comparison.themes(documents)
        found = np.empty((len(documents), self.built.comparison.theme_count), np.float32)
        found[~new] = self.built.comparison.themes(documents[~new])
        found[new] = self.newcomers.taken.vectors.themes[documents[new] - self.articles]
        return found

    def word(self, term: int) -> str:
        """Return how a term is written most often."""
        words = self.built.generation.words
        return words[term] if term < len(words) else self.newcomers.taken.intake.terms.word(term)

    def likeness(self, seed: Seed, documents: Array, parts: RowParts | None = None) -> Likeness:
        """Return how near documents are to a seed; ``parts`` are their rows, if they are there."""
        words = products_of_rows(seed.row, parts or self.parts(documents))
        if not len(seed.themes):
            return Likeness(np.clip(words, 0, 1), words, np.zeros_like(words))
        themes = products_of_themes(self.themes(documents), seed.themes)
        return Likeness(blended(words, themes), words, themes)

    def neighbours(self, document: int) -> Listed:
        """Return the neighbours of a document that are known without a search."""
        number = document - self.articles
        if number < 0:
            documents, similarities = (part[0] for part in self.built.lists.of(document))
        else:
            intake = self.newcomers.taken.intake
            documents = intake.documents.view()[number]
            similarities = intake.similarities.view()[number]
        least = float(similarities[-1]) if documents[-1] >= 0 else 0.0
        if not least:
            there = documents >= 0
            documents, similarities = documents[there], similarities[there]
        listed = Listed(documents.astype(np.int64), similarities, least)
        entered = self.newcomers.taken.intake.entered.get(document)
        if entered is None:
            return listed
        inside = entered.newcomers < self.newcomers.count
        least = max(least, entered.least)
        documents = np.concatenate([listed.documents, entered.newcomers[inside] + self.articles])
        similarities = np.concatenate([listed.similarities, entered.similarities[inside]])
        order = np.lexsort((-documents, -similarities))
        order = order[similarities[order] >= least]
        return Listed(documents[order], similarities[order], least)

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
        found = self.built.comparison.nearest(seed, count, factors[: self.articles])
        if not self.newcomers.count:
            return found
        values = self.similarities_of_newcomers(seed) * factors[self.articles :]
        newer = np.flatnonzero(values > 0)
        there = found.documents[0] >= 0
        documents = np.append(found.documents[0][there].astype(np.int64), newer + self.articles)
        values = np.append(found.similarities[0][there], values[newer])
        return nearest(np.zeros(len(documents), np.int64), documents, values, 1, count)

    def words(self, seed: Seed) -> Array:
        """Return the products of the rows of all documents with a seed's (float32)."""
        old = self.built.comparison.words(seed)
        if not self.newcomers.count:
            return old
        return np.append(old, self.newcomers.taken.vectors.words(seed.row))

    def similarities_of_newcomers(self, seed: Seed) -> Array:
        """Return how near each newcomer is to a seed (float32)."""
        vectors = self.newcomers.taken.vectors
        return vectors.similarities(seed, vectors.words(seed.row))

    def beginnings(self, documents: Array) -> Array:
        """Return the document that stands for the story of each."""
        new = documents >= self.articles
        if not new.any():
            return self.built.lists.beginnings(documents)
        found = np.empty(len(documents), np.int64)
        found[~new] = self.built.lists.beginnings(documents[~new])
        found[new] = self.newcomers.beginnings[documents[new] - self.articles]
        return found

    def story(self, beginning: int) -> Array:
        """Return the documents of a story that are public, by date (int64)."""
        joined = self.newcomers.joined.get(beginning, ()) if self.newcomers.count else ()
        if beginning >= self.articles:
            return np.array(joined or [beginning], np.int64)
        told = self.built.lists.told(beginning)
        told = told[self.shown[told]].astype(np.int64)
        if not joined:
            return told
        return np.array(sorted([*told.tolist(), *joined], key=self.newcomers.key), np.int64)

    def is_told_once(self, beginnings: Array) -> Array:
        """Return which stories have one document and no other version (bool)."""
        if not self.newcomers.count:
            return np.asarray(self.built.lists.sizes(beginnings) == 1)
        old = np.minimum(beginnings, self.articles - 1)
        once = np.asarray(self.built.lists.sizes(old) == 1) if self.articles else old >= 0
        once |= beginnings >= self.articles
        joined = self.newcomers.joined
        alone = np.array([story not in joined for story in beginnings.tolist()], bool)
        return np.asarray(once & alone)

    def earlier(self, story: int) -> Iterator[int]:
        """Yield what stands for each story before one in its running story, the latest first."""
        running, prequels = self.built.lists.running, self.newcomers.prequels
        while True:
            before = running.previous(story) if story < self.articles else -1
            story = before if before >= 0 else prequels.get(story, -1)
            if story < 0:
                return
            yield story

    def later(self, story: int) -> Iterator[int]:
        """Yield what stands for each story after one in its running story, the earliest first."""
        running, sequels = self.built.lists.running, self.newcomers.sequels
        while True:
            after = running.next(story) if story < self.articles else -1
            story = after if after >= 0 else sequels.get(story, -1)
            if story < 0:
                return
            yield story

    def by_date(self, section: str) -> Array:
        """Return the documents of a section that are public, "" for all of them, by date."""
        shown = self.shown
        if section:
            number = self.section_number(section)
            if number < 0:
                return np.empty(0, np.int64)
            shown = (self.sections(slice(None)) == number) & shown
        documents = np.flatnonzero(shown)
        newer = documents[documents >= self.articles]
        if not len(newer):
            return documents
        old = documents[: len(documents) - len(newer)]
        ordered = np.array(sorted(newer.tolist(), key=self.newcomers.key), np.int64)
        # Behind all of the same second: what is exact to the second is told apart by its id alone.
        places = np.searchsorted(self.published(old), self.published(ordered), side="right")
        return np.insert(old, places, ordered)

    def _split(self, documents: Array) -> tuple[list[int], list[int]]:
        """Return those of the generation, and for all their numbers as newcomers, -1 for none."""
        numbers = documents.tolist()
        old = [document for document in numbers if document < self.articles]
        return old, [max(document - self.articles, -1) for document in numbers]

    def _facts(self, old: Array, new: Array, documents: Array | slice) -> Array:
        """Return what is known of documents, which lies in two arrays."""
        if not len(new):
            return np.asarray(old[documents])
        if isinstance(documents, slice):
            return np.concatenate([old, new])[documents]
        newer = documents >= self.articles
        if not newer.any():
            return np.asarray(old[documents])
        found = np.empty(len(documents), old.dtype)
        found[~newer] = old[documents[~newer]]
        found[newer] = new[documents[newer] - self.articles]
        return found
