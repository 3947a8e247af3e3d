"""Recipes: named ways of choosing related articles, and which of them an article gets when.

Two recipes are compared by time: each article gets one for a slot of some hours, then perhaps
another. All who read it in a slot are answered alike, so that answers can be cached and nobody need
be known again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from types import MappingProxyType
from typing import Literal, Protocol, get_args

from articles.errors import BackfileError
from recommender.related import Mode, RelatedRequest

STANDARD = "standard"
"""The recipe that there always is."""
Step = Literal["similar", "same_story", "same_section", "editors_choice", "newest"]
"""Where the items of Related come from, behind what editors pinned."""
CHAIN: tuple[Step, ...] = get_args(Step)
ONLY_SIMILAR: tuple[Step, ...] = ("similar",)
"""For who wants no block that is full, but only what is near enough."""
LAST_RESORT: Step = "newest"
"""The step that fills a block whatever else there is."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownRecipeError(BackfileError):
    """No recipe has that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A named way of choosing related articles.

    Parameters
    ----------
    name : str
        What reports call it.
    mode, minimum_score, half_life, versions
        As in `RelatedRequest`.
    within_days : float, optional
        How many days away from the article's date others may be.
    chain : tuple of str
        Where items come from, in this order; what is not named is not used.
    """

    name: str = STANDARD
    mode: Mode = "mixed"
    minimum_score: float | None = None
    half_life: float | None = None
    versions: bool = False
    within_days: float | None = None
    chain: tuple[Step, ...] = CHAIN

    def request(self, limit: int) -> RelatedRequest:
        """Return the request for so many related articles by this recipe."""
        return RelatedRequest(
            limit=limit,
            mode=self.mode,
            minimum_score=self.minimum_score,
            half_life=self.half_life,
            versions=self.versions,
            within_days=self.within_days,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipePlan:
    """Which recipes there are, which is in use, and which are compared with each other.

    Parameters
    ----------
    recipes : mapping of str to Recipe
        By name; `STANDARD` is there, too, if it is not named.
    usual : str
        The recipe where nothing is compared.
    experiment : tuple of str
        The recipes that are compared, the others with the first; fewer than two mean none.
    begins : date, optional
        The first day of the comparison, in UTC.
    days : int
        How many days it takes.
    slot_hours : int
        For how many hours an article keeps a recipe.
    """

    recipes: Mapping[str, Recipe] = field(default_factory=lambda: MappingProxyType({}))
    usual: str = STANDARD
    experiment: tuple[str, ...] = ()
    begins: date | None = None
    days: int = 28
    slot_hours: int = 1

    def named(self, name: str) -> Recipe:
        """Return a recipe. `UnknownRecipeError` when there is none of that name."""
        found = self.recipes.get(name) or (Recipe() if name == STANDARD else None)
        if found is None:
            names = ", ".join(sorted({STANDARD, *self.recipes}))
            raise UnknownRecipeError(f"there is no recipe {name[:100]!a}; there are: {names}")
        return found

    @property
    def ends(self) -> date | None:
        """The first day after the comparison, None where there is none."""
        return self.begins + timedelta(days=self.days) if self.begins else None

    def runs(self, now: datetime) -> bool:
        """Say whether recipes are being compared at a moment."""
        if len(self.experiment) < 2 or self.begins is None:
            return False
        return 0 <= (now.astimezone(UTC).date() - self.begins).days < self.days

    def compares(self, recipe: str, now: datetime) -> bool:
        """Say whether a recipe is being compared with others at a moment."""
        return recipe in self.experiment and self.runs(now)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when next an article may get another recipe; None where that is not foreseen.

        It is the end of the slot, and before the comparison its beginning.
        """
        if self.runs(now):
            slot = timedelta(hours=self.slot_hours)
            end = _EPOCH + ((now - _EPOCH) // slot + 1) * slot
            # Days begin at midnight, which need not be where a slot does.
            midnight = datetime.combine(self.ends or date.max, datetime.min.time(), UTC)
            return min(end, midnight)
        if len(self.experiment) >= 2 and self.begins:
            start = datetime.combine(self.begins, datetime.min.time(), UTC)
            return start if now < start else None
        return None


class Planned(Protocol):
    """What a choice of recipe asks of the settings."""

    @property
    def recipe_plan(self) -> RecipePlan: ...  # noqa: D102


def recipe_for(article_id: str, now: datetime, settings: Planned) -> Recipe:
    """Return the recipe of an article at a moment: the same for everybody who reads it then.

    Out of an experiment it is the usual one. In one of m recipes each article runs through all m in
    m slots, in an order that is shuffled anew for the next m slots by a digest of the article's id:
    a switchback design (Bojinov, Simchi-Levi and Zhao, Management Science 2023) in permuted blocks.
    So every article has each recipe for the same time, and at each moment chance decides which
    articles have which.
    """
    plan = settings.recipe_plan
    if not plan.runs(now):
        return plan.named(plan.usual)
    slot = (now - _EPOCH) // timedelta(hours=plan.slot_hours)
    round_, place = divmod(slot, len(plan.experiment))
    return plan.named(_shuffled(plan, article_id, round_)[place])


def _shuffled(plan: RecipePlan, article_id: str, round_: int) -> list[str]:
    """Return the recipes that are compared in the order of one article's round."""
    seed = f"{plan.begins}\0{round_}\0{article_id}\0".encode("utf-8", "surrogatepass")

    def key(name: str) -> bytes:
        return blake2b(seed + name.encode(), digest_size=8).digest()

    return sorted(plan.experiment, key=key)
