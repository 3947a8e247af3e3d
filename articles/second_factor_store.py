"""Where second factors are kept: a table beside the articles."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from articles.audit import AuditKind, Difference
from articles.audit_store import record
from articles.database import Database
from articles.second_factors import SecondFactor, recovery_digest
from articles.tables import SECOND_FACTORS


class SecondFactorStore:
    """The second factors of one database, reached as ``store.second_factors``.

    What is done to one stands in the audit log, which is written in the same transaction. Safe
    between threads; every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> SecondFactor | None:
        """Return what a user has turned on, None when that is nothing."""
        with self._database.reading() as connection:
            return _find(connection, user)

    def users(self) -> frozenset[str]:
        """Return the names of those who have turned one on."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(SECOND_FACTORS.c.user)))

    def turn_on(
        self, user: str, salt: bytes, step: int, codes: Iterable[str], *, now: datetime
    ) -> None:
        """Ask the user for codes from now on, instead of those that were asked for before.

        Parameters
        ----------
        user : str
            Whose logins need it, and who has turned it on.
        salt : bytes
            What the secret is made of.
        step : int
            The step of the code that has proved the telephone, which is used by that.
        codes : iterable of str
            The recovery codes.
        now : datetime
            When.
        """
        row = {
            "user": user,
            "salt": salt,
            "since": now,
            "last_step": step,
            "recovery": " ".join(map(recovery_digest, codes)),
        }
        with self._database.writing() as connection:
            forget_second_factor(connection, user)
            connection.execute(insert(SECOND_FACTORS), row)
            _log(connection, "turned on the second factor", user, user, now)

    def turn_off(self, user: str, *, by: str, now: datetime) -> bool:
        """Ask for the password alone again; say whether more was asked for."""
        with self._database.writing() as connection:
            on = forget_second_factor(connection, user)
            if on:
                words = "turned off the second factor" if by == user else "reset the second factor"
                _log(connection, words, user, by, now)
        return on

    def use_step(self, user: str, step: int) -> bool:
        """Take the code of a step; say whether neither it nor a later one was taken before."""
        column = SECOND_FACTORS.c
        taken = update(SECOND_FACTORS).where(column.user == user, column.last_step < step)
        with self._database.writing() as connection:
            return connection.execute(taken.values(last_step=step)).rowcount > 0

    def use_recovery(self, user: str, code: str, now: datetime) -> bool:
        """Take a recovery code, which is none any more by that; say whether it was one."""
        digest = recovery_digest(code)
        with self._database.writing() as connection:
            kept = _find(connection, user)
            if kept is None or digest not in kept.recovery:
                return False
            left = " ".join(one for one in kept.recovery if one != digest)
            changed = update(SECOND_FACTORS).where(SECOND_FACTORS.c.user == user)
            connection.execute(changed.values(recovery=left))
            _log(connection, "used a recovery code", user, user, now)
        return True

    def renew_recovery(self, user: str, codes: Iterable[str], now: datetime) -> bool:
        """Replace all recovery codes; say whether the user has a second factor."""
        digests = " ".join(map(recovery_digest, codes))
        changed = update(SECOND_FACTORS).where(SECOND_FACTORS.c.user == user)
        with self._database.writing() as connection:
            on = connection.execute(changed.values(recovery=digests)).rowcount > 0
            if on:
                _log(connection, "made new recovery codes", user, user, now)
        return on


def forget_second_factor(connection: Connection, user: str) -> bool:
    """Remove what a user has turned on, within a transaction; say whether that was anything."""
    gone = delete(SECOND_FACTORS).where(SECOND_FACTORS.c.user == user)
    return connection.execute(gone).rowcount > 0


def _find(connection: Connection, user: str) -> SecondFactor | None:
    wanted = select(SECOND_FACTORS).where(SECOND_FACTORS.c.user == user)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return SecondFactor(
        user=row.user,
        salt=row.salt,
        since=row.since,
        last_step=row.last_step,
        recovery=tuple(row.recovery.split()),
    )


def _log(connection: Connection, action: str, user: str, by: str, now: datetime) -> None:
    record(connection, [Difference(action)], by=by, now=now, kind=AuditKind.USERS, subject=user)
