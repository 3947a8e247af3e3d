"""The served generation, as the commands ask it what the pages and the API ask."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from web.cli.home import Home
from web.served import Served
from web.serving import Serving


@contextmanager
def answering(home: Home) -> Iterator[Served]:
    """Open what is served, and close it afterwards; its warnings go to standard error."""
    home.require_archive()
    with closing(Serving(home.settings)) as serving:
        served = serving.current()
        for warning in served.generation.warnings:
            click.echo(f"Warning: {warning}", err=True)
        try:
            yield served
        finally:
            serving.release(served)
