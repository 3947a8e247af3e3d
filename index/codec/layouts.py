"""Which arrays hold the postings of each of Whoosh's formats.

Whoosh's formats make bytes of every posting, most of them with pickle. Here a posting is taken
apart into numbers when it comes in, and its bytes are made anew when somebody asks for them, so
that no pickle is ever on the disk.
"""

import re
import struct
from dataclasses import dataclass
from typing import Any

from articles.errors import BackfileError
from index.whoosh_api import formats

POSITIONS, CHAR_STARTS, CHAR_ENDS, BOOSTS = "positions", "char_starts", "char_ends", "boosts"
VALUES = "values"
COLUMNS = {
    "positions": (POSITIONS,),
    "characters": (POSITIONS, CHAR_STARTS, CHAR_ENDS),
    "position_boosts": (POSITIONS, BOOSTS),
    "character_boosts": (POSITIONS, CHAR_STARTS, CHAR_ENDS, BOOSTS),
    "bytes": (VALUES,),
}
"""The arrays that make up what Whoosh calls by this name, an item for each occurrence; of "bytes",
which are values that are none of their format, an item for each byte."""
_FREQUENCY = struct.Struct("!I")
_OF_PICKLES = re.compile(rb"[\x80-\x84\x92\x93\x95\x97\x98cioRbPQ]")
"""Bytes without which no pickle names or calls anything, and that begin one of Whoosh's."""


class UnknownFormatError(BackfileError):
    """A field has a format of postings that the codec has no arrays for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is kept of each posting beside its document and weight.

    Attributes
    ----------
    kind : str
        What the values are: empty for nothing, "frequency", or a key of `COLUMNS`.
    """

    kind: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The arrays with an item for each occurrence; empty where only their number is kept."""
        return COLUMNS.get(self.kind, ())

    def frequency(self, value: bytes | None) -> int:
        """Return the number of occurrences that a posting's value holds.

        It is 1 where the value is none of this format: Whoosh's writer hands the words of a
        spelling field on with the value of another field's last posting.
        """
        if self.kind != "frequency" or value is None or len(value) != _FREQUENCY.size:
            return 1
        return int(_FREQUENCY.unpack(value)[0])

    def fitting(self, format_: Any, value: bytes | None) -> "Layout":
        """Return the layout of a field whose first posting has this value: mostly the same."""
        try:
            self.occurrences(format_, value)
        except Exception:  # noqa: BLE001  whatever decoding makes of bytes of another kind
            return Layout("bytes")
        return self

    def occurrences(self, format_: Any, value: bytes | None) -> list[Any]:
        """Return a column for each of `columns` with the occurrences that a value holds."""
        if not (value and self.columns):
            return [[] for _ in self.columns]
        if self.kind == "bytes":
            return [_plain(value)]
        rows = format_.decode_as(self.kind, value)
        if len(self.columns) == 1:
            return [rows]
        return [list(column) for column in zip(*rows, strict=True)]

    def value(self, format_: Any, count: int, rows: list[Any]) -> bytes:
        """Return the bytes that ``format_`` makes of a posting."""
        if self.kind == "bytes":
            return _plain(bytes(rows))
        if self.columns:
            encoded = format_.encode(rows)
            # One of the formats returns the sum of its boosts beside the bytes.
            return bytes(encoded[0] if isinstance(encoded, tuple) else encoded)
        return _FREQUENCY.pack(count) if self.kind else b""


_LAYOUTS = {
    formats.Existence: Layout(""),
    formats.Frequency: Layout("frequency"),
    formats.Positions: Layout("positions"),
    formats.Characters: Layout("characters"),
    formats.PositionBoosts: Layout("position_boosts"),
    formats.CharacterBoosts: Layout("character_boosts"),
}


def layout_of(format_: Any, field: str) -> Layout:
    """Return the layout of a format; exactly Whoosh's own, whose bytes are known.

    Raises
    ------
    UnknownFormatError
        For any other; it names the field.
    """
    layout = _LAYOUTS.get(type(format_))
    if layout is None:
        known = ", ".join(kind.__name__ for kind in _LAYOUTS)
        raise UnknownFormatError(
            f"field {field}: postings of the format {type(format_).__name__} cannot be written; "
            f"known are {known}"
        )
    return layout


def _plain(value: bytes) -> bytes:
    """Return a value that is none of its format's, refused where it could be a harmful pickle."""
    if _OF_PICKLES.search(value):
        raise UnknownFormatError(f"the value {value!r:.60} is none of the field's format")
    return value
