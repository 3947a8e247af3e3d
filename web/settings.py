"""The settings: what an admin can choose, where from, and what is said of a wrong value."""

import os
import tomllib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableError

from articles.errors import BackfileError
from index.priority import LAST
from recommender.recipes import STANDARD, RecipePlan
from search.feedback import BROADENING, Broadening
from search.name_list import NameList
from search.proximity import PAIRS, PairWeights
from web.recipe_settings import (
    RecipeName,
    RecipeSettings,
    beginning,
    compared_recipes,
    kept_long_enough,
    known_recipe,
    names,
    recipes_of,
)
from web.setting_values import check_secret
from web.settings_faults import sentence, unreadable
from web.site_settings import PREFIX, SiteSettings

FILE_VARIABLE = "BACKFILE_CONFIG"
FILE = "backfile.toml"


class SettingsError(BackfileError):
    """A setting that is unknown or has a value it cannot have."""


class Settings(SiteSettings):
    """What an admin can choose.

    A value comes from the command line, an environment variable, the settings file or the default,
    and the first of these wins.
    """

    ranking_ordered_pairs: float = Field(
        PAIRS.ordered,
        ge=0,
        le=10,
        description="What two words of a query count beside one when they follow each other.",
    )
    ranking_close_pairs: float = Field(
        PAIRS.close,
        ge=0,
        le=10,
        description="What two words of a query count beside one when they stand close together.",
    )
    broaden_articles: int = Field(
        BROADENING.articles,
        ge=1,
        le=50,
        description="The best articles whose words a broader search adds.",
    )
    broaden_words: int = Field(
        BROADENING.words, ge=1, le=100, description="How many words a broader search adds."
    )
    broaden_part: float = Field(
        BROADENING.part,
        ge=0,
        le=0.95,
        description="The part of the weight that added words have; 0 adds none.",
    )
    name_variants: str = Field(
        "",
        description="A file of names in several spellings; empty means the list that comes with "
        "Backfile.",
    )
    query_log_days: int = Field(
        90,
        ge=0,
        le=3_650,
        description="For how many days it is kept what readers search for, and never who; 0 keeps "
        "nothing.",
    )
    query_suggested_after: int = Field(
        3,
        ge=1,
        description="How often a query must have found something before it is suggested to others.",
    )
    counting: bool = Field(
        True, description="Whether it is counted what readers open and follow, and never who."
    )
    counting_key: Annotated[SecretStr, AfterValidator(check_secret)] = Field(
        SecretStr(""),
        description="What a server says to count views for its readers: at least 32 characters; "
        "empty means that none may.",
    )
    counting_views_a_minute: int = Field(
        30, ge=1, description="Views in a minute by one visitor; with more it is a program's."
    )
    counting_views_an_hour: int = Field(
        200, ge=1, le=1_000, description="Articles that one visitor opens in an hour; likewise."
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="Proxies before the server that say whom they ask for, in X-Forwarded-For.",
    )
    popular_least_views: int = Field(
        3, ge=1, description="Views without which no article is popular."
    )
    popular_maximum_age: int = Field(
        30,
        ge=0,
        le=36_500,
        description="Days after which an article's views count half, and again after as many; 0 "
        "means never.",
    )
    popular_rotation_days: int = Field(
        3,
        ge=0,
        le=20,
        description="Days in a row among the ten most read after which an article's views count "
        "half, and half again with each day; 0 means never.",
    )
    popular_hour_days: int = Field(
        90, ge=9, le=3_650, description="For how many days views are kept by hour."
    )
    popular_days: int = Field(
        730,
        ge=31,
        le=36_500,
        description="For how many days views are kept by day; of older ones the sum is left.",
    )
    also_read_days: int = Field(
        30, ge=1, le=365, description="Days whose visits say what is read together."
    )
    also_read_least: int = Field(
        3, ge=3, description="Visits that read two articles before that is told anybody."
    )
    related_limit: int = Field(5, ge=1, le=50, description="Related articles in a list.")
    related_minimum_score: float = Field(
        0.08,
        ge=0,
        le=1,
        description="The least likelihood of one subject that makes an article related.",
    )
    blocks_seconds: int = Field(
        30,
        ge=0,
        le=86_400,
        description="Seconds for which browsers and caches need not ask again for the blocks of a "
        "page; so long a withdrawn article may stand in theirs.",
    )
    recipes: dict[RecipeName, RecipeSettings] = Field(
        {},
        max_length=20,
        description="Recipes of related articles: a table `[recipes.NAME]` for each.",
    )
    related_recipe: Annotated[str, AfterValidator(known_recipe)] = Field(
        STANDARD, description="The recipe of related articles where none are compared."
    )
    experiment: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(names), AfterValidator(compared_recipes)
    ] = Field(
        (),
        max_length=5,
        description="Two recipes that are compared, or more, each with the first; empty compares "
        "none.",
    )
    experiment_begins: Annotated[date | None, AfterValidator(beginning)] = Field(
        None, description="The first day of the comparison, in UTC."
    )
    experiment_days: int = Field(
        28, ge=1, le=365, description="For how many days recipes are compared; best whole weeks."
    )
    experiment_hours: int = Field(
        1, ge=1, le=168, description="For how many hours an article keeps a recipe meanwhile."
    )
    report_days: Annotated[int, AfterValidator(kept_long_enough)] = Field(
        90,
        ge=0,
        le=3_650,
        description="For how many days it is kept what blocks showed and what was followed; 0 "
        "counts nothing.",
    )
    boilerplate_articles: int = Field(
        20,
        ge=2,
        description="A sentence that stands in so many articles makes none of them related.",
    )
    golden_pairs: str = Field(
        "", description="A file of articles that must be related; a rebuild is held to it."
    )
    golden_queries: str = Field(
        "", description="A file of queries with articles they must find; likewise."
    )
    golden_share: float = Field(
        1.0, ge=0, le=1, description="The share of each file's lines that must hold."
    )
    rebuild_after: int = Field(
        5_000,
        ge=0,
        description="Articles that differ from the index before a rebuild begins by itself while "
        "the server runs; 0 means never.",
    )
    rebuild_most_lost: float = Field(
        0.1,
        ge=0,
        le=1,
        description="The share of articles that a new index may have fewer than the served one; "
        "a hundred may always be gone.",
    )
    build_processes: int = Field(2, ge=1, le=64, description="Processes that share a rebuild.")
    build_memory: int = Field(
        1_024, ge=64, description="Megabytes that a rebuild may take for the articles in hand."
    )
    build_niceness: int = Field(
        LAST,
        ge=0,
        le=19,
        description="How far a rebuild lets all else on the machine go first: 19 always, 0 never.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="The address the server listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port the server listens on.")
    workers: int = Field(2, ge=1, le=256, description="Processes of the server.")
    threads: int = Field(2, ge=1, le=256, description="Requests that one process answers at once.")

    @cached_property
    def recipe_plan(self) -> RecipePlan:
        """Which recipes there are and which are compared."""
        return RecipePlan(
            recipes=recipes_of(self.recipes),
            usual=self.related_recipe,
            experiment=self.experiment,
            begins=self.experiment_begins,
            days=self.experiment_days,
            slot_hours=self.experiment_hours,
        )

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may ask for blocks."""
        return frozenset(filter(None, self.site_origins.split(",")))

    @property
    def pair_weights(self) -> PairWeights:
        """What pairs of words count in the ranking."""
        return PairWeights(self.ranking_ordered_pairs, self.ranking_close_pairs)

    @property
    def broadening(self) -> Broadening:
        """By how much a broader search broadens."""
        return Broadening(self.broaden_articles, self.broaden_words, self.broaden_part)

    @property
    def names(self) -> NameList:
        """Names in several spellings."""
        return NameList.read(Path(self.name_variants)) if self.name_variants else NameList.shipped()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, the strongest first."""
        file = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, file


def settings_file() -> Path:
    """Return the path of the settings file, whether there is one or not."""
    return Path(os.environ.get(FILE_VARIABLE) or FILE)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings, with ``overrides`` that are not None taken before all else.

    Raises
    ------
    SettingsError
        When a key is unknown or a value is not allowed; the message names it and the remedy.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    file = settings_file()
    if os.environ.get(FILE_VARIABLE) and not file.is_file():
        raise SettingsError(f"there is no settings file {file}, which {FILE_VARIABLE} names")
    try:
        return Settings(**given)
    except ValidationError as error:
        found = [
            sentence(dict(fault), origin(str(fault["loc"][0]), given, file), file, Settings)
            for fault in error.errors()
        ]
        raise SettingsError("\n".join(found)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error
    except UnreadableError as error:
        raise SettingsError(unreadable(error, file, PREFIX)) from error


def origin(name: str, overrides: dict[str, Any], file: Path) -> str:
    """Return in words where the value of a setting comes from."""
    if overrides.get(name) is not None:
        return "command line"
    variable = (PREFIX + name).upper()
    if any(key.upper() == variable for key in os.environ):
        return f"environment variable {variable}"
    if file.is_file() and name in tomllib.loads(file.read_text(encoding="utf-8")):
        return str(file)
    return "default"
