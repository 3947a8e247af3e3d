"""What the page of generations shows: those that are kept, and which of them is served."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from rich.filesize import decimal

from index.generation import Generation
from index.publish import GenerationInfo, Generations
from web.console.facts import Fact, minute_words
from web.formatting import counted, elapsed


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationLine:
    """One generation in words.

    Attributes
    ----------
    info : GenerationInfo
        What its manifest says.
    built, size : str
        When it was built, and its bytes.
    compare : str
        Leads to what differs between it and the served one; empty for that one and for damaged
        ones.
    """

    info: GenerationInfo
    built: str
    size: str
    compare: str


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


def generations_page(
    generations: Generations, open_: Generation | None, changes: int, now: datetime
) -> GenerationsPage:
    """Return the page.

    Parameters
    ----------
    generations : Generations
        Those that are kept.
    open_ : Generation, optional
        The one that this process serves.
    changes : int
        Changes of the store since that was built.
    now : datetime
        The time.
    """
    infos = generations.list()
    served = next((info.number for info in infos if info.current), None)
    return GenerationsPage(
        when=now,
        served=tuple(_served(open_, changes, now)) if open_ else (),
        lines=tuple(_line(info, served) for info in reversed(infos)),
        sound=tuple(info.number for info in infos if not info.damage),
    )


def _line(info: GenerationInfo, served: int | None) -> GenerationLine:
    comparable = served is not None and not info.current and not info.damage
    return GenerationLine(
        info=info,
        built=minute_words(info.created) if info.created else "",
        size=decimal(info.bytes),
        compare=url_for("console.generation_diff", before=info.number, after=served)
        if comparable
        else "",
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
