"""What a page of hits offers besides itself: its feeds, its exports and its permalink."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from web.feeds.exports import EXPORTS, ExportFormat
from web.feeds.feed import FeedParameters, title_of
from web.feeds.formats import FORMATS, FeedFormat
from web.parameters import SearchParameters
from web.permalinks import OF_ONE_PAGE, address, canonical, permalink, without
from web.search_links import query_string
from web.serving import serving


class Way(NamedTuple):
    """One format of a search, and where it is."""

    label: str
    media_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Following:
    """How a search is followed, taken away and named: ``permalink`` is its whole address."""

    title: str
    feeds: tuple[Way, ...]
    exports: tuple[Way, ...]
    permalink: str


def following(parameters: SearchParameters) -> Following:
    """Return the ways of a search; its feeds have the newest first, its exports keep the order."""
    plain = canonical(parameters)
    followed = without(plain, {*OF_ONE_PAGE, "sort"}, FeedParameters)
    taken = without(plain, OF_ONE_PAGE, SearchParameters)
    return Following(
        title=title_of(plain, serving().settings.site_name),
        feeds=tuple(_ways("feeds.feed", FORMATS, followed)),
        exports=tuple(_ways("feeds.export", EXPORTS, taken)),
        permalink=permalink(plain),
    )


def _ways(
    view: str, formats: Mapping[str, FeedFormat | ExportFormat], parameters: SearchParameters
) -> Iterator[Way]:
    query = query_string(parameters)
    for kind, form in formats.items():
        yield Way(form.label, form.media_type, address(view, query, kind=kind))
