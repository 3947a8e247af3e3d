"""Stored values as JSON, with tags for the kinds that JSON does not know; never a pickle."""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from articles.errors import BackfileError

_PLAIN = (str, int, bool, type(None))
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class UnstorableValueError(BackfileError):
    """A value is of a kind that cannot be stored."""


def to_json(value: Any) -> str:
    """Return a value as one line of JSON that `from_json` makes equal again.

    Raises
    ------
    UnstorableValueError
        When it, or something in it, is none of the known kinds.

    Examples
    --------
    >>> to_json({"day": date(2011, 7, 11), "title": "Bridge opens"})
    '{"day":{"!date":"2011-07-11"},"title":"Bridge opens"}'
    """
    return _encode(_tagged(value))


def from_json(line: str | bytes) -> Any:
    """Return the value that `to_json` was given."""
    return _untagged(json.loads(line))


def _tagged(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list:
        return [_tagged(item) for item in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith("!") for key in value):
            return {key: _tagged(item) for key, item in value.items()}
        return {"!dict": [[_tagged(key), _tagged(item)] for key, item in value.items()]}
    if kind is float:
        return value if math.isfinite(value) else {"!float": repr(value)}
    tag = _TAGS.get(kind)
    if tag is None:
        raise UnstorableValueError(
            f"{value!r:.80} is of the kind {kind.__module__}.{kind.__qualname__}, which cannot be "
            f"stored: give text, numbers, lists or {', '.join(k.__name__ for k in _TAGS)}"
        )
    return {f"!{kind.__name__}": tag(value)}


def _untagged(value: Any) -> Any:
    if type(value) is list:
        return [_untagged(item) for item in value]
    if type(value) is not dict:
        return value
    if len(value) == 1:
        ((key, content),) = value.items()
        if key.startswith("!"):
            return _MAKERS[key](content)
    return {key: _untagged(item) for key, item in value.items()}


def _items(value: Any) -> list[Any]:
    return [_tagged(item) for item in value]


def _sorted_items(value: Any) -> list[Any]:
    """Return the items of a set in an order that does not depend on the process."""
    return sorted(_items(value), key=_encode)


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


_TAGS: dict[type, Callable[[Any], Any]] = {
    bytes: _base64,
    bytearray: _base64,
    tuple: _items,
    set: _sorted_items,
    frozenset: _sorted_items,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    Decimal: str,
    UUID: str,
    complex: lambda value: [_tagged(value.real), _tagged(value.imag)],
}
_MAKERS: dict[str, Callable[[Any], Any]] = {
    "!bytes": b64decode,
    "!bytearray": lambda content: bytearray(b64decode(content)),
    "!tuple": lambda content: tuple(_untagged(content)),
    "!set": lambda content: set(_untagged(content)),
    "!frozenset": lambda content: frozenset(_untagged(content)),
    "!datetime": datetime.fromisoformat,
    "!date": date.fromisoformat,
    "!time": time.fromisoformat,
    "!timedelta": lambda content: timedelta(*content),
    "!Decimal": Decimal,
    "!UUID": UUID,
    "!complex": lambda content: complex(*_untagged(content)),
    "!dict": lambda content: dict(_untagged(content)),
    "!float": float,
}
