"""Which requests are those of people who read: only these are counted."""

import re
from urllib.parse import parse_qs, urlsplit

from flask import Request, url_for

from web.parameters import SearchParameters

_PROGRAM = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archiver|preview|scan|monitor|fetch|headless|lighthouse"
    r"|facebookexternalhit|mediapartners|python|java/|curl|wget|http-?client|phantom|selenium"
    r"|puppeteer|playwright|cypress|webdriver|scrapy|httrack|libwww|okhttp|axios|nutch|heritrix"
    r"|feedly|feedburner|rss|validator|checker|pingdom|uptime|statuscake|pagespeed|gtmetrix"
    r"|googleother|google-(?!chrome)|chatgpt|claude|perplexity|anthropic|openai|cohere|diffbot"
    r"|whatsapp/|embedly|iframely|skypeuri|proximic|dataprovider|netcraft|censys|zgrab|nessus",
    re.IGNORECASE,
)
"""Names that programs go by; all browsers call themselves Mozilla, and most programs do not."""
_BROWSER = ("Mozilla/", "Opera/")
_LONGEST_REFERRER = 2_000
LONGEST_AGENT = 512
"""Characters of an agent that are looked at; no browser says more."""


def is_by_reader(request: Request, parameters: SearchParameters) -> bool:
    """Say whether a search is a reader's first: not a program's, not narrowed, not a later page."""
    return (
        parameters.model_dump(exclude_defaults=True).keys() == {"q"}
        and is_browser(request.user_agent.string)
        and not is_ahead(request)
    )


def followed_query(request: Request) -> str:
    """Return the query of whose hits a reader followed one to the page that is asked for.

    The browser says which page of this site the link stood on; empty where it was no page of hits,
    where no browser asks, or where it asks ahead.
    """
    referrer = request.headers.get("Referer", "")
    if len(referrer) > _LONGEST_REFERRER or not is_browser(request.user_agent.string):
        return ""
    try:
        page = urlsplit(referrer)
        asked = parse_qs(page.query, max_num_fields=50).get("q", [])
    except ValueError:
        return ""
    here = page.netloc == request.host and page.path in (
        url_for("pages.search"),
        url_for("pages.start"),
    )
    return asked[0] if here and asked and not is_ahead(request) else ""


def is_browser(agent: str) -> bool:
    """Say whether a user agent is that of a browser, which somebody may read in.

    Examples
    --------
    >>> is_browser("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    True
    >>> is_browser("Mozilla/5.0 (compatible; bingbot/2.0)"), is_browser("curl/8.5.0")
    (False, False)
    """
    agent = agent[:LONGEST_AGENT]
    return agent.startswith(_BROWSER) and not _PROGRAM.search(agent)


def is_ahead(request: Request) -> bool:
    """Say whether a browser asks before anybody wants to see it: to prefetch, or for a preview."""
    named = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose"))
    moz = request.headers.get("X-Moz", "")
    return moz == "prefetch" or any("prefetch" in one or "preview" in one for one in named)
