"""What the page of one article shows: what it is, how it stands, and what was done to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from articles.article import Article, Status, is_public
from articles.audit import AuditEntry, AuditKind, Difference, moment_words
from articles.curation import Span
from articles.curation_edits import checked, moment_of
from articles.publishing import (
    Publishing,
    StalePublishingError,
    checked_publishing,
    publishing_differences,
)
from articles.store import Store
from web.console.curated import field_of_moment
from web.console.finder import FoundArticle, named
from web.parameters import Parameters
from web.problems import ParameterError
from web.served import Served
from web.standing import Standing, reader_words, standing

MOST_CHANGES = 50
STATUSES = {
    Status.PUBLISHED: "published",
    Status.DRAFT: "a draft",
    Status.PRIVATE: "private",
    Status.WITHDRAWN: "withdrawn",
}


class ArticleParameters(Parameters):
    """The article that is meant."""

    id: str = ""

    def address(self, endpoint: str = "console.article", **values: Any) -> str:
        """Return the address of a page about this article."""
        return url_for(endpoint, id=self.id, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What ``one_article.html`` shows.

    ``facts`` are the fields that have something in them, with their names; ``changes`` what the
    store's log says of it, ``decisions`` what the audit log does, both the newest first. The form
    has ``status``, ``embargo`` and ``expires``, and ``edition``, which tells whether somebody else
    was faster.
    """

    parameters: ArticleParameters
    article: FoundArticle
    body: tuple[str, ...]
    standing: Standing
    facts: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, AuditEntry], ...]
    status: Status
    embargo: str
    expires: str
    edition: str

    @property
    def statuses(self) -> Mapping[Status, str]:
        """What the status may be, with its words."""
        return STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """What ``article_change.html`` shows: a decision that waits to be confirmed.

    ``before`` and ``after`` say what readers see now and then.
    """

    parameters: ArticleParameters
    article: FoundArticle
    differences: tuple[Difference, ...]
    before: str
    after: str
    hides: bool
    form: Mapping[str, str]


def article_page(
    asked: ArticleParameters, article: Article, store: Store, served: Served | None, now: datetime
) -> ArticlePage:
    """Return the page of an article."""
    first_seen, decided = store.first_seen(article.id), Publishing.of(article)
    return ArticlePage(
        parameters=asked,
        article=named(article, now),
        body=article.body,
        standing=standing(article, first_seen, served, now),
        facts=tuple(_facts(article, first_seen)),
        changes=tuple(
            (moment_words(change.at), change.kind.value)
            for change in store.changes_of(article.id, MOST_CHANGES)
        ),
        decisions=tuple(
            (moment_words(one.at), one) for one in _decisions(store, article.id, MOST_CHANGES)
        ),
        status=article.status,
        embargo=field_of_moment(article.embargo_until),
        expires=field_of_moment(article.expires),
        edition=decided.edition,
    )


def change_page(
    asked: ArticleParameters, article: Article, form: Mapping[str, str], now: datetime
) -> ChangePage:
    """Return the page on which a decision is confirmed; raises as `wanted_publishing`."""
    wanted = checked_publishing(wanted_publishing(article, form))
    after = wanted.applied(article)
    kept = ("status", "embargo", "expires", "seen")
    return ChangePage(
        parameters=asked,
        article=named(article, now),
        differences=tuple(publishing_differences(Publishing.of(article), wanted)),
        before=reader_words(article, None, now),
        after=reader_words(after, None, now),
        hides=is_public(article, now) and not is_public(after, now),
        form={name: form.get(name, "") for name in kept},
    )


def wanted_publishing(article: Article, form: Mapping[str, str]) -> Publishing:
    """Return what a form decides.

    Raises
    ------
    CurationError
        When a time is none.
    ParameterError
        When no form of ours sends that.
    """
    status = form.get("status", "")
    if status not in set(Status):
        raise ParameterError("status", f"an article is {', '.join(Status)}, not {status[:40]!a}")
    return Publishing(
        status=Status(status),
        embargo_until=_moment(form.get("embargo", ""), article.embargo_until),
        expires=_moment(form.get("expires", ""), article.expires),
    )


def stale_words(error: StalePublishingError, seen: str, article_id: str, store: Store) -> str:
    """Return what somebody else has decided since an editor loaded the page."""
    before = Publishing.read(seen)
    changed = publishing_differences(before, error.now) if before else ()
    told = "; ".join(
        f"{one.action} from {one.before or 'none'} to {one.after or 'none'}" for one in changed
    )
    last = next(_decisions(store, article_id, 1), None)
    change = store.changes_of(article_id, 1)
    # What came in by an import or from a program has no entry of its own.
    by = last.user if last and change and last.at == change[0].at else "an import or a program"
    return f"{by} {told or 'changed it'} since you loaded this page"


def _moment(text: str, kept: datetime | None) -> datetime | None:
    """Return the time of a field; one that was left as it was keeps its seconds."""
    if text == field_of_moment(kept):
        return kept
    return checked(Span(moment_of(text))).begins


def _decisions(store: Store, article_id: str, limit: int) -> Iterator[AuditEntry]:
    yield from store.audit.entries(kind=AuditKind.ARTICLES, about=article_id, limit=limit)


def _facts(article: Article, first_seen: datetime | None) -> Iterator[tuple[str, str]]:
    facts = {
        "Id": article.id,
        "Status": article.status.value,
        "Published": _when(article.published),
        "Embargo until": _when(article.embargo_until),
        "Expires": _when(article.expires),
        "Updated": _when(article.updated),
        "First stored": _when(first_seen),
        "Address": article.url,
        "Section": article.section,
        "Source": "; ".join(filter(None, (article.source, *article.additional_sources))),
        "Authors": ", ".join(article.authors),
        "Tags": ", ".join(article.tags),
        "People": ", ".join(article.people),
        "Places": ", ".join(article.places),
        "Language": article.language,
        "Caption": article.caption,
        "Summary": article.summary,
        "Text": f"{len(article.body):,} paragraphs, {sum(map(len, article.body)):,} characters",
    }
    yield from ((name, value) for name, value in facts.items() if value)


def _when(moment: datetime | None) -> str:
    return moment_words(moment) if moment else ""
