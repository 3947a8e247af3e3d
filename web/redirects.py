"""Where a search may send readers: to the site alone, and never in a circle."""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from articles.best_bets import LONGEST_ADDRESS
from articles.curation_edits import CurationError
from web.settings import Settings

_PLAIN = re.compile(r"[!-~]+")
"""Visible characters of ASCII: a header can hold nothing else, and no browser changes them."""
_CHANGED = frozenset('\\<>"`{}|^')
"""What browsers read as something else; a backslash would be a slash to them."""


def checked_address(text: str, settings: Settings) -> str:
    """Return the address of a redirect.

    Raises
    ------
    CurationError
        When it is none, leads to a site that is not ours, or to a search.
    """
    address = text.strip()
    if fault := _fault(address, settings):
        raise CurationError(f"readers cannot be sent to {address[:100]!a}: {fault}")
    return address


def allowed(address: str, settings: Settings) -> bool:
    """Say whether readers may still be sent there; the settings may have changed meanwhile."""
    return not _fault(address, settings)


def _fault(address: str, settings: Settings) -> str:
    """Say why readers cannot be sent to an address, empty when they can."""
    if len(address) > LONGEST_ADDRESS:
        return f"it is longer than {LONGEST_ADDRESS} characters"
    if not _PLAIN.fullmatch(address) or not _CHANGED.isdisjoint(address):
        return "write it as browsers do, without blanks, everything but ASCII percent-encoded"
    parts = _split(address)
    own = address.startswith("/") and not address.startswith("//")
    if parts is None or not (own or _of_site(parts, settings)):
        return (
            "give a path of this site, such as /coverage, or an address of a site that the "
            "setting site_url or site_origins names"
        )
    if any(name == "q" for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return "it asks for a search itself, and two such searches might lead to each other"
    return ""


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _of_site(parts: SplitResult, settings: Settings) -> bool:
    # The setting may allow every origin to read blocks: nobody means to send readers to each.
    origins = settings.site_origins.split(",")
    site = urlsplit(settings.site_url)
    known = {f"{site.scheme}://{site.netloc}", *origins} - {"://", "", "*"}
    # A name or a password before the host makes another origin, so it is refused with the rest.
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return parts.scheme in ("http", "https") and origin in {one.lower() for one in known}
