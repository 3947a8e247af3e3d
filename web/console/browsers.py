"""Browsers: what one is called, and which have logged in before."""

import secrets

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "backfile_browser"
KNOWN_SECONDS = 90 * 86_400
"""How long after a login a browser is known."""
_MOST_NAMES = 10
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """Return what a browser says of itself, in as many words as tell one's own apart.

    Examples
    --------
    >>> browser_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> browser_words("curl/8"), browser_words("")
    ('another program', 'another program')
    """
    program = next((name for mark, name in _PROGRAMS if mark in agent), "another program")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{program} on {system}" if system else program


def known_browser(name: str) -> str:
    """Return the id of the browser that asks where it has logged in by that name, else nothing."""
    browser, names = _read()
    return browser if name in names else ""


def remember_browser(response: Response, name: str) -> None:
    """Let the browser be known as one in which that user has logged in."""
    browser, names = _read()
    latest = [*(one for one in names if one != name), name][-_MOST_NAMES:]
    response.set_cookie(
        COOKIE,
        _signer().dumps([browser or secrets.token_hex(8), latest]),
        max_age=KNOWN_SECONDS,
        path=current_app.config["SESSION_COOKIE_PATH"],
        secure=current_app.session_interface.get_cookie_secure(current_app),
        httponly=True,
        samesite="Lax",
    )


def _read() -> tuple[str, list[str]]:
    try:
        browser, names = _signer().loads(request.cookies.get(COOKIE, ""), max_age=KNOWN_SECONDS)
    except (BadData, ValueError):
        return "", []
    return browser, names


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=COOKIE)
