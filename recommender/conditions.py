"""Conditions: which articles may stand beside another, and what their age leaves of a score."""

from dataclasses import dataclass

import numpy as np

from index.arrays import Array
from index.columns import UNDATED, seconds
from recommender.present import Present
from recommender.related import RelatedRequest
from recommender.similarity import faded

_DAY = 86_400
_FEW = 8
"""Values up to which they are compared one by one."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one request asks of the articles at one moment.

    Parameters
    ----------
    present : Present
        The moment.
    request : RelatedRequest
        What is asked.
    published : int
        The date of what they are compared with, in seconds; `UNDATED` for none.
    language : int, optional
        The number of its language; None where any will do.
    excluded : tuple of int
        Documents that are left out.
    stories : tuple of int
        The beginnings of stories of which nothing is listed.
    """

    present: Present
    request: RelatedRequest
    published: int
    language: int | None
    excluded: tuple[int, ...] = ()
    stories: tuple[int, ...] = ()

    def factors(self, documents: Array) -> Array:
        """Return what the score of each document is multiplied with (float32); 0 leaves it out."""
        allowed = self._allowed(documents) & self.present.shown[documents]
        allowed &= ~_among(documents, self.excluded)
        if self.stories:
            allowed &= ~_among(self.present.beginnings(documents), self.stories)
        return self._aged(documents, allowed)

    def all_factors(self) -> Array:
        """Return the same of all documents."""
        every = slice(None)
        allowed = self._allowed(every) & self.present.shown
        allowed[list(self.excluded)] = False
        for story in self.stories:
            allowed[self.present.story(story)] = False
        return self._aged(every, allowed)

    def _allowed(self, documents: Array | slice) -> Array:
        request, present = self.request, self.present
        allowed = np.ones(len(present.shown[documents]), bool)
        if request.language is not None:
            number = present.language_number(request.language)
            allowed &= (present.languages(documents) == number) & (number >= 0)
        elif not request.any_language and self.language is not None:
            allowed &= present.languages(documents) == self.language
        if request.sections:
            numbers = tuple(map(present.section_number, request.sections))
            known = tuple(number for number in numbers if number >= 0)
            allowed &= _among(present.sections(documents), known)
        if self._asks_dates:
            allowed &= self._timely(present.published(documents))
        return allowed

    @property
    def _asks_dates(self) -> bool:
        request = self.request
        dates = (request.within_days, request.published_from, request.published_to)
        return request.mode != "mixed" or any(value is not None for value in dates)

    def _timely(self, published: Array) -> Array:
        """Return which dates are asked for; no date is none of them."""
        request, own = self.request, self.published
        timely = published != UNDATED
        if request.mode == "background":
            timely &= published < own
        elif request.mode == "followup":
            timely &= (published > own) & (own != UNDATED)
        if request.within_days is not None:
            timely &= own != UNDATED
            reach = int(request.within_days * _DAY)
            near = max(own, -(2**62))
            timely &= (published >= near - reach) & (published <= near + reach)
        if request.published_from is not None:
            timely &= published >= seconds(request.published_from, UNDATED)
        if request.published_to is not None:
            timely &= published <= seconds(request.published_to, UNDATED)
        return np.asarray(timely)

    def _aged(self, documents: Array | slice, allowed: Array) -> Array:
        """Return 1 for what is allowed, or what its age leaves; no date counts as the farthest."""
        if self.request.half_life is None or self.published == UNDATED:
            return allowed.astype(np.float32)
        first, last = self.present.dates
        farthest = max(self.published - first, last - self.published, 0)
        published = self.present.published(documents)
        undated = published == UNDATED
        ages = np.where(undated, farthest, np.where(undated, 0, published) - self.published)
        return np.asarray(faded(ages / _DAY, self.request.half_life) * allowed)


def _among(values: Array, some: tuple[int, ...]) -> Array:
    """Return which values are among some (bool)."""
    if len(some) > _FEW:
        return np.isin(values, some)
    found = np.zeros(len(values), bool)
    for value in some:
        found |= values == value
    return found
