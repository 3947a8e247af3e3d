"""The command that shows what Backfile does: the sample archive, imported, built and served."""

import json
from importlib.resources import as_file, files
from pathlib import Path

import click

from articles.errors import BackfileError
from articles.importers.importing import ImportOptions
from articles.importers.reporting import import_with_report
from articles.store import Store
from web.cli.curation import BY
from web.cli.home import Home, pass_home
from web.cli.index import build
from web.cli.output import print_text
from web.server import run_server

NEWSPAPER = "The Selvan Courier"
"""Whose articles the sample holds."""


class OccupiedHomeError(BackfileError):
    """The home holds articles that are not the sample's."""


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65_535), metavar="N", help="The port; otherwise the setting."
)
@click.option("--no-serve", is_flag=True, help="Only import and build.")
@pass_home
def demo(home: Home, port: int | None, no_serve: bool) -> None:
    """Import, build and serve the sample archive."""
    home.overrides.update(port=port)
    with as_file(files("articles").joinpath("sample")) as folder:
        paths = sorted(folder.glob("*.jsonl"))
        refuse_other_articles(home.new_store, paths)
        import_with_report(
            home.new_store,
            paths,
            ImportOptions(),
            by=BY,
            on_problem=lambda _: None,
            on_progress=lambda _: None,
        )
    _, report = build(home)
    print_text(f"The sample archive is in {home.settings.home}: {report.articles:,} articles.")
    if not no_serve:
        home.close()  # the server's processes open their own
        settings = home.settings
        if "site_name" not in settings.model_fields_set:
            settings = settings.model_copy(update={"site_name": NEWSPAPER})
        run_server(settings)


def refuse_other_articles(store: Store, sample: list[Path]) -> None:
    """Raise `OccupiedHomeError` when the store holds an article that is not in the sample."""
    ids: set[str] = set()
    for path in sample:
        with path.open(encoding="utf-8") as lines:
            ids.update(json.loads(line)["id"] for line in lines if line.strip())
    other = next((article.id for article in store.articles() if article.id not in ids), None)
    if other is not None:
        raise OccupiedHomeError(
            f"this archive already holds other articles, such as {other!r}, and the sample does "
            "not belong among them: choose another folder (backfile --home FOLDER demo)"
        )
