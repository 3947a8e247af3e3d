"""What the search page shows: hits, and links that change one thing of the search at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from articles.message import Message
from search.dates import month_end
from search.engine import (
    FACETS,
    MAXIMUM_WINDOW,
    CorrectedQuery,
    Engine,
    Facet,
    Hit,
    NameVariants,
    SearchAnswer,
    SearchRequest,
    Synonyms,
)
from web.answers import cursor_of, next_cursor
from web.best_bets import NOTHING, BestBets
from web.chart import Chart, chart, period
from web.feeds.following import Following, following
from web.formatting import language_name
from web.locales import articles, day, say
from web.parameters import DAYS, SPANS, SearchParameters
from web.search_links import SearchLinks, arguments

SORTS = {
    "relevance": Message("Relevance"),
    "newest": Message("Newest"),
    "oldest": Message("Oldest"),
}
MATCHES = {"any": Message("any of the words"), "all": Message("all of the words")}
MODES = {"exact": Message("as asked"), "broaden": Message("with related words")}
AGES = {False: Message("of any age"), True: Message("rather recent")}
HEADINGS = {
    "section": Message("Section"),
    "year": Message("Year"),
    "source": Message("Source"),
    "author": Message("Author"),
    "person": Message("Person"),
    "place": Message("Place"),
    "tag": Message("Subject"),
    "language": Message("Language"),
}
MOST_SHOWN = 6
"""Values of a facet that are shown at once; others stand behind a disclosure."""
MOST_VALUES = 12
MOST_REMEDIES = 4
"""Filters that are tried out one by one where nothing was found."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that makes the search differ in one thing; ``chosen`` when it already is so."""

    label: str
    address: str
    chosen: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet with its links; ``more`` are those that are not shown at once."""

    name: str
    heading: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """Ways to search of which one is chosen."""

    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantQuery:
    """What the reader may have meant, also as HTML, and the addresses of both searches.

    Where ``searched``, the page shows what answers it, for nothing answers what was typed.
    """

    query: str
    marked: str
    address: str
    exact: str
    total: int
    searched: bool


@dataclass(frozen=True, slots=True)
class OtherNames:
    """A name as it was asked for, and the other spellings that were searched, in a row."""

    asked: str
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What ``search.html`` shows.

    ``chosen`` are the editors' best bets, which stand before the hits and are not among them.
    ``chips`` are the filters in force, each with the address of the search without it. ``first``
    and ``last`` number the hits shown, from 1; both are 0 when there is none. ``kept`` holds the
    parameters that a new query keeps, ``kept_by_days`` those that the form of the days keeps. A
    facet in which all hits agree is not shown: it would narrow nothing. ``wider`` are the longer
    spans of time that the one shown lies in, ``remedies`` the searches that find something where
    this one does not. ``names`` were searched in other spellings, or as their synonyms, too;
    ``as_written`` is the search without these, or with them again.
    """

    parameters: SearchParameters
    total: int
    seconds: float
    chosen: tuple[Hit, ...]
    hits: tuple[Hit, ...]
    notices: tuple[str, ...]
    meant: MeantQuery | None
    names: tuple[OtherNames, ...]
    as_written: str
    first: int
    last: int
    sorts: tuple[Choice, ...]
    switches: tuple[Switch, ...]
    spans: tuple[Choice, ...]
    chips: tuple[Choice, ...]
    facets: tuple[FacetList, ...]
    timeline: Chart | None
    wider: tuple[Choice, ...]
    remedies: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    kept_by_days: tuple[tuple[str, str], ...]
    without_filters: str
    with_any_word: str
    advanced: str
    first_page: str
    previous: str
    next: str
    following: Following

    @property
    def query(self) -> str:
        """The words searched for, without blanks around them."""
        return self.parameters.q.strip()

    @property
    def searched(self) -> str:
        """The words that the hits hold: those that were meant, where these were searched."""
        return self.meant.query.strip() if self.meant and self.meant.searched else self.query

    @property
    def starts(self) -> bool:
        """Whether nothing was asked: the page is the front door of the archive."""
        return not self.query and not self.chips

    @property
    def heading(self) -> str:
        """How many articles there are."""
        return articles(self.total)


