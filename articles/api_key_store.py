"""Where API keys are kept: a table beside the articles, with a digest of each key."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from articles.api_keys import (
    ApiKey,
    ApiKeyError,
    KeyState,
    Scope,
    digest_of,
    id_of,
    new_key,
    scope_words,
)
from articles.audit import AuditKind, Difference, moment_words
from articles.audit_store import record
from articles.database import Database
from articles.tables import API_KEYS
from articles.users import is_name

MOST_KEYS = 1_000
"""Keys that are kept, revoked ones too: what stands on a page must have an end."""


class ApiKeyStore:
    """The API keys of one database, reached as ``store.api_keys``; safe between threads.

    What is done to a key stands in the audit log, which is written in the same transaction. Every
    method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        expires: datetime | None = None,
        by: str,
        now: datetime,
    ) -> tuple[ApiKey, str]:
        """Make a key; return what is kept of it, and the key, which nobody can read again.

        Raises
        ------
        ApiKeyError
            When the name is taken or is no name, no scope is given, or the end is over already.
        """
        key, chosen = new_key(), frozenset(scopes)
        if not is_name(name):
            raise ApiKeyError(
                f"no key can be called {name[:100]!a}: a name has at most 64 small letters from a "
                "to z, digits, and . _ @ - behind the first"
            )
        if not chosen:
            raise ApiKeyError(f"a key needs a scope, at least one of {', '.join(Scope)}")
        if expires is not None and expires <= now:
            raise ApiKeyError(
                "a key that has expired already is good for nothing: name a later day"
            )
        made = ApiKey(
            id=id_of(key),
            name=name,
            digest=digest_of(key),
            scopes=chosen,
            created=now,
            expires=expires,
        )
        row = {field: getattr(made, field) for field in ApiKey.__slots__}
        until = f"until {moment_words(expires)}" if expires else "without an end"
        after = f"{made.shown} {scope_words(chosen)}, {until}"
        with self._database.writing() as connection:
            if _by_name(connection, name):
                raise ApiKeyError(
                    f"there is, or was, a key {name} already: choose another name, so that the "
                    "audit log means one key"
                )
            if (connection.scalar(select(func.count()).select_from(API_KEYS)) or 0) >= MOST_KEYS:
                raise ApiKeyError(f"there are {MOST_KEYS:,} keys already, which is the most")
            connection.execute(insert(API_KEYS), row | {"scopes": scope_words(chosen)})
            _log(connection, Difference("made a key", after=after), name, by, now)
        return made, key

    def all(self) -> Sequence[ApiKey]:
        """Return every key by name, revoked ones too."""
        with self._database.reading() as connection:
            return [
                _key(row) for row in connection.execute(select(API_KEYS).order_by(API_KEYS.c.name))
            ]

    def revoke(self, name: str, *, by: str, now: datetime) -> None:
        """Make a key worthless at once; one that is revoked already stays as it is.

        Raises
        ------
        ApiKeyError
            When there is no such key.
        """
        with self._database.writing() as connection:
            key = _by_name(connection, name) if is_name(name) else None
            if key is None:
                raise ApiKeyError(f"there is no key {name[:100]!a}: `backfile key list` lists them")
            if key.revoked is None:
                connection.execute(
                    update(API_KEYS).where(API_KEYS.c.name == name).values(revoked=now)
                )
                _log(connection, Difference("revoked a key", before=key.shown), name, by, now)

    def check(self, given: str, now: datetime) -> ApiKey | None:
        """Return the key that a program gave, None when it is none of ours or good no more.

        The comparison takes the same time whatever is given. That the key was used is written down
        once a day.
        """
        key_id, digest = id_of(given), digest_of(given)
        with self._database.reading() as connection:
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.id == key_id)).one_or_none()
        key = _key(row) if row else None
        same = hmac.compare_digest(key.digest if key else bytes(len(digest)), digest)
        if key is None or not same or key.state(now) is not KeyState.GOOD:
            return None
        if key.last_used != now.date():
            with self._database.writing() as connection:
                used = update(API_KEYS).where(API_KEYS.c.id == key.id)
                connection.execute(used.values(last_used=now.date()))
        return key


def _by_name(connection: Connection, name: str) -> ApiKey | None:
    row = connection.execute(select(API_KEYS).where(API_KEYS.c.name == name)).one_or_none()
    return _key(row) if row else None


def _log(connection: Connection, difference: Difference, name: str, by: str, now: datetime) -> None:
    record(connection, [difference], by=by, now=now, kind=AuditKind.KEYS, subject=name)


def _key(row: Any) -> ApiKey:
    values = {field: getattr(row, field) for field in ApiKey.__slots__}
    return ApiKey(**values | {"scopes": frozenset(map(Scope, row.scopes.split()))})
