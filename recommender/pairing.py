"""Pairing: how one article stands beside another by likeness, and what keeps it away."""

from dataclasses import dataclass, replace

import numpy as np

from recommender.described import described
from recommender.recommender import Recommender
from recommender.related import DEEPEST, RelatedArticle, RelatedRequest, UnknownArticleError
from recommender.selection import measured
from recommender.similarity import NEAR_COPY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How an article stands beside another.

    Attributes
    ----------
    other : RelatedArticle
        The article, with the parts of its score.
    place : int or None
        From 1, among all that is near enough to be listed; None where it is not listed.
    listed : int
        How many are, at most `DEEPEST`.
    own_story : bool
        Whether both are versions of one story, or near copies.
    other_language : bool
        Whether they are in different languages, and only one's own was asked for.
    stands_for : str
        The id of another version of its story, or of a near copy, that is listed in its place;
        empty for none.
    """

    other: RelatedArticle
    place: int | None
    listed: int
    own_story: bool
    other_language: bool
    stands_for: str


def pairing(
    recommender: Recommender, article_id: str, other_id: str, request: RelatedRequest
) -> Pairing:
    """Return how ``other_id`` stands beside ``article_id``, whatever its score.

    Raises
    ------
    UnknownArticleError
        When one of them is not public, or not taken in yet.
    """
    present = recommender.present()
    first, second = present.document(article_id), present.document(other_id)
    for document, name in ((first, article_id), (second, other_id)):
        if document is None:
            raise UnknownArticleError(f"there is no public article with the id {name!r}")
    assert first is not None
    assert second is not None
    both = np.array([first, second])
    seed, kin = present.seed(first), present.seed(second)
    chosen = measured(present, seed, both[1:], np.ones(1, np.float32))
    (other,) = described(present, seed, chosen, explain=True, counted=True)
    lengths = [float(np.linalg.norm(one.row.values)) for one in (seed, kin)]
    stories, languages = present.beginnings(both).tolist(), present.languages(both).tolist()
    copies = float(chosen.likeness.words[0]) >= NEAR_COPY * lengths[0] * lengths[1] > 0
    deep = replace(request, limit=DEEPEST, minimum_score=0.0, explain=False)
    ids = [name for name, _ in recommender.rank(article_id, deep)]
    place = ids.index(other_id) + 1 if other_id in ids else None
    listed = np.array(present.known(ids), np.int64)
    stands_for = ""
    if place is None and len(listed):
        alike = present.beginnings(listed) == stories[1]
        cosines = present.likeness(kin, listed).words
        norms = [float(np.linalg.norm(present.seed(one).row.values)) for one in listed.tolist()]
        alike |= cosines >= NEAR_COPY * lengths[1] * np.array(norms)
        stands_for = ids[int(alike.argmax())] if alike.any() else ""
    return Pairing(
        other=other,
        place=place,
        listed=len(ids),
        own_story=stories[0] == stories[1] or copies,
        other_language=not request.any_language and languages[0] != languages[1],
        stands_for=stands_for,
    )