def search_page(
    parameters: SearchParameters,
    asked: SearchRequest,
    answer: SearchAnswer,
    engine: Engine,
    bets: BestBets = NOTHING,
) -> SearchPage:
    """Return the page of an answer; the engine is asked again where nothing was found."""
    links = SearchLinks(parameters)
    chips = tuple(_chips(parameters, links))
    first = answer.offset + 1 if answer.hits else 0
    return SearchPage(
        parameters=parameters,
        total=answer.total,
        seconds=answer.seconds,
        chosen=bets.hits,
        hits=bets.others(answer.hits),
        notices=tuple(map(say, answer.notices)),
        meant=_meant(answer.correction, links),
        names=tuple(_names(answer)),
        as_written=links.to(variants=not parameters.variants),
        first=first,
        last=answer.offset + len(answer.hits),
        sorts=_sorts(parameters, asked, links),
        switches=tuple(_switches(parameters, asked, links)),
        spans=_spans(parameters, links),
        chips=chips,
        facets=tuple(_facets(parameters, answer, links)),
        timeline=_timeline(answer, links),
        wider=tuple(_wider(parameters, links)),
        remedies=() if answer.total else tuple(_remedies(parameters, asked, links, engine)),
        kept=arguments(parameters, "q", "spelling"),
        kept_by_days=arguments(parameters, "published_from", "published_to", "within"),
        without_filters=SearchLinks(
            SearchParameters(q=parameters.q, match=parameters.match, mode=parameters.mode)
        ).to(),
        with_any_word=links.to(match="any"),
        advanced=SearchLinks(parameters, "pages.advanced").to(),
        first_page=links.to(),
        previous=_previous(parameters, answer, links),
        next=_next(parameters, answer, links),
        following=following(parameters),
    )


def _meant(correction: CorrectedQuery | None, links: SearchLinks) -> MeantQuery | None:
    if correction is None:
        return None
    return MeantQuery(
        query=correction.query,
        marked=correction.marked,
        address=links.to(q=correction.query, spelling="repair"),
        exact=links.to(spelling="exact"),
        total=correction.total,
        searched=correction.searched,
    )


def _names(answer: SearchAnswer) -> Iterator[OtherNames]:
    others: tuple[NameVariants | Synonyms, ...] = (*answer.variants, *answer.synonyms)
    for word in others:
        yield OtherNames(word.asked, ", ".join(word.others))


def _next(parameters: SearchParameters, answer: SearchAnswer, links: SearchLinks) -> str:
    cursor = next_cursor(answer)
    # A page deeper than can be asked for is none.
    deepest = MAXIMUM_WINDOW // max(len(answer.hits), 1)
    here = parameters.page
    return links.to(page=here + 1, after=cursor) if cursor and here < deepest else ""


def _previous(parameters: SearchParameters, answer: SearchAnswer, links: SearchLinks) -> str:
    if not answer.hits or not answer.offset:
        return ""
    here = parameters.page
    return links.to(page=here - 1, before=cursor_of(answer.hits[0])) if here > 2 else links.to()


def _sorts(
    parameters: SearchParameters, asked: SearchRequest, links: SearchLinks
) -> tuple[Choice, ...]:
    """Return the ways to sort; nothing is more relevant than another without a query."""
    return tuple(
        Choice(say(label), links.to(sort=name), name == asked.sort)
        for name, label in SORTS.items()
        if name != "relevance" or parameters.q.strip()
    )


def _switches(
    parameters: SearchParameters, asked: SearchRequest, links: SearchLinks
) -> Iterator[Switch]:
    """Yield the ways to search that matter: age only where hits are sorted by relevance."""
    kinds = [("match", MATCHES, Message("Words")), ("mode", MODES, Message("Meaning"))]
    for name, labels, heading in kinds:
        if name == "match" and " " not in parameters.q.strip():
            continue  # a single word is all of them
        chosen = getattr(parameters, name)
        choices = (
            Choice(say(label), links.to(**{name: value}), value == chosen)
            for value, label in labels.items()
        )
        yield Switch(say(heading), tuple(choices))
    if asked.sort == "relevance":
        choices = (
            Choice(say(label), links.to(recent=value), value == parameters.recent)
            for value, label in AGES.items()
        )
        yield Switch(say(Message("Age")), tuple(choices))


