"""How long a search may take."""

import time

from articles.message import Message
from search.errors import SearchError

BUDGET = 5.0
"""Seconds after which a search is given up."""


class Deadline:
    """The moment at which one search is given up; it is looked at between steps."""

    def __init__(self) -> None:
        self._moment = time.monotonic() + BUDGET

    def check(self) -> None:
        """Raise `SearchError` when it has passed."""
        if time.monotonic() > self._moment:
            raise SearchError(
                Message(
                    "the search was given up after %(seconds)s s: ask for fewer or rarer words",
                    seconds=f"{BUDGET:g}",
                )
            )
