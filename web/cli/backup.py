"""The commands that keep an archive in one file and put it back: backup and restore."""

from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict
from rich.filesize import decimal

from web.backup.backup import make_backup
from web.backup.restore import SETTINGS_FOLDER
from web.backup.restore import restore as put_back
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_text
from web.cli.progress import Bars
from web.formatting import counted


class BackupModel(BaseModel):
    """What is in a backup."""

    model_config = ConfigDict(from_attributes=True)

    file: Path
    bytes: int
    articles: int
    rows: int
    settings: list[str]
    generation: int | None


class RestoreModel(BaseModel):
    """What was put back, and which folders hold what was there before."""

    model_config = ConfigDict(from_attributes=True)

    made: datetime
    articles: int
    rows: int
    settings: list[str]
    generation: int | None
    before: list[Path]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-index", is_flag=True, help="Keep the served index, too: no rebuild is needed."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_home
def backup(home: Home, file: Path, with_index: bool, as_json: bool) -> None:
    """Write the archive into one file.

    That is articles, what editors chose, users, counts and settings, all of one moment, although
    readers and writers go on meanwhile. An older file of that name is replaced when the new one is
    whole. It holds secrets, so only its owner may read it.
    """
    store = home.store
    with Bars() as bars:
        report = make_backup(
            home.settings,
            store,
            file.absolute(),
            with_index=with_index,
            now=datetime.now(UTC),
            on_progress=bars.show,
        )
    if as_json:
        print_json(BackupModel.model_validate(report))
        return
    index = f", generation {report.generation}" if report.generation else ""
    print_text(
        f"{report.file} holds {counted(report.articles, 'article')}{index}, "
        f"{decimal(report.bytes)}."
    )
    print_text("It holds secrets: keep it where only you can read it.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of the archive that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_home
def restore(home: Home, file: Path, replace: bool, as_json: bool) -> None:
    """Put a backup back.

    It goes into an empty home, or in the place of an archive. All of it is checked and made aside
    first. What was there is kept beside, except for the rows of a PostgreSQL database, which are
    replaced in one transaction. The server has to be stopped.
    """
    with Bars() as bars:
        report = put_back(
            home.settings, file, replace=replace, now=datetime.now(UTC), on_progress=bars.show
        )
    if as_json:
        print_json(RestoreModel.model_validate(report))
        return
    print_text(
        f"The archive of {moment(report.made)} is back: {counted(report.articles, 'article')}"
        + (f", generation {report.generation}." if report.generation else ".")
    )
    if not report.generation:
        print_text("There is no index in the backup: run `backfile rebuild`.")
    if report.settings:
        print_text(
            f"Its settings lie in {home.settings.home / SETTINGS_FOLDER} and are not in force: "
            "look them over, then put them where the settings of this machine are."
        )
    for folder in report.before:
        print_text(f"What was there before is in {folder}: remove it when you miss nothing.")
