"""What readers asked for: how often a query was asked on a day, and never by whom."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

MAXIMUM_QUERY = 80
"""Characters of the longest query that is kept: what is longer was pasted, and says more of the
reader than of the archive."""
_LONGEST_NUMBER = 6
"""Digits in a row that are kept; more may be those of a telephone, a passport or an account."""

_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|TO|NEAR)\b")
_DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
_NUMBER = re.compile(rf"\d(?:[ ()./+–-]*\d){{{_LONGEST_NUMBER},}}")


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """One query on one day.

    Attributes
    ----------
    text : str
        As `normalised` returns it.
    day : date
        The day in UTC.
    searches : int
        How often it was asked.
    without_hits : int
        How many of these searches found nothing.
    hits : int
        How many articles the last of them found.
    milliseconds : int
        What all of them took together.
    clicks : int
        How often a hit was followed.
    """

    text: str
    day: date
    searches: int
    without_hits: int
    hits: int
    milliseconds: int
    clicks: int = 0


@dataclass(frozen=True, slots=True)
class PastQuery:
    """A query over all days: how often it found something, and how much it found last."""

    text: str
    successes: int
    hits: int


def normalised(query: str) -> str:
    r"""Return the form in which a query is counted, empty where it must not be kept.

    White space and capitals make no difference, unless there are operators in capitals. Not kept is
    what is too long, what looks like somebody's address or number, and what no database can hold.

    Examples
    --------
    >>> normalised("  Bridge\t toll "), normalised("bridge NOT toll")
    ('bridge toll', 'bridge NOT toll')
    >>> normalised("ines@example.org"), normalised("call 091 23-45-67"), normalised("2011-07-11")
    ('', '', '2011-07-11')
    """
    text = " ".join(unicodedata.normalize("NFC", query).split())
    if not text.isprintable() or len(text) > MAXIMUM_QUERY:
        return ""
    if "@" in text or _NUMBER.search(_DAY.sub(" , ", text)):
        return ""
    return text if _OPERATOR.search(text) else text.lower()
