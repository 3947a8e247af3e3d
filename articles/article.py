"""What an article is, and when it is public."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol


class Status(StrEnum):
    """What the newsroom has decided about an article."""

    PUBLISHED = "published"
    DRAFT = "draft"
    PRIVATE = "private"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, as the newsroom gave it and cleaning left it.

    Times are aware and in UTC; an article whose date nobody knows has ``published=None``.
    ``body`` holds paragraphs without markup. ``language`` is a primary subtag of BCP 47 ("en").

    Examples
    --------
    >>> article = Article(id="a1", title="Bridge opens", body=("It rained.",))
    >>> Article.from_json(article.to_json()) == article
    True
    """

    id: str
    title: str
    url: str = ""
    summary: str = ""
    body: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str = ""
    additional_sources: tuple[str, ...] = ()
    caption: str = ""
    language: str = "en"
    published: datetime | None = None
    updated: datetime | None = None
    status: Status = Status.PUBLISHED
    embargo_until: datetime | None = None
    expires: datetime | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the article as plain JSON values, in the order of the fields."""
        return {name: _plain(getattr(self, name)) for name in FIELDS}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Article":
        """Return the article that ``to_record`` wrote; absent fields take their default."""
        values = {name: value for name, value in record.items() if name in _KNOWN}
        for name in LIST_FIELDS & values.keys():
            values[name] = tuple(values[name])
        for name in TIME_FIELDS & values.keys():
            if values[name] is not None:
                values[name] = _in_utc(datetime.fromisoformat(values[name]))
        if "status" in values:
            values["status"] = Status(values["status"])
        return cls(**values)

    def to_json(self) -> str:
        """Return the article as one line of JSON; equal articles give equal lines."""
        return json.dumps(self.to_record(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str | bytes) -> "Article":
        """Return the article that ``to_json`` wrote."""
        return cls.from_record(json.loads(line))


FIELDS = tuple(field.name for field in fields(Article))
_KNOWN = frozenset(FIELDS)
LIST_FIELDS = frozenset({"body", "tags", "people", "places", "authors", "additional_sources"})
TIME_FIELDS = frozenset({"published", "updated", "embargo_until", "expires"})


def _in_utc(time: datetime) -> datetime:
    """Return the time in UTC; as it is where that would lie outside the calendar."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return time


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


class Publication(Protocol):
    """The four facts that decide whether an article is public; an `Article` has them."""

    @property
    def status(self) -> Status: ...  # noqa: D102
    @property
    def published(self) -> datetime | None: ...  # noqa: D102
    @property
    def embargo_until(self) -> datetime | None: ...  # noqa: D102
    @property
    def expires(self) -> datetime | None: ...  # noqa: D102


def is_public(article: Publication, now: datetime) -> bool:
    """Say whether readers may see the article at ``now``: the one rule, asked everywhere.

    An article is public when its status is published, its date and its embargo have come, and it
    has not expired. One without a date has no date to wait for.

    Examples
    --------
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> is_public(Article(id="a", title="t", published=now), now)
    True
    >>> is_public(Article(id="a", title="t", expires=now), now)
    False
    """
    return (
        article.status is Status.PUBLISHED
        and (article.published is None or article.published <= now)
        and (article.embargo_until is None or article.embargo_until <= now)
        and (article.expires is None or article.expires > now)
    )
