"""What programs ask to be written: articles as importers understand them, and withdrawals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from articles.article import Article
from articles.errors import BackfileError
from articles.importers.jsonl import read_value
from articles.importers.records import RecordReader, withdraws
from articles.importers.source import ImportOptions, SourceFile

MOST_ARTICLES = 100
"""Articles that one call may write."""


class WriteError(BackfileError):
    """What was sent cannot be written at all."""


class RepeatedCallError(WriteError):
    """The call was made before, and with another body, or as one that must not be repeated."""


class WriteOutcome(StrEnum):
    """What became of an article that a program sent."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked for.

    To keep ``article``; without one, to withdraw that of the id, unless a ``fault`` says why
    nothing can be done. ``notes`` say what was repaired of the article.
    """

    id: str
    article: Article | None = None
    notes: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: ``reasons`` say what was repaired, or why it was rejected."""

    id: str
    outcome: WriteOutcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """A call that has its effect once, however often it arrives.

    Parameters
    ----------
    caller : str
        Who makes it; two callers may use the same key.
    key : str
        What the caller calls it.
    digest : bytes
        What was sent; another one under the same key is refused.
    answered_again : bool
        Whether the same call gets the same answer again, or is refused.
    """

    caller: str
    key: str
    digest: bytes
    answered_again: bool = True


def read_asked(data: bytes, options: ImportOptions, now: datetime) -> list[Asked]:
    """Return what a body asks for: one article or an array of them, each as importers read it.

    A record of only an id and a status such as ``withdrawn`` withdraws the article.

    Raises
    ------
    WriteError
        When it is no JSON, or not one to `MOST_ARTICLES` articles.
    """
    value, notes = _value(data)
    records = value if isinstance(value, list) else [value]
    if not 1 <= len(records) <= MOST_ARTICLES:
        raise WriteError(
            f"there are {len(records):,} articles in it: send from 1 to {MOST_ARTICLES} at once"
        )
    reader = _reader(options, now)
    return [_asked(reader, record, place, notes) for place, record in enumerate(records, start=1)]


def read_asked_as(article_id: str, data: bytes, options: ImportOptions, now: datetime) -> Asked:
    """Return what a body asks for that is one article, to be kept under this id.

    Raises
    ------
    WriteError
        When it is no JSON object, or names another id.
    """
    value, notes = _value(data)
    if not isinstance(value, dict):
        raise WriteError("it is JSON, but not an object with the fields of an article")
    given = value.get("id", article_id)
    if str(given).strip() != article_id.strip():
        raise WriteError("it names another id than the address does: leave out one of them")
    asked = _asked(_reader(options, now), {**value, "id": article_id}, 1, notes)
    if asked.id != article_id and not asked.fault:
        return Asked(article_id, fault="no article can have this id: write it as one plain line")
    return asked


def read_asked_lines(data: bytes, options: ImportOptions, now: datetime) -> Iterator[Asked]:
    """Yield what a file asks for: one body as `read_asked` reads it, else one article a line."""
    try:
        _value(data)
    except WriteError:
        pass
    else:
        yield from read_asked(data, options, now)
        return
    reader = _reader(options, now)
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value, notes = _value(line)
        except WriteError as error:
            yield Asked("", fault=f"line {number}: {error}")
        else:
            yield _asked(reader, value, number, notes)


def counts_of(written: Iterable[Written]) -> dict[WriteOutcome, int]:
    """Return how many articles each outcome has, those without any too."""
    counts = dict.fromkeys(WriteOutcome, 0)
    for one in written:
        counts[one.outcome] += 1
    return counts


def _value(data: bytes) -> tuple[Any, tuple[str, ...]]:
    try:
        return read_value(data)
    except BackfileError as error:
        raise WriteError(str(error)) from error


def _reader(options: ImportOptions, now: datetime) -> RecordReader:
    return RecordReader(SourceFile(label="", name="", options=options, now=now))


def _asked(reader: RecordReader, record: Any, place: int, notes: tuple[str, ...]) -> Asked:
    if not isinstance(record, Mapping):
        return Asked("", fault="JSON, but not an object with the fields of an article")
    if withdraws(record):
        return Asked(str(record["id"]).strip())
    parsed = reader.read(record, place, notes)
    if parsed.article is None:
        return Asked(parsed.id, fault="; ".join(parsed.reasons))
    return Asked(parsed.id, parsed.article, parsed.reasons)
