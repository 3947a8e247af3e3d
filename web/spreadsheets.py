"""Tables for spreadsheets: CSV after RFC 4180 in which no cell is a formula."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else; all others skip it."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these spreadsheets take a cell for a formula, which may call programs and send data."""

Cell = str | float


def defused(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: text gets an apostrophe before it.

    Examples
    --------
    >>> defused("=1+1"), defused("1+1=2"), defused(-1)
    ("'=1+1", '1+1=2', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def csv_rows(rows: Iterable[Iterable[Cell]]) -> str:
    """Return rows as lines, their cells defused."""
    text = StringIO(newline="")
    csv.writer(text).writerows(map(defused, row) for row in rows)
    return text.getvalue()


def csv_table(heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield the text of a file: the names of the columns, then a line for each row."""
    yield BYTE_ORDER_MARK + csv_rows([heads])
    for row in rows:
        yield csv_rows([row])
