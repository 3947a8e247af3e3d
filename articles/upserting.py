"""How articles become rows of the store, added or replaced by their ids within one transaction."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from articles.article import TIME_FIELDS, Article, Status
from articles.catalogue import entry_texts
from articles.catalogue_store import keep_entries
from articles.database import StoreError
from articles.identifiers import fault_of_id
from articles.tables import ARTICLES, CHANGES

MAXIMUM_DOCUMENT_BYTES = 64 * 2**20
"""The longest article as JSON: far below the gigabyte at which the databases give up."""

_IDS_A_QUERY = 500
_REPLACED = ("status", "published", "embargo_until", "expires", "changed_at", "digest", "document")
_WRITTEN = tuple(column.name for column in ARTICLES.c)
_REPLACE = update(ARTICLES).where(ARTICLES.c.id == bindparam("key"))


class Outcome(StrEnum):
    """What became of an article that was handed to the store."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"


class UnstorableError(StoreError):
    """An article that no database can hold; ``fault`` says what of it."""

    def __init__(self, article_id: str, fault: str) -> None:
        super().__init__(
            f"article {article_id[:100]!a} cannot be stored: {fault}. Nothing of its batch was "
            "stored; correct the article or leave it out"
        )
        self.fault = fault


def upsert_rows(
    connection: Connection, rows: Sequence[dict[str, Any]], now: datetime
) -> list[Outcome]:
    """Add or replace the rows of articles, and log it; see `articles.store.Store.upsert`."""
    outcomes: list[Outcome] = []
    added: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    log: list[dict[str, Any]] = []
    states = _states(connection, [row["id"] for row in rows])
    for row in rows:
        article_id, after = row["id"], (row["digest"], row["status"])
        before = states.get(article_id)
        outcome = _outcome(before, after)
        outcomes.append(outcome)
        if outcome is Outcome.UNCHANGED:
            continue
        states[article_id] = after
        new = before is None or article_id in added
        (added if new else changed)[article_id] = row
        log.append({"article_id": article_id, "kind": outcome.value, "at": now})
    if added:
        new_rows = [{name: row[name] for name in _WRITTEN} for row in added.values()]
        connection.execute(insert(ARTICLES), new_rows)
    if changed:
        replaced = [
            {"key": key} | {name: row[name] for name in _REPLACED} for key, row in changed.items()
        ]
        connection.execute(_REPLACE, replaced)
    keep_entries(connection, tuple(added.values()), tuple(changed.values()))
    if log:
        connection.execute(insert(CHANGES), log)
    return outcomes


def _states(connection: Connection, ids: list[str]) -> dict[str, tuple[bytes, str]]:
    """Return the digest and the status of those of the ids that are stored."""
    columns = select(ARTICLES.c.id, ARTICLES.c.digest, ARTICLES.c.status)
    states = {}
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = columns.where(ARTICLES.c.id.in_(ids[start : start + _IDS_A_QUERY]))
        states.update({row[0]: (row[1], row[2]) for row in connection.execute(some)})
    return states


def _outcome(before: tuple[bytes, str] | None, after: tuple[bytes, str]) -> Outcome:
    if before is None:
        return Outcome.ADDED
    if before[0] == after[0]:
        return Outcome.UNCHANGED
    if before[1] == Status.PUBLISHED and after[1] != Status.PUBLISHED:
        return Outcome.WITHDRAWN
    return Outcome.CHANGED


def row_of(article: Article, now: datetime) -> dict[str, Any]:
    """Return what is written of the article, the catalogue's part too.

    UnstorableError says what of it no database can hold.
    """
    fault = fault_of_id(article.id)
    for name in sorted(TIME_FIELDS):
        moment = getattr(article, name)
        if moment is not None and moment.tzinfo is None:
            fault = f"{name} has no time zone"
    document = article.to_json()
    try:
        encoded = document.encode()
    except UnicodeEncodeError:
        fault = fault or "it holds half of a surrogate pair, which is no character"
        encoded = b""
    if len(encoded) > MAXIMUM_DOCUMENT_BYTES:
        fault = f"it is longer than {MAXIMUM_DOCUMENT_BYTES:,} bytes"
    if fault:
        raise UnstorableError(article.id, fault)
    return {
        "id": article.id,
        "status": article.status.value,
        "published": article.published,
        "embargo_until": article.embargo_until,
        "expires": article.expires,
        "first_seen": now,
        "changed_at": now,
        "digest": sha256(encoded).digest(),
        "document": document,
    } | entry_texts(article)
