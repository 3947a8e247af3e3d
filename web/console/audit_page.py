"""What the page of the audit log shows: who changed what, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from pydantic import Field

from articles.article import Article
from articles.audit import AuditEntry, AuditKind, moment_words
from articles.curation import EVERYWHERE
from articles.store import Store
from web.console.choice_page import heading_of
from web.parameters import Parameters

ON_A_PAGE = 50
KINDS = {
    AuditKind.CHOICE: "Editor’s choice",
    AuditKind.PINS: "Pins and hides",
    AuditKind.BEST_BETS: "Best bets",
    AuditKind.WORDS: "Word lists",
    AuditKind.KEYS: "Keys and webhooks",
    AuditKind.ARTICLES: "Articles",
    AuditKind.USERS: "Users",
    AuditKind.INDEX: "Rebuilds",
}


class AuditParameters(Parameters):
    """Which entries are wanted: of a user, of a kind, about a section or an article."""

    user: str = Field("", max_length=100)
    kind: AuditKind | None = None
    about: str = Field("", max_length=2_000)
    before: int | None = Field(None, ge=1, le=2**62)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One entry as it is read: what was done, to which article, where, and what it was before.

    ``target`` and ``place`` are headlines or sections, with the address of the page where that
    stands now; ``target`` is empty where it was done to the whole.
    """

    at: datetime
    when: str
    user: str
    action: str
    target: str
    target_id: str
    kind: str
    place: str
    address: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """What ``audit.html`` shows; ``older`` is the address of the next page, empty on the last."""

    parameters: AuditParameters
    lines: tuple[AuditLine, ...]
    users: tuple[str, ...]
    older: str
    newest: str

    @property
    def kinds(self) -> dict[AuditKind, str]:
        """The kinds of things that are changed, with their words."""
        return KINDS


def audit_page(parameters: AuditParameters, store: Store) -> AuditPage:
    """Return a page of the log."""
    wanted = parameters.model_dump(exclude={"before"}, exclude_defaults=True, mode="json")
    entries = store.audit.entries(
        user=parameters.user,
        kind=parameters.kind,
        about=parameters.about,
        before=parameters.before,
        limit=ON_A_PAGE + 1,
    )
    shown = entries[:ON_A_PAGE]
    more = len(entries) > ON_A_PAGE
    older = url_for("console.audit", **wanted, before=shown[-1].sequence) if more else ""
    return AuditPage(
        parameters=parameters,
        lines=tuple(_line(entry, store) for entry in shown),
        users=tuple(store.audit.users()),
        older=older,
        newest=url_for("console.audit", **wanted) if parameters.before else "",
    )


def _line(entry: AuditEntry, store: Store) -> AuditLine:
    place, address = _place(entry, store)
    return AuditLine(
        at=entry.at,
        when=moment_words(entry.at),
        user=entry.user,
        action=entry.action,
        target=_title(entry.target, store) if entry.target else "",
        target_id=entry.target,
        kind=KINDS[entry.kind],
        place=place,
        address=address,
        before=entry.before,
        after=entry.after,
    )


def _place(entry: AuditEntry, store: Store) -> tuple[str, str]:
    """Return in words where something was done, and the address where that stands now."""
    subject = entry.subject
    if entry.kind is AuditKind.CHOICE:
        return heading_of(subject), url_for("console.choice", section=subject or None)
    if entry.kind is AuditKind.PINS:
        place = "beside every article" if subject == EVERYWHERE else _title(subject, store)
        return place, url_for("console.pins_of", id=subject or None)
    if entry.kind is AuditKind.BEST_BETS:
        return subject, url_for("console.bets_of", query=subject)
    if entry.kind is AuditKind.WORDS:
        return "word lists", url_for("console.words")
    if entry.kind is AuditKind.KEYS:
        return subject, url_for("console.keys")
    if entry.kind is AuditKind.USERS:
        return subject, url_for("console.users")
    if entry.kind is AuditKind.INDEX:
        return subject, url_for("console.audit", kind=entry.kind.value)
    if subject:
        return _title(subject, store), url_for("console.article", id=subject)
    return "several", url_for("console.audit", kind=entry.kind.value)


def _title(article_id: str, store: Store) -> str:
    article = store.get(article_id) or Article(id=article_id, title="")
    return article.title or article_id
