"""The formats of a feed: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from lxml import etree

from web.feeds.feed import Entry, Feed
from web.feeds.xml import add, legal, written

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
JSON_FEED = "https://jsonfeed.org/version/1.1"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
GENERATOR = "Backfile"


class FeedFormat(NamedTuple):
    """One format: what people call it, its media type, and what writes it."""

    label: str
    media_type: str
    write: Callable[[Feed], bytes]


def as_rss(feed: Feed) -> bytes:
    """Return the feed as RSS 2.0."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "dc": DUBLIN_CORE})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", feed.description)
    add(channel, "lastBuildDate", _mail_date(feed.updated))
    add(channel, "generator", GENERATOR)
    own = {"href": feed.address, "rel": "self", "type": FORMATS["rss"].media_type}
    add(channel, f"{{{ATOM}}}link", **own)
    for entry in feed.entries:
        item = add(channel, "item")
        add(item, "title", entry.title)
        add(item, "link", entry.address)
        if entry.summary:
            add(item, "description", entry.summary)
        for author in entry.authors:
            add(item, f"{{{DUBLIN_CORE}}}creator", author)
        if entry.section:
            add(item, "category", entry.section)
        sound = legal(entry.id) == entry.id
        add(item, "guid", entry.id if sound else entry.urn, isPermaLink="false")
        if entry.published:
            add(item, "pubDate", _mail_date(entry.published))
    return written(root)


def as_atom(feed: Feed) -> bytes:
    """Return the feed as Atom."""
    root = etree.Element("feed", nsmap={None: ATOM})
    add(root, "id", feed.urn)
    add(root, "title", feed.title)
    add(root, "subtitle", feed.description)
    add(root, "updated", feed.updated.isoformat())
    add(add(root, "author"), "name", feed.publisher)
    add(root, "link", rel="self", type=FORMATS["atom"].media_type, href=feed.address)
    add(root, "link", rel="alternate", type="text/html", href=feed.page)
    add(root, "generator", GENERATOR)
    for entry in feed.entries:
        _add_atom_entry(root, entry)
    return written(root)


def _add_atom_entry(root: Any, entry: Entry) -> None:
    element = add(root, "entry")
    element.set(LANGUAGE, legal(entry.language))
    add(element, "id", entry.urn)
    add(element, "title", entry.title)
    add(element, "link", rel="alternate", type="text/html", href=entry.address)
    if entry.own_site:
        add(element, "link", rel="related", href=entry.own_site)
    for author in entry.authors:
        add(add(element, "author"), "name", author)
    if entry.section:
        add(element, "category", term=entry.section)
    if entry.published:
        add(element, "published", entry.published.isoformat())
    add(element, "updated", entry.updated.isoformat())
    add(element, "summary", entry.summary, type="html")


def as_json_feed(feed: Feed) -> bytes:
    """Return the feed as JSON Feed."""
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "authors": [{"name": feed.publisher}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.address,
        "external_url": entry.own_site,
        "title": entry.title,
        "content_html": entry.summary,
        # One of both must be there.
        "content_text": "" if entry.summary else entry.title,
        "date_published": entry.published.isoformat() if entry.published else "",
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": author} for author in entry.authors],
        "tags": [entry.section] if entry.section else [],
        "language": entry.language,
    }
    return {name: value for name, value in item.items() if value}


def _mail_date(time: datetime) -> str:
    return format_datetime(time, usegmt=True)


FORMATS = {
    "rss": FeedFormat("RSS", "application/rss+xml", as_rss),
    "atom": FeedFormat("Atom", "application/atom+xml", as_atom),
    "json": FeedFormat("JSON Feed", "application/feed+json", as_json_feed),
}
"""The formats by the ending of their address."""
