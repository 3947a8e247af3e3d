"""How an article is cited: in words, and for programs that keep references."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from articles.article import Article
from articles.message import Message
from web.formatting import web_address
from web.locales import day, gettext

CitationFormat = Literal["txt", "bib", "ris", "json"]
"""Plain text, BibTeX, RIS and CSL-JSON, by the ends of their files' names."""

# Line ends and other controls, what turns the direction of the text that follows, half characters.
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_URL = "!#$%&'()*+,/:;=?@[]~-._"
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # An escaped brace would count among those that must be balanced.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# What BibTeX takes for the name of a person; anything else must not be taken apart.
_PERSON = re.compile(r"(?!.*\b(and|others)\b)[^\W\d_][\w.'’-]*( [^\W\d_][\w.'’-]*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is said of an article that is cited; every text is one line, empty when not known.

    ``organisation`` says whether the one author is whoever reported it and not a person, and
    ``accessed`` is the day it was read at the address.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    organisation: bool
    newspaper: str
    section: str
    published: date | None
    language: str
    address: str
    accessed: date | None = None

    @property
    def key(self) -> str:
        """A name for it of small Latin letters, digits and hyphens, another for each article."""
        author = self.authors[0].split()[-1] if self.authors else self.newspaper
        year = str(self.published.year) if self.published else ""
        words = (author, year, *self.title.split()[:3])
        readable = "-".join(filter(None, map(_latin, words)))[:60]
        checksum = hashlib.sha256(self.id.encode("utf-8", "replace")).hexdigest()[:8]
        return "-".join(filter(None, (readable, checksum)))


def citation_of(
    article: Article, newspaper: str, *, site: str = "", accessed: date | None = None
) -> Citation:
    """Return what is cited of an article.

    Parameters
    ----------
    article : Article
        The article; where it names no author, its source is cited as one.
    newspaper : str
        What it appeared in.
    site : str
        Where this service is reached, for articles without an address of their own.
    accessed : date, optional
        The day it was read.
    """
    authors = tuple(filter(None, map(_line, article.authors)))
    source = _line(article.source)
    nothing = gettext("Without a headline")
    organisation = not authors and bool(source) and source != newspaper
    return Citation(
        id=article.id,
        title=_line(article.title) or f"[{nothing}]",
        authors=(source,) if organisation else authors,
        organisation=organisation,
        newspaper=_line(newspaper),
        section=_line(article.section),
        published=article.published.date() if article.published else None,
        language=_line(article.language),
        address=_address(article, site),
        accessed=accessed,
    )


def _address(article: Article, site: str) -> str:
    here = f"{site}/articles/{quote(article.id, safe='', errors='replace')}" if site else ""
    return quote(web_address(article.url) or here, safe=_URL, errors="replace")


def _line(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip()


def _latin(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "", letters.lower())


def in_words(citation: Citation) -> str:
    """Return the citation as a newspaper or a book would print it, in the language of the page.

    Names stand as they are written: which of them is the family's differs from language to
    language.

    Examples
    --------
    >>> in_words(EXAMPLE)
    'Ana Verdi. “Bridge opens”. The Courier, 11 July 2011. https://courier.example/a'
    """
    return " ".join(parts_in_words(citation))


def parts_in_words(citation: Citation) -> tuple[str, ...]:
    """Return the parts of `in_words`: each may run in a direction of its own."""
    read = gettext("read on %(day)s", day=day(citation.accessed))
    parts = (
        citation.authors and _ended(", ".join(citation.authors)),
        gettext("“%(title)s”.", title=citation.title),
        _ended(f"{citation.newspaper}, {day(citation.published)}"),
        citation.address,
        citation.accessed and f"({read})",
    )
    return tuple(part for part in parts if part)


def _ended(part: str) -> str:
    """Return a part with a full stop; an abbreviation at its end has one already."""
    return part if part.endswith(".") else f"{part}."


def bibtex(citation: Citation) -> str:
    """Return the citation as an entry of BibTeX, in UTF-8.

    Whatever means something to TeX is written as a command, so that any title can be typeset.

    Examples
    --------
    >>> print(bibtex(EXAMPLE))
    @article{verdi-2011-bridge-opens-ca978112,
      author = {Ana Verdi},
      title = {{Bridge opens}},
      journal = {The Courier},
      year = {2011},
      month = jul,
      day = {11},
      url = {https://courier.example/a},
      language = {en}
    }
    <BLANKLINE>
    """
    whole = (lambda _: False) if citation.organisation else _PERSON.fullmatch
    names = (name.translate(_TEX) if whole(name) else _braced(name) for name in citation.authors)
    when = citation.published
    fields = {
        "author": " and ".join(names),
        "title": _braced(citation.title),
        "journal": citation.newspaper.translate(_TEX),
        "year": f"{when:%Y}" if when else "",
        "month": _MONTHS[when.month - 1] if when else "",
        "day": str(when.day) if when else "",
        "url": citation.address,
        "urldate": citation.accessed.isoformat() if citation.accessed else "",
        "language": citation.language.translate(_TEX),
    }
    lines = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
        if value
    )
    return f"@article{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def _braced(text: str) -> str:
    """Return a text in braces: its capitals stay, and it is not taken apart."""
    return f"{{{text.translate(_TEX)}}}"


def ris(citation: Citation) -> str:
    """Return the citation in the format RIS; lines end with carriage return and line feed.

    Examples
    --------
    >>> ris(EXAMPLE).splitlines()[:4]
    ['TY  - NEWS', 'AU  - Ana Verdi', 'TI  - Bridge opens', 'T2  - The Courier']
    """
    when, read = citation.published, citation.accessed
    fields: Iterable[tuple[str, str]] = (
        ("TY", "NEWS"),
        *(("AU", name) for name in citation.authors),
        ("TI", citation.title),
        ("T2", citation.newspaper),
        ("SE", citation.section),
        ("PY", f"{when:%Y}" if when else ""),
        ("DA", f"{when:%Y/%m/%d}/" if when else ""),
        ("LA", citation.language),
        ("UR", citation.address),
        ("Y2", f"{read:%Y/%m/%d}/" if read else ""),
    )
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(citation: Citation) -> str:
    """Return the citation as a list of one item in the JSON of the Citation Style Language.

    Examples
    --------
    >>> (item,) = json.loads(csl_json(EXAMPLE))
    >>> item["type"], item["issued"]
    ('article-newspaper', {'date-parts': [[2011, 7, 11]]})
    """
    item = {
        "id": citation.key,
        "type": "article-newspaper",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors],
        "container-title": citation.newspaper,
        "section": citation.section,
        "issued": _date_parts(citation.published),
        "language": citation.language,
        "URL": citation.address,
        "accessed": _date_parts(citation.accessed),
    }
    known = {name: value for name, value in item.items() if value}
    return json.dumps([known], ensure_ascii=False, indent=2) + "\n"


def _date_parts(when: date | None) -> dict[str, Any] | None:
    return {"date-parts": [[when.year, when.month, when.day]]} if when else None


class Written(NamedTuple):
    """A format: what it is called, its media type, and how a citation is written in it."""

    name: str
    media_type: str
    write: Callable[[Citation], str]


FORMATS: Mapping[CitationFormat, Written] = {
    "bib": Written("BibTeX", "application/x-bibtex", bibtex),
    "ris": Written("RIS", "application/x-research-info-systems", ris),
    "json": Written("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
    "txt": Written(Message("Text"), "text/plain", lambda citation: in_words(citation) + "\n"),
}
EXAMPLE = Citation(
    id="a",
    title="Bridge opens",
    authors=("Ana Verdi",),
    organisation=False,
    newspaper="The Courier",
    section="",
    published=date(2011, 7, 11),
    language="en",
    address="https://courier.example/a",
)
"""Stands in the examples."""
