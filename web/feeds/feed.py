"""A feed: the newest articles that answer a search, whatever the format it is written in."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from flask import url_for
from pydantic import Field

from search.engine import Hit, SearchAnswer, SearchRequest, Sort
from web.chart import period
from web.feeds.xml import legal
from web.formatting import language_name, web_address
from web.locales import day, gettext, say
from web.parameters import SPANS, SearchParameters, search_request
from web.permalinks import OF_ONE_PAGE, absolute, address, canonical, permalink, without
from web.search_links import query_string
from web.serving import served, serving
from web.settings import Settings

LONGEST_TITLE = 200
"""Characters of a feed's title; fifty filters would make it a page."""
_UNFIT = re.compile(r'[\s<>"{}|\\^`\x00-\x20\x7f-\x9f]')
"""What stands in no address, however lenient browsers are."""


class FeedParameters(SearchParameters):
    """The parameters of a feed: those of a search, with the newest first by default."""

    sort: Sort = Field("newest", description="What comes first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article of a feed.

    ``title`` and ``address``, the article's page here, are never empty; ``own_site`` is its page on
    the newspaper's own site, if it has one. ``summary`` is escaped HTML. ``updated`` is never later
    than now.
    """

    id: str
    urn: str
    title: str
    address: str
    own_site: str
    summary: str
    section: str
    authors: tuple[str, ...]
    language: str
    published: datetime | None
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What every format says of a search.

    ``address`` is the feed's own, ``page`` that of the search for people. ``updated`` is when the
    newest change of an entry was; ``modified`` also counts when what the feed is answered from was
    made, for an import may add entries that are old. Both are never later than now.
    """

    urn: str
    title: str
    description: str
    publisher: str
    address: str
    page: str
    updated: datetime
    modified: datetime
    entries: tuple[Entry, ...]


def feed_request(parameters: FeedParameters, settings: Settings) -> SearchRequest:
    """Return what a feed asks; more entries than the setting allows are not given.

    Raises
    ------
    ParameterError, SearchError
        As `search_request` raises them.
    """
    size = min(parameters.size or settings.feed_size, settings.feed_size)
    asked = search_request(without(parameters, OF_ONE_PAGE, FeedParameters), settings)
    return replace(asked, offset=(parameters.page - 1) * size, limit=size, facets=False)


def feed_of(kind: str, parameters: FeedParameters, answer: SearchAnswer) -> Feed:
    """Return the feed of an answer, as it is found at the address of that kind."""
    now = datetime.now(UTC)
    built = served().changed
    publisher = serving().settings.site_name
    entries = tuple(_entry(hit, publisher, _updated(hit, now) or built) for hit in answer.hits)
    updated = max((entry.updated for entry in entries), default=built)
    plain = canonical(without(parameters, OF_ONE_PAGE - {"page", "size"}, FeedParameters))
    query = query_string(plain)
    return Feed(
        urn=_urn(publisher, f"?{query}"),
        title=title_of(plain, publisher),
        description=gettext("Articles of %(site)s that answer this search", site=publisher),
        publisher=publisher,
        address=absolute(address("feeds.feed", query, kind=kind)),
        page=permalink(_page_of(plain)),
        updated=updated,
        modified=min(max(updated, built), now),
        entries=entries,
    )


def title_of(parameters: SearchParameters, publisher: str) -> str:
    """Return what a search asks for in a line, and whom it asks."""
    parts = [parameters.q.strip()]
    for name, values in parameters:
        if isinstance(values, tuple):
            parts += [language_name(value) if name == "language" else value for value in values]
    if parameters.within:
        parts.append(say(SPANS[parameters.within]))
    first, last = parameters.published_from, parameters.published_to
    if first and last:
        parts.append(period(first, last))
    elif first:
        parts.append(gettext("from %(day)s", day=day(first)))
    elif last:
        parts.append(gettext("up to %(day)s", day=day(last)))
    asked = " · ".join(filter(None, (" ".join(str(part).split()) for part in parts)))
    if len(asked) > LONGEST_TITLE:
        asked = f"{asked[:LONGEST_TITLE].rstrip()} …"
    return f"{asked} · {publisher}" if asked else publisher


def _page_of(parameters: FeedParameters) -> SearchParameters:
    """Return the search page of a feed: the page itself would not have the newest first."""
    plain = without(parameters, OF_ONE_PAGE, SearchParameters)
    return plain.model_copy(update={"sort": parameters.sort})


def _entry(hit: Hit, publisher: str, updated: datetime) -> Entry:
    return Entry(
        id=hit.id,
        urn=_urn(publisher, hit.id),
        title=legal(hit.title).strip() or gettext("Without a headline"),
        address=absolute(url_for("pages.article", article_id=hit.id)),
        own_site=_UNFIT.sub(lambda unfit: quote(unfit[0]), web_address(hit.url)),
        summary=hit.snippet,
        section=hit.section,
        authors=hit.authors,
        language=hit.language,
        published=hit.published and _in_utc(hit.published),
        updated=_in_utc(updated),
    )


def _updated(hit: Hit, now: datetime) -> datetime | None:
    """Return when an article changed last; one without any date, when it came into the archive."""
    known = [time for time in (hit.published, hit.updated) if time is not None and time <= now]
    return max(known) if known else serving().store.first_seen(hit.id)


def _in_utc(time: datetime) -> datetime:
    """Return the time in UTC, to the second; at the ends of the calendar as if it were in UTC."""
    try:
        time = time.astimezone(UTC)
    except OverflowError:
        time = time.replace(tzinfo=UTC)
    return time.replace(microsecond=0)


def _urn(publisher: str, name: str) -> str:
    """Return an id that is the same under every address of this service, and no other paper's."""
    return uuid5(NAMESPACE_URL, f"{publisher}\n{name}").urn
