"""What the commands print: aligned for people, JSON for programs."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import unescape
from typing import Any

import click
from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 100
"""Columns of what is written to a file or another program."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_json(value: BaseModel | Any) -> None:
    """Print a value as indented JSON."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def print_text(text: str | Text = "", *, indent: int = 0) -> None:
    """Print a paragraph, broken at the width of the terminal."""
    _print(Padding(_safe(text), (0, 0, 0, indent)))


def print_facts(facts: Iterable[tuple[str, str | Text]]) -> None:
    """Print names and values in two columns; facts without a value are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        if value:
            grid.add_row(name, _safe(value))
    _print(grid)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 0) -> None:
    """Print rows under headings; all columns but those before ``left`` are numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(_safe, row))
    _print(table)


def marked(html: str) -> Text:
    """Return escaped HTML with ``<mark>`` as text with the marked words in bold.

    Examples
    --------
    >>> marked("the <mark>bridge</mark> &amp; the river").plain
    'the bridge & the river'
    """
    text = Text()
    for place, part in enumerate(re.split("</?mark>", html)):
        text.append(unescape(part), "bold" if place % 2 else "")
    return text


def moment(when: datetime | None) -> str:
    """Return a time to the minute, a dash when there is none."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else "-"


def _safe(text: str | Text) -> Text:
    """Return text without the control characters that could play tricks with a terminal."""
    safe = Text(text) if isinstance(text, str) else text.copy()
    safe.plain = _CONTROLS.sub(" ", safe.plain)
    return safe


def _print(renderable: RenderableType) -> None:
    """Print as wide as the terminal; lines end where their text ends."""
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
    with console.capture() as captured:
        console.print(renderable)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
