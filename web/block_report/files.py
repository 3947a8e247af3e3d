"""The report as files for spreadsheets: every count, and every thin article."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from articles.impressions import ItemPlace, Tally
from web.block_report.thin import ThinArticle
from web.feeds.exports import BYTE_ORDER_MARK, defused

COUNTS = ("day", "block", "position", "reason", "recipe", "shown", "clicks")
THIN = ("id", "title", "section", "language", "published", "similar", "filled by")
MOST_LINES = 10_000
"""Thin articles in one file."""


def counts_file(items: Mapping[ItemPlace, Tally]) -> Iterator[str]:
    """Yield the lines of all counts, by day and place."""
    rows = (
        (
            place.day.isoformat(),
            place.block,
            str(place.position),
            place.reason,
            place.recipe,
            str(tally.shown),
            str(tally.clicks),
        )
        for place, tally in items.items()
    )
    return _lines(COUNTS, rows)


def thin_file(articles: Iterable[ThinArticle]) -> Iterator[str]:
    """Yield the lines of thin articles."""
    rows = (
        (
            article.id,
            article.title,
            article.section,
            article.language,
            article.published.isoformat() if article.published else "",
            str(article.similar),
            ", ".join(f"{filler} {count}" for filler, count in article.fillers.items()),
        )
        for article in articles
    )
    return _lines(THIN, rows)


def _lines(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    for row in (heads, *rows):
        line = StringIO(newline="")
        csv.writer(line).writerow([defused(cell) for cell in row])
        yield line.getvalue()
