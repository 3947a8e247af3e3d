"""The OpenSearch description: what a browser needs to search the archive from its own box."""

from flask import request, url_for
from lxml import etree

from web.feeds.formats import FORMATS
from web.feeds.xml import add, written
from web.locales import gettext
from web.permalinks import absolute
from web.settings import Settings

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
MEDIA_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
_LONGEST_SHORT_NAME, _LONGEST_NAME, _LONGEST_DESCRIPTION = 16, 48, 1_024
"""What the format allows, in characters."""
_TERMS = "q={searchTerms}"


def description(settings: Settings, icon: str) -> bytes:
    """Return the description of this archive as XML; ``icon`` is the path of its image."""
    name = settings.site_name
    about = gettext("Search in %(site)s", site=name)
    search = absolute(url_for("pages.search"))
    suggest = absolute(f"{request.script_root}/suggest")
    root = etree.Element("OpenSearchDescription", nsmap={None: NAMESPACE})
    add(root, "ShortName", name[:_LONGEST_SHORT_NAME].strip())
    add(root, "LongName", name[:_LONGEST_NAME].strip())
    add(root, "Description", about[:_LONGEST_DESCRIPTION])
    add(root, "Url", type="text/html", template=f"{search}?{_TERMS}&page={{startPage?}}")
    for kind in ("rss", "atom"):
        feed = absolute(url_for("feeds.feed", kind=kind))
        add(root, "Url", type=FORMATS[kind].media_type, template=f"{feed}?{_TERMS}")
    add(root, "Url", type=SUGGESTIONS, template=f"{suggest}?{_TERMS}")
    own = absolute(url_for("feeds.opensearch"))
    add(root, "Url", type=MEDIA_TYPE, rel="self", template=own)
    add(root, "Image", absolute(icon), type="image/svg+xml", width="16", height="16")
    add(root, "Language", "*")
    add(root, "InputEncoding", "UTF-8")
    add(root, "OutputEncoding", "UTF-8")
    return written(root)
