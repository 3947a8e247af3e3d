"""The command that serves the archive to readers and to the site."""

import click

from web.cli.home import Home, pass_home
from web.server import run_server


@click.command()
@click.option("--host", help="The address to listen on; otherwise the setting.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), metavar="N", help="The port; otherwise the setting."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes; otherwise the setting."
)
@pass_home
def serve(home: Home, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages and the API.

    A new generation is picked up without a restart; Ctrl-C ends the server.
    """
    home.overrides.update(host=host, port=port, workers=workers)
    home.require_archive()
    run_server(home.settings)
