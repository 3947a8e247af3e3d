"""What the pages of editor's choices show: the sections, and the choice of one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field

from articles.curation import EVERYWHERE, Choice, Curation
from articles.curation_edits import MAXIMUM_SIZE
from articles.curation_store import MAXIMUM_SECTION
from recommender.blocks import Decided
from web.console.curated import BlockLine, CuratedArticle, block_lines, curated
from web.console.finder import FoundArticle, found_articles
from web.parameters import Parameters
from web.serving import served, serving

MOST_SECTIONS = 200
"""Sections of the archive that are listed, those with most articles; others are asked for."""


class ChoiceParameters(Parameters):
    """The section whose choice is meant, none for the whole archive, and what is looked for."""

    section: str = Field(EVERYWHERE, max_length=MAXIMUM_SECTION)
    q: str = ""

    def address(self, **values: Any) -> str:
        """Return the address of this choice."""
        given = {"section": self.section or None, "q": self.q or None}
        return url_for("console.choice", **given | values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSection:
    """One section in the list: how many of its picks hold now, are to come, and have ended."""

    heading: str
    address: str
    articles: int
    now: int
    later: int
    ended: int
    size: int
    backfill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesPage:
    """What ``choices.html`` shows: the whole archive first, then sections, those with picks first.

    ``more`` counts the sections of the archive that are not listed.
    """

    sections: tuple[ChosenSection, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePage:
    """What ``choice.html`` shows: the choice of a section.

    ``shown`` is what readers see now where nothing stands above the block; ``found`` answers what
    was looked for, with those that are picked already in ``picked``.
    """

    parameters: ChoiceParameters
    heading: str
    choice: Choice
    picks: tuple[CuratedArticle, ...]
    shown: tuple[BlockLine, ...]
    found: tuple[FoundArticle, ...]
    picked: frozenset[str]
    address: str

    @property
    def largest(self) -> int:
        """The largest size that a choice may have."""
        return MAXIMUM_SIZE


def choices_page(curation: Curation, now: datetime) -> ChoicesPage:
    """Return the list of sections."""
    listed = served().values.listed("section", order="count", limit=MOST_SECTIONS)
    articles = {item.value: item.count for item in listed.counts}
    names = [EVERYWHERE, *sorted(curation.choices), *articles]
    return ChoicesPage(
        sections=tuple(
            _section(curation.choice(name), articles.get(name, 0), now)
            for name in dict.fromkeys(names)
        ),
        more=listed.total - len(articles),
    )


def choice_page(parameters: ChoiceParameters, decided: Decided) -> ChoicePage:
    """Return the page of the choice of a section."""
    curation, now = decided.curation, decided.now
    choice = curation.choice(parameters.section)
    items = served().blocks.editors_choice(choice.section, decided)
    shown = {item.article.id for item in items}
    picked = frozenset(one.article_id for one in choice.picks)
    return ChoicePage(
        parameters=parameters,
        heading=heading_of(choice.section),
        choice=choice,
        picks=curated(
            ((one.article_id, one.span) for one in choice.picks),
            now,
            shown=shown,
            holding="shown now",
            waiting="waiting: others stand in its place",
        ),
        shown=block_lines(items, now, decided=picked),
        found=found_articles(parameters.q, now),
        picked=picked,
        address=url_for(
            "console.change_choice",
            section=parameters.section or None,
            q=parameters.q or None,
        ),
    )


def heading_of(section: str) -> str:
    """Return what a section is called, also the one that stands for all."""
    return section or "The whole archive"


def title_of(article_id: str) -> str:
    """Return what an article is called in a message."""
    article = serving().store.get(article_id)
    return (article.title if article else "") or article_id


def _section(choice: Choice, articles: int, now: datetime) -> ChosenSection:
    begun = [one for one in choice.picks if one.span.begins is None or one.span.begins <= now]
    holding = len(choice.ids(now))
    return ChosenSection(
        heading=heading_of(choice.section),
        address=url_for("console.choice", section=choice.section or None),
        articles=articles,
        now=holding,
        later=len(choice.picks) - len(begun),
        ended=len(begun) - holding,
        size=choice.size,
        backfill=choice.backfill,
    )
