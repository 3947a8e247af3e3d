"""Which article stands at an address that a beacon names."""

from index.publish import NoGenerationError
from web.addresses import site_address
from web.blocks.lookup import own_id
from web.serving import served, serving


def article_at(url: str) -> str | None:
    """Return the id of the article at an address, None when there is none of ours.

    Articles are found on our own pages at once, and at their own addresses once they are indexed.
    """
    own = own_id(url, site_address(serving().settings))
    try:
        return own or served().at_address(url)
    except NoGenerationError:
        return None
