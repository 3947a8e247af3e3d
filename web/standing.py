"""How an article stands, in words: whether readers see it, and whether the index has it."""

from dataclasses import dataclass
from datetime import datetime

from articles.article import Article, Status, is_public
from articles.audit import moment_words
from articles.catalogue import Showing
from index.fresh import content
from web.served import Served

SHOWN = {
    Showing.PUBLIC: "readers see them",
    Showing.WAITING: "waiting for their day",
    Showing.EXPIRED: "expired",
    Showing.DRAFT: "drafts",
    Showing.PRIVATE: "private",
    Showing.WITHDRAWN: "withdrawn",
}


_STATUS_WORDS = {Status.DRAFT: "a draft", Status.PRIVATE: "private", Status.WITHDRAWN: "withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an article stands: a sentence about readers, one about the index."""

    seen: bool
    readers: str
    index: str


def standing(
    article: Article, first_seen: datetime | None, served: Served | None, now: datetime
) -> Standing:
    """Return how an article stands now; without a generation served, the index has nothing."""
    return Standing(
        seen=is_public(article, now),
        readers=reader_words(article, first_seen, now),
        index=index_words(article, served, now),
    )


def hidden_because(article: Article, now: datetime) -> str:
    """Return why readers cannot see an article, empty when they can.

    Examples
    --------
    >>> hidden_because(Article(id="a", title="t", status=Status.DRAFT), datetime(2026, 1, 1))
    'not public: a draft'
    """
    if is_public(article, now):
        return ""
    if article.status is not Status.PUBLISHED:
        words = _STATUS_WORDS[article.status]
        return words if article.status is Status.WITHDRAWN else f"not public: {words}"
    if article.expires is not None and article.expires <= now:
        return f"not public since {moment_words(article.expires)}"
    begins = max(when for when in (article.published, article.embargo_until) if when)
    return f"not public yet: from {moment_words(begins)}"


def reader_words(article: Article, first_seen: datetime | None, now: datetime) -> str:
    """Return since when and until when readers see an article, or why they do not.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> reader_words(Article(id="a", title="t", published=day), None, day)
    'Readers see it since 2026-01-01 00:00 UTC.'
    """
    moments = [when for when in (article.published, article.embargo_until) if when]
    since = max(moments, default=first_seen)
    if is_public(article, now):
        words = f"Readers see it since {moment_words(since)}" if since else "Readers see it"
        if article.expires is not None:
            return f"{words}, and until {moment_words(article.expires)}: it is gone then by itself."
        return f"{words}."
    waits = _waits(article, now)
    return f"Readers do not see it: {waits or f'{hidden_because(article, now)}.'}"


def index_words(article: Article, served: Served | None, now: datetime) -> str:
    """Return whether the search finds an article, and when it will."""
    if served is None:
        return "There is no index: nothing is found before the first rebuild."
    generation = f"generation {served.generation.number}"
    marked = served.engine.article(article.id)
    if not is_public(article, now):
        if served.generation.columns.document(article.id) is None:
            return f"It is not in {generation}, from which the search answers."
        return f"It is in {generation}, and nothing shows it."
    if marked is None:
        return (
            f"In the store, but not yet in the index: {generation} is older. Its page and related "
            "lists have it already, and a running server searches it within seconds, after a large "
            "import as soon as it is through."
        )
    if content(marked.article) != content(article):
        return f"The search finds it as it was when {generation} was built, and soon as it is now."
    if served.generation.columns.document(article.id) is None:
        return f"The search finds it; it came in after {generation} was built."
    return f"The search finds it, in {generation}."


def _waits(article: Article, now: datetime) -> str:
    """Return until when a published article waits and why, empty when it does not wait."""
    over = article.expires is not None and article.expires <= now
    if article.status is not Status.PUBLISHED or over:
        return ""
    embargo, date = article.embargo_until, article.published
    if embargo is not None and embargo > now and (date is None or embargo >= date):
        return f"its embargo holds until {moment_words(embargo)}. It appears by itself then."
    if date is not None and date > now:
        return f"its day is {moment_words(date)}. It appears by itself then."
    return ""
