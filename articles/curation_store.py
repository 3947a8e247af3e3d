"""Where editor's choices, pins and hides are kept: tables beside the articles."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from articles.audit import AuditKind, choice_differences, pin_differences
from articles.audit_store import record
from articles.curation import EVERYWHERE, Choice, Curation, Pick, Pin, PinKind, Span, edition_of
from articles.curation_edits import (
    MAXIMUM_HIDDEN,
    MAXIMUM_PICKS,
    MAXIMUM_PINS,
    ChoiceEdit,
    CurationError,
    Pins,
    PinsEdit,
    StaleCurationError,
)
from articles.database import Database
from articles.identifiers import fault_of_id, fault_of_text
from articles.tables import ARTICLES, CHOICES, CURATION, PICKS, PINS

MAXIMUM_SECTION = 300
"""The longest name of a section with a choice, in characters."""
MAXIMUM_CHOICES = 200
"""Sections that may have a choice."""
MAXIMUM_ALL_PINS = 20_000
"""Pins and hides in all: what a process keeps in memory must have an end."""


class CurationStore:
    """What editors decide, in one database, reached as ``store.curation``; safe between threads.

    Edits are made by `articles.curation_edits` and stand in the audit log, which is written in the
    same transaction. Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> int:
        """Return a number that rises with every change, 0 before the first."""
        with self._database.reading() as connection:
            return _version(connection)

    def read(self) -> Curation:
        """Return all that is decided, as it stands at one version of it."""
        with self._database.snapshot() as connection:
            version = _version(connection)
            picks: dict[str, list[Pick]] = {}
            for row in connection.execute(_PICKS):
                picks.setdefault(row[0], []).append(_pick(row))
            choices = {
                row.section: _choice(row, picks.get(row.section, ()))
                for row in connection.execute(select(CHOICES).order_by(CHOICES.c.section))
            }
            pins: dict[str, list[Pin]] = {}
            for row in connection.execute(_PINS):
                pins.setdefault(row[0], []).append(_pin(row))
        return Curation(version, choices, {one: tuple(found) for one, found in pins.items()})

    def choice(self, section: str) -> Choice:
        """Return the choice of one section, as `Curation.choice` does."""
        if fault_of_section(section):
            return Choice(section)
        with self._database.snapshot() as connection:
            return _choice_of(connection, section)

    def pins(self, article_id: str) -> Pins:
        """Return the pins, in their order, and then the hides beside one article."""
        if fault_of_id(article_id):
            return ()
        with self._database.reading() as connection:
            return _pins_of(connection, article_id)

    def change_choice(
        self, section: str, edit: ChoiceEdit, *, by: str, now: datetime, seen: str = ""
    ) -> Choice:
        """Edit the choice of a section and return what it is now.

        Parameters
        ----------
        section : str
            The section; empty for the choice of the whole archive.
        edit : ChoiceEdit
            What is done, one of `articles.curation_edits`.
        by : str
            Who does it.
        now : datetime
            When it is done.
        seen : str, optional
            The `Choice.edition` that the editor had seen; without one the edit is made whatever
            has changed since.

        Raises
        ------
        StaleCurationError
            When the choice is no longer the one that was seen; nothing is changed then.
        CurationError
            When the edit cannot be made or would exceed a bound, or names an unknown article.
        """
        if fault := fault_of_section(section):
            raise CurationError(f"this section has no choice: {fault}")
        with self._database.writing() as connection:
            before = _choice_of(connection, section)
            if seen and seen != before.edition:
                raise StaleCurationError(_STALE.format("choice"))
            after = edit(before)
            if len(after.picks) > MAXIMUM_PICKS:
                raise CurationError(
                    f"a section has at most {MAXIMUM_PICKS} picks: remove those that have ended"
                )
            old = {one.article_id for one in before.picks}
            _require(connection, (one.article_id for one in after.picks), known=old)
            differences = choice_differences(before, after)
            if record(
                connection, differences, by=by, now=now, kind=AuditKind.CHOICE, subject=section
            ):
                _write_choice(connection, after)
                _raise_version(connection)
                if _count(connection, CHOICES) > MAXIMUM_CHOICES:
                    raise CurationError(f"at most {MAXIMUM_CHOICES} sections have a choice")
        return after

    def change_pins(
        self, article_id: str, edit: PinsEdit, *, by: str, now: datetime, seen: str = ""
    ) -> Pins:
        """Edit what is pinned and hidden beside an article and return what is now.

        An empty ``article_id`` stands for every article, beside which things are hidden only. The
        parameters and errors are those of `change_choice`, ``seen`` is an `edition_of` pins.
        """
        if article_id:
            self._require_one(article_id)
        most = MAXIMUM_PINS if article_id else MAXIMUM_HIDDEN
        with self._database.writing() as connection:
            before = _pins_of(connection, article_id)
            if seen and seen != edition_of(before):
                raise StaleCurationError(_STALE.format("list"))
            after = edit(before)
            if len(after) > most:
                raise CurationError(
                    f"at most {most} articles are pinned or hidden there: remove one before"
                )
            old = {one.target_id for one in before}
            _require(connection, (one.target_id for one in after), known=old)
            differences = pin_differences(before, after)
            if record(
                connection, differences, by=by, now=now, kind=AuditKind.PINS, subject=article_id
            ):
                _write_pins(connection, article_id, after)
                _raise_version(connection)
                if _count(connection, PINS) > MAXIMUM_ALL_PINS:
                    raise CurationError(
                        f"at most {MAXIMUM_ALL_PINS:,} pins and hides are kept: remove some that "
                        "have ended"
                    )
        return after

    def _require_one(self, article_id: str) -> None:
        with self._database.reading() as connection:
            _require(connection, [article_id])


