"""Stored values as JSON, with tags for the kinds that JSON does not know; never a pickle."""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from articles.errors import BackfileError

_PLAIN = (str, int, bool, type(None))
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class UnstorableValueError(BackfileError):
    """A value is of a kind that cannot be stored."""


def to_json(value: Any, other: Callable[[Any], tuple[str, Any] | None] = lambda _: None) -> str:
    """Return a value as one line of JSON that `from_json` makes equal again.

    ``other`` may know further kinds: it returns a tag and the content behind it.

    Raises
    ------
    UnstorableValueError
        When it, or something in it, is none of the known kinds.

    Examples
    --------
    >>> to_json({"day": date(2011, 7, 11), "title": "Bridge opens"})
    '{"day":{"!date":"2011-07-11"},"title":"Bridge opens"}'
    """

    def tagged(value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN or (kind is float and math.isfinite(value)):
            return value
        if kind is list:
            return [tagged(item) for item in value]
        if kind is dict:
            if all(type(key) is str and not key.startswith("!") for key in value):
                return {key: tagged(item) for key, item in value.items()}
            return {"!dict": [[tagged(key), tagged(item)] for key, item in value.items()]}
        if kind in _CONTENTS:
            items = tagged(_CONTENTS[kind](value))
            # The order of a set depends on the process.
            return {f"!{kind.__name__}": sorted(items, key=_encode) if kind in _SETS else items}
        tag, content = other(value) or _refused(value)
        return {f"!{tag}": tagged(content)}

    return _encode(tagged(value))


def from_json(line: str | bytes, others: Mapping[str, Callable[[Any], Any]] | None = None) -> Any:
    """Return the value that `to_json` was given; ``others`` makes further kinds by their tags."""
    makers = {**_MAKERS, **(others or {})}

    def untagged(value: Any) -> Any:
        if type(value) is list:
            return [untagged(item) for item in value]
        if type(value) is not dict:
            return value
        if len(value) == 1:
            ((key, content),) = value.items()
            if key.startswith("!"):
                return makers[key[1:]](untagged(content))
        return {key: untagged(item) for key, item in value.items()}

    return untagged(json.loads(line))


def _refused(value: Any) -> tuple[str, Any]:
    kind = type(value)
    raise UnstorableValueError(
        f"{value!r:.80} is of the kind {kind.__module__}.{kind.__qualname__}, which cannot be "
        f"stored: give text, numbers, lists or {', '.join(k.__name__ for k in _CONTENTS)}"
    )


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


_SETS = (set, frozenset)
_CONTENTS: dict[type, Callable[[Any], Any]] = {
    float: repr,
    bytes: _base64,
    bytearray: _base64,
    tuple: list,
    set: list,
    frozenset: list,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    Decimal: str,
    UUID: str,
    complex: lambda value: [value.real, value.imag],
}
"""What is written of a value, by its kind; the tag is the name of the kind."""
_MAKERS: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "bytes": b64decode,
    "bytearray": lambda content: bytearray(b64decode(content)),
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda content: timedelta(*content),
    "Decimal": Decimal,
    "UUID": UUID,
    "complex": lambda content: complex(*content),
    "dict": dict,
}
