"""What the pages of imports show: which there were, and the report of one."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from flask import url_for
from pydantic import Field
from werkzeug.exceptions import NotFound

from articles.audit import moment_words
from articles.import_report_store import ImportReportStore
from articles.import_reports import ImportReport, ImportState, ProblemFilter
from articles.importers.problem import Action, Problem
from web.locales import number
from web.parameters import Parameters

ON_A_PAGE = 25
PROBLEMS_ON_A_PAGE = 50
LONGEST_WORDS = 100
_RUNNING = "has been running for {}"
_KEPT = "what was stored until then is kept"
_ENDINGS = {
    ImportState.DONE: "came to its end after {}",
    ImportState.STOPPED: f"was stopped from the keyboard after {{}}; {_KEPT}",
    ImportState.FAILED: f"failed after {{}}; {_KEPT}",
    ImportState.INTERRUPTED: "was interrupted: nothing was heard of it any more after {}, as when "
    f"a program is killed or its machine goes down; {_KEPT}, and the same command goes on",
}


class ImportsParameters(Parameters):
    """The page of the list."""

    page: int = Field(1, ge=1, le=1_000)


class ImportParameters(Parameters):
    """The import that is meant, and which of its problems are shown."""

    number: int = Field(ge=1, le=2**62)
    action: Action | None = None
    words: str = Field("", max_length=LONGEST_WORDS)
    page: int = Field(1, ge=1, le=1_000)

    def filter(self) -> ProblemFilter:
        """Return which problems are wanted."""
        return ProblemFilter(action=self.action, words=self.words.strip())

    def address(self, endpoint: str = "console.import_report", **changed: Any) -> str:
        """Return the address of this report with the same filters."""
        given = {"action": self.action, "words": self.words or None}
        return url_for(endpoint, number=self.number, **given | changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One import of the list: its first files by name, how it stands, and whether that is bad."""

    report: ImportReport
    address: str
    when: str
    paths: str
    state: str
    problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage:
    """What ``imports.html`` shows: a page of the imports, the newest first."""

    lines: tuple[ImportLine, ...]
    total: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """What ``import_report.html`` shows: one import, and a page of its problems.

    ``facts`` are what it counted, with their words. ``total`` problems pass the filter, ``kept``
    there are in all, and ``left_out`` were only counted.
    """

    parameters: ImportParameters
    line: ImportLine
    story: str
    facts: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    total: int
    kept: int
    left_out: int
    previous: str
    next: str
    first_page: str
    file: str


def imports_page(
    asked: ImportsParameters, reports: ImportReportStore, now: datetime
) -> ImportsPage:
    """Return a page of the list."""
    here, total = asked.page, reports.count()
    listed = reports.reports(now, offset=(here - 1) * ON_A_PAGE, limit=ON_A_PAGE)
    more = total > here * ON_A_PAGE
    return ImportsPage(
        lines=tuple(map(_line, listed)),
        total=total,
        previous=url_for("console.imports", page=here - 1) if here > 1 else "",
        next=url_for("console.imports", page=here + 1) if more else "",
    )


def import_page(asked: ImportParameters, reports: ImportReportStore, now: datetime) -> ImportPage:
    """Return the page of one import.

    Raises
    ------
    NotFound
        When there is no report of that number, or no more.
    """
    report = known_report(asked, reports, now)
    wanted, here = asked.filter(), asked.page
    kept, total = (
        reports.count_problems(report.number),
        reports.count_problems(asked.number, wanted),
    )
    start = (here - 1) * PROBLEMS_ON_A_PAGE
    counted = report.counts.rejected + report.counts.repaired
    more = total > here * PROBLEMS_ON_A_PAGE
    return ImportPage(
        parameters=asked,
        line=_line(report),
        story=_story(report, now),
        facts=tuple((name, number(count)) for name, count in asdict(report.counts).items()),
        problems=tuple(
            reports.problems(asked.number, wanted, offset=start, limit=PROBLEMS_ON_A_PAGE)
        ),
        total=total,
        kept=kept,
        left_out=max(counted - kept, 0) if report.state is ImportState.DONE else 0,
        previous=asked.address(page=here - 1) if here > 1 else "",
        next=asked.address(page=here + 1) if more else "",
        first_page=asked.address(),
        file=asked.address("console.import_file"),
    )


def known_report(
    asked: ImportParameters, reports: ImportReportStore, now: datetime
) -> ImportReport:
    """Return the report that is meant; NotFound when it is not there."""
    report = reports.report(asked.number, now)
    if report is None:
        raise NotFound
    return report


def duration(span: timedelta) -> str:
    """Return for how long something went on.

    Examples
    --------
    >>> duration(timedelta(seconds=7)), duration(timedelta(minutes=75))
    ('7 s', '1 h 15 min')
    """
    seconds = max(round(span.total_seconds()), 0)
    hours, minutes = seconds // 3_600, seconds // 60 % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"


def _line(report: ImportReport) -> ImportLine:
    named = ", ".join(PurePath(path).name or path for path in report.paths[:3])
    others = len(report.paths) - 3 + report.more
    return ImportLine(
        report=report,
        address=url_for("console.import_report", number=report.number),
        when=moment_words(report.started),
        paths=f"{named} and {others} more" if others > 0 else named,
        state=report.state.value,
        problem=report.state not in (ImportState.DONE, ImportState.RUNNING),
    )


def _story(report: ImportReport, now: datetime) -> str:
    """Return in a sentence how an import stands."""
    if report.state is ImportState.RUNNING:
        return _RUNNING.format(duration(now - report.started))
    words = _ENDINGS[report.state].format(duration(report.heard - report.started))
    if report.state is ImportState.FAILED and report.fault:
        return f"{words}: {report.fault}"
    return words
