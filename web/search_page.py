"""What the search page shows: hits, and links that change one thing of the search at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from search.engine import (
    FACETS,
    MAXIMUM_WINDOW,
    Facet,
    Hit,
    SearchAnswer,
    SearchRequest,
    Suggestion,
)
from web.formatting import counted, language_name
from web.locales import day
from web.parameters import SearchParameters

SORTS = {"relevance": "Relevance", "newest": "Newest", "oldest": "Oldest"}
MATCHES = {"any": "any of the words", "all": "all of the words"}
MODES = {"exact": "as asked", "broaden": "with related words"}
HEADINGS = {"section": "Section", "source": "Source", "author": "Author", "language": "Language"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that makes the search differ in one thing; ``chosen`` when it already is so."""

    label: str
    address: str
    chosen: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet with its links."""

    name: str
    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantQuery:
    """What the reader may have meant: its words as HTML, and the addresses of both searches.

    Where ``searched``, the page shows what answers it, for nothing answers what was typed.
    """

    marked: str
    address: str
    exact: str
    total: int
    searched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What ``search.html`` shows.

    ``chips`` are the filters in force, each with the address of the search without it. ``first``
    and ``last`` number the hits shown, from 1; both are 0 when there is none. ``kept`` holds the
    parameters that a new query keeps, ``kept_by_days`` those that the form of the days keeps. A
    facet in which all hits agree is not shown: it would narrow nothing.
    """

    parameters: SearchParameters
    total: int
    seconds: float
    hits: tuple[Hit, ...]
    notices: tuple[str, ...]
    meant: MeantQuery | None
    first: int
    last: int
    sorts: tuple[Choice, ...]
    matches: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    chips: tuple[Choice, ...]
    facets: tuple[FacetList, ...]
    kept: tuple[tuple[str, str], ...]
    kept_by_days: tuple[tuple[str, str], ...]
    without_filters: str
    with_any_word: str
    first_page: str
    previous: str
    next: str

    @property
    def query(self) -> str:
        """The words searched for, without blanks around them."""
        return self.parameters.q.strip()

    @property
    def starts(self) -> bool:
        """Whether nothing was asked: the page is the front door of the archive."""
        return not self.query and not self.chips

    @property
    def heading(self) -> str:
        """How many articles there are."""
        return counted(self.total, "article")


def search_page(
    parameters: SearchParameters, asked: SearchRequest, answer: SearchAnswer
) -> SearchPage:
    """Return the page of an answer."""
    here = parameters.page
    more = min(answer.total, MAXIMUM_WINDOW - asked.limit) > asked.offset + asked.limit
    first = asked.offset + 1 if answer.hits else 0
    return SearchPage(
        parameters=parameters,
        total=answer.total,
        seconds=answer.seconds,
        hits=answer.hits,
        notices=answer.notices,
        meant=_meant(parameters, answer.suggestion),
        first=first,
        last=asked.offset + len(answer.hits),
        sorts=_sorts(parameters, asked),
        matches=tuple(
            Choice(label, address(parameters, match=name), name == parameters.match)
            for name, label in MATCHES.items()
        ),
        modes=tuple(
            Choice(label, address(parameters, mode=name), name == parameters.mode)
            for name, label in MODES.items()
        ),
        chips=tuple(_chips(parameters)),
        facets=tuple(
            _facet_list(parameters, facet)
            for facet in answer.facets
            if facet.counts
            and (getattr(parameters, facet.name) or facet.counts[-1].count < answer.total)
        ),
        kept=_kept(parameters, "q", "spelling"),
        kept_by_days=_kept(parameters, "from", "to"),
        without_filters=address(
            SearchParameters(q=parameters.q), match=parameters.match, mode=parameters.mode
        ),
        with_any_word=address(parameters, match="any"),
        first_page=address(parameters),
        previous=address(parameters, page=here - 1) if here > 1 and answer.hits else "",
        next=address(parameters, page=here + 1) if more and answer.hits else "",
    )


def _meant(parameters: SearchParameters, suggestion: Suggestion | None) -> MeantQuery | None:
    if suggestion is None:
        return None
    return MeantQuery(
        marked=suggestion.marked,
        address=address(parameters, q=suggestion.query, spelling="repair"),
        exact=address(parameters, spelling="exact"),
        total=suggestion.total,
        searched=suggestion.searched,
    )


def address(parameters: SearchParameters, **changes: Any) -> str:
    """Return the address of a search with some parameters changed, on its first page if not said.

    What has its default value is left out, so equal searches have equal addresses.
    """
    changed = parameters.model_copy(update={"page": 1, **changes})
    return url_for("pages.search", **_arguments(changed))


def _arguments(parameters: SearchParameters) -> dict[str, Any]:
    return parameters.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _kept(parameters: SearchParameters, *leaving: str) -> tuple[tuple[str, str], ...]:
    """Return name and value of each parameter that a form passes on, hidden in it."""
    arguments = _arguments(parameters)
    return tuple(
        (name, str(value))
        for name in arguments.keys() - {"page", *leaving}
        for value in (arguments[name] if isinstance(arguments[name], list) else [arguments[name]])
    )


def _sorts(parameters: SearchParameters, asked: SearchRequest) -> tuple[Choice, ...]:
    """Return the ways to sort; nothing is more relevant than another without a query."""
    return tuple(
        Choice(label, address(parameters, sort=name), name == asked.sort)
        for name, label in SORTS.items()
        if name != "relevance" or parameters.q.strip()
    )


def _chips(parameters: SearchParameters) -> Iterable[Choice]:
    for name in FACETS:
        values = getattr(parameters, name)
        for value in values:
            rest = tuple(other for other in values if other != value)
            yield Choice(_label(name, value), address(parameters, **{name: rest}), chosen=True)
    if parameters.published_from:
        label = f"from {day(parameters.published_from)}"
        yield Choice(label, address(parameters, published_from=None), chosen=True)
    if parameters.published_to:
        label = f"to {day(parameters.published_to)}"
        yield Choice(label, address(parameters, published_to=None), chosen=True)


def _facet_list(parameters: SearchParameters, facet: Facet) -> FacetList:
    values = getattr(parameters, facet.name)
    choices = []
    for item in facet.counts:
        chosen = item.value in values
        others = tuple(value for value in values if value != item.value)
        changed = {facet.name: others if chosen else (*others, item.value)}
        label = _label(facet.name, item.value)
        choices.append(Choice(label, address(parameters, **changed), chosen, item.count))
    return FacetList(facet.name, HEADINGS[facet.name], tuple(choices))


def _label(name: str, value: str) -> str:
    return language_name(value) if name == "language" else value
