"""One-time codes by time, as a telephone makes them: RFC 6238, with the usual choices of apps.

A code is HOTP(K, T) of RFC 4226 with T the 30-second steps since 1970, SHA-1 and six digits, which
are what every app takes. It is ten lines, held to the RFCs' own vectors; a library's would be as
many again around its `verify`, which does not tell which step a code is of.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""Steps by which the clock of a telephone may be behind or ahead."""


def step_of(moment: datetime) -> int:
    """Return the step of a time.

    Examples
    --------
    >>> from datetime import UTC
    >>> step_of(datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC))
    1
    """
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step.

    Dynamic truncation after RFC 4226, section 5.3: the four bytes at the place that the digest's
    last half-byte names, without their first bit, modulo 10^digits.

    Examples
    --------
    >>> code_of(b"12345678901234567890", 1, digits=8)
    '94287082'
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 0xF
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of_code(secret: bytes, given: str, moment: datetime) -> int | None:
    """Return the latest step near a time whose code was given, None when there is none.

    It takes as long whatever is given.

    Parameters
    ----------
    secret : bytes
        Shared with the telephone.
    given : str
        What was typed; white space does not count.
    moment : datetime
        When: the codes of `DRIFT` steps before and behind it are taken, too.
    """
    typed = "".join(given.split()).encode("utf-8", "replace")
    now, found = step_of(moment), None
    for step in range(max(0, now - DRIFT), now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), typed):
            found = step
    return found


def key_address(secret: bytes, user: str, site: str) -> str:
    """Return the address by which an app takes over a secret, as they all read it.

    Examples
    --------
    >>> key_address(b"12345678901234567890", "ines", "The Courier")[:41]
    'otpauth://totp/The%20Courier:ines?secret='
    """
    issuer = site.replace(":", " ")
    asked = urlencode({"secret": words_of(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(user, safe='')}?{asked}"


def words_of(secret: bytes) -> str:
    """Return a secret as apps let it be typed: in base 32.

    Examples
    --------
    >>> words_of(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode().rstrip("=")
