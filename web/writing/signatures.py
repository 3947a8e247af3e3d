"""How a webhook's call is signed, and which signatures are good."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from articles.errors import BackfileError

TIMESTAMP = "Backfile-Timestamp"
SIGNATURE = "Backfile-Signature"
WINDOW = timedelta(minutes=5)
"""By how much the time of a call may differ from ours."""


class SignatureError(BackfileError):
    """A call that is not signed as this archive expects it."""


def signature_of(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a call: HMAC-SHA256 of its time, a full stop and its body.

    Examples
    --------
    >>> signature_of("a secret", 1_310_400_000, b"{}")[:24]
    'sha256=34178173f17dbd0c3'
    """
    digest = hmac.digest(secret.encode(), b"%d." % timestamp + body, "sha256")
    return f"sha256={digest.hex()}"


def check_signature(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the signature of a call when it is good.

    Parameters
    ----------
    secret : str
        That of the webhook, empty where there is none of the name, which looks like a wrong one.
    headers : Mapping
        The headers of the call.
    body : bytes
        The body as it was sent.
    now : datetime
        When it arrived.

    Raises
    ------
    SignatureError
        When a header is missing or wrong, or the call is too old or of a time to come.
    """
    time, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not re.fullmatch(r"[0-9]{1,11}", time):
        raise SignatureError(f"Send the seconds since 1970 in the header {TIMESTAMP}.")
    expected = signature_of(secret, int(time), body)
    same = hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    if not secret or not same:
        raise SignatureError(
            f"The header {SIGNATURE} is not that of this webhook and body: sign the timestamp, a "
            "full stop and the very bytes that are sent, with the webhook's secret."
        )
    if abs(now.timestamp() - int(time)) > WINDOW.total_seconds():
        raise SignatureError(
            f"The call was signed at {datetime.fromtimestamp(int(time), UTC)}, too far "
            "from now: set the clock, and sign each call anew."
        )
    return expected