def _spans(parameters: SearchParameters, links: SearchLinks) -> tuple[Choice, ...]:
    """Return the spans of time up to today, and all time."""
    free = not (parameters.within or parameters.published_from or parameters.published_to)
    spans = (
        Choice(
            say(SPANS[name]),
            links.to(within=name, published_from=None, published_to=None),
            name == parameters.within,
        )
        for name in DAYS
    )
    anytime = links.to(within=None, published_from=None, published_to=None)
    return (Choice(say(Message("Any time")), anytime, free), *spans)


def _chips(parameters: SearchParameters, links: SearchLinks) -> Iterator[Choice]:
    for name in FACETS:
        values = getattr(parameters, name)
        for value in values:
            rest = tuple(other for other in values if other != value)
            yield Choice(_label(name, value), links.to(**{name: rest}), chosen=True)
    if parameters.within:
        yield Choice(say(SPANS[parameters.within]), links.to(within=None), chosen=True)
    first, last = parameters.published_from, parameters.published_to
    if first and last:
        without = links.to(published_from=None, published_to=None)
        yield Choice(period(first, last), without, chosen=True)
    elif first:
        label = say(Message("from %(day)s", day=day(first)))
        yield Choice(label, links.to(published_from=None), chosen=True)
    elif last:
        label = say(Message("up to %(day)s", day=day(last)))
        yield Choice(label, links.to(published_to=None), chosen=True)


def _facets(
    parameters: SearchParameters, answer: SearchAnswer, links: SearchLinks
) -> Iterator[FacetList]:
    for facet in answer.facets:
        chosen = getattr(parameters, facet.name)
        if facet.counts and (chosen or facet.counts[-1].count < answer.total):
            choices = tuple(_choices(facet, chosen, links))
            heading = say(HEADINGS[facet.name])
            # A single value more takes no more room than the word that opens the rest.
            shown = MOST_SHOWN if len(choices) > MOST_SHOWN + 1 else len(choices)
            yield FacetList(facet.name, heading, choices[:shown], choices[shown:])


def _choices(facet: Facet, chosen: tuple[str | int, ...], links: SearchLinks) -> Iterator[Choice]:
    for item in facet.counts[:MOST_VALUES]:
        value = int(item.value) if facet.name == "year" else item.value
        others = tuple(other for other in chosen if other != value)
        label = _label(facet.name, value)
        if value in chosen:
            yield Choice(label, links.to(**{facet.name: others}), True, item.count)
        else:
            yield Choice(label, links.to(**{facet.name: (*chosen, value)}), False, item.count)


def _label(name: str, value: str | int) -> str:
    return language_name(str(value)) if name == "language" else str(value)


def _timeline(answer: SearchAnswer, links: SearchLinks) -> Chart | None:
    """Return the chart of the hits over time, in which every bar narrows the search to its days."""
    if answer.timeline is None or not answer.total:
        return None

    def address(first: date, last: date) -> str:
        return links.to(published_from=first, published_to=last, within=None, year=())

    return chart(answer.timeline, address)


def _wider(parameters: SearchParameters, links: SearchLinks) -> Iterator[Choice]:
    """Yield the spans of time around the one that is shown, the longest first."""
    first, last = parameters.published_from, parameters.published_to
    if not (first and last):
        return
    yield Choice(say(Message("All years")), links.to(published_from=None, published_to=None))
    year = date(first.year, 1, 1), date(first.year, 12, 31)
    month = first.replace(day=1), month_end(first)
    for start, end in (year, month):
        if start <= first and last <= end and (start, end) != (first, last):
            yield Choice(period(start, end), links.to(published_from=start, published_to=end))


def _remedies(
    parameters: SearchParameters, asked: SearchRequest, links: SearchLinks, engine: Engine
) -> Iterable[Choice]:
    """Yield the searches without one of the filters that find something, with what they find."""
    anytime: dict[str, Any] = {"published_from": None, "published_to": None}
    filters: list[tuple[str, dict[str, Any]]] = []
    if asked.published_from or asked.published_to:
        filters.append((say(Message("these days")), anytime))
    filters += [
        (", ".join(_label(name, value) for value in values), {name: ()})
        for name in FACETS
        if (values := getattr(parameters, name))
    ]
    plain = replace(asked, limit=0, offset=0, after=None, before=None, facets=False, timeline=False)
    for label, changes in filters[:MOST_REMEDIES]:
        total = engine.search(replace(plain, **changes)).total
        if total:
            without = {**changes, "within": None} if changes is anytime else changes
            yield Choice(label, links.to(**without), count=total)
