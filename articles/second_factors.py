"""Second factors: what is kept of the codes that a user's telephone makes."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

RECOVERY_CODES = 10
SALT_BYTES = 20
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What a user has turned on.

    ``salt`` is what the secret of the codes is made of, together with a key that is not kept
    beside it. ``last_step`` is the step of time whose code was used last: no code is taken twice.
    ``recovery`` are digests of the codes that are left for when the telephone is lost.
    """

    user: str
    salt: bytes = field(repr=False)
    since: datetime
    last_step: int
    recovery: tuple[str, ...] = field(repr=False)


def new_recovery_codes() -> list[str]:
    """Return codes that nobody had before, of 79 random bits each.

    Examples
    --------
    >>> codes = new_recovery_codes()
    >>> len(set(codes)), len(codes[0])
    (10, 19)
    """
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_digest(code: str) -> str:
    """Return what is kept of a recovery code, however it is typed.

    It is random and long enough that a plain SHA-256 cannot be guessed backwards.

    Examples
    --------
    >>> recovery_digest("abcd-efgh-jkmn-pqrs") == recovery_digest(" ABCD EFGHJKMN-pqrs")
    True
    """
    plain = re.sub(r"[\s-]", "", code).lower()
    return sha256(plain.encode("utf-8", "replace")).hexdigest()
