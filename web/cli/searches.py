"""The command that says what readers search for: searches."""

from datetime import UTC, datetime, timedelta

import click
from pydantic import TypeAdapter

from articles.query_report import QueryCount, QueryDays, QueryList, QueryTotals
from web.cli.home import Home, pass_home
from web.cli.output import print_facts, print_json, print_table, print_text
from web.locales import day, number, percent

MOST_DAYS = 3_650
MOST_LISTED = 10_000


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=28,
    show_default=True,
    help="Count so many days up to today.",
)
@click.option(
    "--list",
    "which",
    type=click.Choice([which.value for which in QueryList]),
    default=QueryList.TOP.value,
    show_default=True,
    help="Asked most; finding nothing; nothing of it followed; asked more than before; slow.",
)
@click.option(
    "--limit",
    type=click.IntRange(0, MOST_LISTED),
    default=20,
    show_default=True,
    help="How many queries are listed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def searches(home: Home, days: int, which: str, limit: int, as_json: bool) -> None:
    """Say what readers search for, and what finds nothing.

    Queries are compared with as many days before. They are counted by day, and never by whom.
    """
    today = datetime.now(UTC).date()
    span = QueryDays(today - timedelta(days=days - 1), today)
    report = home.store.query_report
    totals, found = report.totals(span), report.listed(QueryList(which), span, limit=limit)
    if as_json:
        plain = TypeAdapter(list[QueryCount]).dump_python(found, mode="json")
        whole = TypeAdapter(QueryTotals).dump_python(totals, mode="json")
        ends = {"first": span.first.isoformat(), "last": span.last.isoformat()}
        print_json({**ends, "list": which, "totals": whole, "queries": plain})
    else:
        print_searches(span, totals, found)


def print_searches(span: QueryDays, totals: QueryTotals, found: list[QueryCount]) -> None:
    """Print a report for people."""
    if not totals.searches:
        print_text("Nothing was searched for in these days.")
        return
    print_facts(
        [
            ("Days", f"{day(span.first)} to {day(span.last)}"),
            ("Searches", f"{number(totals.searches)}, before {number(totals.before)}"),
            ("Queries", number(totals.queries)),
            ("Without hits", percent(totals.without_hits, totals.searches)),
            ("Hits followed", number(totals.clicks)),
            ("Mean time", f"{totals.milliseconds / totals.searches:,.0f} ms"),
        ]
    )
    print_text()
    rows = [
        (
            one.text,
            number(one.searches),
            number(one.before),
            percent(one.without_hits, one.searches),
            number(one.hits),
            number(one.clicks),
            f"{one.mean:,.0f}",
        )
        for one in found
    ]
    headings = ("query", "searches", "before", "without hits", "hits", "clicks", "ms")
    print_table(headings, rows, left=1)
