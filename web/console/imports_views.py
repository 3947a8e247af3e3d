"""The views of imports: their list, the report of one, and its problems as a file."""

from dataclasses import astuple

from flask import Response, render_template

from web.console.imports_page import (
    ImportParameters,
    ImportsParameters,
    import_page,
    imports_page,
    known_report,
)
from web.console.session import now
from web.console.views import attached, console
from web.serving import serving
from web.spreadsheets import csv_table

COLUMNS = ("file", "line", "action", "id", "reason")


@console.get("/imports")
def imports(query: ImportsParameters) -> str:
    """Show which imports there were."""
    page = imports_page(query, serving().store.import_reports, now())
    return render_template("console/imports.html", page=page)


@console.get("/imports/report")
def import_report(query: ImportParameters) -> str:
    """Show the report of one."""
    page = import_page(query, serving().store.import_reports, now())
    return render_template("console/import_report.html", page=page)


@console.get("/imports/report.csv")
def import_file(query: ImportParameters) -> Response:
    """Return the problems that pass the filters, all that are kept, as a file."""
    reports = serving().store.import_reports
    report = known_report(query, reports, now())
    problems = reports.problems(report.number, query.filter())
    lines = csv_table(COLUMNS, map(astuple, problems))
    return attached(lines, f"import-{report.number}.csv", "text/csv")
