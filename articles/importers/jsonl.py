"""JSON Lines: one record a line, plain or compressed; also a file that is one JSON value."""

import json
from collections.abc import Iterator
from typing import Any, Never

from articles.importers.opening import decoded, lines, read_whole, too_long
from articles.importers.problem import RecordError
from articles.importers.records import RecordReader
from articles.importers.source import ByteStream, ParsedRecord, SourceFile


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")


# Line ends and tabs inside strings are common in exports that were put together by hand.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse)


def read_jsonl(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield one parsed record for each line that is not blank."""
    reader = RecordReader(file)
    maximum = file.options.maximum_record_bytes
    for line in lines(stream, maximum):
        if line.data is None:
            reason = too_long(line.size, maximum)
            yield ParsedRecord(file.label, line.number, None, (reason,))
        elif line.data and not line.data.isspace():
            text, notes = decoded(line.data)
            yield _read(reader, file, text, line.number, notes)


def read_json(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield one parsed record for each object of the file, which is an array, or one object."""
    data = read_whole(stream, file.options.maximum_record_bytes)
    if data is None:
        reason = too_long(None, file.options.maximum_record_bytes)
        yield ParsedRecord(file.label, 0, None, (f"{reason}, or give it as JSON Lines",))
        return
    reader = RecordReader(file)
    try:
        value, notes = read_value(data)
    except RecordError as error:
        yield ParsedRecord(file.label, 0, None, (str(error),))
        return
    for number, record in enumerate(value if isinstance(value, list) else [value], start=1):
        yield _parsed(reader, file, record, number, notes)


def read_value(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """Return the one JSON value that the bytes hold, and what had to be repaired of them.

    Raises
    ------
    RecordError
        When they hold none.
    """
    text, notes = decoded(data)
    return _value(text), notes


def _read(
    reader: RecordReader, file: SourceFile, text: str, number: int, notes: tuple[str, ...]
) -> ParsedRecord:
    try:
        record = _value(text)
    except RecordError as error:
        return ParsedRecord(file.label, number, None, (str(error),))
    return _parsed(reader, file, record, number, notes)


def _parsed(
    reader: RecordReader, file: SourceFile, record: Any, number: int, notes: tuple[str, ...]
) -> ParsedRecord:
    if not isinstance(record, dict):
        return ParsedRecord(file.label, number, None, ("JSON, but not an object with fields",))
    return reader.read(record, number, notes)


def _value(text: str) -> Any:
    text = text.strip()
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise RecordError("JSON that is nested too deeply to be an article") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated"):
            raise RecordError("the JSON ends in the middle: the line was cut off") from None
        raise RecordError(f"not JSON: {error.msg} at column {error.pos + 1}") from None
    except ValueError as error:
        raise RecordError(f"not JSON: {error}") from None
