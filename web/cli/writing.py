"""The commands that write single articles: add, update, withdraw."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

import click

from articles.importers.source import ImportOptions
from articles.store import Store
from articles.writing import (
    MOST_ARTICLES,
    Asked,
    WriteError,
    WriteOutcome,
    Written,
    read_asked_lines,
)
from web.cli.curation import BY
from web.cli.home import Home, pass_home
from web.cli.output import print_facts, print_json, print_text
from web.writing.answers import WriteAnswerModel, write_model

LONGEST_FILE = 64 * 2**20
"""Bytes of the longest file that is read; more articles are for `backfile import`."""

file_argument = click.argument("file", metavar="FILE|-", type=click.File("rb"))
json_option = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")


@click.command()
@file_argument
@json_option
@pass_home
def add(home: Home, file: BinaryIO, as_json: bool) -> None:
    """Add or replace articles, as the API does.

    FILE is JSON or JSON lines: one article, an array of at most 100, or one a line; - is standard
    input. The exit status is 1 when one was rejected; all others are in the archive then.
    """
    report(write(home.new_store, _asked(home, file)), as_json=as_json)


@click.command()
@file_argument
@json_option
@pass_home
def update(home: Home, file: BinaryIO, as_json: bool) -> None:
    """Replace articles that are in the archive.

    All others are rejected. FILE and exit status are as for add.
    """
    report(write(home.store, _asked(home, file), known_only=True), as_json=as_json)


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@pass_home
def withdraw(home: Home, ids: tuple[str, ...], as_json: bool) -> None:
    """Withdraw articles, which stay in the archive.

    No reader sees them any more. The exit status is 1 when an ID is not in the archive.
    """
    report(write(home.store, map(Asked, ids)), as_json=as_json)


def write(store: Store, asked: Iterable[Asked], *, known_only: bool = False) -> list[Written]:
    """Write what is asked for, as many articles in a transaction as a call of the API may have."""
    written: list[Written] = []
    waiting = iter(asked)
    while some := list(islice(waiting, MOST_ARTICLES)):
        now = datetime.now(UTC)
        written += store.writes.write(some, by=BY, now=now, known_only=known_only)[0]
    return written


def report(written: Sequence[Written], *, as_json: bool) -> None:
    """Print what became of articles, and leave with the exit status of it."""
    answer = write_model(written)
    if as_json:
        print_json(answer)
    else:
        print_answer(answer)
    click.get_current_context().exit(1 if answer.rejected else 0)


def print_answer(answer: WriteAnswerModel) -> None:
    """Print for people what became of articles: how many, and what was wrong with each."""
    print_facts((name.capitalize(), f"{getattr(answer, name):>9,}") for name in WriteOutcome)
    for one in answer.articles:
        if one.reasons:
            print_text(f"{one.id or 'without an id'}: {one.outcome}, {'; '.join(one.reasons)}")


def _asked(home: Home, file: BinaryIO) -> Iterator[Asked]:
    """Yield what a file asks for, which is one value or one a line."""
    data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise WriteError(f"the file is longer than {LONGEST_FILE:,} bytes: use `backfile import`")
    options, now = ImportOptions(language=home.settings.language), datetime.now(UTC)
    yield from read_asked_lines(data, options, now)
