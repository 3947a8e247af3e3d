"""The command that brings articles in: import."""

import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path

import click
from pydantic import BaseModel

from articles.importers.importing import (
    ImportOptions,
    ImportResult,
    Problem,
    Progress,
)
from articles.importers.reporting import import_with_report
from web.cli.curation import BY
from web.cli.home import Home, pass_home
from web.cli.output import print_facts, print_json, print_text
from web.cli.progress import Bars
from web.formatting import language_name
from web.spreadsheets import defused

SHOWN = 5
"""Reasons that are printed for each kind of problem."""
DETAIL = re.compile(r"'[^']*'|\([^)]*\)|\"[^\"]*\"|“[^”]*”|\d[\d,.]*")
"""What differs between problems of the same kind: names, values and numbers."""
OnProblem = Callable[[Problem], None]


class ReasonModel(BaseModel):
    """Problems of one kind: how many, and the first of them."""

    action: str
    count: int
    reason: str
    file: str
    line: int
    id: str


class ImportModel(BaseModel):
    """What an import did; ``reasons`` and ``detected`` languages have the commonest first."""

    added: int
    changed: int
    unchanged: int
    withdrawn: int
    repaired: int
    rejected: int
    detected: dict[str, int]
    seconds: float
    articles_a_second: float
    reasons: list[ReasonModel]
    report: Path | None


class Problems:
    """The problems of an import, counted by kind; of each kind only the first is kept."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Count a problem."""
        kind = (problem.action, DETAIL.sub("…", problem.reason))
        self._counts[kind] += 1
        self._first.setdefault(kind, problem)

    def reasons(self) -> list[ReasonModel]:
        """Return the kinds, the commonest first."""
        return [
            ReasonModel(count=count, **{name: getattr(first, name) for name in PROBLEM_FIELDS})
            for kind, count in self._counts.most_common()
            for first in [self._first[kind]]
        ]


PROBLEM_FIELDS = tuple(field.name for field in fields(Problem))


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Take our field from theirs, such as title=headline; may be repeated.",
)
@click.option(
    "--language",
    metavar="CODES",
    help="The language of articles that do not name theirs; several, such as de,en, are told "
    "apart by the text, auto tells all languages. Otherwise the setting.",
)
@click.option(
    "--day-first/--month-first",
    default=True,
    show_default=True,
    help="Whether 3/4/2011 is 3 April or 4 March.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="Write every rejected or repaired record there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_home
def import_articles(
    home: Home,
    paths: tuple[Path, ...],
    mapping: tuple[str, ...],
    language: str | None,
    day_first: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Bring articles in.

    FILE is JSON, JSON lines, CSV, a saved page or copied text, plain or compressed, or a folder or
    zip file of such. An article whose id is there already is replaced. The exit status is 1 when a
    record was rejected; all others are in the archive then.
    """
    options = ImportOptions(
        mapping=read_mapping(mapping),
        language=language or home.settings.language,
        day_first=day_first,
    )
    problems = Problems()
    started = time.monotonic()
    with write_report(report) as write, Bars(keep=False) as bars:

        def show_problem(problem: Problem) -> None:
            problems.add(problem)
            write(problem)

        def show_progress(progress: Progress) -> None:
            rate = progress.records / max(time.monotonic() - started, 1e-9)
            note = f"{progress.records:,} records, {rate:,.0f} a second"
            bars.show(Path(progress.file).name, progress.bytes_done, progress.bytes_total, note)

        result = import_with_report(
            home.new_store,
            paths,
            options,
            by=BY,
            on_problem=show_problem,
            on_progress=show_progress,
        )
    summary = summarise(result, problems, time.monotonic() - started, report)
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)
    click.get_current_context().exit(1 if result.rejected else 0)


def read_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the mapping that OURS=THEIRS pairs give."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not (ours and equals and theirs):
            raise click.BadParameter(f"{pair!r} is not OURS=THEIRS, such as title=headline")
        if ours in mapping:
            raise click.BadParameter(f"{ours} is mapped twice")
        mapping[ours] = theirs
    return mapping


@contextmanager
def write_report(path: Path | None) -> Iterator[OnProblem]:
    """Give what writes problems to a CSV file; nothing is written without a path."""
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PROBLEM_FIELDS)
        yield lambda problem: writer.writerow(map(defused, astuple(problem)))


def summarise(
    result: ImportResult, problems: Problems, seconds: float, report: Path | None
) -> ImportModel:
    """Return what an import did."""
    handled = result.added + result.changed + result.unchanged + result.withdrawn
    return ImportModel(
        added=result.added,
        changed=result.changed,
        unchanged=result.unchanged,
        withdrawn=result.withdrawn,
        repaired=result.repaired,
        rejected=result.rejected,
        detected=dict(result.detected),
        seconds=round(seconds, 3),
        articles_a_second=round(handled / max(seconds, 1e-9), 1),
        reasons=problems.reasons(),
        report=report,
    )


def print_summary(summary: ImportModel) -> None:
    """Print for people what an import did."""
    names = ("added", "changed", "unchanged", "withdrawn", "repaired", "rejected")
    print_facts((name.capitalize(), f"{getattr(summary, name):>9,}") for name in names)
    print_text()
    if summary.detected:
        print_text("Languages detected:")
        print_facts(
            (f"{count:>9,}", language_name(code)) for code, count in summary.detected.items()
        )
        print_text()
    print_text(f"{summary.seconds:.1f} s, {summary.articles_a_second:,.0f} articles a second")
    for action in ("rejected", "repaired"):
        reasons = [reason for reason in summary.reasons if reason.action == action]
        if not reasons:
            continue
        print_text()
        print_text(f"{action.capitalize()}:")
        for reason in reasons[:SHOWN]:
            name = f" ({reason.id})" if reason.id else ""
            place = f"{reason.file}:{reason.line}" if reason.line else reason.file
            print_text(f"{reason.count:>9,}  {reason.reason}")
            print_text(f"first at {place}{name}", indent=11)
        if len(reasons) > SHOWN:
            print_text(f"and {len(reasons) - SHOWN} other kinds", indent=11)
    if summary.reasons:
        print_text()
        print_text(
            f"The report of all of them is {summary.report}."
            if summary.report
            else "--report FILE.csv lists all of them."
        )
    if summary.added or summary.changed or summary.withdrawn:
        print_text()
        print_text("`backfile rebuild` makes the changes searchable.")
