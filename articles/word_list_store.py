"""Where word lists are kept: whole editions, of which the newest is live, and one draft."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from articles.audit import AuditKind, Difference, word_differences
from articles.audit_store import record
from articles.curation_edits import StaleCurationError
from articles.database import Database
from articles.tables import WORD_LISTS
from articles.word_lists import WordKind, WordLine, WordLines, WordListError, WordsEdit, in_order

KEPT = 20
"""Editions that are kept, the live one included."""
_DRAFT = 0
"""The number of the draft; the first edition that goes live is 1."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The word lists as they went live at one time; number 0 has no lines and was always there."""

    number: int = 0
    lines: WordLines = ()
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WordDraft:
    """What editors prepare, beside what is live; both alike where nobody has changed anything.

    ``mark`` tells one state of both from every other.
    """

    live: Edition
    lines: WordLines

    @property
    def added(self) -> WordLines:
        """The lines that the draft has and the live lists have not."""
        return _without(self.lines, self.live.lines)

    @property
    def removed(self) -> WordLines:
        """The lines that the live lists have and the draft has not."""
        return _without(self.live.lines, self.lines)

    @property
    def changed(self) -> bool:
        """Whether anything would change if the draft went live."""
        return bool(self.added or self.removed)

    @property
    def mark(self) -> str:
        """Stands in a form, so that what goes live is what was seen."""
        seen = [self.live.number, *(line.key for line in self.lines)]
        return sha256(json.dumps(seen).encode()).hexdigest()[:16]


