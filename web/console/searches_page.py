"""What the page of the search report shows: what readers search for, by one order at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from pydantic import Field

from articles.query_report import QueryCount, QueryDays, QueryList, QueryTotals
from articles.query_report_store import QueryReportStore
from web.addresses import search_address
from web.console.blocks_parameters import ON_A_PAGE, BlocksReportParameters
from web.locales import number, percent
from web.search_page import Choice

LISTS = {
    QueryList.TOP: "Asked most",
    QueryList.WITHOUT_HITS: "Without hits",
    QueryList.WITHOUT_CLICKS: "Without clicks",
    QueryList.RISING: "Rising",
    QueryList.SLOW: "Slow",
}
LONGEST = ON_A_PAGE * 200
"""Queries that can be paged through, and those in a file."""


class SearchesParameters(BlocksReportParameters):
    """The days, the list that is shown, and the page of it."""

    which: QueryList = Field(QueryList.TOP, alias="list")
    page: int = Field(1, ge=1, le=LONGEST // ON_A_PAGE)

    def days(self) -> QueryDays:
        """Return the days. ParameterError when they are too far apart or the wrong way round."""
        return QueryDays(*self.span())


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query in words, with the address that runs it.

    ``width`` is that of its bar of 100: its share of the greatest on the page.
    """

    query: QueryCount
    address: str
    share: str
    mean: str
    change: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchesPage:
    """What ``searches.html`` shows: all searches in numbers, and one page of one list.

    ``lists`` leads to each list; ``kept_days`` is for how many days queries are kept, 0 where
    nothing is counted.
    """

    days: QueryDays
    which: QueryList
    totals: QueryTotals
    without_hits: str
    mean: str
    lists: tuple[Choice, ...]
    rows: tuple[QueryRow, ...]
    previous: str
    next: str
    first_page: str
    file: str
    kept_days: int


def searches_page(
    asked: SearchesParameters, report: QueryReportStore, kept_days: int
) -> SearchesPage:
    """Return a page of the report."""
    days, which, here = asked.days(), asked.which, asked.page
    totals = report.totals(days)
    found = report.listed(which, days, offset=(here - 1) * ON_A_PAGE, limit=ON_A_PAGE + 1)
    more = len(found) > ON_A_PAGE and here * ON_A_PAGE < LONGEST

    def address(endpoint: str = "console.searches", **changed: Any) -> str:
        given = {"from": days.first.isoformat(), "to": days.last.isoformat(), "list": which.value}
        return url_for(endpoint, **given | changed)

    return SearchesPage(
        days=days,
        which=which,
        totals=totals,
        without_hits=percent(totals.without_hits, totals.searches),
        mean=_milliseconds(totals.milliseconds, totals.searches),
        lists=tuple(
            Choice(words, address(list=name.value), name is which) for name, words in LISTS.items()
        ),
        rows=tuple(_rows(found[:ON_A_PAGE], which)),
        previous=address(page=here - 1) if here > 1 else "",
        next=address(page=here + 1) if more else "",
        first_page=address(),
        file=address("console.searches_file"),
        kept_days=kept_days,
    )


def worth_of(query: QueryCount, which: QueryList) -> float:
    """Return the number by which a list is ordered."""
    match which:
        case QueryList.TOP:
            return query.searches
        case QueryList.WITHOUT_HITS:
            return query.without_hits
        case QueryList.WITHOUT_CLICKS:
            return query.unfollowed
        case QueryList.RISING:
            return query.searches - query.before
        case QueryList.SLOW:
            return query.mean


def span_words(days: QueryDays) -> str:
    """Return how many days there are, as they are compared with as many before.

    Examples
    --------
    >>> from datetime import date
    >>> span_words(QueryDays(date(2011, 7, 8), date(2011, 7, 14)))
    '7 days'
    """
    count = (days.last - days.first).days + 1
    return "day" if count == 1 else f"{number(count)} days"


def _rows(found: list[QueryCount], which: QueryList) -> Iterator[QueryRow]:
    most = max((worth_of(query, which) for query in found), default=0) or 1
    for query in found:
        rose = query.searches - query.before
        sign = "+" if rose > 0 else "−" if rose < 0 else "±"
        yield QueryRow(
            query=query,
            address=search_address(q=query.text),
            share=percent(query.without_hits, query.searches),
            mean=_milliseconds(query.milliseconds, query.searches),
            change=f"{sign}{number(abs(rose))}",
            width=round(100 * worth_of(query, which) / most, 1),
        )


def _milliseconds(milliseconds: int, searches: int) -> str:
    return f"{milliseconds / searches:,.0f} ms" if searches else "–"
