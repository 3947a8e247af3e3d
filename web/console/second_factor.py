"""The second factor: whether a code that somebody has typed is the user's, and how one begins.

The secret of the codes is kept nowhere. It is made of the key that signs the console's cookies and
of a salt in the store: so neither the store nor a copy of it gives anybody codes.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import segno
from flask import current_app, session

from articles.second_factors import SALT_BYTES
from articles.users import Role, User
from web.console.one_time_codes import DIGITS, key_address, step_of_code, words_of
from web.console.session import now
from web.serving import serving

SECRET_BYTES = 20
"""What RFC 4226 recommends, and what apps expect."""
_ENROLLING = "enrolling"


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """A square of squares: the outline of the dark ones as a path of SVG, in a box of ``size``."""

    path: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a telephone takes over: as a picture, as an address, and as groups of letters."""

    code: QrCode = field(repr=False)
    address: str = field(repr=False)
    letters: str = field(repr=False)


def second_factor_is_missing(user: User) -> bool:
    """Say whether the settings demand a second factor of a user who has none."""
    demanded = serving().settings.second_factor_for
    if demanded == "nobody" or (demanded == "admins" and user.role is not Role.ADMIN):
        return False
    return serving().store.second_factors.get(user.name) is None


def right_code(user: User, given: str, moment: datetime) -> bool:
    """Say whether a code is the user's, and take it: none is right twice.

    It may be one of the telephone's or a recovery code.
    """
    factors = serving().store.second_factors
    factor = factors.get(user.name)
    if factor is None:
        return False
    if len("".join(given.split())) != DIGITS:
        return factors.use_recovery(user.name, given, moment)
    step = step_of_code(_secret(user.name, factor.salt), given, moment)
    return step is not None and factors.use_step(user.name, step)


def enrolment(user: User) -> Enrolment:
    """Return what the user's telephone is to take over: the same until it is confirmed.

    The salt waits in the session, so nothing is kept of what nobody goes on with.
    """
    salt = session.setdefault(_ENROLLING, secrets.token_hex(SALT_BYTES))
    secret = _secret(user.name, bytes.fromhex(salt))
    address = key_address(secret, user.name, serving().settings.site_name)
    words = words_of(secret)
    groups = " ".join(words[start : start + 4] for start in range(0, len(words), 4))
    return Enrolment(code=qr_code(address), address=address, letters=groups)


def confirmed(user: User, given: str, codes: list[str]) -> bool:
    """Turn the second factor on when the code is that of the telephone; say whether it was."""
    salt = bytes.fromhex(session.get(_ENROLLING, ""))
    step = step_of_code(_secret(user.name, salt), given, now()) if salt else None
    if step is None:
        return False
    serving().store.second_factors.turn_on(user.name, salt, step, codes, now=now())
    del session[_ENROLLING]
    return True


def qr_code(text: str) -> QrCode:
    """Return a text as a QR code, with the white border that cameras need."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    runs = []
    for y, row in enumerate(rows):
        for dark, modules in groupby(enumerate(row), key=lambda module: module[1]):
            places = [x for x, _ in modules]
            if dark:
                runs.append(f"M{places[0]} {y}h{len(places)}v1h-{len(places)}z")
    return QrCode(path="".join(runs), size=len(rows))


def _secret(user: str, salt: bytes) -> bytes:
    key = str(current_app.secret_key).encode()
    said = b"second factor\0" + user.encode() + b"\0" + salt
    return hmac.digest(key, said, "sha256")[:SECRET_BYTES]
