"""The views of the search report: what readers search for, and the same as a file."""

from flask import Response, render_template

from articles.query_report import QueryCount
from web.console.searches_page import LONGEST, SearchesParameters, searches_page, span_words
from web.console.views import attached, console
from web.serving import serving
from web.spreadsheets import csv_table

COLUMNS = ("query", "searches", "without hits", "hits", "mean ms", "searches before", "clicks")


@console.get("/searches")
def searches(query: SearchesParameters) -> str:
    """Show what readers search for."""
    kept = serving()
    page = searches_page(query, kept.store.query_report, kept.settings.query_log_days)
    return render_template("console/searches.html", page=page, compared=span_words(page.days))


@console.get("/searches.csv")
def searches_file(query: SearchesParameters) -> Response:
    """Return a whole list as a file."""
    found = serving().store.query_report.listed(query.which, query.days(), limit=LONGEST)
    lines = csv_table(COLUMNS, map(_row, found))
    return attached(lines, f"searches-{query.which}.csv", "text/csv")


def _row(one: QueryCount) -> tuple[str | float, ...]:
    return (
        one.text,
        one.searches,
        one.without_hits,
        one.hits,
        round(one.mean, 1),
        one.before,
        one.clicks,
    )
