"""The command that prints the settings."""

import click

from web.cli.home import Home, pass_home
from web.cli.output import print_table
from web.settings import Settings, origin, settings_file


@click.command()
@pass_home
def settings(home: Home) -> None:
    """Print every setting and where it comes from."""
    chosen, file = home.settings, settings_file()
    values = {name: _plain(getattr(chosen, name)) for name in Settings.model_fields}
    if chosen.database_url:
        values["database_url"] = chosen.masked_store_url
    print_table(
        ("setting", "value", "from"),
        [
            (name, value or "-", origin(name, home.overrides, file))
            for name, value in values.items()
        ],
        left=3,
    )


def _plain(value: object) -> str:
    """Return a value as a word or two: of a table its keys."""
    if isinstance(value, (tuple, dict)):
        return ", ".join(value)
    return "" if value is None else str(value)
