"""Sessions: who has logged in, by a signed cookie that the reader's pages never get.

The cookie holds a token of the session, and the store what is known of it. What a user may do is
in neither: the store is asked at each request.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface

from articles.sessions import IDLE, LIFE, Session
from articles.store import Store
from articles.user_store import UserStore
from articles.users import User
from web.console.browsers import browser_words

__all__ = ["IDLE", "LIFE", "PATH"]

PATH = "/admin"
LIVE_HEADER = "X-Live"
"""What a request bears that a page makes by itself."""
NOTED_EVERY = timedelta(minutes=1)
"""How often the time of the last request is written down: not with each of them."""
_TOKEN = "session"  # noqa: S105  its name in the cookie

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
    return _store().users


def begin_session(user: User) -> None:
    """Begin a session; nothing of the one before goes over into it."""
    end_session()
    browser = browser_words(request.headers.get("User-Agent", ""))
    session[_TOKEN] = _store().sessions.begin(user, browser, now())
    g.user, g.session = user, None


def end_session() -> None:
    """End this session: a copy of the cookie is worth nothing then."""
    ended = _store().sessions.get(session.get(_TOKEN, ""))
    session.clear()
    g.user = g.session = None
    if ended is not None:
        _store().sessions.end(ended.user, ended.id)


def end_all_sessions(user: User) -> None:
    """End this session and all others of the user."""
    end_session()
    users().end_sessions(user.name)


def current_user() -> User | None:
    """Return who has logged in, None when nobody has or the session has ended."""
    if "user" not in g:
        g.user, g.session = _user_and_session()
    kept: User | None = g.user
    return kept


def current_session() -> Session | None:
    """Return the session of this request, None when there is none that is good."""
    current_user()
    kept: Session | None = g.session
    return kept


def _user_and_session() -> tuple[User, Session] | tuple[None, None]:
    moment = now()
    kept = _store().sessions.get(session[_TOKEN]) if _TOKEN in session else None
    user = users().get(kept.user) if kept else None
    if kept is None or user is None or user.stamp != kept.stamp or not kept.good(moment):
        return None, None
    # A page that keeps itself true is nobody's work: left open, it must not keep the session.
    if moment >= kept.seen + NOTED_EVERY and LIVE_HEADER not in request.headers:
        _store().sessions.note(kept, moment)
    return user, kept


def _store() -> Store:
    store: Store = current_app.extensions["backfile"].store
    return store
