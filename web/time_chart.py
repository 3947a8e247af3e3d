"""Articles over time in words: what each bar of a chart is called and where it leads."""

from collections.abc import Callable, Iterable

from flask_babel import gettext

from search.periods import Division, Period, Unit
from web.addresses import search_address
from web.charts import Chart, Column, chart
from web.locales import day, month


def time_chart(division: Division, **filters: str) -> Chart:
    """Return the chart of a division; each bar leads to its articles within the filters."""
    columns = columns_of(division, lambda period: period_address(period, **filters))
    return chart(division.unit, tuple(columns))


def columns_of(division: Division, address: Callable[[Period], str]) -> Iterable[Column]:
    """Yield the columns of a division; those without articles lead nowhere."""
    words = WORDS[division.unit]
    for period in division.periods:
        leads = address(period) if period.count else ""
        yield Column(words(period), period.first, period.last, period.count, leads)


def unit_heading(unit: Unit) -> str:
    """Return what a chart shows that counts articles by a unit."""
    headings: dict[Unit, str] = {
        "day": gettext("Articles a day"),
        "month": gettext("Articles a month"),
        "year": gettext("Articles a year"),
        "decade": gettext("Articles a decade"),
    }
    return headings[unit]


def period_address(period: Period, **filters: str) -> str:
    """Return the address of the search for the articles of a period."""
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return search_address(**filters, **days)


WORDS: dict[Unit, Callable[[Period], str]] = {
    "day": lambda period: day(period.first),
    "month": lambda period: month(period.first),
    "year": lambda period: str(period.first.year),
    "decade": lambda period: f"{period.first.year}–{period.last.year}",
}
"""What a period of each unit is called."""
