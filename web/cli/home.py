"""The archive that a command works on: its settings and its store."""

from functools import cached_property
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url

from articles.errors import BackfileError
from articles.store import Store
from web.backup.exchange import finish_restore
from web.settings import Settings, load_settings


class NoArchiveError(BackfileError):
    """There is no archive where one was looked for."""


class Home:
    """Opens the store when a command asks for it, and closes it when the command ends.

    Attributes
    ----------
    overrides : dict
        Settings from the command line; those that are None leave the setting alone.
    """

    def __init__(self) -> None:
        context = click.get_current_context()
        context.call_on_close(self.close)
        self.overrides: dict[str, Any] = {"home": context.find_root().params["home"]}

    @cached_property
    def settings(self) -> Settings:
        """The settings, those of the command line included."""
        return load_settings(**self.overrides)

    @cached_property
    def new_store(self) -> Store:
        """The store, made where there is none yet."""
        finish_restore(self.settings)
        return Store.open(self.settings.store_url)

    @property
    def store(self) -> Store:
        """The store of an archive that is there already."""
        self.require_archive()
        return self.new_store

    def require_archive(self) -> None:
        """Raise `NoArchiveError` when there is none; a database server's is taken to be there.

        Nothing must come into being because somebody looked for it in the wrong folder.
        """
        finish_restore(self.settings)
        url = make_url(self.settings.store_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise NoArchiveError(
                f"there is no archive in {self.settings.home}: import articles first "
                "(backfile import FILE), or name the folder it is in (backfile --home FOLDER ...)"
            )

    def close(self) -> None:
        """Release the store; asked for afterwards, it is opened anew."""
        if "new_store" in self.__dict__:
            self.new_store.close()
            del self.new_store


pass_home = click.make_pass_decorator(Home, ensure=True)
