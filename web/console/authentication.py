"""Whether a name and a password belong together."""

from datetime import datetime

from articles.user_store import UserStore
from articles.users import User
from web.console.passwords import matches


def authenticated(users: UserStore, name: str, password: str, now: datetime) -> User | None:
    """Return the user with that name and password, None when there is none or the name must wait.

    All three ways to be refused take one check of a password and one write, and look alike from
    outside, so nobody learns which names there are. After several wrong passwords in a row even
    the right one is refused for a while (see `articles.users.wait_after`).
    """
    name = name.strip().lower()
    user = users.begin_try(name, now)
    if not matches(password, user.password_hash if user else None) or user is None:
        return None
    users.end_try(name)
    return user
