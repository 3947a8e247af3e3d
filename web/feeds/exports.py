"""The formats of an export: whole articles, one after the other, as a spreadsheet or a program."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from articles.article import FIELDS, Article
from search.engine import Engine, SearchRequest
from web.parameters import SearchParameters, search_request
from web.permalinks import OF_ONE_PAGE, without
from web.settings import Settings
from web.spreadsheets import BYTE_ORDER_MARK, csv_rows

BATCH = 16
"""Articles that are written at once."""
_LONGEST_NAME = 60


class ExportFormat(NamedTuple):
    """One format: what people call it, its media type, and what writes it."""

    label: str
    media_type: str
    write: Callable[[Iterable[Article]], Iterator[str]]


class Export(NamedTuple):
    """The ids of the articles to write, in order, and how many answer in all."""

    ids: tuple[str, ...]
    total: int


def export_request(parameters: SearchParameters, settings: Settings) -> SearchRequest:
    """Return what an export asks: all hits in their order, up to the setting's number.

    Raises
    ------
    ParameterError
        As `search_request` raises it.
    """
    asked = search_request(without(parameters, OF_ONE_PAGE, SearchParameters), settings)
    return replace(asked, offset=0, limit=settings.export_articles, facets=False, snippets=False)


def export_of(engine: Engine, asked: SearchRequest) -> Export:
    """Return which articles an export holds."""
    ids = engine.rank(asked).ids
    return Export(ids, engine.search(replace(asked, limit=0)).total)


def articles_of(engine: Engine, ids: Iterable[str]) -> Iterator[Article]:
    """Yield the articles one after the other, without those that are not public when it is due."""
    for article_id in ids:
        found = engine.article(article_id)
        if found is not None:
            yield found.article


def csv_text(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a table after RFC 4180, its first row the names of the fields.

    The items of a list are joined by semicolons, paragraphs by empty lines. A cell that a
    spreadsheet would take for a formula gets an apostrophe before it.
    """
    yield BYTE_ORDER_MARK + csv_rows([FIELDS])
    remaining = iter(articles)
    while rows := csv_rows(_cells(article) for article in islice(remaining, BATCH)):
        yield rows


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a line of JSON for each article, as `backfile import` reads them back."""
    remaining = iter(articles)
    while lines := "".join(f"{article.to_json()}\n" for article in islice(remaining, BATCH)):
        yield lines


def file_name(query: str, kind: str) -> str:
    """Return a name for the file of an export, in plain letters.

    Examples
    --------
    >>> file_name('"Café fire" -toll', "csv"), file_name("мост", "jsonl")
    ('cafe-fire-toll.csv', 'articles.jsonl')
    """
    plain = unicodedata.normalize("NFKD", query).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_NAME].strip("-")
    return f"{name or 'articles'}.{kind}"


def _cells(article: Article) -> Iterator[str]:
    for name, value in article.to_record().items():
        joint = "\n\n" if name == "body" else "; "
        yield joint.join(value) if isinstance(value, list) else value or ""


EXPORTS = {
    "csv": ExportFormat("CSV", "text/csv", csv_text),
    "jsonl": ExportFormat("JSON Lines", "application/x-ndjson", json_lines),
}
"""The formats by the ending of their address."""
