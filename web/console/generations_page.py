"""What the page of generations shows: those that are kept, and which of them is served."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from pydantic import Field
from rich.filesize import decimal

from articles.jobs import Job, JobKind, JobState
from index.diff import GenerationDiff
from index.generation import Generation
from index.publish import GenerationInfo, Generations
from web.console.facts import Fact, minute_words
from web.formatting import counted, elapsed
from web.parameters import Parameters


class ServeParameters(Parameters):
    """Which generation is to be served."""

    number: int = Field(ge=1, le=10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationLine:
    """One generation in words.

    Attributes
    ----------
    info : GenerationInfo
        What its manifest says.
    built, size : str
        When it was built, and its bytes.
    job : Job or None
        The rebuild that made it, where the store still knows.
    compare, serve : str
        Lead to what differs between it and the served one, and to serving it instead; empty for
        that one and for damaged ones.
    """

    info: GenerationInfo
    built: str
    size: str
    job: Job | None
    compare: str
    serve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationsPage:
    """What ``generations.html`` shows.

    Attributes
    ----------
    when : datetime
        The moment of which it is true.
    served : tuple of Fact
        What is served; empty while nothing is.
    lines : tuple of GenerationLine
        All that are kept, the newest first.
    sound : tuple of int
        Numbers of those that can be compared, the oldest first.
    """

    when: datetime
    served: tuple[Fact, ...]
    lines: tuple[GenerationLine, ...]
    sound: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServePage:
    """What ``serve.html`` shows before another generation is served.

    Attributes
    ----------
    number, served : int
        The generation that is to be served, and the one that is; 0 for none.
    facts : tuple of Fact
        What it has.
    changes : tuple of Fact
        What differs from the one that is served; empty where that is damaged.
    compare : str
        Leads to all of that, where there is any.
    """

    number: int
    served: int
    facts: tuple[Fact, ...]
    changes: tuple[Fact, ...]
    compare: str


def serve_page(
    served: int, wanted: Generation, diff: GenerationDiff | None, changes: int, now: datetime
) -> ServePage:
    """Return what is said before another generation is served.

    Parameters
    ----------
    served : int
        The one that is served; 0 for none.
    wanted : Generation
        The other one, open.
    diff : GenerationDiff, optional
        From the one to the other; None where the served one is damaged.
    changes : int
        Changes of the store since the wanted one was built.
    now : datetime
        The time.
    """
    return ServePage(
        number=wanted.number,
        served=served,
        facts=tuple(_served(wanted, changes, now)),
        changes=tuple(_changes(diff)) if diff else (),
        compare=url_for("console.generation_diff", before=served, after=wanted.number)
        if diff
        else "",
    )


def _changes(diff: GenerationDiff) -> Iterator[Fact]:
    yield Fact("Articles in", f"{len(diff.added):,}", "are in that index and not in this one")
    yield Fact("Articles out", f"{len(diff.removed):,}", "are in this index and not in that one")
    yield Fact("Articles changed", f"{len(diff.changed):,}", "read otherwise in that one")
    yield Fact("Words", f"{len(diff.gained):,} more, {len(diff.lost):,} fewer")
    for change in diff.settings:
        yield Fact(change.name.capitalize(), change.after, f"now {change.before}")


def generations_page(
    generations: Generations,
    open_: Generation | None,
    jobs: Iterable[Job],
    changes: int,
    now: datetime,
) -> GenerationsPage:
    """Return the page.

    Parameters
    ----------
    generations : Generations
        Those that are kept.
    open_ : Generation, optional
        The one that this process serves.
    jobs : iterable of Job
        The latest ones.
    changes : int
        Changes of the store since that was built.
    now : datetime
        The time.
    """
    infos = generations.list()
    served = next((info.number for info in infos if info.current), None)
    made = {
        job.report.generation: job
        for job in jobs
        if job.kind is JobKind.REBUILD and job.state is JobState.DONE
    }
    return GenerationsPage(
        when=now,
        served=tuple(_served(open_, changes, now)) if open_ else (),
        lines=tuple(_line(info, served, made.get(info.number)) for info in reversed(infos)),
        sound=tuple(info.number for info in infos if not info.damage),
    )


def _line(info: GenerationInfo, served: int | None, job: Job | None) -> GenerationLine:
    sound = not info.current and not info.damage
    number = info.number
    return GenerationLine(
        info=info,
        built=minute_words(info.created) if info.created else "",
        size=decimal(info.bytes),
        job=job,
        compare=url_for("console.generation_diff", before=number, after=served)
        if sound and served is not None
        else "",
        serve=url_for("console.serve_generation", number=number) if sound else "",
    )


def _served(open_: Generation, changes: int, now: datetime) -> Iterator[Fact]:
    manifest = open_.manifest
    age = max((now - open_.created).total_seconds(), 0.0)
    yield Fact("Generation", str(open_.number), f"built on {minute_words(open_.created)}")
    yield Fact("Age", elapsed(age), f"{counted(changes, 'change')} of the store since then")
    yield Fact("Articles", f"{manifest.articles:,}")
    yield Fact("Words", f"{manifest.terms:,}", "different terms, as search knows them")
    yield Fact("Languages", ", ".join(manifest.languages) or "none")
    yield Fact("Size", decimal(manifest.size), counted(len(manifest.files), "file"))
    settings = (f"{name} {value}" for name, value in sorted(manifest.settings.items()))
    yield Fact("Settings", ", ".join(settings), "of ranking, as they were when it was built")
