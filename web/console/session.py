"""Sessions: who has logged in, by a signed cookie that the reader's pages never get.

The cookie holds the user's name and stamp, when the login was and when the last request. What a
user may do is never in it: the store is asked at each request.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface

from articles.user_store import UserStore
from articles.users import User

PATH = "/admin"
LIFE = timedelta(hours=12)
"""How long after the login a session ends, whatever was done in it."""
IDLE = timedelta(hours=1)
"""How long after the last request a session ends."""
LIVE_HEADER = "X-Live"
"""What a request bears that a page makes by itself."""
NOTED_EVERY = timedelta(minutes=1)
"""How often the time of the last request is written down: not with each of them."""

Clock = Callable[[], datetime]


class ConsoleSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, secure wherever the request or the site is."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether browsers may send the cookie over https only.

        A proxy in front of us speaks https with the browser and http with us, so the address of
        the site counts, too.
        """
        site: str = app.extensions["backfile"].settings.site_url
        return request.is_secure or site.startswith("https:")


def register_sessions(app: Flask, secret: str, clock: Clock) -> None:
    """Let the application keep sessions below the console's path."""
    app.secret_key = secret
    app.session_interface = ConsoleSessions()
    app.config.update(
        SESSION_COOKIE_NAME="backfile_console",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LIFE,  # beyond it not even the signature is good
        # The token in a form lives as long as the session it belongs to.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["clock"] = clock


def utc_now() -> datetime:
    """Return the time: what an application goes by unless it is given another clock."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the time by the application's clock."""
    clock: Clock = current_app.extensions["clock"]
    return clock()


def users() -> UserStore:
    """Return the users of the archive that is served."""
    kept: UserStore = current_app.extensions["backfile"].store.users
    return kept


def begin_session(user: User) -> None:
    """Begin a session; nothing of the one before goes over into it."""
    session.clear()
    moment = int(now().timestamp())
    session.update(user=user.name, stamp=user.stamp, since=moment, seen=moment)
    g.user = user


def end_sessions() -> None:
    """End this session and all others of its user: a copy of the cookie is worth nothing then."""
    user = current_user()
    session.clear()
    if user is not None:
        users().end_sessions(user.name)


def current_user() -> User | None:
    """Return who has logged in, None when nobody has or the session has ended."""
    if "user" not in g:
        g.user = _user_of_session()
    kept: User | None = g.user
    return kept


def _user_of_session() -> User | None:
    moment = now()
    if not {"user", "stamp", "since", "seen"} <= session.keys():
        return None
    since, seen = (datetime.fromtimestamp(session[name], UTC) for name in ("since", "seen"))
    user = users().get(session["user"])
    if user is None or user.stamp != session["stamp"]:
        return None
    if not (since <= moment < since + LIFE and moment < seen + IDLE):
        return None
    # A page that keeps itself true is nobody's work: left open, it must not keep the session.
    if moment >= seen + NOTED_EVERY and LIVE_HEADER not in request.headers:
        session["seen"] = int(moment.timestamp())
    return user
