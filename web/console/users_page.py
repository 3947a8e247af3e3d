"""What the page of users shows: who may log in, and how well that is guarded."""

from dataclasses import dataclass
from datetime import datetime

from articles.store import Store
from articles.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """One user: whether there is a second factor, and how many sessions there are."""

    user: User
    second_factor: bool
    sessions: int
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage:
    """What ``users.html`` shows."""

    lines: tuple[UserLine, ...]


def users_page(store: Store, now: datetime) -> UsersPage:
    """Return the page as it stands now."""
    guarded = store.second_factors.users()
    return UsersPage(
        lines=tuple(
            UserLine(
                user=user,
                second_factor=user.name in guarded,
                sessions=len(store.sessions.of(user, now)),
                waits=user.locked_until is not None and now < user.locked_until,
            )
            for user in store.users.all()
        )
    )
