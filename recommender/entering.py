"""In whose lists an article would stand: what should link to it."""

from itertools import islice

import numpy as np

from index.arrays import Array
from recommender.comparison import Seed
from recommender.present import Present
from recommender.similarity import calibrated


def entered(
    present: Present, seed: Seed, language: int, *, places: int, least: float, limit: int
) -> Array:
    """Return the public documents whose lists a seed enters, the nearest first (int64).

    Parameters
    ----------
    present : Present
        The moment.
    seed : Seed
        What enters.
    language : int
        The number of its language; only lists of that are entered.
    places : int
        How long lists are.
    least : float
        The score that is needed.
    limit : int
        How many at most.
    """
    documents, similarities = _near(present, seed, places)
    kept = present.shown[documents] & (present.languages(documents) == language)
    kept &= calibrated(similarities) >= least
    documents, similarities = documents[kept], similarities[kept]
    order = np.lexsort((-documents, -similarities))
    entering = (
        int(documents[place])
        for place in order.tolist()
        if similarities[place] > _at(present, int(documents[place]), places)
    )
    return np.array(list(islice(entering, limit)), np.int64)


def _near(present: Present, seed: Seed, places: int) -> tuple[Array, Array]:
    """Return all newcomers, and what is entered as the build left it, with similarities."""
    lists, comparison = present.built.lists, present.built.comparison
    documents, similarities = comparison.above(seed, lists.last(places))
    if not present.newcomers.count:
        return documents, similarities
    values = present.similarities_of_newcomers(seed)
    newer = np.flatnonzero(values > 0)
    return np.append(documents, newer + present.articles), np.append(similarities, values[newer])


def _at(present: Present, document: int, places: int) -> float:
    """Return the similarity at a place of the list of a document, 0 where it is shorter."""
    listed = present.neighbours(document)
    similarities = listed.similarities[present.shown[listed.documents]]
    return float(similarities[places - 1]) if len(similarities) >= places else 0.0
