"""Which article stands at an address."""

from urllib.parse import unquote, urlsplit

from web.addresses import site_address
from web.serving import serving

_OWN = "/articles/"


def article_at(url: str) -> str | None:
    """Return the id of the article at an address, None when there is none of ours."""
    own = site_address(serving().settings)
    if url.startswith(own + _OWN):
        return unquote(urlsplit(url).path.partition(_OWN)[2]) or None
    return None