_STALE = (
    "somebody has changed this {} since you loaded it, so your change was not made: look at how it "
    "stands now, and make it again"
)
_PICKS: Select[Any] = select(
    *(PICKS.c[name] for name in ("section", "article_id", "begins", "ends"))
).order_by(PICKS.c.section, PICKS.c.place)
_PINS: Select[Any] = select(
    *(PINS.c[name] for name in ("article_id", "target_id", "kind", "begins", "ends"))
).order_by(PINS.c.article_id, PINS.c.place)


def fault_of_section(section: str) -> str | None:
    """Say why a section of that name can have no choice, None when it can."""
    if fault := fault_of_text(section):
        return f"its name holds {fault}"
    if len(section) > MAXIMUM_SECTION:
        return f"its name is longer than {MAXIMUM_SECTION} characters"
    return None


def _version(connection: Connection) -> int:
    # Plain text, because each request for blocks asks: a built statement takes twice as long.
    return connection.exec_driver_sql("SELECT version FROM curation").scalar() or 0


def _raise_version(connection: Connection) -> None:
    raised = update(CURATION).values(version=CURATION.c.version + 1)
    if not connection.execute(raised).rowcount:
        connection.execute(insert(CURATION), {"version": 1})


def _count(connection: Connection, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _require(connection: Connection, ids: Iterable[str], known: Iterable[str] = ()) -> None:
    """Raise `CurationError` for an article that is not in the store, ``known`` ones aside."""
    for article_id in sorted(set(ids) - set(known)):
        there = not fault_of_id(article_id) and connection.scalar(
            select(ARTICLES.c.id).where(ARTICLES.c.id == article_id)
        )
        if not there:
            raise CurationError(
                f"the archive has no article {article_id[:100]!a}: look for its id on the page of "
                "the article, or import it first"
            )


def _choice_of(connection: Connection, section: str) -> Choice:
    row = connection.execute(select(CHOICES).where(CHOICES.c.section == section)).one_or_none()
    if row is None:
        return Choice() if section == EVERYWHERE else _likeness(connection, section)
    rows = connection.execute(_PICKS.where(PICKS.c.section == section))
    return _choice(row, tuple(_pick(one) for one in rows))


def _likeness(connection: Connection, section: str) -> Choice:
    """Return what the choice of a section is while it has none of its own."""
    return _choice_of(connection, EVERYWHERE).empty(section)


def _pins_of(connection: Connection, article_id: str) -> Pins:
    rows = connection.execute(_PINS.where(PINS.c.article_id == article_id))
    return tuple(_pin(row) for row in rows)


def _write_choice(connection: Connection, choice: Choice) -> None:
    """Write a choice in the place of the one before; one like that of all leaves no trace."""
    for table in (PICKS, CHOICES):
        connection.execute(delete(table).where(table.c.section == choice.section))
    if choice == _choice_of(connection, choice.section):
        return
    row = {"section": choice.section, "size": choice.size, "backfill": choice.backfill}
    connection.execute(insert(CHOICES), row)
    rows = [
        {"section": choice.section, "article_id": one.article_id} | placed
        for one, placed in _placed(choice.picks)
    ]
    if rows:
        connection.execute(insert(PICKS), rows)


def _write_pins(connection: Connection, article_id: str, pins: Pins) -> None:
    connection.execute(delete(PINS).where(PINS.c.article_id == article_id))
    rows = [
        {"article_id": article_id, "target_id": one.target_id, "kind": one.kind.value} | placed
        for one, placed in _placed(pins)
    ]
    if rows:
        connection.execute(insert(PINS), rows)


def _placed(items: Iterable[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield each item with the columns that say its place and its span."""
    for place, one in enumerate(items, start=1):
        yield one, {"place": place, "begins": one.span.begins, "ends": one.span.ends}


def _choice(row: Any, picks: Iterable[Pick]) -> Choice:
    return Choice(row.section, row.size, row.backfill, tuple(picks))


# By position: a process reads all of them after every edit, and names take twice as long.
def _pick(row: Any) -> Pick:
    _, article_id, begins, ends = row
    return Pick(article_id, _span(begins, ends))


def _pin(row: Any) -> Pin:
    article_id, target_id, kind, begins, ends = row
    return Pin(article_id, target_id, _KINDS[kind], _span(begins, ends))


def _span(begins: datetime | None, ends: datetime | None) -> Span:
    return Span(begins, ends) if begins or ends else _ALWAYS


_KINDS = {kind.value: kind for kind in PinKind}
_ALWAYS = Span()
