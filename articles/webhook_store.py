"""Where webhooks are kept: who may send signed articles, and the secret each signs with."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from articles.audit import AuditKind, Difference
from articles.audit_store import record
from articles.database import Database
from articles.errors import BackfileError
from articles.tables import WEBHOOKS
from articles.users import is_name

MOST_WEBHOOKS = 100


class WebhookError(BackfileError):
    """There is no such webhook, there is one already, or it cannot be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One sender of signed calls."""

    name: str
    secret: str = field(repr=False)
    created: datetime


class WebhookStore:
    """The webhooks of one database, reached as ``store.webhooks``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, *, by: str, now: datetime) -> Webhook:
        """Make a webhook with a new secret and return it.

        Raises
        ------
        WebhookError
            When the name is taken or is no name.
        """
        if not is_name(name):
            raise WebhookError(
                f"no webhook can be called {name[:100]!a}: a name has at most 64 small letters "
                "from a to z, digits, and . _ @ - behind the first"
            )
        made = Webhook(name=name, secret=secrets.token_urlsafe(32), created=now)
        with self._database.writing() as connection:
            if connection.scalar(select(WEBHOOKS.c.name).where(WEBHOOKS.c.name == name)):
                raise WebhookError(
                    f"there is a webhook {name} already: `backfile webhook remove {name}` removes "
                    "it, and a new one has a new secret"
                )
            if (
                connection.scalar(select(func.count()).select_from(WEBHOOKS)) or 0
            ) >= MOST_WEBHOOKS:
                raise WebhookError(f"there are {MOST_WEBHOOKS} webhooks already: remove one first")
            row = {"name": name, "secret": made.secret, "created": now}
            connection.execute(insert(WEBHOOKS), row)
            done = [Difference("made a webhook")]
            record(connection, done, by=by, now=now, kind=AuditKind.KEYS, subject=name)
        return made

    def get(self, name: str) -> Webhook | None:
        """Return the webhook of that name, None when there is none."""
        if not is_name(name):
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.name == name)).one_or_none()
        return Webhook(**row._asdict()) if row else None

    def all(self) -> Sequence[Webhook]:
        """Return every webhook by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(WEBHOOKS).order_by(WEBHOOKS.c.name))
            return [Webhook(**row._asdict()) for row in rows]

    def remove(self, name: str, *, by: str, now: datetime) -> None:
        """Remove a webhook, whose calls are refused from then on; WebhookError without one."""
        known = is_name(name)
        with self._database.writing() as connection:
            gone = delete(WEBHOOKS).where(WEBHOOKS.c.name == name)
            if not known or not connection.execute(gone).rowcount:
                raise WebhookError(
                    f"there is no webhook {name[:100]!a}: `backfile webhook list` lists them"
                )
            done = [Difference("removed a webhook")]
            record(connection, done, by=by, now=now, kind=AuditKind.KEYS, subject=name)
