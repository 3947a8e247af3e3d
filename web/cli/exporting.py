"""What `backfile search --export` writes: the file that the export's address gives, too."""

from pathlib import Path

import click

from web.cli.answering import answering
from web.cli.home import Home
from web.cli.output import print_text
from web.feeds.exports import EXPORTS, articles_of, export_of, export_request
from web.formatting import counted
from web.parameters import SearchParameters


def export_format(file: Path) -> str:
    """Return the format that the name of a file asks for; `BadParameter` when it is none."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in EXPORTS:
        known = " or ".join(f".{name}" for name in EXPORTS)
        raise click.BadParameter(f"{file}: the name of the file must end in {known}.")
    return kind


def export_hits(home: Home, parameters: SearchParameters, file: Path) -> None:
    """Write all hits of a search to a file, and say how many these are."""
    form = EXPORTS[export_format(file)]
    request = export_request(parameters, home.settings)
    with answering(home) as served:
        found = export_of(served.engine, request)
        with file.open("w", encoding="utf-8", newline="") as opened:
            opened.writelines(form.write(articles_of(served.engine, found.ids)))
    print_text(f"{counted(len(found.ids), 'article')} written to {file}")
    if found.total > len(found.ids):
        print_text(
            f"{found.total - len(found.ids):,} more answer: narrow the search by words or days; "
            "the setting export_articles says how many are written"
        )
