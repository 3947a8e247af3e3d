"""The command that says how the archive is: status."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from pydantic import BaseModel
from rich.filesize import decimal

from articles.store import Store
from index.publish import Generations, NoGenerationError
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json


class ServedModel(BaseModel):
    """The generation that is served."""

    number: int
    created: datetime
    articles: int
    languages: list[str]
    warnings: list[str]
    changes_since: int


class StatusModel(BaseModel):
    """What the archive holds and what is served of it; ``articles`` counts them by status."""

    home: Path
    store: str
    articles: dict[str, int]
    last_change: datetime | None
    generation: ServedModel | None
    problem: str
    bytes: int


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def status(home: Home, as_json: bool) -> None:
    """Say what the archive holds and what is served of it."""
    store = home.store
    found = StatusModel(
        home=home.settings.home,
        store=home.settings.masked_store_url,
        articles=store.counts(),
        last_change=last_change(store),
        generation=None,
        problem="",
        bytes=disk_use(home.settings.home),
    )
    try:
        found.generation = served(Generations(home.settings.generations_folder), store)
    except NoGenerationError as error:
        found.problem = str(error)
    if as_json:
        print_json(found)
    else:
        print_status(found)


def last_change(store: Store) -> datetime | None:
    """Return when an article was last added, changed or withdrawn."""
    changes = list(store.changes_since(store.last_sequence() - 1))
    return changes[-1].at if changes else None


def served(generations: Generations, store: Store) -> ServedModel:
    """Return what is said of the generation that is served."""
    with closing(generations.open_current()) as generation:
        manifest = generation.manifest
        return ServedModel(
            number=generation.number,
            created=generation.created,
            articles=manifest.articles,
            languages=list(manifest.languages),
            warnings=list(generation.warnings),
            changes_since=store.last_sequence() - manifest.store_sequence,
        )


def disk_use(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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
            ("Changes since", f"{behind:,}: run `backfile rebuild`" if behind else "none"),
            *(("Warning", warning) for warning in generation.warnings),
        ]
    print_facts([*facts, ("Disk use", decimal(found.bytes))])
