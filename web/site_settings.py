"""The settings of the archive and its pages: the first part of all settings."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

from articles.database import masked
from articles.languages import AUTO
from search.engine import MAXIMUM_WINDOW
from web.setting_values import (
    check_address,
    check_database,
    check_language,
    check_networks,
    check_origins,
    check_secret,
)

PREFIX = "BACKFILE_"


class SiteSettings(BaseSettings):
    """Where the archive is, and how its pages answer."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="forbid",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,  # a secret may be what is wrong
    )

    home: Path = Field(
        Path("backfile-home"),
        description="The folder that holds the archive: the store and the generations.",
    )
    database_url: Annotated[str, AfterValidator(check_database)] = Field(
        "",
        repr=False,  # it may hold a password
        description="The store's database; empty means SQLite, in `archive.sqlite3` below `home`.",
    )
    secret_key: Annotated[SecretStr, AfterValidator(check_secret)] = Field(
        SecretStr(""),
        description="What signs the console's cookies: at least 32 characters; empty means "
        "the file `console.key` in `home`, made when it is missing.",
    )
    second_factor_for: Literal["nobody", "admins", "everybody"] = Field(
        "nobody",
        description="Who needs a second factor in the console: `nobody`, `admins` or `everybody`.",
    )
    site_name: str = Field(
        "The archive", min_length=1, description="The newspaper's name, as the pages show it."
    )
    site_url: Annotated[str, AfterValidator(check_address)] = Field(
        "", description="The address readers reach this service at; empty means as requested."
    )
    site_origins: Annotated[str, AfterValidator(check_origins)] = Field(
        "",
        description="The sites whose pages may ask for blocks from their readers' browsers, such "
        "as `https://courier.example`; several are separated by commas, `*` means all.",
    )
    language: Annotated[str, AfterValidator(check_language)] = Field(
        AUTO,
        description="The language of imported articles that do not name theirs: one code such as "
        "`de`; several such as `de,en`, told apart by the text, in doubt the first; `auto` for all "
        "languages, in doubt English.",
    )
    locale: Literal["", "en", "ru"] = Field(
        "",
        description="The language of the pages, `en` or `ru`; empty means the reader's, who can "
        "change it.",
    )
    page_size: int = Field(10, ge=1, le=MAXIMUM_WINDOW, description="Hits on a page.")
    maximum_page_size: int = Field(
        100, ge=1, le=MAXIMUM_WINDOW, description="The most hits a caller may ask for on a page."
    )
    feed_size: int = Field(30, ge=1, le=500, description="The most entries of a feed.")
    export_articles: int = Field(
        MAXIMUM_WINDOW,
        ge=1,
        le=MAXIMUM_WINDOW,
        description="The most articles of a search that can be downloaded at once.",
    )
    maximum_query_length: int = Field(
        2_000, ge=1, description="The longest query, in characters; a longer one is refused."
    )
    maximum_text_bytes: int = Field(
        262_144, ge=1_024, description="The longest posted text, in bytes; a longer one is refused."
    )

    metrics_addresses: Annotated[str, AfterValidator(check_networks)] = Field(
        "127.0.0.1,::1",
        description="The addresses or networks that may read `/metrics`; several are separated by "
        "commas, empty means nobody.",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="How the server writes its log, `text` or `json`: lines for people or "
        "for programs.",
    )
    log_requests: bool = Field(
        False,
        description="Whether each request has a line in the log, which a proxy in front usually "
        "writes, too: a fifth of what the fastest answers cost.",
    )
    drain_seconds: int = Field(
        0,
        ge=0,
        le=300,
        description="Seconds for which a server that is told to stop goes on answering while "
        "`/readyz` says that it is not ready.",
    )

    @field_validator("home")
    @classmethod
    def _make_absolute(cls, value: Path) -> Path:
        """Keep the folder that was meant, wherever the process goes afterwards."""
        return value.expanduser().absolute()

    @field_validator("maximum_page_size")
    @classmethod
    def _hold_a_page(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("page_size", 0):
            raise ValueError(f"it is less than page_size ({info.data['page_size']})")
        return value

    @property
    def store_url(self) -> str:
        """The address of the store's database."""
        if self.database_url:
            return self.database_url
        file = URL.create("sqlite", database=str(self.home / "archive.sqlite3"))
        return file.render_as_string(hide_password=False)

    @property
    def masked_store_url(self) -> str:
        """The address of the store's database, fit to be shown: without its secrets."""
        return masked(make_url(self.store_url))

    @property
    def generations_folder(self) -> Path:
        """The folder that holds the generations."""
        return self.home / "generations"
