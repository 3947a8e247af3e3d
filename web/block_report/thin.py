"""Thin articles: those with too few similar ones, so that other steps fill their block."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from articles.curation import Curation
from index.arrays import Array
from index.columns import Chosen
from index.generation import Generation
from index.visibility import Visibility
from recommender.fillings import Filler, Fillings, fillings_of
from recommender.recipes import Recipe
from web.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinRequest:
    """Which thin articles are wanted: with at most ``similar`` similar ones, newest first."""

    similar: int = 0
    section: str = ""
    language: str = ""
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ThinArticle:
    """One article, how many are similar to it, and what fills its block."""

    id: str
    title: str
    section: str
    language: str
    published: datetime | None
    similar: int
    fillers: Mapping[Filler, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Articles of one section or language: how many have nothing similar, or less than a block."""

    name: str
    articles: int
    empty: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinArticles:
    """What fills the Related blocks of a generation's public articles, and which are thin.

    ``empty`` have nothing similar, ``short`` less than a block holds, ``unfilled`` are those that
    not even the whole chain fills. ``items`` counts what stands in all blocks by its reason.
    ``found`` are those that were asked for, of which ``shown`` is one page.
    """

    generation: int
    recipe: str
    minimum_score: float
    limit: int
    articles: int
    empty: int
    short: int
    unfilled: int
    items: Mapping[Filler, int]
    sections: tuple[Group, ...]
    languages: tuple[Group, ...]
    found: int
    shown: tuple[ThinArticle, ...]


def thin_articles(
    generation: Generation,
    visibility: Visibility,
    curation: Curation,
    settings: Settings,
    now: datetime,
    request: ThinRequest,
) -> ThinArticles:
    """Return the thin articles of a generation by the usual recipe.

    Its mode and its ages are left out of account: what is counted is whether anything is similar.
    """
    plan = settings.recipe_plan
    recipe = plan.named(plan.usual)
    least = _minimum_score(recipe, settings)
    found = fillings_of(
        generation,
        visibility.hidden(),
        curation,
        now,
        minimum_score=least,
        limit=settings.related_limit,
        chain=recipe.chain,
    )
    wanted = _wanted(generation, found, request)
    page = wanted[::-1][request.offset : request.offset + request.limit]
    return ThinArticles(
        generation=generation.number,
        recipe=recipe.name,
        minimum_score=least,
        limit=settings.related_limit,
        articles=len(found.documents),
        empty=int((found.similar == 0).sum()),
        short=int((found.similar < settings.related_limit).sum()),
        unfilled=int((found.counts.sum(axis=1) < settings.related_limit).sum()),
        items=found.totals(),
        sections=_groups(generation, found, "section", settings.related_limit),
        languages=_groups(generation, found, "language", settings.related_limit),
        found=len(wanted),
        shown=_articles(generation, found, page),
    )


def _minimum_score(recipe: Recipe, settings: Settings) -> float:
    own = recipe.minimum_score
    return settings.related_minimum_score if own is None else own


def _wanted(generation: Generation, found: Fillings, request: ThinRequest) -> Array:
    """Return the places among the public articles of those that are asked for."""
    wanted = found.similar <= request.similar
    for name, value in (("section", request.section), ("language", request.language)):
        if value:
            having: Array = np.empty(0, np.int64)
            if generation.columns.holds(name, value):
                having = generation.columns.facet(name).having(value)
            wanted &= np.isin(found.documents, having)
    return np.flatnonzero(wanted)


def _articles(generation: Generation, found: Fillings, page: Array) -> tuple[ThinArticle, ...]:
    read = generation.documents.articles(found.documents[page].tolist())
    return tuple(
        ThinArticle(
            id=article.id,
            title=article.title,
            section=article.section,
            language=article.language or "",
            published=article.published,
            similar=int(found.similar[place]),
            fillers={
                filler: count
                for filler, count in zip(found.fillers, found.counts[place].tolist(), strict=True)
                if count
            },
        )
        for article, place in zip(read, page, strict=True)
    )


def _groups(generation: Generation, found: Fillings, name: str, limit: int) -> tuple[Group, ...]:
    """Return the values of a facet, those with most articles that have nothing similar first."""
    column = generation.columns.facet(name)
    of_all, empty, short = (
        column.counts(Chosen(found.documents[chosen], generation.articles))
        for chosen in (found.similar >= 0, found.similar == 0, found.similar < limit)
    )
    groups = [
        Group(value, *(int(counts[code]) for counts in (of_all, empty, short)))
        for code, value in enumerate(column.values)
        if of_all[code]
    ]
    return tuple(sorted(groups, key=lambda group: (-group.empty, -group.short, group.name)))
