"""Recipes as an admin writes them: a table of the settings file for each, checked before use."""

from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from recommender.recipes import (
    CHAIN,
    LAST_RESORT,
    Recipe,
    RecipePlan,
    Step,
    UnknownRecipeError,
)
from recommender.related import MAXIMUM_HALF_LIFE, MINIMUM_HALF_LIFE, Mode

RecipeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""They stand in addresses, receipts and files."""


class RecipeSettings(BaseModel):
    """What a table ``[recipes.NAME]`` may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "mixed"
    minimum_score: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    half_life: float | None = Field(
        None, ge=MINIMUM_HALF_LIFE, le=MAXIMUM_HALF_LIFE, allow_inf_nan=False
    )
    versions: bool = False
    within_days: float | None = Field(None, gt=0, le=MAXIMUM_HALF_LIFE, allow_inf_nan=False)
    chain: tuple[Step, ...] = CHAIN

    @field_validator("chain")
    @classmethod
    def _check_chain(cls, value: tuple[Step, ...]) -> tuple[Step, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a step stands in it twice")
        if LAST_RESORT not in value:
            raise ValueError(f"it lacks {LAST_RESORT}, without which a block may stay empty")
        return value

    def recipe(self, name: str) -> Recipe:
        """Return the recipe of that name."""
        return Recipe(
            name=name,
            mode=self.mode,
            minimum_score=self.minimum_score,
            half_life=self.half_life,
            versions=self.versions,
            within_days=self.within_days,
            chain=self.chain,
        )


def recipes_of(tables: dict[str, RecipeSettings]) -> dict[str, Recipe]:
    """Return the recipes of some tables."""
    return {name: table.recipe(name) for name, table in tables.items()}


def names(value: Any) -> Any:
    """Read a list as an environment variable can hold one: names between commas."""
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return value


def known_recipe(value: str, info: ValidationInfo) -> str:
    """Refuse the name of a recipe that there is not."""
    # Where the recipes themselves are wrong, that is said of them.
    if "recipes" in info.data:
        try:
            RecipePlan(recipes=recipes_of(info.data["recipes"])).named(value)
        except UnknownRecipeError as error:
            raise ValueError(str(error)) from error
    return value


def compared_recipes(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Refuse a comparison of unknown recipes, of one, or of one with itself."""
    for name in value:
        known_recipe(name, info)
    if len(value) == 1 or len(set(value)) < len(value):
        raise ValueError("name two different recipes, or none")
    return value


def beginning(value: date | None, info: ValidationInfo) -> date | None:
    """Refuse a comparison without a first day: who reads it must know when it was to end."""
    if value is None and info.data.get("experiment"):
        raise ValueError("an experiment needs its first day, such as 2026-12-01")
    return value


def kept_long_enough(value: int, info: ValidationInfo) -> int:
    """Refuse to forget an experiment before it ends."""
    days = info.data.get("experiment_days", 0)
    if info.data.get("experiment") and value < days:
        raise ValueError(f"the experiment takes {days} days (experiment_days)")
    return value
