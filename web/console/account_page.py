"""What a user's own page shows: the sessions, and whether there is a second factor."""

from dataclasses import dataclass
from datetime import datetime

from articles.audit import moment_words
from articles.second_factors import SecondFactor
from articles.sessions import Session
from articles.users import User
from web.console.second_factor import Enrolment
from web.console.session import current_session, now
from web.serving import serving


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session; ``own`` says that it is that of the browser that asks."""

    session: Session
    own: bool

    @property
    def begun(self) -> str:
        """When it began, in words."""
        return moment_words(self.session.begun)

    @property
    def seen(self) -> str:
        """When something was asked in it last, to the minute."""
        return moment_words(self.session.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What ``account.html`` shows; ``refused`` says why nothing was changed, else empty."""

    lines: tuple[SessionLine, ...]
    factor: SecondFactor | None
    refused: str = ""

    @property
    def others(self) -> bool:
        """Say whether there are sessions in other browsers."""
        return any(not line.own for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentPage:
    """What ``second_factor.html`` shows.

    ``since`` is when a telephone was taken over that another would take the place of, ``demanded``
    says that nothing else can be done before, ``refused`` why nothing was turned on, else empty.
    """

    enrolment: Enrolment
    since: datetime | None
    demanded: bool
    refused: str = ""


def account_page(user: User, refused: str = "") -> AccountPage:
    """Return the page of a user as it stands now."""
    store, own = serving().store, current_session()
    lines = tuple(
        SessionLine(session=session, own=own is not None and session.id == own.id)
        for session in store.sessions.of(user, now())
    )
    factor = store.second_factors.get(user.name)
    return AccountPage(lines=lines, factor=factor, refused=refused)
