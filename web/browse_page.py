"""What the pages of sections, authors, sources, people, places and tags show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from flask import url_for

from articles.article import Article
from index.opening import opening
from search.engine import FacetCount
from search.values import Order, Portrait, ValueList, ValueReader
from web.addresses import (
    KINDS,
    days_address,
    feed_address,
    list_address,
    search_address,
    value_address,
)
from web.chart import Chart, chart
from web.locales import articles, day, gettext
from web.parameters import ValuesParameters
from web.permalinks import absolute

PAGE_SIZE = 200
"""Values of one page of a list."""
FEW = 40
"""A list of no more values needs no letters to jump to."""
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Way:
    """A link with its words, how much is there, and whether it leads to what is shown."""

    label: str
    address: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """What ``browse.html`` shows: the kinds, each with its number of values and the commonest."""

    kinds: tuple[tuple[Way, tuple[Way, ...]], ...]
    canonical: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesPage:
    """What ``values.html`` shows: a page of the values of a kind.

    ``groups`` have the letter that their names begin with, or none; ``first`` and ``last`` number
    what is shown, from 1, both 0 when there is nothing.
    """

    heading: str
    kind: str
    words: str
    order: Order
    total: int
    groups: tuple[tuple[str, tuple[Way, ...]], ...]
    letters: tuple[Way, ...]
    orders: tuple[Way, ...]
    first: int
    last: int
    previous: str
    next: str
    without_words: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the newest articles; ``opening`` is escaped HTML."""

    article: Article
    opening: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePage:
    """What ``value.html`` shows: one section, author, source, person, place or tag.

    ``dates`` says when its articles are of, empty when none has a date; ``all_articles`` is the
    address of the search that finds them.
    """

    portrait: Portrait
    heading: str
    kind: Way
    description: str
    dates: str
    chart: Chart | None
    newest: tuple[Entry, ...]
    beside: tuple[tuple[str, tuple[Way, ...]], ...]
    all_articles: str
    feed: str
    canonical: str


@dataclass(frozen=True, slots=True)
class UnknownValuePage:
    """What ``unknown_value.html`` shows in the place of a value that no article has.

    ``elsewhere`` is where it stands in another list, ``near`` is what is spelt much like it.
    """

    kind: Way
    value: str
    elsewhere: tuple[Way, ...]
    near: tuple[Way, ...]
    search: str


def headings() -> dict[str, str]:
    """Return the heading of each facet whose values have pages."""
    return {
        "section": gettext("Sections"),
        "author": gettext("Authors"),
        "source": gettext("Sources"),
        "person": gettext("People"),
        "place": gettext("Places"),
        "tag": gettext("Subjects"),
    }


def browse_page(values: ValueReader, most: int = 8) -> BrowsePage:
    """Return the page of all kinds that have any values."""
    numbers = values.numbers()
    kinds = []
    for name, heading in headings().items():
        if numbers[name]:
            best = values.listed(name, order="count", limit=most).counts
            way = Way(heading, list_address(name), numbers[name])
            kinds.append((way, tuple(_way(name, item) for item in best)))
    return BrowsePage(tuple(kinds), absolute(url_for("pages.browse")))


def values_page(kind: str, asked: ValuesParameters, found: ValueList) -> ValuesPage:
    """Return a page of a list."""
    name = KINDS[kind]
    offset = (asked.page - 1) * PAGE_SIZE
    shown = len(found.counts)
    more = offset + PAGE_SIZE < found.total
    return ValuesPage(
        heading=headings()[name],
        kind=kind,
        words=asked.q.strip(),
        order=asked.order,
        total=found.total,
        groups=tuple(_groups(name, found, offset)),
        letters=tuple(_letter_ways(name, asked, found)),
        orders=tuple(
            Way(label, _address(name, asked, order=order), chosen=order == asked.order)
            for order, label in (("name", gettext("By name")), ("count", gettext("Most often")))
        ),
        first=offset + 1 if shown else 0,
        last=offset + shown if shown else 0,
        previous=_address(name, asked, page=asked.page - 1) if shown and asked.page > 1 else "",
        next=_address(name, asked, page=asked.page + 1) if more else "",
        without_words=list_address(name),
        canonical=absolute(_address(name, asked, page=asked.page)),
    )


def value_page(portrait: Portrait, site_name: str) -> ValuePage:
    """Return the page of a value."""
    name, value = portrait.name, portrait.value
    filters = {name: value}
    dates = _dates(portrait.first, portrait.last)
    counted = articles(portrait.articles)
    return ValuePage(
        portrait=portrait,
        heading=value,
        kind=Way(headings()[name], list_address(name)),
        description=f"{value} · {site_name}: {counted}{', ' if dates else ''}{dates}",
        dates=dates,
        chart=_chart(portrait),
        newest=tuple(Entry(article, opening(article)) for article in portrait.newest),
        beside=tuple(
            (headings()[facet.name], tuple(_way(facet.name, item) for item in facet.counts))
            for facet in portrait.beside
        ),
        all_articles=search_address(**filters, sort="newest"),
        feed=feed_address(**filters),
        canonical=absolute(value_address(name, value)),
    )


def unknown_value_page(kind: str, value: str, values: ValueReader) -> UnknownValuePage:
    """Return the page that stands where a value is not."""
    name = KINDS[kind]
    return UnknownValuePage(
        Way(headings()[name], list_address(name)),
        value,
        tuple(
            Way(headings()[other], value_address(other, value)) for other in values.kinds_of(value)
        ),
        tuple(Way(one, value_address(name, one)) for one in values.near(name, value)),
        search_address(q=value),
    )


def _way(name: str, item: FacetCount) -> Way:
    return Way(item.value, value_address(name, item.value), item.count)


def _chart(portrait: Portrait) -> Chart | None:
    """Return when the articles are of; None where all are of one day, or none has a date."""
    if portrait.timeline is None or portrait.first is None:
        return None
    filters = {portrait.name: portrait.value}
    return chart(portrait.timeline, lambda first, last: days_address(first, last, **filters))


def _dates(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def _groups(name: str, found: ValueList, offset: int) -> Iterable[tuple[str, tuple[Way, ...]]]:
    """Yield what is shown letter by letter; a short list, or one by count, is not parted."""
    ways = [_way(name, item) for item in found.counts]
    if found.total <= FEW or not found.letters:
        yield "", tuple(ways)
        return
    starts = [letter.offset - offset for letter in found.letters] + [found.total - offset]
    for letter, (start, stop) in zip(found.letters, pairwise(starts), strict=True):
        if part := ways[max(start, 0) : max(stop, 0)]:
            yield letter.letter or "#", tuple(part)


def _letter_ways(name: str, asked: ValuesParameters, found: ValueList) -> list[Way]:
    """Return the links to the letters: each leads to its page; of very many some stand for all."""
    if found.total <= FEW or not found.letters:
        return []
    step = -(-len(found.letters) // MOST_LETTERS)
    return [
        Way(
            letter.letter or "#",
            _address(name, asked, page=(page := letter.offset // PAGE_SIZE + 1))
            + f"#letter-{letter.letter or '#'}",
            chosen=page == asked.page,
        )
        for letter in found.letters[::step]
    ]


def _address(name: str, asked: ValuesParameters, **changes: str | int) -> str:
    """Return the address of a list with something changed, on its first page if not said."""
    given = {"q": asked.q.strip(), "order": asked.order, "page": 1, **changes}
    defaults = {"q": "", "order": "name", "page": 1}
    return list_address(
        name, **{key: value for key, value in given.items() if value != defaults[key]}
    )