class WordListStore:
    """The word lists of one database, reached as ``store.word_lists``.

    Edits change the draft alone; what is live changes as a whole. All of it stands in the audit
    log, which is written in the same transaction. Safe between threads; every method raises
    `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def number(self) -> int:
        """Return the number of the live edition, 0 before the first."""
        with self._database.reading() as connection:
            return _number(connection)

    def live(self) -> Edition:
        """Return what is live."""
        with self._database.snapshot() as connection:
            return _live(connection)

    def draft(self) -> WordDraft:
        """Return what is prepared, beside what is live."""
        with self._database.snapshot() as connection:
            return _draft(connection)

    def editions(self) -> list[Edition]:
        """Return the editions that are kept, the newest first."""
        wanted = select(WORD_LISTS).where(WORD_LISTS.c.number > _DRAFT)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(WORD_LISTS.c.number.desc()))
            return [_edition(row) for row in rows]

    def change(self, edit: WordsEdit, *, by: str, now: datetime) -> WordDraft:
        """Edit the draft and return what it is now.

        Raises
        ------
        WordListError
            When the edit cannot be made or there would be too many lines.
        """
        with self._database.writing() as connection:
            before = _draft(connection)
            after = WordDraft(before.live, in_order(edit(before.lines)))
            differences = word_differences(
                _without(before.lines, after.lines), _without(after.lines, before.lines)
            )
            if _record(connection, differences, by=by, now=now):
                _keep_draft(connection, after, by=by, now=now)
        return after

    def go_live(self, mark: str | None = None, *, by: str, now: datetime) -> Edition:
        """Let the draft be what searches use, and return it.

        Parameters
        ----------
        mark : str, optional
            That of the draft which was seen; without one, whatever stands there goes live.
        by, now
            Who does it, and when.

        Raises
        ------
        StaleCurationError
            When somebody has changed the draft, or what is live, meanwhile.
        WordListError
            When nothing would change.
        """
        with self._database.writing() as connection:
            draft = _draft(connection)
            if mark is not None and mark != draft.mark:
                raise StaleCurationError(
                    "the lists have been changed since you looked at them: look at the preview "
                    "again"
                )
            if not draft.changed:
                raise WordListError("the draft is what is live already: change it before")
            _forget_draft(connection)
            return _publish(connection, draft.lines, "went live", by=by, now=now)

    def discard(self, *, by: str, now: datetime) -> None:
        """Let the draft be what is live again; `WordListError` when it is so already."""
        with self._database.writing() as connection:
            draft = _draft(connection)
            if not draft.changed:
                raise WordListError("the draft is what is live already")
            _forget_draft(connection)
            difference = Difference("discarded the draft", before=_summary(draft))
            _record(connection, [difference], by=by, now=now)

    def restore(self, number: int, *, by: str, now: datetime) -> Edition:
        """Let an earlier edition be live again, as a new one; a draft with changes stays.

        Raises
        ------
        WordListError
            When it is not kept any more, or is what is live.
        """
        with self._database.writing() as connection:
            live = _live(connection)
            row = connection.execute(
                select(WORD_LISTS).where(WORD_LISTS.c.number == number)
            ).first()
            if row is None or number == _DRAFT:
                raise WordListError(f"edition {number} is not kept: the last {KEPT} are")
            lines = _edition(row).lines
            if not WordDraft(live, lines).changed:
                raise WordListError(f"edition {number} says what is live already")
            published = _publish(connection, lines, f"restored edition {number}", by=by, now=now)
            draft = _draft(connection)
            if not draft.changed:
                _forget_draft(connection)
            return published


_NEWEST = select(func.max(WORD_LISTS.c.number))
"""Made once: every search asks it."""


def _number(connection: Connection) -> int:
    return connection.scalar(_NEWEST) or 0


def _live(connection: Connection) -> Edition:
    newest = select(WORD_LISTS).where(WORD_LISTS.c.number > _DRAFT)
    row = connection.execute(newest.order_by(WORD_LISTS.c.number.desc()).limit(1)).first()
    return Edition() if row is None else _edition(row)


def _draft(connection: Connection) -> WordDraft:
    live = _live(connection)
    row = connection.execute(select(WORD_LISTS).where(WORD_LISTS.c.number == _DRAFT)).first()
    return WordDraft(live, live.lines if row is None else _edition(row).lines)


def _keep_draft(connection: Connection, draft: WordDraft, *, by: str, now: datetime) -> None:
    _forget_draft(connection)
    if draft.changed:
        _write(connection, Edition(_DRAFT, draft.lines, by, now))


def _forget_draft(connection: Connection) -> None:
    connection.execute(delete(WORD_LISTS).where(WORD_LISTS.c.number == _DRAFT))


def _publish(
    connection: Connection, lines: WordLines, action: str, *, by: str, now: datetime
) -> Edition:
    before = _live(connection)
    edition = Edition(before.number + 1, lines, by, now)
    _write(connection, edition)
    old = WORD_LISTS.c.number.between(_DRAFT + 1, edition.number - KEPT)
    connection.execute(delete(WORD_LISTS).where(old))
    summary = _summary(WordDraft(before, lines))
    difference = Difference(action, after=f"edition {edition.number}: {summary}")
    _record(connection, [difference], by=by, now=now)
    return edition


def _summary(draft: WordDraft) -> str:
    return f"{len(draft.added):,} added, {len(draft.removed):,} removed"


def _record(
    connection: Connection, differences: Iterable[Difference], *, by: str, now: datetime
) -> bool:
    return record(connection, differences, by=by, now=now, kind=AuditKind.WORDS, subject="")


def _without(lines: Iterable[WordLine], others: Iterable[WordLine]) -> WordLines:
    known = {line.key for line in others}
    return tuple(line for line in lines if line.key not in known)


def _write(connection: Connection, edition: Edition) -> None:
    document = [
        [
            *(line.kind.value, line.words, line.found, line.language, line.note, line.by),
            line.at.isoformat() if line.at else None,
        ]
        for line in edition.lines
    ]
    connection.execute(
        insert(WORD_LISTS),
        {
            "number": edition.number,
            "at": edition.at,
            "user": edition.by,
            "lines": json.dumps(document, ensure_ascii=False),
        },
    )


def _edition(row: Any) -> Edition:
    lines = tuple(
        WordLine(
            WordKind(kind),
            tuple(words),
            tuple(found),
            language,
            note,
            by,
            datetime.fromisoformat(at) if at else None,
        )
        for kind, words, found, language, note, by, at in json.loads(row.lines)
    )
    return Edition(row.number, lines, row.user, row.at)
