"""Passwords: what one must be like, how it is kept, and how one is checked."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from articles.errors import BackfileError

SHORTEST = 12
"""Characters of the shortest password: length is what makes guessing hopeless."""
LONGEST = 1_024
"""Characters of the longest password that is read at all."""

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106 for 64 MB


class PasswordError(BackfileError):
    """A password that cannot be used."""


def hashed(password: str) -> str:
    """Return what is kept of a password: its salted argon2id hash.

    Raises
    ------
    PasswordError
        When it is too short, too long or no text.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(
            f"a password has between {SHORTEST} and {LONGEST:,} characters, and this one has "
            f"{len(password):,}: a few words in a row are long and easy to keep"
        )
    if not _encodable(password):
        raise PasswordError("the password holds half of a surrogate pair, which is no character")
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Say whether a hash is that of the password; without a hash it takes as long to say no."""
    known = password_hash is not None
    sound = len(password) <= LONGEST and _encodable(password)
    try:
        _HASHER.verify(password_hash or _nobodys(), password if sound else "")
    except (VerificationError, InvalidHashError):
        return False
    return known and sound


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody knows."""
    return _HASHER.hash(secrets.token_hex())


def _encodable(password: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in password)
