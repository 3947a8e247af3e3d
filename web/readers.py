"""Which requests are those of people who read: only these are counted."""

import re

from flask import Request

from web.parameters import SearchParameters

_PROGRAM = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archiver|preview|scan|monitor|fetch|headless|lighthouse"
    r"|facebookexternalhit|mediapartners|python|java/|curl|wget|http-?client|phantom|selenium",
    re.IGNORECASE,
)
"""Names that programs go by; all browsers call themselves Mozilla, and most programs do not."""


def is_by_reader(request: Request, parameters: SearchParameters) -> bool:
    """Say whether a search is a reader's first: not a program's, not narrowed, not a later page."""
    agent = request.user_agent.string
    ahead = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return (
        parameters.model_dump(exclude_defaults=True).keys() == {"q"}
        and agent.startswith("Mozilla/")
        and not _PROGRAM.search(agent)
        and not ahead.startswith(("prefetch", "preview"))
    )
