"""What a related article is, and who is asked for them."""

from dataclasses import dataclass
from datetime import datetime

from articles.errors import BackfileError

MAXIMUM_RELATED = 50
"""The longest list that can be asked for."""


class UnknownArticleError(BackfileError):
    """No public article has that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArticle:
    """One article that belongs beside another.

    ``score`` is the cosine of the TF-IDF rows, above 0 and at most 1; ``terms`` are the words, as
    they are written in the archive, that weigh most in it, strongest first. ``snippet`` is escaped
    HTML.
    """

    id: str
    url: str
    title: str
    snippet: str
    section: str
    published: datetime | None
    score: float
    terms: tuple[str, ...]
