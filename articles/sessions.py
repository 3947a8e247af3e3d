"""Sessions of the console: how long one is good, and what is kept of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from articles.users import User

LIFE = timedelta(hours=12)
"""How long after the login a session ends, whatever was done in it."""
IDLE = timedelta(hours=1)
"""How long after the last request a session ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login of a user, from one browser.

    ``id`` is a digest of what the browser has, and ``stamp`` that of the user when the session
    began: another stamp of the user's ends it. ``browser`` says in words what was logged in with.
    """

    id: str
    user: str
    stamp: str = field(repr=False)
    begun: datetime
    seen: datetime
    browser: str

    def good(self, now: datetime) -> bool:
        """Say whether it has not ended; where the clock went back behind its beginning it has."""
        return self.begun <= now < self.begun + LIFE and now < self.seen + IDLE


def half_stamp(user: User) -> str:
    """Return the stamp of a session for which a code is still asked: never one of a user's."""
    return f"half {user.stamp}"


def id_of_session(token: str) -> str:
    """Return what is kept of a browser's token, which is random and too long to be guessed.

    Examples
    --------
    >>> id_of_session("a token")[:16]
    'e3316e2bafebb610'
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()
