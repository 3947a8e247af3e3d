"""The catalogue: what lists of articles are found and ordered by, public or not."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from articles.addresses import normalised
from articles.article import Article, Status
from articles.identifiers import storable

LONGEST = 300
"""Characters of a headline, a section or a source that the catalogue keeps."""
MOST_WORDS = 10
"""Words of a headline that one looks for, at most; the others are left out."""


class Showing(StrEnum):
    """What readers see of an article at a moment, and why not."""

    PUBLIC = "public"
    WAITING = "waiting"
    EXPIRED = "expired"
    DRAFT = "draft"
    PRIVATE = "private"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which articles one looks for; what is empty or None is not asked for.

    ``text`` is an id, a web address, or words of the headline, all of which must stand in it.
    ``first`` and ``last`` are days of publication in UTC, both included.
    """

    text: str = ""
    showing: Showing | None = None
    section: str = ""
    source: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article in the catalogue; has what `articles.article.is_public` asks."""

    id: str
    title: str
    section: str
    source: str
    status: Status
    published: datetime | None
    embargo_until: datetime | None
    expires: datetime | None
    changed_at: datetime


def entry_texts(article: Article) -> dict[str, str]:
    """Return what the catalogue keeps of the words of an article.

    Examples
    --------
    >>> entry_texts(Article(id="a", title="Élan, again", source="Newsroom"))["words"]
    'elan again'
    """
    return {
        "title": storable(article.title, LONGEST),
        "words": " ".join(words_of(article.title)),
        "section": storable(article.section, LONGEST),
        "source": storable(article.source, LONGEST),
        "address": storable(normalised(article.url), LONGEST),
    }


def words_of(text: str) -> list[str]:
    """Return the words of a headline as they are looked for: small letters without accents."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    letters = (letter if letter.isalnum() else " " for letter in plain if not _is_accent(letter))
    return "".join(letters).split()


def _is_accent(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
