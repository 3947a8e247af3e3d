"""Where users are kept: a table beside the articles."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from articles.audit import COMMAND_LINE, AuditKind, Difference
from articles.audit_store import record
from articles.database import Database
from articles.login_tries import (
    address_subject,
    browser_subject,
    forget_tries,
    keep_tries,
    tries_of,
)
from articles.second_factor_store import forget_second_factor
from articles.tables import USERS
from articles.users import FREE_FAILURES_OF_ADDRESS, Role, Tries, User, UserError, is_name


class UserStore:
    """The users of one database, reached as ``store.users``; safe between threads.

    Who comes, goes or gets another password stands in the audit log, which is written in the same
    transaction. Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, password_hash: str, role: Role, now: datetime, *, by: str = COMMAND_LINE
    ) -> User:
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
            _log(connection, Difference("added a user", after=role.value), name, by, now)
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

    def remove(self, name: str, now: datetime, *, by: str = COMMAND_LINE) -> None:
        """Remove a user, while what the user judged stays; UserError when there is none."""
        with self._database.writing() as connection:
            user = _find(connection, name) if is_name(name) else None
            if user is None:
                raise _unknown(name)
            connection.execute(delete(USERS).where(USERS.c.name == name))
            forget_second_factor(connection, name)
            _log(connection, Difference("removed a user", before=user.role.value), name, by, now)

    def change_password(
        self, name: str, password_hash: str, now: datetime, *, by: str = COMMAND_LINE
    ) -> None:
        """Give a user another password, which ends all sessions and any wait.

        Raises
        ------
        UserError
            When there is no such user.
        """
        values = {"password_hash": password_hash, "stamp": _new_stamp()} | Tries()._asdict()
        with self._database.writing() as connection:
            user = _find(connection, name) if is_name(name) else None
            if user is None:
                raise _unknown(name)
            connection.execute(update(USERS).where(USERS.c.name == name).values(**values))
            forget_tries(connection, name)
            _log(connection, Difference("changed the password"), name, by, now)

    def end_sessions(self, name: str) -> None:
        """End all sessions of a user; nothing happens when there is none."""
        if is_name(name):
            ended = update(USERS).where(USERS.c.name == name).values(stamp=_new_stamp())
            with self._database.writing() as connection:
                connection.execute(ended)

    def begin_try(self, name: str, now: datetime, browser: str = "") -> User | None:
        """Return the user whose password or code may now be checked, None when none may be.

        The try counts as wrong until `end_try` or `take_back` says otherwise: so tries that are
        made at the same time are not more than those made one after the other. A name that nobody
        has, or that has to wait, costs as much writing as one that may try: the time it takes tells
        nothing.

        The tries of a ``browser`` that has logged in as that user before are counted by
        themselves, so that nobody who knows a name can keep its owner out by wrong passwords.
        """
        with self._database.writing() as connection:
            user = _find(connection, name) if is_name(name) else None
            tries = _tries(connection, user, browser, now) if user else Tries()
            if user is None or tries.waits(now):
                some = select(func.min(USERS.c.name)).scalar_subquery()
                same = update(USERS).where(USERS.c.name == some)
                connection.execute(same.values(failures=USERS.c.failures))
                return None
            _keep(connection, name, browser, tries.and_one(now), now)
            return replace(user, failures=tries.failures, locked_until=tries.locked_until)

    def end_try(self, name: str, now: datetime, browser: str = "") -> None:
        """Forget the tries of a user whose password was right, and the code with it."""
        if is_name(name):
            with self._database.writing() as connection:
                _keep(connection, name, browser, Tries(), now)

    def take_back(self, tried: User, now: datetime, browser: str = "") -> None:
        """Have the last try not counted, and those before it not forgotten.

        The password was right and a code is asked for: were all forgotten by that, who knows the
        password could try codes for ever.

        Parameters
        ----------
        tried : User
            What `begin_try` has returned.
        now : datetime
            When.
        browser : str
            As it was given to `begin_try`.
        """
        with self._database.writing() as connection:
            user = _find(connection, tried.name)
            if user is None:
                return
            tries = _tries(connection, user, browser, now)
            if tries.failures == tried.failures + 1:
                before = Tries(tried.failures, tried.locked_until)
            else:  # others have tried meanwhile
                before = Tries(max(0, tries.failures - 1), tries.locked_until)
            _keep(connection, tried.name, browser, before, now)

    def begin_address(self, address: str, now: datetime) -> datetime | None:
        """Count a try from an address; until when it has to wait, None when it need not.

        Parameters
        ----------
        address : str
            A digest: from where somebody asks is nothing to keep.
        now : datetime
            When.
        """
        subject = address_subject(address)
        with self._database.writing() as connection:
            tries = tries_of(connection, subject, now)
            if tries.waits(now):
                return tries.locked_until
            keep_tries(connection, subject, tries.and_one(now, FREE_FAILURES_OF_ADDRESS), now)
        return None

    def end_address(self, address: str, now: datetime) -> None:
        """Have the last try from an address, which was right, not counted."""
        subject = address_subject(address)
        with self._database.writing() as connection:
            failures = tries_of(connection, subject, now).failures
            keep_tries(connection, subject, Tries(max(0, failures - 1)), now)


def _new_stamp() -> str:
    return secrets.token_hex(16)


def _tries(connection: Connection, user: User, browser: str, now: datetime) -> Tries:
    """Return the tries of a browser for a user; without one those of all that are not known."""
    if browser:
        return tries_of(connection, browser_subject(user.name, browser), now)
    return Tries(user.failures, user.locked_until)


def _keep(connection: Connection, name: str, browser: str, tries: Tries, now: datetime) -> None:
    if browser:
        keep_tries(connection, browser_subject(name, browser), tries, now)
    else:
        counted = update(USERS).where(USERS.c.name == name)
        connection.execute(counted.values(**tries._asdict()))


def _log(connection: Connection, difference: Difference, name: str, by: str, now: datetime) -> None:
    record(connection, [difference], by=by, now=now, kind=AuditKind.USERS, subject=name)


def _find(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(USERS).where(USERS.c.name == name)).one_or_none()
    return _user(row) if row else None


def _unknown(name: str) -> UserError:
    return UserError(f"there is no user {name[:100]!a}: `backfile user list` lists them")


def _user(row: Any) -> User:
    values = {field: getattr(row, field) for field in User.__slots__}
    return User(**values | {"role": Role(row.role)})
