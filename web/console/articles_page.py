"""What the list of articles shows: those of the store that are looked for, public or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field

from articles.article import Article
from articles.catalogue import LONGEST, Entry, Showing, Wanted
from articles.message import Message
from articles.store import Store
from web.parameters import Day, Parameters
from web.problems import ParameterError
from web.standing import SHOWN, hidden_because

ON_A_PAGE = 50
MOST_PAGES = 1_000
"""Pages that can be gone through: who has not found it until then narrows the list."""


class ArticlesParameters(Parameters):
    """Which articles are looked for."""

    q: str = Field("", max_length=2_048)
    showing: Showing | None = None
    section: str = Field("", max_length=LONGEST)
    source: str = Field("", max_length=LONGEST)
    first: Day = Field(None, alias="from")
    last: Day = Field(None, alias="to")
    page: int = Field(1, ge=1, le=MOST_PAGES)

    def wanted(self) -> Wanted:
        """Return which articles these are. ParameterError when the days are exchanged."""
        if self.first and self.last and self.first > self.last:
            exchange = Message(
                "%(first)s lies after %(last)s: exchange the two days",
                first=self.first,
                last=self.last,
            )
            raise ParameterError("from", exchange)
        return Wanted(
            text=self.q,
            showing=self.showing,
            section=self.section,
            source=self.source,
            first=self.first,
            last=self.last,
        )

    def address(self, **changed: Any) -> str:
        """Return the address of this list with something changed."""
        given = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"page"})
        return url_for("console.articles", **given | changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """One article of the list; ``state`` is why readers do not see it, empty when they do."""

    entry: Entry
    title: str
    address: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesPage:
    """What ``articles.html`` shows: a page of the articles, and what they can be narrowed by."""

    parameters: ArticlesParameters
    lines: tuple[ArticleLine, ...]
    total: int
    sections: tuple[str, ...]
    sources: tuple[str, ...]
    previous: str
    next: str
    first_page: str

    @property
    def shown(self) -> dict[Showing, str]:
        """What readers see, with its words."""
        return SHOWN


def articles_page(asked: ArticlesParameters, store: Store, now: datetime) -> ArticlesPage:
    """Return a page of the list."""
    here = asked.page
    found, total = store.catalogue.find(
        asked.wanted(), now, offset=(here - 1) * ON_A_PAGE, limit=ON_A_PAGE
    )
    more = total > here * ON_A_PAGE and here < MOST_PAGES
    return ArticlesPage(
        parameters=asked,
        lines=tuple(_line(entry, now) for entry in found),
        total=total,
        sections=tuple(store.catalogue.sections()),
        sources=tuple(store.catalogue.sources()),
        previous=asked.address(page=here - 1) if here > 1 else "",
        next=asked.address(page=here + 1) if more else "",
        first_page=asked.address(),
    )


def _line(entry: Entry, now: datetime) -> ArticleLine:
    known = Article(
        id=entry.id,
        title=entry.title,
        status=entry.status,
        published=entry.published,
        embargo_until=entry.embargo_until,
        expires=entry.expires,
    )
    return ArticleLine(
        entry=entry,
        title=entry.title or "Without a headline",
        address=url_for("console.article", id=entry.id),
        state=hidden_because(known, now),
    )
