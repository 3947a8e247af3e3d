"""The command that says how the archive is: status."""

from datetime import UTC, datetime

import click
from rich.filesize import decimal

from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json
from web.formatting import counted
from web.status import StatusModel, read_status

SHOWN = 3
"""Errors that are printed for people; programs are given more."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def status(home: Home, as_json: bool) -> None:
    """Say what the archive holds and what is served of it."""
    found = read_status(home.settings, home.store, datetime.now(UTC))
    if as_json:
        print_json(found)
    else:
        print_status(found)


def print_status(found: StatusModel) -> None:
    """Print it for people."""
    counts = [f"{count:,} {name}" for name, count in found.articles.items()]
    facts = [
        ("Home", str(found.home)),
        ("Store", found.store),
        ("Articles", ", ".join(counts) or "none: run `backfile import FILE`"),
        ("Last change", moment(found.last_change)),
    ]
    if found.generation is None:
        facts.append(("Served", f"nothing: {found.problem}"))
    else:
        generation = found.generation
        behind = generation.changes_since
        facts += [
            ("Served", f"generation {generation.number} of {moment(generation.created)}"),
            ("", f"{generation.articles:,} articles; languages: {', '.join(generation.languages)}"),
            (
                "Changes since",
                f"{behind:,}: a server finds them; `backfile rebuild` takes them in"
                if behind
                else "none",
            ),
            *(("Warning", warning) for warning in generation.warnings),
        ]
    if found.counts and found.counts.missing:
        facts.append(("Missing", missing_words(found.counts.missing)))
    facts.append(("Disk use", decimal(found.bytes)))
    facts += [
        ("Last errors" if not place else "", f"{error.time} {error.message}")
        for place, error in enumerate(found.last_errors[-SHOWN:])
    ]
    print_facts(facts)


def missing_words(missing: int) -> str:
    """Return what it means that the index and the store do not agree.

    Examples
    --------
    >>> missing_words(3)
    '3 public articles are found nowhere: run `backfile rebuild`'
    """
    if missing > 0:
        verb = "is" if missing == 1 else "are"
        return f"{counted(missing, 'public article')} {verb} found nowhere: run `backfile rebuild`"
    return (
        f"{counted(-missing, 'article')} more than are public can be found: run `backfile rebuild`"
    )
