"""What a page of hits offers besides itself: its feeds, its exports and its permalink."""

from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for

from web.feeds.exports import EXPORTS
from web.feeds.feed import FeedParameters, title_of
from web.feeds.formats import FORMATS
from web.parameters import SearchParameters
from web.permalinks import OF_ONE_PAGE, arguments, canonical, permalink, without
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
    followed = canonical(without(parameters, {*OF_ONE_PAGE, "sort"}, FeedParameters))
    taken = canonical(without(parameters, OF_ONE_PAGE, SearchParameters))
    return Following(
        title=title_of(followed, serving().settings.site_name),
        feeds=tuple(
            Way(
                form.label,
                form.media_type,
                url_for("feeds.feed", kind=kind, **arguments(followed)),
            )
            for kind, form in FORMATS.items()
        ),
        exports=tuple(
            Way(form.label, form.media_type, url_for("feeds.export", kind=kind, **arguments(taken)))
            for kind, form in EXPORTS.items()
        ),
        permalink=permalink(parameters),
    )
