"""Ids and titles for articles that come without."""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote, urlsplit

LONGEST_TITLE = 90
LONGEST_SLUG = 200

_NOT_WORDS = re.compile(r"[^\w.~]+")
_SUFFIX = re.compile(r"\.(?:s?html?|php|aspx?|jsp|amp)$", re.IGNORECASE)
_TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid)=[^&]*")
_SENTENCE = re.compile(r"[.!?…։。]['\"”’»)]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b\w|\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Lt|Col|Sgt|St|No|vs|Jan|Feb|Aug|Sept?|Oct|Nov|"
    r"Dec|Inc|Corp|Co|Ltd|Jr|Sr))$"
)


def slug_of(path: str) -> str:
    """Return a path as one short word, never empty unless the path holds no letter or digit.

    Folders are parted by dots, so that /a/b-c and /a-b/c do not become one article.

    Examples
    --------
    >>> slug_of("/news/2011/07/talks-go-on.html")
    'news.2011.07.talks-go-on'
    """
    folders = _SUFFIX.sub("", unicodedata.normalize("NFC", path)).split("/")
    words = (_NOT_WORDS.sub("-", folder).strip("-.") for folder in folders)
    slug = ".".join(word for word in words if word)
    if len(slug) <= LONGEST_SLUG:
        return slug
    return f"{slug[: LONGEST_SLUG - 17]}-{sha256(slug.encode()).hexdigest()[:16]}"


def id_of_url(url: str) -> str:
    """Return the id that a URL gives its article: its path and query without the host.

    Examples
    --------
    >>> id_of_url("https://news.example/story.php?id=5&utm_source=mail")
    'story.php-id-5'
    >>> id_of_url("https://news.example/")
    ''
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return slug_of(url)
    path, query = parts.path.rstrip("/"), _TRACKING.sub("", parts.query)
    return slug_of(unquote(f"{path}?{query}" if query else path, errors="replace"))


def id_of_text(*parts: str) -> str:
    """Return the id of an article that has nothing but its text: the same text, the same id."""
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, cut at a word to at most `LONGEST_TITLE` characters.

    Examples
    --------
    >>> first_sentence("The U.S. Senate met on Monday. It rained.")
    'The U.S. Senate met on Monday.'
    """
    for end in _SENTENCE.finditer(text[: LONGEST_TITLE + 1]):
        if end.end() > 12 and not _ABBREVIATION.search(text[: end.start()]):
            return text[: end.end()]
    if len(text) <= LONGEST_TITLE:
        return text
    cut = text[:LONGEST_TITLE]
    words = cut.rpartition(" ")[0].rstrip(" ,;:–—-") if " " in cut else cut[:-1]
    return f"{words}…"
