"""The command that says how the archive is: status."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import BaseModel
from rich.filesize import decimal

from articles.article import Status
from articles.store import Store
from index.arrays import DamagedFileError
from index.publish import Generations, NoGenerationError
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json
from web.watching.last_errors import LoggedError, last_errors

SHOWN = 3
"""Errors that are printed for people; programs are given more."""

_TAKEN_IN = "a server finds them, `backfile rebuild` takes them in"


class ServedModel(BaseModel):
    """The generation that is served."""

    number: int
    created: datetime
    articles: int
    languages: list[str]
    warnings: list[str]
    changes_since: int
    age_seconds: int


class DiskModel(BaseModel):
    """Bytes below the home, of the index among them, and those that are free beside it."""

    home_bytes: int
    index_bytes: int
    free_bytes: int


class StatusModel(BaseModel):
    """What the archive holds and what is served of it; ``articles`` counts them by status.

    ``not_served`` are published articles of the store beyond those of the generation: what waits
    for a rebuild, and what is published but not public, because its time has not come or is over.
    """

    home: Path
    store: str
    articles: dict[str, int]
    last_change: datetime | None
    generation: ServedModel | None
    not_served: int
    problem: str
    bytes: int
    disk: DiskModel
    last_errors: list[LoggedError]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def status(home: Home, as_json: bool) -> None:
    """Say what the archive holds and what is served of it."""
    store, folder = home.store, home.settings.home
    used = disk_use(folder)
    found = StatusModel(
        home=folder,
        store=home.settings.masked_store_url,
        articles=store.counts(),
        last_change=last_change(store),
        generation=None,
        not_served=0,
        problem="",
        bytes=used,
        disk=DiskModel(
            home_bytes=used,
            index_bytes=disk_use(home.settings.generations_folder),
            free_bytes=free_space(folder),
        ),
        last_errors=last_errors(folder),
    )
    try:
        found.generation = served(Generations(home.settings.generations_folder), store)
    except (NoGenerationError, DamagedFileError) as error:
        found.problem = str(error)
    served_now = found.generation.articles if found.generation else 0
    found.not_served = max(found.articles.get(Status.PUBLISHED, 0) - served_now, 0)
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
            age_seconds=max(int((datetime.now(UTC) - generation.created).total_seconds()), 0),
        )


def disk_use(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def free_space(folder: Path) -> int:
    """Return the bytes that are free where a folder is, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


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
            ("Changes since", f"{behind:,}: {_TAKEN_IN}" if behind else "none"),
            *(("Warning", warning) for warning in generation.warnings),
        ]
    facts.append(("Disk use", decimal(found.bytes)))
    facts += [
        ("Last errors" if not place else "", f"{error.time} {error.message}")
        for place, error in enumerate(found.last_errors[-SHOWN:])
    ]
    print_facts(facts)
