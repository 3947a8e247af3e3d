"""Where sessions are kept: a table beside the articles, with a digest of each one's token."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from articles.database import Database
from articles.sessions import LIFE, Session, half_stamp, id_of_session
from articles.tables import SESSIONS
from articles.users import User

MOST_SESSIONS = 50
"""Sessions that one user has at a time; with another the oldest ends."""
LONGEST_BROWSER = 100


class SessionStore:
    """The sessions of one database, reached as ``store.sessions``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user: User, browser: str, now: datetime, *, half: bool = False) -> str:
        """Begin a session and return its token, which nobody can read again.

        Parameters
        ----------
        user : User
            Whose it is.
        browser : str
            What was logged in with, in words.
        now : datetime
            When.
        half : bool
            Whether the password was right and a code is still asked for: such a session opens
            nothing.
        """
        token = secrets.token_urlsafe(32)
        column = SESSIONS.c
        stamp = half_stamp(user) if half else user.stamp
        row = {
            "id": id_of_session(token),
            "user": user.name,
            "stamp": stamp,
            "begun": now,
            "seen": now,
            "browser": browser[:LONGEST_BROWSER],
        }
        alike = (column.user == user.name) & (column.stamp == stamp)
        order = column.begun.desc(), column.id
        newest = select(column.id).where(alike).order_by(*order).limit(MOST_SESSIONS - 1)
        over = alike & column.id.not_in(newest)
        with self._database.writing() as connection:
            connection.execute(delete(SESSIONS).where((column.begun <= now - LIFE) | over))
            connection.execute(insert(SESSIONS), row)
        return token

    def get(self, token: str) -> Session | None:
        """Return the session of a token, None when there is none; it may have ended."""
        wanted = select(SESSIONS).where(SESSIONS.c.id == id_of_session(token))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return _session(row) if row else None

    def of(self, user: User, now: datetime) -> Sequence[Session]:
        """Return the sessions of a user that are good, the one that was seen last first."""
        column = SESSIONS.c
        wanted = select(SESSIONS).where(column.user == user.name, column.stamp == user.stamp)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(column.seen.desc(), column.id))
            return [session for session in map(_session, rows) if session.good(now)]

    def note(self, session: Session, now: datetime) -> None:
        """Write down that something was asked in a session."""
        with self._database.writing() as connection:
            seen = update(SESSIONS).where(SESSIONS.c.id == session.id, SESSIONS.c.seen < now)
            connection.execute(seen.values(seen=now))

    def end(self, user: str, session_id: str) -> None:
        """End one session of a user; nothing happens when the user has none of that id."""
        column = SESSIONS.c
        with self._database.writing() as connection:
            ended = delete(SESSIONS).where(column.user == user, column.id == session_id)
            connection.execute(ended)


def _session(row: Any) -> Session:
    return Session(**{field: getattr(row, field) for field in Session.__slots__})
