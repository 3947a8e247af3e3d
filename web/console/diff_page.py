"""What the page of a difference shows: two generations beside each other, one list at a time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from flask import url_for
from pydantic import Field
from rich.filesize import decimal

from index.arrays import Array
from index.diff import Change, GenerationDiff
from index.generation import Generation
from web.generation_diff import (
    ArticleModel,
    WordModel,
    articles_of,
    changed_articles,
    words_of,
)
from web.locales import number
from web.parameters import Parameters
from web.search_page import Choice

ON_A_PAGE = 50
MOST_PAGES = 200
"""Pages of a list; the command line gives longer ones."""


class DiffList(StrEnum):
    """The lists of a difference."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    GAINED = "gained"
    LOST = "lost"


_NAMES = {
    DiffList.ADDED: "Articles in",
    DiffList.REMOVED: "Articles out",
    DiffList.CHANGED: "Articles changed",
    DiffList.GAINED: "Words gained",
    DiffList.LOST: "Words lost",
}


class DiffParameters(Parameters):
    """Which two generations, which list, and which page of it."""

    before: int = Field(ge=1, le=10**9)
    after: int = Field(ge=1, le=10**9)
    which: DiffList = Field(DiffList.ADDED, alias="list")
    page: int = Field(1, ge=1, le=MOST_PAGES)


class FileLine(NamedTuple):
    """The size of a file in both generations, in words, and the difference."""

    name: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """What ``generation_diff.html`` shows.

    Attributes
    ----------
    before, after : int
        The generations.
    lists : tuple of Choice
        Leads to each list, with how long it is.
    name, total : str, int
        The list that is shown.
    articles, words : tuple
        One page of it: articles or words, and the other one is empty.
    settings : tuple of Change
        What was set otherwise.
    files : tuple of FileLine
        Every file, and all of them together at the end.
    exchanged : str
        Leads to the same from the other side.
    previous, next, first_page : str
        Lead to other pages of the list.
    """

    before: int
    after: int
    lists: tuple[Choice, ...]
    name: str
    total: int
    articles: tuple[ArticleModel, ...]
    words: tuple[WordModel, ...]
    settings: tuple[Change, ...]
    files: tuple[FileLine, ...]
    exchanged: str
    previous: str
    next: str
    first_page: str


def diff_page(
    asked: DiffParameters, diff: GenerationDiff, before: Generation, after: Generation
) -> DiffPage:
    """Return a page of a difference between two generations that are open."""
    which, here = asked.which, asked.page
    numbers: Array = getattr(diff, which.value)
    some = numbers[(here - 1) * ON_A_PAGE : here * ON_A_PAGE]
    more = len(numbers) > here * ON_A_PAGE and here < MOST_PAGES

    def address(**changed: Any) -> str:
        given = {"before": asked.before, "after": asked.after, "list": which.value}
        return url_for("console.generation_diff", **given | changed)

    return DiffPage(
        before=asked.before,
        after=asked.after,
        lists=tuple(
            Choice(
                f"{name}: {number(len(getattr(diff, one.value)))}",
                address(list=one.value),
                one is which,
            )
            for one, name in _NAMES.items()
        ),
        name=_NAMES[which],
        total=len(numbers),
        articles=tuple(_articles(which, some, before, after)),
        words=tuple(_words(which, some, before, after)),
        settings=diff.settings,
        files=_files(diff),
        exchanged=address(before=asked.after, after=asked.before),
        previous=address(page=here - 1) if here > 1 else "",
        next=address(page=here + 1) if more else "",
        first_page=address(),
    )


def _articles(
    which: DiffList, some: Array, before: Generation, after: Generation
) -> list[ArticleModel]:
    match which:
        case DiffList.ADDED:
            return articles_of(after, some)
        case DiffList.REMOVED:
            return articles_of(before, some)
        case DiffList.CHANGED:
            return changed_articles(before, after, some)
        case _:
            return []


def _words(which: DiffList, some: Array, before: Generation, after: Generation) -> list[WordModel]:
    match which:
        case DiffList.GAINED:
            return words_of(after, some)
        case DiffList.LOST:
            return words_of(before, some)
        case _:
            return []


def _files(diff: GenerationDiff) -> tuple[FileLine, ...]:
    lines = [*diff.files]
    totals = sum(file.before for file in lines), sum(file.after for file in lines)
    return tuple(_file(*line) for line in [*lines, ("All", *totals)])


def _file(name: str, before: int, after: int) -> FileLine:
    change = after - before
    sign = "+" if change > 0 else "−"
    words = f"{sign}{decimal(abs(change))}" if change else "none"
    old, new = (decimal(size) if size else "–" for size in (before, after))
    return FileLine(name, old, new, words)
