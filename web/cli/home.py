"""The archive that a command works on: its settings and its store."""

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
from sqlalchemy import make_url

from articles.errors import BackfileError
from articles.store import Store
from web.settings import Settings, load_settings


class NoArchiveError(BackfileError):
    """There is no archive where one was looked for."""


class Home:
    """Opens the store when a command asks for it, and closes it when the command ends.

    Parameters
    ----------
    overrides : dict
        Settings from the command line; those that are None leave the setting alone.
    """

    def __init__(self, overrides: dict[str, Any]) -> None:
        self.overrides = overrides

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store; asked for afterwards, it is opened anew."""
        if "new_store" in self.__dict__:
            self.new_store.close()
            del self.new_store

    @cached_property
    def settings(self) -> Settings:
        """The settings, those of the command line included."""
        return load_settings(**self.overrides)

    def require_archive(self) -> None:
        """Raise `NoArchiveError` when there is none; a database server's is taken to be there.

        Nothing must come into being because somebody looked for it in the wrong folder.
        """
        url = make_url(self.settings.store_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise NoArchiveError(
                f"there is no archive in {self.settings.home}: import articles first "
                "(backfile import FILE), or name the folder it is in (backfile --home FOLDER ...)"
            )

    @cached_property
    def new_store(self) -> Store:
        """The store, made where there is none yet."""
        return Store.open(self.settings.store_url)

    @property
    def store(self) -> Store:
        """The store of an archive that is there already."""
        self.require_archive()
        return self.new_store


pass_home = click.make_pass_decorator(Home)
