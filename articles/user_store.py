"""Where users are kept: a table beside the articles."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from articles.database import Database
from articles.tables import USERS
from articles.users import Role, User, UserError, is_name, wait_after


class UserStore:
    """The users of one database, reached as ``store.users``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, password_hash: str, role: Role, now: datetime) -> User:
        """Add a user and return it.

        Raises
        ------
        UserError
            When the name is taken or is no name.
        """
        if not is_name(name):
            raise UserError(
                f"nobody can be called {name[:100]!a}: a name has at most 64 small letters from a "
                "to z, digits, and . _ @ - behind the first"
            )
        user = User(
            name=name, password_hash=password_hash, role=role, created=now, stamp=_new_stamp()
        )
        with self._database.writing() as connection:
            if _find(connection, name):
                raise UserError(
                    f"there is a user {name} already: `backfile user password {name}` gives a new "
                    "password"
                )
            row = {field: getattr(user, field) for field in User.__slots__}
            connection.execute(insert(USERS), row | {"role": role.value})
        return user

    def get(self, name: str) -> User | None:
        """Return the user of that name, None when there is none."""
        if not is_name(name):
            return None
        with self._database.reading() as connection:
            return _find(connection, name)

    def all(self) -> Sequence[User]:
        """Return every user by name."""
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(select(USERS).order_by(USERS.c.name))]

    def remove(self, name: str) -> None:
        """Remove a user, while what the user judged stays; UserError when there is none."""
        known = is_name(name)
        with self._database.writing() as connection:
            gone = delete(USERS).where(USERS.c.name == name)
            if not known or not connection.execute(gone).rowcount:
                raise _unknown(name)

    def change_password(self, name: str, password_hash: str) -> None:
        """Give a user another password, which ends all sessions and any wait.

        Raises
        ------
        UserError
            When there is no such user.
        """
        if not self._change(
            name,
            password_hash=password_hash,
            stamp=_new_stamp(),
            failures=0,
            locked_until=None,
        ):
            raise _unknown(name)

    def end_sessions(self, name: str) -> None:
        """End all sessions of a user; nothing happens when there is none."""
        self._change(name, stamp=_new_stamp())

    def begin_try(self, name: str, now: datetime) -> User | None:
        """Return the user whose password may now be checked, None when none may be.

        The try counts as wrong until `end_try` says otherwise: so tries that are made at the same
        time are not more than those made one after the other. A name that nobody has, or that has
        to wait, costs as much writing as one that may try: the time it takes tells nothing.
        """
        with self._database.writing() as connection:
            user = _find(connection, name) if is_name(name) else None
            if user is None or (user.locked_until is not None and now < user.locked_until):
                some = select(func.min(USERS.c.name)).scalar_subquery()
                same = update(USERS).where(USERS.c.name == some)
                connection.execute(same.values(failures=USERS.c.failures))
                return None
            failures = user.failures + 1
            wait = wait_after(failures)
            counted = update(USERS).where(USERS.c.name == name)
            locked_until = now + wait if wait else None
            connection.execute(counted.values(failures=failures, locked_until=locked_until))
            return user

    def end_try(self, name: str) -> None:
        """Forget the tries of a user whose password was right."""
        self._change(name, failures=0, locked_until=None)

    def _change(self, name: str, **values: Any) -> bool:
        """Change the row of a user; say whether there is one."""
        if not is_name(name):
            return False
        changed = update(USERS).where(USERS.c.name == name).values(**values)
        with self._database.writing() as connection:
            return connection.execute(changed).rowcount > 0


def _new_stamp() -> str:
    return secrets.token_hex(16)


def _find(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(USERS).where(USERS.c.name == name)).one_or_none()
    return _user(row) if row else None


def _unknown(name: str) -> UserError:
    return UserError(f"there is no user {name[:100]!a}: `backfile user list` lists them")


def _user(row: Any) -> User:
    values = {field: getattr(row, field) for field in User.__slots__}
    return User(**values | {"role": Role(row.role)})
