"""Addresses of searches: all that a search is made of stands in its address."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from web.addresses import path_of
from web.parameters import SearchParameters

_SAFE = "/:,*'()!~@"
"""What may stand in a query string as it is."""


class SearchLinks:
    """Addresses of searches that differ from one search in a few things.

    What has its default value is left out and the order is always the same, so equal searches have
    equal addresses, for whatever order their filters were chosen in.

    Parameters
    ----------
    parameters : SearchParameters
        The search they differ from; its page and its cursor are left behind unless they are given.
    endpoint : str
        The view that the addresses lead to.
    """

    def __init__(self, parameters: SearchParameters, endpoint: str = "pages.search") -> None:
        self._path = path_of(endpoint)
        self._parts = {
            name: _part(alias, getattr(parameters, name))
            for name, (alias, default) in _fields(SearchParameters).items()
            if getattr(parameters, name) != default
        }
        for name in ("page", "after", "before"):
            self._parts.pop(name, None)

    def to(self, **changes: Any) -> str:
        """Return the address of the search with these parameters changed."""
        if not changes:
            return self._address(self._parts)
        fields = _fields(SearchParameters)
        parts = dict(self._parts)
        for name, value in changes.items():
            alias, default = fields[name]
            if value == default:
                parts.pop(name, None)
            else:
                parts[name] = _part(alias, value)
        return self._address(parts)

    def _address(self, parts: dict[str, str]) -> str:
        query = "&".join(parts[name] for name in _fields(SearchParameters) if name in parts)
        return f"{self._path}?{query}" if query else self._path


def query_string(parameters: SearchParameters) -> str:
    """Return what stands behind the path in the address of a search, its page and cursor too.

    Examples
    --------
    >>> query_string(SearchParameters(q="bridge toll", section=("Sport", "Politics"), page=2))
    'q=bridge+toll&section=Politics&section=Sport&page=2'
    """
    return "&".join(
        _part(alias, value)
        for name, (alias, default) in _fields(type(parameters)).items()
        if (value := getattr(parameters, name)) != default
    )


def arguments(parameters: SearchParameters, *leaving: str) -> tuple[tuple[str, str], ...]:
    """Return name and value of each parameter that a form passes on, hidden in it.

    Parameters
    ----------
    parameters : SearchParameters
        Of the search; its page and its cursor are never passed on.
    *leaving : str
        Fields that are not passed on either.
    """
    unwanted = {"page", "after", "before", *leaving}
    return tuple(
        (alias, _written(item))
        for name, (alias, default) in _fields(SearchParameters).items()
        if name not in unwanted and (value := getattr(parameters, name)) != default
        for item in (value if isinstance(value, tuple) else (value,))
    )


@cache
def _fields(kind: type[SearchParameters]) -> dict[str, tuple[str, Any]]:
    """Return the name in an address and the default of every parameter, in their order."""
    return {name: (field.alias or name, field.default) for name, field in kind.model_fields.items()}


def _part(alias: str, value: Any) -> str:
    values: Iterable[Any] = sorted(set(value)) if isinstance(value, tuple) else (value,)
    return "&".join(f"{alias}={quote_plus(_written(item), safe=_SAFE)}" for item in values)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
