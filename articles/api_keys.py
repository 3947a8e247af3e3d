"""API keys: which programs may do what, until when, and how a key is told from a wrong one."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from articles.errors import BackfileError

_KEY = re.compile(r"bf_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class ApiKeyError(BackfileError):
    """There is no such key, there is one already, or a key cannot be made so."""


class Scope(StrEnum):
    """What a program may do with a key."""

    WRITE_ARTICLES = "articles:write"
    WRITE_COUNTING = "counting:write"


class KeyState(StrEnum):
    """Whether a key is good, and if not, why."""

    GOOD = "good"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key, of which only a digest is kept.

    The key is random and as long as its digest, so a plain SHA-256 cannot be guessed backwards.
    ``id`` is the part that is shown; ``last_used`` is a day, so that not each call is written down.
    """

    id: str
    name: str
    digest: bytes = field(repr=False)
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None = None
    last_used: date | None = None
    revoked: datetime | None = None

    def state(self, now: datetime) -> KeyState:
        """Say whether the key is good."""
        if self.revoked is not None:
            return KeyState.REVOKED
        if self.expires is not None and now >= self.expires:
            return KeyState.EXPIRED
        return KeyState.GOOD

    @property
    def shown(self) -> str:
        """The beginning of the key, by which people know it."""
        return f"bf_{self.id}_…"


def new_key() -> str:
    """Return a key that nobody had before: 32 random bytes behind an id.

    Examples
    --------
    >>> id_of(new_key()) == id_of("nonsense")
    False
    """
    return f"bf_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def id_of(key: str) -> str:
    """Return the part of a key that is shown; empty for what cannot be one."""
    found = _KEY.fullmatch(key)
    return found[1] if found else ""


def digest_of(key: str) -> bytes:
    """Return what is kept of a key."""
    return sha256(key.encode("utf-8", "replace")).digest()


def scope_words(scopes: Iterable[Scope]) -> str:
    """Return scopes as they are kept and said.

    Examples
    --------
    >>> scope_words({Scope.WRITE_COUNTING, Scope.WRITE_ARTICLES})
    'articles:write counting:write'
    """
    return " ".join(sorted(scope.value for scope in scopes))
