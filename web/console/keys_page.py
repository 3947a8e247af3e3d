"""What the page of API keys shows, and what its forms ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from articles.api_keys import ApiKey, ApiKeyError, KeyState, Scope
from articles.store import Store

LONGEST_DAYS = 3_650
SCOPES: Mapping[Scope, str] = {
    Scope.WRITE_ARTICLES: "add, change and withdraw articles",
    Scope.WRITE_COUNTING: "say what readers open",
}
_STATES = {
    KeyState.GOOD: "good",
    KeyState.EXPIRED: "expired",
    KeyState.REVOKED: "revoked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key: whether it is good, until when, and the day of its last use, where there was one."""

    key: ApiKey
    state: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage:
    """What ``keys.html`` shows; ``made`` is the key that was made just now, else empty.

    ``name``, ``chosen`` and ``days`` are what the form has in it.
    """

    lines: tuple[KeyLine, ...]
    made: str = ""
    refused: str = ""
    name: str = ""
    chosen: frozenset[str] = frozenset()
    days: str = "365"

    @property
    def scopes(self) -> Mapping[Scope, str]:
        """The scopes that a key can have, with what each allows."""
        return SCOPES


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedKey:
    """What a key is to be."""

    name: str
    scopes: frozenset[Scope]
    expires: datetime | None


def keys_page(store: Store, now: datetime, made: str = "") -> KeysPage:
    """Return the page as it stands now."""
    lines = [
        KeyLine(key=key, state=_STATES[key.state(now)], good=key.state(now) is KeyState.GOOD)
        for key in store.api_keys.all()
    ]
    return KeysPage(lines=tuple(lines), made=made)


def refused_page(
    store: Store, form: MultiDict[str, str], error: ApiKeyError, now: datetime
) -> KeysPage:
    """Return the page that says why nothing was made, with the form as it was sent."""
    return replace(
        keys_page(store, now),
        refused=str(error),
        name=form.get("name", "")[:64],
        chosen=frozenset(form.getlist("scope")),
        days=form.get("days", "")[:5],
    )


def wanted_key(form: MultiDict[str, str], now: datetime) -> WantedKey:
    """Return what key a form asks for.

    Raises
    ------
    ApiKeyError
        When it asks for a scope that there is not, or for a number of days that is none.
    """
    scopes, days = form.getlist("scope"), form.get("days", "").strip()
    if set(scopes) - set(Scope):
        raise ApiKeyError(f"a key may have the scopes {', '.join(Scope)}")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days[:5]) <= LONGEST_DAYS):
        raise ApiKeyError(f"a key is good for 1 to {LONGEST_DAYS:,} days, or without an end")
    expires = now + timedelta(days=int(days[:5])) if days else None
    name = form.get("name", "").strip().lower()
    return WantedKey(name=name, scopes=frozenset(map(Scope, scopes)), expires=expires)
