"""The commands that make generations and choose the served one: rebuild, generations, rollback."""

from datetime import UTC, datetime

import click
from pydantic import BaseModel, ConfigDict
from rich.filesize import decimal

from index.build_step import BuildProgress
from index.builder import BuildReport, rebuild
from index.publish import Generations
from recommender.lists import RelatedLists
from web.cli.generation_diff import show_diff
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_table, print_text
from web.cli.progress import Bars
from web.formatting import counted
from web.golden import golden_checks

SHOWN = 5
"""Boilerplate sentences that are printed for people; programs are given more."""
MOST_SHOWN = 100_000
"""Articles and words of a difference that a program can have."""
LONGEST_SHOWN = 100
"""Characters of them."""


class SentenceModel(BaseModel):
    """A sentence that makes no article related, because it stands in so many."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    articles: int


class BuildModel(BaseModel):
    """What a rebuild did."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    articles: int
    skipped: int
    seconds: float
    bytes: int
    notes: list[str]
    boilerplate_found: int
    boilerplate: list[SentenceModel]


class GenerationModel(BaseModel):
    """One generation that is kept."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    created: datetime | None
    articles: int
    terms: int
    bytes: int
    current: bool
    damage: str


class GenerationsModel(BaseModel):
    """The generations that are kept, oldest first."""

    generations: list[GenerationModel]


class RollbackModel(BaseModel):
    """The number of the generation that is served now."""

    number: int


@click.command("rebuild")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes that share the work; otherwise the setting.",
)
@click.option(
    "--memory",
    type=click.IntRange(64),
    metavar="MB",
    help="Megabytes for the articles in hand; otherwise the setting.",
)
@click.option("--force", is_flag=True, help="Serve it even if golden pairs or queries fail.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_home
def rebuild_index(
    home: Home, processes: int | None, memory: int | None, force: bool, as_json: bool
) -> None:
    """Make all public articles searchable: a new generation.

    What is served stays as it is until the new generation is complete, also when the rebuild is
    stopped or killed. A generation in which too few golden pairs or queries hold is not served.
    """
    home.overrides.update(build_processes=processes, build_memory=memory)
    report = build(home, force=force)
    if as_json:
        print_json(BuildModel.model_validate(report))
    else:
        print_build(report)


def kept(home: Home) -> Generations:
    """Return the generations of an archive that is there already."""
    home.require_archive()
    return Generations(home.settings.generations_folder)


def build(home: Home, *, force: bool = False) -> BuildReport:
    """Rebuild with progress bars."""
    checks = golden_checks(home.store, home.settings)
    with Bars() as bars:

        def show(progress: BuildProgress) -> None:
            bars.show(progress.stage, progress.done, progress.total)

        return rebuild(
            home.store,
            kept(home),
            now=datetime.now(UTC),
            processes=home.settings.build_processes,
            memory=home.settings.build_memory,
            steps=[
                RelatedLists(
                    boilerplate_articles=home.settings.boilerplate_articles,
                    threads=home.settings.build_processes,
                )
            ],
            checks=checks,
            force=force,
            on_progress=show,
        )


def print_build(report: BuildReport) -> None:
    """Print for people what a rebuild did."""
    print_text(
        f"Generation {report.number} is served: {report.articles:,} articles, "
        f"{decimal(report.bytes)}, built in {report.seconds:.1f} s."
    )
    if report.skipped:
        print_text(f"{report.skipped:,} articles are not public now and were left out.")
    for note in report.notes:
        print_text(note)
    if report.boilerplate:
        print_text(
            f"{counted(report.boilerplate_found, 'sentence')} of many articles made none related; "
            "the commonest:"
        )
        for sentence in report.boilerplate[:SHOWN]:
            print_text(f"{sentence.articles:>7,}  {sentence.text[:LONGEST_SHOWN]}")


@click.command()
@click.option("--diff", nargs=2, type=int, metavar="A B", help="Say what differs from A to B.")
@click.option(
    "--limit",
    type=click.IntRange(0, MOST_SHOWN),
    default=10,
    show_default=True,
    metavar="N",
    help="Articles and words of each list of differences.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def generations(home: Home, diff: tuple[int, int] | None, limit: int, as_json: bool) -> None:
    """List the generations that are kept, or say what differs between two of them."""
    if diff is not None:
        show_diff(kept(home), *diff, limit=limit, as_json=as_json)
        return
    found = kept(home).list()
    if as_json:
        print_json(GenerationsModel(generations=list(map(GenerationModel.model_validate, found))))
        return
    if not found:
        print_text("There is no generation yet: run `backfile rebuild`.")
        return
    print_table(
        ("generation", "built", "articles", "words", "size", ""),
        [
            (
                str(info.number),
                moment(info.created),
                f"{info.articles:,}",
                f"{info.terms:,}",
                decimal(info.bytes),
                info.damage or ("served" if info.current else ""),
            )
            for info in found
        ],
    )


@click.command()
@click.option(
    "--to", type=int, metavar="N", help="The generation to serve; default: the one before."
)
@click.option("--json", "as_json", is_flag=True, help="Print the number that is served as JSON.")
@pass_home
def rollback(home: Home, to: int | None, as_json: bool) -> None:
    """Serve an older generation again."""
    number = kept(home).rollback(to)
    if as_json:
        print_json(RollbackModel(number=number))
    else:
        print_text(f"Generation {number} is served now.")
