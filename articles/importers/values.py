"""One record's values, read as text, lists, times and paragraphs, with notes on what was odd."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from articles.cleaning import split_paragraphs, split_sign_off, without_controls
from articles.importers.bylines import authors_of
from articles.importers.dates import EARLIEST_YEAR, parse_time
from articles.importers.markup import (
    as_written,
    figure_caption,
    has_markup,
    paragraphs,
    parse_html,
    plain,
)
from articles.importers.problem import RecordError

_EMPTY: tuple[Any, ...] = ("", [], {})
_NEEDED = frozenset(("id", "title", "body"))
_INNER = ("name", "rendered", "text", "value")
_SHOWN = 60


class Values:
    """The values of one record by our fields' names.

    Parameters
    ----------
    record : Mapping
        What the newsroom wrote.
    names : Mapping of str to tuple of str
        Their names by ours, the likeliest first; the first that holds anything is read.
    day_first : bool
        Whether 03/04/2011 is in April.
    notes : tuple of str
        What had to be repaired before; more are added to the attribute ``notes``.
    """

    def __init__(
        self,
        record: Mapping[str, Any],
        names: Mapping[str, tuple[str, ...]],
        day_first: bool,
        notes: Iterable[str] = (),
    ) -> None:
        self._record = record
        self._names = names
        self._day_first = day_first
        self.notes = list(notes)

    def require_name(self, fields: Iterable[str]) -> None:
        """Raise `RecordError` unless the record has a name for one of the fields, be it empty."""
        if not any(field in self._names for field in fields):
            theirs = ", ".join(self._sound(name) for name in self._record)[:_SHOWN]
            raise RecordError(
                f"no field is known as title or body ({theirs}): name them with title=THEIRS and "
                "body=THEIRS"
            )

    def raw(self, field: str, *, but: type | tuple[()] = ()) -> Any:
        """Return the first value that is not empty nor of the type ``but``, None without any."""
        for name in self._names.get(field, ()):
            value = self._record[name]
            if value is not None and value not in _EMPTY and not isinstance(value, but):
                return value
        return None

    def line(self, field: str) -> str:
        """Return the field as one line of text.

        Raises
        ------
        RecordError
            When the field is needed and holds no text.
        """
        if field not in self._names:
            return ""
        value = self.raw(field)
        if field == "title" and isinstance(value, int | float) and not isinstance(value, bool):
            self.note(f"title is the number {value}: taken as text")
        return self._line(value, field)

    def several(self, field: str) -> tuple[str, ...]:
        """Return the field as a list: text is split at ; and |, tags also at commas."""
        if field not in self._names:
            return ()
        found: list[str] = []
        for name in self._names[field]:
            value = self._record[name]
            if isinstance(value, str):
                separator = next((mark for mark in ";|" if mark in value), ",")
                whole = separator == "," and field not in ("tags", "orgs")
                value = [value] if whole else value.split(separator)
            elif not isinstance(value, list):
                value = [value]
            found += [self._line(item, field) for item in value]
        return tuple(dict.fromkeys(filter(None, found)))

    def authors(self) -> tuple[str, ...]:
        """Return the authors: of a list its items, of text the names of the byline."""
        value = self.raw("authors")
        if value is None:
            return ()
        if isinstance(value, str):
            return authors_of(self._sound(value))
        return self.several("authors")

    def time(self, field: str) -> datetime | None:
        """Return the time, None when there is none that a newspaper can have."""
        value = self.raw(field, but=bool)
        if value is None:
            return None
        time = parse_time(value, day_first=self._day_first)
        outcome = "kept as undated" if field == "published" else "left out"
        if time is None:
            shown = " ".join(self._sound(str(value)).split())[:_SHOWN]
            self.note(f"{field} is no date ({shown}): {outcome}")
        elif time.year < EARLIEST_YEAR:
            self.note(f"{field} lies before {EARLIEST_YEAR} ({time.date()}): {outcome}")
            return None
        return time

    def body(self) -> tuple[list[str], str, str]:
        """Return the paragraphs, the caption of a figure among them, and the agency that signs.

        Raises
        ------
        RecordError
            When the body is neither text nor a list of texts.
        """
        value = self.raw("body")
        if isinstance(value, dict):
            value = next(
                (value[name] for name in _INNER if isinstance(value.get(name), str)), value
            )
        if isinstance(value, list):
            return [line for item in value if (line := self._paragraph(item))], "", ""
        if value is None:
            return [], "", ""
        if not isinstance(value, str):
            raise RecordError(
                f"body is {_kind(value)} where text or a list of paragraphs is expected"
            )
        text = self._sound(value)
        if has_markup(text):
            tree = parse_html(text)
            caption = figure_caption(tree)
            return paragraphs(tree), caption, ""
        text, agency = split_sign_off(as_written(text))
        return split_paragraphs(text), "", agency

    def note(self, reason: str) -> None:
        """Add what was repaired, once."""
        if reason not in self.notes:
            self.notes.append(reason)

    def _paragraph(self, item: Any) -> str:
        if isinstance(item, str):
            return " ".join(self._sound(item).split())
        return self._line(item, "body")

    def _line(self, value: Any, field: str) -> str:
        if isinstance(value, str):
            return plain(self._sound(value))
        if value is None:
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, dict):
            inner = next((value[name] for name in _INNER if isinstance(value.get(name), str)), None)
            if inner is not None:
                return plain(self._sound(inner))
        if isinstance(value, list) and value and isinstance(value[0], str):
            return plain(self._sound(value[0]))
        wrong = f"{field} is {_kind(value)} where text is expected"
        if field in _NEEDED:
            raise RecordError(wrong)
        self.note(f"{wrong}: left out")
        return ""

    def _sound(self, text: str) -> str:
        sound, odd = without_controls(text)
        if odd:
            self.note("control characters removed")
        return sound


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
