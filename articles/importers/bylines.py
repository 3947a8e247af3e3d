"""Bylines -> the names of authors; datelines -> a place and the agency that sends."""

import re
from functools import lru_cache

_LONGEST = 2_000
_LONGEST_NAME = 80
_MOST_WORDS = 6
_MARKER = re.compile(
    r"(?:^by\s|(?:^|[\n^]|(?<=\s))(?:By|BY|by:|Von|VON|Par|PAR|Por|POR|Автор[ы]?:|Հեղինակ[՝:]|ავტორი:))\s*(?<=[\s:՝])"
)
_AGENCY = re.compile(
    r"[\s,^]+(?:of\s+)?(?:The\s+)?(?:Ass\w+ted\s+Press|AP|UPI|AFP|DPA|TASS|Reuters?|Bloomberg)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ROLE = re.compile(
    r"\b(?:Writers?|Reporters?|Correspondents?|Editors?|Analyst|Columnist|Press|Staff|"
    r"Newsfeatures|Bureau|Special to|Contributor)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:[;&\n^|]|,?\s+(?:and|AND|und|et|y|и|և|და)\s|,(?!\s*(?:Jr|Sr|JR|SR|II|III)\b))\s*"
)
_CAPITAL_WORD = re.compile(r"(?:Mc|Mac|O['’]|D['’])?[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]*(?:Jr\.?)?$")
_DIGIT = re.compile(r"\d")
_KEEPS_DOT = re.compile(r"\b(?:Jr|Sr|JR|SR|[A-Z])\.$")
_AS_WRITTEN = frozenset({"II", "III", "IV", "USA", "UN", "EU", "USS", "UK", "BBC", "AP"})
_DATELINE = re.compile(r"([^()]*)\(([^()]*)\)")
_DAY = re.compile(r",\s*(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w*\.?\s+\d+$")


@lru_cache(maxsize=4096)
def authors_of(byline: str) -> tuple[str, ...]:
    """Return the names that a byline holds, empty when it is no byline.

    Examples
    --------
    >>> authors_of("By LAWRENCE L. KNUTSON Associated Press Writer")
    ('Lawrence L. Knutson',)
    >>> authors_of("By The Associated Press")
    ('The Associated Press',)
    >>> authors_of("Ana Verdi, Levan Ortega and F.N. D'ALLESSIO")
    ('Ana Verdi', 'Levan Ortega', "F.N. D'Allessio")
    """
    byline = byline[:_LONGEST]
    if "\n^" in byline:
        byline = byline[byline.rindex("\n^") + 2 :]  # a wire's headline stands before it
    marked = _MARKER.search(byline)
    names = []
    for signed in _MARKER.split(byline[marked.end() :]) if marked else [byline]:
        if marked or (len(signed) <= _LONGEST_NAME and not signed.rstrip().endswith(":")):
            names += _names(" ".join(signed.split(" ")).strip(), strict=not marked)
    return tuple(dict.fromkeys(names))


def _names(signed: str, *, strict: bool) -> list[str]:
    agency = _AGENCY.search(f" {signed}")
    if agency and agency.start() == 0:
        words = re.match(r"(?:The\s+)?(?:Ass\w+ted\s+Press|\w+)", signed, re.IGNORECASE)
        named = words.group() if words else ""
        return [] if _ROLE.search(signed[len(named) :]) else [named]
    if agency:
        signed = signed[: agency.start() - 1]
    parts = [part.lstrip(" .").rstrip(" ,:_=-–—") for part in _SEPARATOR.split(f"{signed} ")]
    parts = [_capital_run(" ".join(part.removeprefix("and ").split())) for part in parts]
    parts = [part if _KEEPS_DOT.search(part) else part.rstrip(".") for part in parts]
    parts = [part for part in parts if part and not _DIGIT.search(part)]
    found = [part for part in parts if len(parts) == 1 or not _ROLE.search(part)]
    if strict and any(len(part.split()) > _MOST_WORDS for part in found):
        return []
    return [title_cased(part) for part in found]


def _capital_run(part: str) -> str:
    """Return the name in capitals that a part begins with, the whole part when there is none."""
    words = part.split(" ")
    length = 0
    while length < len(words) and _CAPITAL_WORD.match(words[length]):
        length += 1
    capitals = sum(len(word.strip(".")) > 1 for word in words[:length])
    return " ".join(words[:length]) if length > 1 and capitals else part


@lru_cache(maxsize=4096)
def title_cased(name: str) -> str:
    """Return the name with its words in capitals written as names are; other words stay.

    Examples
    --------
    >>> title_cased("WILLIAM McCALL-O'BRIEN JR. of FORT BRAGG, N.C.")
    "William McCall-O'Brien Jr. of Fort Bragg, N.C."
    """
    return " ".join(map(_title_cased_word, name.split()))


def _title_cased_word(word: str) -> str:
    letters = re.sub(r"\W", "", word)
    prefixed = re.match(r"(?:Mc|Mac)[A-Z]{2}", word)
    if word in _AS_WRITTEN or re.fullmatch(r"(?:\w\.)+,?-?\w?\.?", word):
        return word
    if len(letters) < 2 or not (letters.isupper() or prefixed):
        return word
    cased = "-".join(
        "'".join(part.capitalize() for part in half.split("'")) for half in word.split("-")
    )
    cased = re.sub(r"'(S|T)\b", lambda match: match.group().lower(), cased, flags=re.IGNORECASE)
    return re.sub(r"\bMc(\w)", lambda match: f"Mc{match.group(1).upper()}", cased)


@lru_cache(maxsize=4096)
def dateline_of(dateline: str) -> tuple[tuple[str, ...], str]:
    """Return the places a dateline names and the agency in brackets, empty where there is none.

    Examples
    --------
    >>> dateline_of("BANGKOK, Thailand (AP)")
    (('Bangkok, Thailand',), 'AP')
    >>> dateline_of("LONDON (AP)  LONDON (AP)  FORT BRAGG, N.C. (AP)")
    (('London', 'Fort Bragg, N.C.'), 'AP')
    """
    found = _DATELINE.findall(dateline[:_LONGEST]) or [(dateline[:_LONGEST], "")]
    places = (title_cased(_DAY.sub("", place.strip(" -–—,\n"))) for place, _ in found)
    return tuple(dict.fromkeys(filter(None, places))), found[0][1].strip()
