"""CSV with the columns' names in its first row; a damaged row costs no other."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from articles.importers.field_names import fields_by_name
from articles.importers.opening import Line, decoded, lines, too_long
from articles.importers.records import READABLE, RecordReader
from articles.importers.source import ByteStream, ParsedRecord, SourceFile

_DELIMITERS = ",;\t|"
_MOST_LINES = 20_000
"""No text in one row has more, and each line that is held costs more than its bytes."""


class Row(NamedTuple):
    """One row and the number of its first line; without values when ``reason`` says why."""

    number: int
    values: list[str]
    notes: tuple[str, ...] = ()
    reason: str = ""


def read_csv(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield one parsed record for each row below the first that is not empty.

    The delimiter is the commonest of comma, semicolon, tab and bar in the first row.
    """
    # The limit is the process's own; no longer row than this is handed to the csv module.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * file.options.maximum_record_bytes))
    reader = RecordReader(file)
    header: list[str] = []
    for row in _rows(stream, file.options.maximum_record_bytes):
        values = row.values
        while len(values) > len(header) > 0 and not values[-1].strip():
            values = values[:-1]
        if not row.reason and not any(value.strip() for value in values):
            continue  # spreadsheets leave rows of delimiters behind
        if row.reason:
            yield ParsedRecord(file.label, row.number, None, (row.reason,))
        elif not header:
            header = [name.strip() for name in values]
            if not READABLE & dict(fields_by_name(header, file.options.mapping)).keys():
                reason = (
                    f"no column is known as title or body ({', '.join(header)[:80]}): give the "
                    "columns' names in the first row, or map them with title=THEIRS, body=THEIRS"
                )
                yield ParsedRecord(file.label, row.number, None, (reason,))
                return
        elif len(values) == len(header):
            record = dict(zip(header, values, strict=True))
            yield reader.read(record, row.number, row.notes)
        else:
            found = f"{len(values)} {'value' if len(values) == 1 else 'values'}"
            reason = f"{found} for {len(header)} columns: a delimiter or a quote is missing"
            yield ParsedRecord(file.label, row.number, None, (reason,))


def _rows(stream: ByteStream, maximum: int) -> Iterator[Row]:
    """Yield the rows; where a quote is never closed, go back to the line after its own."""
    source = lines(stream, maximum)
    again: deque[Line] = deque()
    delimiter = ""
    while line := again.popleft() if again else next(source, None):
        if line.data is None:
            yield Row(line.number, [], reason=too_long(line.size, maximum))
        elif line.data and not line.data.isspace():
            if not delimiter:
                first_row = decoded(line.data)[0]
                delimiter = max(_DELIMITERS, key=first_row.count)
            row = _Row(line, again, source, maximum)
            try:
                values = next(csv.reader(row, delimiter=delimiter, strict=True))
            except (csv.Error, StopIteration) as error:
                again.extendleft(reversed(row.lines[1:]))
                yield Row(line.number, [], reason=_damage(error, len(row.lines)))
            else:
                yield Row(line.number, values, tuple(dict.fromkeys(row.notes)))


class _Row:
    """The lines of one row, as many as its quoted fields ask for, up to the maximum of bytes."""

    def __init__(
        self, first: Line, again: deque[Line], source: Iterator[Line], maximum: int
    ) -> None:
        self._again, self._source, self._left = again, source, maximum
        self._again.appendleft(first)
        self.lines: list[Line] = []
        self.notes: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else next(self._source, None):
            self.lines.append(line)
            self._left -= line.size
            if line.data is None or self._left < 0 or len(self.lines) > _MOST_LINES:
                return
            text, notes = decoded(line.data)
            self.notes += notes
            yield f"{text}\n"


def _damage(error: Exception, count: int) -> str:
    if "new-line" in str(error):
        return "lines end in lone carriage returns: save the file with ordinary line ends"
    if count > 1 or "end of data" in str(error) or not str(error):
        return "a quoted field is never closed: write its quotes in pairs"
    return f"not CSV ({error}): write a quote inside a quoted field twice"
