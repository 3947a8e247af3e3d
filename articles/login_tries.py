"""Tries to log in that are counted beside a user: of browsers that are known, and of addresses."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from articles.tables import LOGIN_TRIES
from articles.users import Tries

FORGOTTEN_AFTER = timedelta(days=1)
"""How long after the last of them tries are forgotten."""
MOST_SUBJECTS = 20_000
"""Browsers and addresses whose tries are kept; of more, the oldest are forgotten."""


def browser_subject(name: str, browser: str) -> str:
    """Return as whom a browser's tries for a name are counted: no other subject begins so."""
    return f"browser {name} {browser}"


def address_subject(address: str) -> str:
    """Return as whom the tries from an address are counted, of which only a digest is given."""
    return f"address {address}"


def tries_of(connection: Connection, subject: str, now: datetime) -> Tries:
    """Return the tries of a subject; none when the last of them is long ago."""
    wanted = select(LOGIN_TRIES).where(LOGIN_TRIES.c.subject == subject)
    row = connection.execute(wanted).one_or_none()
    if row is None or row.last + FORGOTTEN_AFTER <= now:
        return Tries()
    return Tries(row.failures, row.locked_until)


def keep_tries(connection: Connection, subject: str, tries: Tries, now: datetime) -> None:
    """Keep the tries of a subject and forget those that are too old, or one too many."""
    column = LOGIN_TRIES.c
    gone = (column.subject == subject) | (column.last <= now - FORGOTTEN_AFTER)
    connection.execute(delete(LOGIN_TRIES).where(gone))
    if tries == Tries():
        return
    if (connection.scalar(select(func.count()).select_from(LOGIN_TRIES)) or 0) >= MOST_SUBJECTS:
        oldest = select(column.subject).order_by(column.last, column.subject).limit(1)
        connection.execute(delete(LOGIN_TRIES).where(column.subject.in_(oldest)))
    row = {"subject": subject, "last": now} | tries._asdict()
    connection.execute(insert(LOGIN_TRIES), row)


def forget_tries(connection: Connection, name: str) -> None:
    """Forget the tries of every browser for a name."""
    of_name = LOGIN_TRIES.c.subject.startswith(browser_subject(name, ""), autoescape=True)
    connection.execute(delete(LOGIN_TRIES).where(of_name))
