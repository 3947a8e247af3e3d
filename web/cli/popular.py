"""The commands about what readers open: popular, popular import-log."""

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from recommender.popular import WINDOWS
from web.cli.home import Home, pass_home
from web.cli.output import print_facts, print_json, print_table, print_text
from web.counting.lists import PopularAnswerModel, PopularParameters, popular_answer
from web.counting.log_import import LogReport, Pages, import_log
from web.formatting import counted
from web.serving import Serving

CLICK_DAYS = 30
"""Days of which the clicks stand beside the views."""


@click.group(invoke_without_command=True)
@click.option(
    "--window", type=click.Choice(WINDOWS), default="day", show_default=True, help="Which list."
)
@click.option("--section", default="", help="Only articles of this section.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="One calendar day, in UTC, instead."
)
@click.option(
    "--limit", type=click.IntRange(1, 200), default=10, show_default=True, help="Articles at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as the API gives it.")
@pass_home
@click.pass_context
def popular(
    context: click.Context,
    home: Home,
    window: str,
    section: str,
    day: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what many readers open, and count from access logs.

    Views are counted by pages' beacons, by servers, and from access logs. Clicks are those on the
    article in blocks, of the last 30 days.
    """
    if context.invoked_subcommand is not None:
        return
    asked = PopularParameters.model_validate(
        {
            "window": window,
            "section": section[:300],
            "date": day.date() if day else None,
            "limit": limit,
        }
    )
    home.require_archive()
    with closing(Serving(home.settings)) as serving:
        served = serving.current()
        try:
            found = popular_answer(serving.popularity, served, asked)
        finally:
            serving.release(served)
        since = datetime.now(UTC).date() - timedelta(days=CLICK_DAYS - 1)
        clicks = serving.store.readings.clicks_of([item.id for item in found.items], since)
    if as_json:
        print_json(found)
    else:
        print_list(found, clicks)


def print_list(found: PopularAnswerModel, clicks: dict[str, int]) -> None:
    """Print a list for people."""
    if not found.items:
        print_text(
            "Nothing has been read often enough: `backfile settings` shows popular_least_views, "
            "and docs/popular.md how views are counted."
        )
        return
    print_table(
        ("", "article", "views", "clicks", "score"),
        [
            (
                str(item.position),
                f"{item.title} ({item.id})",
                f"{item.views:,}",
                f"{clicks.get(item.id, 0):,}",
                f"{item.score:,.1f}",
            )
            for item in found.items
        ],
        left=2,
    )


@popular.command("import-log")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def import_logs(home: Home, files: tuple[Path, ...], as_json: bool) -> None:
    """Count views from access logs in the combined format, also compressed.

    Paths are those of articles' addresses. A log that was counted before does not count again;
    import only logs that are finished, and none of days on which pages sent beacons.
    """
    settings, store = home.settings, home.store
    pages = Pages(store)
    rates = settings.counting_views_a_minute, settings.counting_views_an_hour
    reports = [import_log(store, file, pages, rates) for file in files]
    if as_json:
        print_json([asdict(report) for report in reports])
        return
    for report in reports:
        print_report(report)


def print_report(report: LogReport) -> None:
    """Print what became of a log."""
    print_text(f"{report.file}: {counted(report.lines, 'line')}")
    if report.known:
        print_text("It was counted before: nothing of it counts again.", indent=2)
        return
    print_facts(
        [
            ("  Views", f"{report.views:,}"),
            ("  Repeated", f"{report.repeated:,}" if report.repeated else ""),
            ("  Programs", f"{report.programs:,}" if report.programs else ""),
            ("  Other pages", f"{report.others:,}" if report.others else ""),
            ("  Unreadable", f"{report.unreadable:,}" if report.unreadable else ""),
        ]
    )
    for problem in report.problems:
        print_text(f"line {problem.line}: {problem.reason}", indent=2)
    if report.unreadable > len(report.problems):
        print_text(f"and {report.unreadable - len(report.problems):,} more", indent=2)
