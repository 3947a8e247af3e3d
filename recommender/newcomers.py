"""Newcomers: the articles that came in after the build, as they are at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.arrays import Array
from index.columns import UNDATED
from recommender.built import Built
from recommender.intake import Intake, Vectors
from recommender.running_stories import LONGEST_PAUSE, least_similarity

_DAY = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """The first of an intake; immutable while the intake goes on.

    Attributes
    ----------
    intake : Intake
        Where they were taken in.
    count : int
        How many.
    current : bool array of shape (count,)
        Which of them no later one has replaced.
    replaced : int64 array
        The documents of the generation that one of them stands for.
    vectors : Vectors
        What they are compared by.
    """

    intake: Intake
    count: int
    current: Array
    replaced: Array
    vectors: Vectors

    @classmethod
    def of(cls, intake: Intake, current: Array, replaced: Array) -> "Taken":
        """Return what has been taken in so far."""
        return cls(intake, intake.count, current, replaced, intake.vectors())


class Newcomers:
    """Which of those taken in are public, and the stories that they make.

    As documents they are numbered behind those of the generation.

    Parameters
    ----------
    built : Built
        The articles of the generation.
    taken : Taken
        What was taken in.
    shown : bool array
        Which of them are current and public.
    """

    def __init__(self, built: Built, taken: Taken, shown: Array) -> None:
        self._built = built
        self.taken = taken
        self.count = taken.count
        self.shown = shown
        intake = taken.intake
        self.published: Array = intake.published.view()[: self.count]
        self.languages: Array = intake.languages.view()[: self.count]
        self.sections: Array = intake.sections.view()[: self.count]

    def key(self, document: int) -> tuple[int, str]:
        """Return what documents are ordered by: date and id."""
        number = document - self._built.articles
        if number >= 0:
            return int(self.published[number]), self.taken.intake.ids[number]
        (name,) = self._built.generation.columns.ids([document])
        return int(self._built.published[document]), name

    @cached_property
    def beginnings(self) -> Array:
        """The document that stands for the story of each (int64).

        A newcomer belongs to the story of the generation that it is a version of, otherwise to
        that of the earliest newcomer of which it is one, otherwise it is the first of its own.
        Stories of the generation stay what they are until the next build.
        """
        articles = self._built.articles
        found = np.arange(articles, articles + self.count)
        partners = self.taken.intake.partners
        places = [number for number in np.flatnonzero(self.shown).tolist() if len(partners[number])]
        ordered = sorted(places, key=lambda number: self.key(number + articles))
        rank = {number: place for place, number in enumerate(ordered)}
        for number in ordered:
            versions = partners[number]
            old = versions[versions < articles]
            firsts = old[self._built.lists.beginnings(old) == old]
            if len(firsts):
                found[number] = firsts.min()
                continue
            earlier = [
                other
                for other in (versions[versions >= articles] - articles).tolist()
                if rank.get(other, self.count) < rank[number] and found[other] == other + articles
            ]
            if earlier:
                found[number] = min(earlier, key=rank.__getitem__) + articles
        return found

    @cached_property
    def joined(self) -> Mapping[int, tuple[int, ...]]:
        """The public newcomers of each story that has another document, by date."""
        articles = self._built.articles
        own = np.arange(articles, articles + self.count)
        moved = np.flatnonzero(self.shown & (self.beginnings != own)).tolist()
        told: dict[int, list[int]] = {}
        for number in moved:
            told.setdefault(int(self.beginnings[number]), []).append(number + articles)
        return {
            story: tuple(
                sorted([story, *told[story]] if story >= articles else told[story], key=self.key)
            )
            for story in told
        }

    @cached_property
    def sequels(self) -> dict[int, int]:
        """The stories that follow others where one of both is of newcomers.

        Those with the fewest days between them are joined first, of these the most similar, as in
        a build; what a build has joined stays so.
        """
        ones, others, similarities = self._met()
        firsts, seconds = self._as_stories(ones), self._as_stories(others)
        dates, places = self._dates(firsts), self._dates(seconds)
        swapped = dates > places
        firsts, seconds = np.where(swapped, seconds, firsts), np.where(swapped, firsts, seconds)
        earlier, later = np.minimum(dates, places), np.maximum(dates, places)
        kept = (earlier != UNDATED) & (earlier < later)
        published = self._built.published
        between = np.searchsorted(published, later) - np.searchsorted(published, earlier)
        kept &= similarities >= least_similarity(between, self._built.articles)
        days = np.where(kept, later - np.where(kept, earlier, later), 0) // _DAY
        kept &= days <= LONGEST_PAUSE
        kept &= (firsts >= self._built.articles) | (seconds >= self._built.articles)
        firsts, seconds, days = firsts[kept], seconds[kept], days[kept]
        order = np.lexsort((later[kept], earlier[kept], -similarities[kept], days))
        found: dict[int, int] = {}
        after: set[int] = set()
        running = self._built.lists.running
        articles = self._built.articles
        for one, other in zip(firsts[order].tolist(), seconds[order].tolist(), strict=True):
            follows = other in after or (other < articles and running.previous(other) >= 0)
            goes_on = one in found or (one < articles and running.next(one) >= 0)
            if not follows and not goes_on:
                found[one] = other
                after.add(other)
        return found

    @cached_property
    def prequels(self) -> dict[int, int]:
        """The same the other way round."""
        return {later: earlier for earlier, later in self.sequels.items()}

    def _met(self) -> tuple[Array, Array, Array]:
        """Return all pairs of a newcomer and another document that are near, and how near."""
        articles = self._built.articles
        following = self.taken.intake.following
        numbers = np.flatnonzero(self.shown)
        found = [following[number] for number in numbers.tolist()]
        sizes = [len(documents) for documents, _ in found]
        ones = np.repeat(numbers + articles, sizes)
        others = np.concatenate([np.empty(0, np.int64), *(part[0] for part in found)])
        values = np.concatenate([np.empty(0, np.float32), *(part[1] for part in found)])
        public = others < articles
        public[~public] = self.shown[others[~public] - articles]
        return ones[public], others[public], values[public]

    def _as_stories(self, documents: Array) -> Array:
        """Return what stands for the stories of documents."""
        new = documents >= self._built.articles
        found = np.empty(len(documents), np.int64)
        found[~new] = self._built.lists.beginnings(documents[~new])
        found[new] = self.beginnings[documents[new] - self._built.articles]
        return found

    def _dates(self, documents: Array) -> Array:
        new = documents >= self._built.articles
        found = np.empty(len(documents), np.int64)
        found[~new] = self._built.published[documents[~new]]
        found[new] = self.published[documents[new] - self._built.articles]
        return found
