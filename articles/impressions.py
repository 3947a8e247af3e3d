"""Impressions: where an item of a block was shown on a page that was viewed, and where followed."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where items stand that are counted together: a position of a block, and why they stood there.

    Attributes
    ----------
    day : date
        The day of the view or the click, in UTC.
    block : str
        Which block.
    position : int
        Counted from 1.
    reason : str
        Why the item stood there.
    recipe : str
        The recipe of the page's related articles.
    """

    day: date
    block: str
    position: int
    reason: str
    recipe: str


@dataclass(frozen=True, slots=True)
class ArticlePlace:
    """What is counted of one article in an experiment: a block beside it, made by one recipe.

    Attributes
    ----------
    begun : date
        The first day of the experiment, which tells it from others.
    article_id : str
        The article beside which the block stands.
    block : str
        Which block.
    recipe : str
        The recipe of the page's related articles.
    """

    begun: date
    article_id: str
    block: str
    recipe: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was shown on a viewed page, and how often it was followed.

    Examples
    --------
    >>> (Tally(400, 9) + Tally(100, 1)).share
    0.02
    """

    shown: int = 0
    clicks: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.shown + other.shown, self.clicks + other.clicks)

    @property
    def share(self) -> float:
        """Clicks a time it was shown, 0 when it never was."""
        return self.clicks / self.shown if self.shown else 0.0


NOTHING = Tally()


class ArticleClicks(NamedTuple):
    """What an experiment counted of one article with one recipe.

    Attributes
    ----------
    article_id, recipe : str
        Of which article, with which recipe.
    shown, clicks : int
        How often the block was shown that the recipe makes, and followed.
    page_shown, page_clicks : int
        How often any block of the page was shown, and all of them followed; a page is shown as
        often as the one of its blocks that is shown most.
    """

    article_id: str
    recipe: str
    shown: int
    clicks: int
    page_shown: int
    page_clicks: int
