"""What the page of health shows: how the archive is, and what somebody should see to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import url_for
from pydantic import Field
from rich.filesize import decimal

from articles.jobs import Job
from index.arrays import Array
from web.console.facts import Fact, minute_words
from web.console.latency_plot import LatencyPlot, Span, latency_plot
from web.console.rebuilds_page import trouble
from web.formatting import counted, elapsed
from web.parameters import Parameters
from web.rebuilding.room import Room
from web.search_page import Choice
from web.status import CountsModel, StatusModel
from web.watching.last_errors import LoggedError
from web.watching.latencies import Answer
from web.watching.metrics import LOGGED, MEMORY, NEWCOMERS, QUEUE
from web.watching.tallies import Key

OLD = timedelta(days=2)
"""An index that is older and has changes waiting was forgotten by whatever rebuilds it."""
MANY_CHANGES = 5_000
"""Changes after which a rebuild is due."""
RECENT = timedelta(hours=1)
"""Errors that are younger are something to see to."""
LONG_QUEUE = 10_000
SHOWN_ERRORS = 10
_SPANS = {Span.HOUR: "Last hour", Span.DAY: "Last day"}


class HealthParameters(Parameters):
    """How much of the past is drawn."""

    span: Span = Field(Span.HOUR)


class ErrorLine(NamedTuple):
    """An error, and when it happened in words."""

    when: str
    error: LoggedError


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """What ``health.html`` shows.

    Attributes
    ----------
    when : datetime
        The moment of which all of it is true.
    concerns : tuple of str
        What somebody should see to, the worst first; empty when all is well.
    index, counts, queues, disk, memory : tuple of Fact
        The numbers.
    plots : tuple of LatencyPlot
        How long answers took.
    spans : tuple of Choice
        Leads to the plots of another span.
    errors : tuple of ErrorLine
        The last ones, the newest first.
    """

    when: datetime
    concerns: tuple[str, ...]
    index: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    queues: tuple[Fact, ...]
    disk: tuple[Fact, ...]
    memory: tuple[Fact, ...]
    plots: tuple[LatencyPlot, ...]
    spans: tuple[Choice, ...]
    errors: tuple[ErrorLine, ...]


def health_page(
    asked: HealthParameters,
    status: StatusModel,
    processes: Sequence[Mapping[Key, float]],
    day: Array,
    room: Room,
    jobs: Sequence[Job],
    now: datetime,
) -> HealthPage:
    """Return the page.

    Parameters
    ----------
    asked : HealthParameters
        What is wanted of the past.
    status : StatusModel
        How the archive is.
    processes : sequence of mapping
        The numbers of each process of the server.
    day : int64 array
        How long answers took in the day that ends now: see `web.watching.latencies.day_of`.
    room : Room
        What a rebuild needs, and what there is.
    jobs : sequence of Job
        The latest ones, the newest first.
    now : datetime
        The time.
    """
    queues = tuple(_queues(processes))
    return HealthPage(
        when=now,
        concerns=tuple(_concerns(status, processes, room, jobs, now)),
        index=tuple(_index(status)),
        counts=tuple(_counts(status.counts)) if status.counts else (),
        queues=queues,
        disk=tuple(_disk(status, room)),
        memory=tuple(_memory(processes, room)),
        plots=tuple(latency_plot(day, answer, asked.span, now) for answer in Answer),
        spans=tuple(
            Choice(words, url_for("console.health", span=span.value), span is asked.span)
            for span, words in _SPANS.items()
        ),
        errors=tuple(map(_error_line, reversed(status.last_errors[-SHOWN_ERRORS:]))),
    )


def _concerns(
    status: StatusModel,
    processes: Sequence[Mapping[Key, float]],
    room: Room,
    jobs: Sequence[Job],
    now: datetime,
) -> Iterator[str]:
    if status.problem:
        yield f"Nothing is served: {status.problem}."
    generation, counts = status.generation, status.counts
    if generation is not None:
        yield from (f"Warning: {warning}." for warning in generation.warnings)
        waiting = generation.changes_since
        old = generation.age_seconds > OLD.total_seconds() and waiting
        if old or waiting > MANY_CHANGES:
            yield (
                f"The index is {elapsed(generation.age_seconds)} old and "
                f"{counted(waiting, 'change')} of the store came after it: a rebuild is due."
            )
    if counts is not None and counts.missing > 0:
        yield f"{counted(counts.missing, 'public article')} cannot be found: a rebuild is due."
    if counts is not None and counts.missing < 0:
        yield (
            f"{counted(-counts.missing, 'article')} more can be found than are public: run "
            "“backfile verify”, then rebuild."
        )
    times = map(_time_of, status.last_errors)
    recent = [time for time in times if time is not None and now - time < RECENT]
    if recent:
        yield f"{counted(len(recent), 'error')} in the last hour: see below."
    yield from room.faults
    if words := trouble(jobs):
        yield f"{words}: see the page of rebuilds."
    waiting_rows = sum(_of(processes, QUEUE).values())
    if waiting_rows > LONG_QUEUE:
        yield f"{waiting_rows:,.0f} counts wait to be written: the database is too slow."


def _time_of(error: LoggedError) -> datetime | None:
    """Return when an error happened; None where somebody else has written the line."""
    try:
        return datetime.fromisoformat(error.time).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _error_line(error: LoggedError) -> ErrorLine:
    time = _time_of(error)
    return ErrorLine(minute_words(time) if time else error.time, error)


def _index(status: StatusModel) -> Iterator[Fact]:
    generation = status.generation
    if generation is None:
        yield Fact("Generation", "none", status.problem)
        return
    yield Fact("Generation", str(generation.number))
    built = f"built on {minute_words(generation.created)}"
    yield Fact("Age", elapsed(generation.age_seconds), built)
    yield Fact(
        "Changes since",
        f"{generation.changes_since:,}",
        "of the store; a rebuild makes them part of the index" if generation.changes_since else "",
    )
    changed = status.last_change
    yield Fact("Last change", minute_words(changed) if changed else "none")
    yield Fact("Languages", ", ".join(generation.languages))


def _counts(counts: CountsModel) -> Iterator[Fact]:
    yield Fact("Indexed", f"{counts.indexed:,}", "articles of the generation")
    yield Fact("Hidden", f"{counts.hidden:,}", "of them withdrawn or over since it was built")
    yield Fact("Fresh", f"{counts.added:,}", "public since then, and not in it")
    yield Fact("Public", f"{counts.public:,}", "articles of the store that readers may see now")
    if counts.missing:
        yield Fact("Difference", f"{counts.missing:,}", "indexed − hidden + fresh is not public")
    else:
        yield Fact("Difference", "none", "indexed − hidden + fresh = public")


def _queues(processes: Sequence[Mapping[Key, float]]) -> Iterator[Fact]:
    for (_, name), waiting in sorted(_of(processes, QUEUE).items()):
        yield Fact(name.capitalize(), f"{waiting:,.0f}", "not written to the store yet")
    taken = max((process.get((NEWCOMERS,), 0.0) for process in processes), default=0.0)
    yield Fact("Newcomers", f"{taken:,.0f}", "taken into the lists of related articles")


def _disk(status: StatusModel, room: Room) -> Iterator[Fact]:
    disk = status.disk
    yield Fact("Used", decimal(disk.home_bytes), "by the archive")
    yield Fact("Index", decimal(disk.index_bytes), "of that, by all generations that are kept")
    yield Fact("Free", decimal(disk.free_bytes), f"a rebuild needs about {decimal(room.disk)}")


def _memory(processes: Sequence[Mapping[Key, float]], room: Room) -> Iterator[Fact]:
    own = [process[MEMORY,] for process in processes if (MEMORY,) in process]
    if own:
        whose = "one process" if len(own) == 1 else f"{len(own)} processes"
        yield Fact("Server", decimal(int(sum(own))), f"of {whose}, beside the pages of the index")
    if room.free_memory is not None:
        needed = f"a rebuild needs about {decimal(room.memory)}"
        yield Fact("Free", decimal(room.free_memory), needed)
    logged = _of(processes, LOGGED)
    for (_, level), lines in sorted(logged.items()):
        yield Fact(f"Logged {level}s", f"{lines:,.0f}", "since the server was started")


def _of(processes: Sequence[Mapping[Key, float]], name: str) -> dict[Key, float]:
    """Return the numbers of one name, those of all processes added up."""
    sums: dict[Key, float] = {}
    for process in processes:
        for key, value in process.items():
            if key[0] == name:
                sums[key] = sums.get(key, 0.0) + value
    return sums
