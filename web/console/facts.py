"""Facts: names and values as the pages of the console list them."""

from datetime import datetime
from typing import NamedTuple

from web.locales import day


class Fact(NamedTuple):
    """One line of a list: what it is, its value, and what that means where it needs saying."""

    name: str
    value: str
    note: str = ""


def minute_words(moment: datetime) -> str:
    """Return a time to the minute with its day in words."""
    return f"{day(moment)}, {moment:%H:%M} UTC"
