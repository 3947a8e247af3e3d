"""Whether a name and a password belong together, and a code with them."""

import hmac
from datetime import datetime, timedelta
from ipaddress import ip_address
from math import ceil

from flask import current_app, request, session
from werkzeug.exceptions import TooManyRequests

from articles.sessions import half_stamp, id_of_session
from articles.user_store import UserStore
from articles.users import User
from web.console.browsers import known_browser
from web.console.passwords import matches
from web.console.second_factor import right_code
from web.console.session import now, users
from web.counting.visitors import FORWARDED, client_address
from web.serving import serving

HALF = timedelta(minutes=5)
"""How long after the password a code is taken."""
_HALF = "half"


def checked(kept: UserStore, name: str, password: str, moment: datetime) -> User | None:
    """Return the user with that name and password, None when there is none or the name must wait.

    All three ways to be refused take one check of a password and one write, and look alike from
    outside, so nobody learns which names there are. After several wrong passwords in a row even
    the right one is refused for a while (see `articles.users.wait_after`). The try counts as wrong
    until the caller says otherwise.
    """
    user = kept.begin_try(name, moment, known_browser(name))
    if not matches(password, user.password_hash if user else None) or user is None:
        return None
    return user


def begin_login(name: str, password: str) -> User | None:
    """Return the user with that name and password, who may have to give a code, too."""
    name, moment = plain_name(name), now()
    address = _count_address(moment)
    user = checked(users(), name, password, moment)
    if user is None:
        return None
    _take_back_address(address, moment)
    if serving().store.second_factors.get(name) is None:
        users().end_try(name, moment, known_browser(name))
    else:
        users().take_back(user, moment, known_browser(name))
    return user


def owns_password(user: User, password: str) -> bool:
    """Say whether the password is that of the user who asks; tries are counted as at the login."""
    moment, browser = now(), known_browser(user.name)
    if checked(users(), user.name, password, moment) is None:
        return False
    users().end_try(user.name, moment, browser)
    return True


def begin_half(user: User) -> None:
    """Note that the password was right, and a code is asked for."""
    session.clear()
    session[_HALF] = serving().store.sessions.begin(user, "", now(), half=True)


def half_user() -> User | None:
    """Return whose password was right a moment ago, None when there is nobody like that."""
    kept = serving().store.sessions.get(session.get(_HALF, ""))
    user = users().get(kept.user) if kept else None
    if kept is None or user is None or kept.stamp != half_stamp(user):
        return None
    return user if kept.begun <= now() < kept.begun + HALF else None


def code_opens(user: User, given: str) -> bool:
    """Say whether the code is the user's; wrong ones count like wrong passwords."""
    moment, browser = now(), known_browser(user.name)
    address = _count_address(moment)
    if users().begin_try(user.name, moment, browser) is None:
        return False
    if not right_code(user, given, moment):
        return False
    users().end_try(user.name, moment, browser)
    _take_back_address(address, moment)
    serving().store.sessions.end(user.name, id_of_session(session[_HALF]))
    return True


def plain_name(name: str) -> str:
    """Return a name as it is kept."""
    return name.strip().lower()


def _count_address(moment: datetime) -> str:
    """Count a try from the address that asks and return its digest, empty where it is not known.

    Raises
    ------
    TooManyRequests
        When there were so many wrong ones that it has to wait.
    """
    address = _address()
    until = users().begin_address(address, moment) if address else None
    if until is not None:
        raise TooManyRequests(
            "From here the console was tried too often with wrong passwords or codes. Try again "
            "in a quarter of an hour.",
            retry_after=ceil((until - moment).total_seconds()),
        )
    return address


def _take_back_address(address: str, moment: datetime) -> None:
    if address:
        users().end_address(address, moment)


def _address() -> str:
    """Return a digest of the address that asks, which only this archive can make.

    Empty where nobody knows who asks: where no proxy is trusted, a request from this machine, or
    one that somebody near has forwarded, may be anybody's. Were those counted, all would have one
    address, and one of them could keep out all others.
    """
    proxies = serving().settings.trusted_proxies
    address = client_address(request, proxies)
    if not address:
        return ""
    asking = ip_address(client_address(request, proxies, whole=True))
    forwarded = any(name in request.headers for name in FORWARDED)
    if not proxies and (asking.is_loopback or (forwarded and asking.is_private)):
        return ""
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, b"address\0" + address.encode(), "sha256")[:16].hex()
