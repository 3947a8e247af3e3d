"""Users: who may log in to the console, what each may do there, and how guessing is slowed."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from articles.errors import BackfileError

FREE_FAILURES = 4
"""Wrong passwords in a row after which a name does not yet have to wait."""
FREE_FAILURES_OF_ADDRESS = 30
"""Likewise from one address, from which a whole newsroom may ask."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)


class UserError(BackfileError):
    """There is no such user, there is one already, or a user cannot be called so."""


class Role(StrEnum):
    """What a user may do in the console; each may do what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Say whether this role may do what ``needed`` may.

        Examples
        --------
        >>> Role.ADMIN.includes(Role.EDITOR), Role.VIEWER.includes(Role.EDITOR)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person who may log in.

    ``stamp`` is part of each of the user's sessions; a new one ends them all. ``failures`` counts
    the wrong passwords and codes since the last right ones, by browsers that nobody knows.
    """

    name: str
    password_hash: str = field(repr=False)
    role: Role
    created: datetime
    stamp: str = field(repr=False)
    failures: int = 0
    locked_until: datetime | None = None


class Tries(NamedTuple):
    """Wrong tries to log in since the last right one, and until when no more are taken."""

    failures: int = 0
    locked_until: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Say whether no try is taken now."""
        return self.locked_until is not None and now < self.locked_until

    def and_one(self, now: datetime, free: int = FREE_FAILURES) -> "Tries":
        """Return them with a wrong one more, of which the first ``free`` cost no wait."""
        wait = wait_after(self.failures + 1, free)
        return Tries(self.failures + 1, now + wait if wait else None)


def wait_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """Return how long a name waits after so many wrong passwords in a row.

    It doubles from one minute on and is never more than fifteen: long enough that guessing is
    hopeless, short enough that nobody can keep an editor out for a day with six requests.

    Examples
    --------
    >>> [wait_after(failures).total_seconds() / 60 for failures in (4, 5, 6, 9, 1000)]
    [0.0, 1.0, 2.0, 15.0, 15.0]
    """
    if failures <= free:
        return timedelta(0)
    doublings = min(failures - free - 1, 10)
    wait: timedelta = FIRST_WAIT * 2**doublings
    return min(wait, LONGEST_WAIT)


def is_name(text: str) -> bool:
    """Say whether somebody can be called so.

    Examples
    --------
    >>> is_name("ines.dovrak@courier.example"), is_name("Ines Dovrak")
    (True, False)
    """
    return bool(re.fullmatch(r"[a-z0-9][a-z0-9._@-]{0,63}", text))
