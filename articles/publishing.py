"""What an editor decides about when readers see an article: its status, embargo and expiry."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from articles.article import Article, Status
from articles.audit import Difference, moment_words
from articles.errors import BackfileError

_NEVER = "-"


class PublishingError(BackfileError):
    """A decision that cannot be made as it was asked for."""


class StalePublishingError(PublishingError):
    """What was to be changed has been changed meanwhile; ``now`` is how it stands."""

    def __init__(self, now: "Publishing") -> None:
        super().__init__("somebody has changed this article since you loaded it")
        self.now = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """What may be decided of an article; title and text are edited where they were written."""

    status: Status
    embargo_until: datetime | None = None
    expires: datetime | None = None

    @classmethod
    def of(cls, article: Article) -> Self:
        """Return what is decided of an article."""
        return cls(
            status=article.status, embargo_until=article.embargo_until, expires=article.expires
        )

    @classmethod
    def read(cls, edition: str) -> Self | None:
        """Return what has that edition, None where nothing has."""
        try:
            status, *moments = edition.split(" ")
            embargo, expires = (None if m == _NEVER else _aware(m) for m in moments)
            return cls(status=Status(status), embargo_until=embargo, expires=expires)
        except ValueError:
            return None

    @property
    def edition(self) -> str:
        """Tells this state from every other one, and which it is.

        Examples
        --------
        >>> Publishing(status=Status.DRAFT).edition
        'draft - -'
        """
        moments = (self.embargo_until, self.expires)
        return " ".join((self.status.value, *(m.isoformat() if m else _NEVER for m in moments)))

    def applied(self, article: Article) -> Article:
        """Return the article with this decided of it."""
        return replace(
            article,
            status=self.status,
            embargo_until=self.embargo_until,
            expires=self.expires,
        )


def checked_publishing(wanted: Publishing) -> Publishing:
    """Return what can be decided, as it is.

    Raises
    ------
    PublishingError
        When an article would never be seen, because it would expire first.
    """
    begins, ends = wanted.embargo_until, wanted.expires
    if begins and ends and ends <= begins:
        raise PublishingError(
            "it would expire before its embargo ends, and never be seen: exchange the times, or "
            "withdraw it"
        )
    return wanted


def publishing_differences(before: Publishing, after: Publishing) -> Iterator[Difference]:
    """Yield what is different after a decision, in words."""
    if before.status is not after.status:
        yield Difference("changed the status", "", before.status.value, after.status.value)
    for words, old, new in (
        ("changed the embargo", before.embargo_until, after.embargo_until),
        ("changed the expiry", before.expires, after.expires),
    ):
        if old != new:
            yield Difference(words, "", _words(old), _words(new))


def _words(when: datetime | None) -> str:
    """Return a time as the log has it, empty for none."""
    return moment_words(when) if when else ""


def _aware(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
