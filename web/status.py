"""How an archive is: what its store holds, what is served of it, and what of both differs."""

import shutil
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from articles.store import Store
from index.arrays import DamagedFileError
from index.generation import Generation
from index.publish import Generations, NoGenerationError
from index.visibility import Visibility
from web.settings import Settings
from web.watching.last_errors import LoggedError, last_errors


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


class CountsModel(BaseModel):
    """The index against the store, in articles.

    ``public`` are those of the store that readers may see now. Of the ``indexed`` ones ``hidden``
    are not public any more, and ``added`` are public and not in the generation. What then is still
    ``missing`` is found nowhere; below 0 it is something that should not be there.
    """

    public: int
    indexed: int
    hidden: int
    added: int
    missing: int


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
    counts: CountsModel | None
    not_served: int
    problem: str
    bytes: int
    disk: DiskModel
    last_errors: list[LoggedError]


def read_status(
    settings: Settings,
    store: Store,
    now: datetime,
    served: tuple[Generation, Visibility] | None = None,
) -> StatusModel:
    """Return how an archive is.

    Parameters
    ----------
    settings : Settings
        Say where it lies.
    store : Store
        Its store.
    now : datetime
        By which it is decided what is public.
    served : pair of Generation and Visibility, optional
        What is open already; without it the served generation is opened.
    """
    articles = store.counts()
    found = StatusModel(
        home=settings.home,
        store=settings.masked_store_url,
        articles=articles,
        last_change=last_change(store),
        generation=None,
        counts=None,
        not_served=articles.get("published", 0),
        problem="",
        bytes=disk_use(settings.home),
        disk=DiskModel(
            home_bytes=0,
            index_bytes=disk_use(settings.generations_folder),
            free_bytes=free_space(settings.home),
        ),
        last_errors=last_errors(settings.home),
    )
    found.disk.home_bytes = found.bytes
    if served is not None:
        _add_served(found, *served, store, now)
        return found
    try:
        generation = Generations(settings.generations_folder).open_current()
    except (NoGenerationError, DamagedFileError) as error:
        found.problem = str(error)
        return found
    try:
        visibility = Visibility(generation, store, clock=now.timestamp)
        _add_served(found, generation, visibility, store, now)
    finally:
        generation.close()
    return found


def _add_served(
    found: StatusModel, generation: Generation, visibility: Visibility, store: Store, now: datetime
) -> None:
    """Add what is known of a generation that is open."""
    indexed = generation.articles
    found.generation = ServedModel(
        number=generation.number,
        created=generation.created,
        articles=indexed,
        languages=list(generation.manifest.languages),
        warnings=list(generation.warnings),
        changes_since=max(store.last_sequence() - generation.manifest.store_sequence, 0),
        age_seconds=max(int((now - generation.created).total_seconds()), 0),
    )
    found.not_served = max(found.not_served - indexed, 0)
    found.counts = _counts(indexed, visibility, store, now)
    if found.counts.missing:
        # What is written between two counts makes them differ, and is in both of the next ones.
        found.counts = _counts(indexed, visibility, store, now)


def _counts(indexed: int, visibility: Visibility, store: Store, now: datetime) -> CountsModel:
    state = visibility.fresh.state()
    hidden, added = len(state.hidden), state.added
    public = store.count_public(now)
    missing = public - (indexed - hidden + added)
    return CountsModel(public=public, indexed=indexed, hidden=hidden, added=added, missing=missing)


def last_change(store: Store) -> datetime | None:
    """Return when an article was last added, changed or withdrawn."""
    changes = list(store.changes_since(store.last_sequence() - 1))
    return changes[-1].at if changes else None


def disk_use(folder: Path) -> int:
    """Return the bytes of all files below a folder; those that go meanwhile do not count."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def free_space(folder: Path) -> int:
    """Return the bytes that are free where a folder is, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
