"""What a related article is, and how one asks for some."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from articles.errors import BackfileError

MAXIMUM_RELATED = 50
"""The longest list that the site can ask for."""
DEEPEST = 1_000
"""The longest list that a run can ask for."""
MOST_NAMED = 100
"""Ids or sections that one request may name of each kind."""
MINIMUM_HALF_LIFE, MAXIMUM_HALF_LIFE = 0.1, 100_000.0
"""Days."""

Mode = Literal["mixed", "background", "followup"]
"""Whether related articles are of any date, earlier ones, or later ones."""


class UnknownArticleError(BackfileError):
    """No public article has that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRequest:
    """Which related articles are wanted.

    Parameters
    ----------
    limit : int
        How many at most.
    minimum_score : float, optional
        The least score; otherwise the recommender's.
    mode : {'mixed', 'background', 'followup'}
        Of any date, only earlier, or only later than the article. Without a date nothing is earlier
        or later.
    any_language : bool
        Whether articles in other languages count, too.
    half_life : float, optional
        Days between two articles that halve the score; otherwise age does not matter.
    versions : bool
        Whether versions of one story, and of the article's own, may stand in the list; near copies
        of each other never do.
    without : tuple of str
        Ids of articles that stand elsewhere already: neither they nor versions of their stories are
        listed.
    excluded : tuple of str
        Ids of articles that are not listed; versions of their stories may be.
    sections : tuple of str
        Only articles of these sections; of any where it is empty.
    language : str, optional
        Only articles in this language instead of the article's own.
    within_days : float, optional
        Only articles that appeared at most so many days before or after the article.
    published_from, published_to : datetime, optional
        Only articles that appeared then or later, then or before.
    explain : bool
        Whether the shared words are told, which takes a little longer.
    """

    limit: int = 5
    minimum_score: float | None = None
    mode: Mode = "mixed"
    any_language: bool = False
    half_life: float | None = None
    versions: bool = False
    without: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    language: str | None = None
    within_days: float | None = None
    published_from: datetime | None = None
    published_to: datetime | None = None
    explain: bool = True

    @property
    def is_stored(self) -> bool:
        """Whether the order of the stored lists is the one that is wanted."""
        return not self.any_language and self.half_life is None and self.language is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArticle:
    """One article that belongs beside another.

    ``score`` is the likelihood that both are about one subject, above 0 and below 1, multiplied
    with ``age``, which is halved for each half-life that was asked for and 1 otherwise. It rises
    with the similarity, of which ``words`` (the product of the TF-IDF rows) is four fifths and
    ``themes`` one fifth; in an archive that is too small for themes words are all of it. What was
    not found by likeness has a score of 0. ``terms`` are the words, as they are written in the
    archive, that weigh most in it, strongest first; none unless they were asked for. ``copies``
    counts the other versions of its story. ``snippet`` is escaped HTML.
    """

    id: str
    url: str
    title: str
    snippet: str
    section: str
    published: datetime | None
    score: float = 0.0
    words: float = 0.0
    themes: float = 0.0
    age: float = 1.0
    terms: tuple[str, ...] = ()
    copies: int = 0


@dataclass(frozen=True, slots=True)
class RunningStory:
    """What was reported before and after an article of the same events, each None if nothing was.

    Both lead to each other: what is later of an article has that one, or a version of it, earlier.
    """

    earlier: RelatedArticle | None = None
    later: RelatedArticle | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of those that there are."""
        return tuple(item.id for item in (self.earlier, self.later) if item)
