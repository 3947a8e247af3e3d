"""The stored lists: for every article its nearest neighbours and its story, from the build."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.arrays import Array
from index.build_step import BuildContext, BuildProgress
from index.codec.container import ArrayFile, ArrayFileWriter
from index.generation import RELATED
from index.tfidf import lengths_of
from recommender import themes
from recommender.list_parts import ListParts
from recommender.neighbours import Archive, Neighbours, all_neighbours, days_of
from recommender.running_stories import StoredRunningStories, sequels_of
from recommender.stories import stories_of
from recommender.themes import Themes

LISTED = 30
"""Neighbours stored of each article: enough for a block after some have been left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLists:
    """The step of a build that adds the lists to a generation.

    The rows by terms and the themes are added, too, for what is asked beyond the lists.

    Parameters
    ----------
    boilerplate_articles : int
        A sentence that stands in so many articles makes none of them related.
    threads : int
        How many share the work.
    """

    boilerplate_articles: int = 20
    threads: int = 1

    def __call__(self, context: BuildContext) -> None:
        """Add the file of the related articles."""
        rows = context.rows(boilerplate_articles=self.boilerplate_articles)
        articles = rows.matrix.shape[0]
        context.on_progress(BuildProgress("finding themes", 0, 1))
        fitted = Themes(number=themes.themes_of(articles)).fit(rows.matrix)
        vectors = fitted.vectors(rows.matrix)
        context.on_progress(BuildProgress("finding themes", 1, 1))
        languages = np.unique(np.array(context.languages), return_inverse=True)[1]
        documents = np.full((articles, LISTED), -1, np.int32)
        similarities = np.zeros((articles, LISTED), np.float32)
        parts = ListParts(context.checkpoint, documents, similarities, self.boilerplate_articles)
        done = parts.taken()
        context.on_progress(BuildProgress("relating articles", done, articles))
        days = days_of(context.published)
        archive = Archive(rows.matrix, lengths_of(rows.matrix), days, vectors, languages)
        for found, pairs in all_neighbours(archive, LISTED, first=done, threads=self.threads):
            done = parts.add(found, pairs)
            context.on_progress(BuildProgress("relating articles", done, articles))
        with (context.folder / RELATED).open("wb") as file:
            writer = ArrayFileWriter(file)
            writer.add("related.documents", documents.ravel())
            writer.add("related.similarities", similarities.ravel())
            stories = stories_of(parts.copies, articles)
            writer.add("related.stories", stories)
            lists = Neighbours(documents, similarities)
            writer.add("related.sequels", sequels_of(lists, stories, context.published))
            themes.save(writer, fitted, vectors)
            rows.save(writer)
            context.known_boilerplate.save(writer, "boilerplate")
            writer.finish()


related_lists = RelatedLists()


class StoredLists:
    """The lists of a generation; safe to share between threads."""

    def __init__(self, file: ArrayFile) -> None:
        self._documents = file["related.documents"]
        # Generations of before had cosines alone, and no stories.
        self.knows_stories = "related.stories" in file
        name = "related.similarities" if self.knows_stories else "related.cosines"
        self._similarities = file[name]
        self._file = file
        self.running = StoredRunningStories(file)

    def of(self, document: int) -> Neighbours:
        """Return the neighbours of one document, in one row."""
        span = slice(document * LISTED, (document + 1) * LISTED)
        return Neighbours(self._documents[span][None], self._similarities[span][None])

    def all(self) -> Neighbours:
        """Return the neighbours of every document."""
        both = (self._documents.all(), self._similarities.all())
        return Neighbours(*(part.reshape(-1, LISTED) for part in both))

    def last(self, places: int) -> Array:
        """Return the similarity at that place of every list (float32), 0 where it has fewer."""
        return self._similarities.all().reshape(-1, LISTED)[:, places - 1]

    @cached_property
    def _stories(self) -> Array:
        if self.knows_stories:
            return self._file["related.stories"].all()
        return np.arange(len(self._documents) // LISTED, dtype=np.int32)

    @cached_property
    def _members(self) -> tuple[Array, Array]:
        """The documents story after story, and where those of each first document begin."""
        order = np.argsort(self._stories, kind="stable").astype(np.int32)
        sizes = np.bincount(self._stories, minlength=len(self._stories))
        return order, np.append(0, np.cumsum(sizes)).astype(np.int32)

    def beginnings(self, documents: Array) -> Array:
        """Return the first document of the story of each."""
        return np.asarray(self._stories[documents])

    def sizes(self, beginnings: Array) -> Array:
        """Return how many documents the stories have that begin with these."""
        ends = self._members[1]
        return np.asarray(ends[beginnings + 1] - ends[beginnings])

    def told(self, beginning: int) -> Array:
        """Return the documents of the story that begins with one, ascending (int32)."""
        order, ends = self._members
        return order[ends[beginning] : ends[beginning + 1]]

    def story(self, document: int) -> Array:
        """Return the documents of one's story, itself among them, ascending."""
        return self.told(int(self._stories[document]))
