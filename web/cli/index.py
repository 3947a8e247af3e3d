"""The commands that make generations and choose the served one: rebuild, generations, rollback."""

import time
from datetime import UTC, datetime

import click
from pydantic import BaseModel, ConfigDict
from rich.filesize import decimal

from articles.jobs import Job, JobKind, JobOptions, this_process
from index.builder import BuildReport
from index.priority import go_last
from index.publish import Generations
from web.cli.curation import BY
from web.cli.generation_diff import show_diff
from web.cli.home import Home, pass_home
from web.cli.jobs import tell
from web.cli.output import moment, print_json, print_table, print_text
from web.cli.progress import JobBar
from web.formatting import counted
from web.rebuilding.doing import do_rebuild, do_rollback
from web.rebuilding.starting import start

SHOWN = 5
"""Boilerplate sentences that are printed for people; programs are given more."""
MOST_SHOWN = 100_000
"""Articles and words of a difference that a program can have."""
PATIENCE = 10.0
"""Seconds that a job is given to stop."""
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
    resumed: bool
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
@click.option("--force", is_flag=True, help="Serve it whatever the checks say, with little room.")
@click.option("--anew", is_flag=True, help="Use nothing of a rebuild that was interrupted.")
@click.option("--background", is_flag=True, help="Begin it and return at once.")
@click.option("--status", "status_", is_flag=True, help="Say how far it is, or how it ended.")
@click.option("--cancel", "cancel_", is_flag=True, help="Stop it: what is served stays.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option("--job", "job_id", type=int, hidden=True)
@pass_home
def rebuild_index(
    home: Home,
    *,
    processes: int | None,
    memory: int | None,
    force: bool,
    anew: bool,
    background: bool,
    status_: bool,
    cancel_: bool,
    as_json: bool,
    job_id: int | None,
) -> None:
    """Make all public articles searchable: a new generation.

    What is served stays as it is until the new generation is complete and has passed all checks,
    also when the rebuild is stopped or killed. Ctrl-C and --cancel stop it within seconds; one
    that was killed is gone on with. Only one is at work at a time.
    """
    if status_ or cancel_:
        tell(cancelled(home) if cancel_ else latest(home), as_json=as_json)
        return
    options = JobOptions(force=force, resume=not anew, processes=processes, memory=memory)
    if background:
        job = start(JobKind.REBUILD, home.store, home.settings, by=BY, options=options)
        tell(job, as_json=as_json)
        return
    go_last(home.settings.build_niceness)
    job, report = build(home, options, job_id)
    if as_json:
        print_json(BuildModel.model_validate(report))
    else:
        print_build(report)


def kept(home: Home) -> Generations:
    """Return the generations of an archive that is there already."""
    home.require_archive()
    return Generations(home.settings.generations_folder)


def latest(home: Home) -> Job | None:
    """Return the job that is at work, or else the last one."""
    return next(iter(home.store.jobs.recent(datetime.now(UTC), 1)), None)


def cancelled(home: Home) -> Job:
    """Stop the job that is at work; return it when it has ended."""
    jobs = home.store.jobs
    job = jobs.cancel(by=BY, now=datetime.now(UTC))
    stop_by = time.monotonic() + PATIENCE
    while job.is_open and time.monotonic() < stop_by:
        time.sleep(0.1)
        job = jobs.get(job.id, datetime.now(UTC)) or job
    return job


def claimed(home: Home, kind: JobKind, options: JobOptions, job_id: int | None = None) -> Job:
    """Return a job for this process to do: the one of that number, or else a new one."""
    jobs, worker = home.store.jobs, this_process()
    if job_id is None:
        return jobs.begin(kind, options, worker, by=BY, now=datetime.now(UTC))
    return jobs.claim(job_id, worker, datetime.now(UTC))


def build(
    home: Home, options: JobOptions | None = None, job_id: int | None = None
) -> tuple[Job, BuildReport]:
    """Rebuild and show how far it is."""
    job = claimed(home, JobKind.REBUILD, options or JobOptions(), job_id)
    with JobBar() as bar:
        return do_rebuild(job, home.store, home.settings, bar.show)


def print_build(report: BuildReport) -> None:
    """Print for people what a rebuild did."""
    print_text(
        f"Generation {report.number} is served: {report.articles:,} articles, "
        f"{decimal(report.bytes)}, built in {report.seconds:.1f} s."
    )
    if report.resumed:
        print_text("It went on with what an interrupted rebuild had complete.")
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
    """List the generations that are kept.

    With --diff it is said what differs between two of them.
    """
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
@click.option("--job", "job_id", type=int, hidden=True)
@pass_home
def rollback(home: Home, to: int | None, as_json: bool, job_id: int | None) -> None:
    """Serve an older generation again.

    Every byte of it is read first, and a damaged one is not served.
    """
    job = claimed(home, JobKind.ROLLBACK, JobOptions(to=to), job_id)
    _, number = do_rollback(job, home.store, home.settings)
    if as_json:
        print_json(RollbackModel(number=number))
    else:
        print_text(f"Generation {number} is served now.")
