"""The report as files for spreadsheets: every count, and every thin article."""

from collections.abc import Iterable, Iterator, Mapping

from articles.impressions import ItemPlace, Tally
from web.block_report.thin import ThinArticle
from web.spreadsheets import csv_table

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
            place.position,
            place.reason,
            place.recipe,
            tally.shown,
            tally.clicks,
        )
        for place, tally in items.items()
    )
    return csv_table(COUNTS, rows)


def thin_file(articles: Iterable[ThinArticle]) -> Iterator[str]:
    """Yield the lines of thin articles."""
    rows = (
        (
            article.id,
            article.title,
            article.section,
            article.language,
            article.published.isoformat() if article.published else "",
            article.similar,
            ", ".join(f"{filler} {count}" for filler, count in article.fillers.items()),
        )
        for article in articles
    )
    return csv_table(THIN, rows)
