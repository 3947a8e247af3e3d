"""What is known of every article at a glance: its times, and the values of its facets."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np

from articles.article import Article
from index.arrays import Array, load, save
from index.strings import StringTable

UNDATED = np.iinfo(np.int64).min
"""Stands for no date: undated articles come before all others, as in the order of documents."""
NEVER = np.iinfo(np.int64).max
FACET_FIELDS = ("section", "source", "author", "language", "tag", "person", "place")


def facet_values(article: Article, name: str) -> tuple[str, ...]:
    """Return the values that ``article`` has for a facet: each once, none empty."""
    values: Iterable[str]
    match name:
        case "section":
            values = (article.section,)
        case "source":
            values = (article.source, *article.additional_sources)
        case "author":
            values = article.authors
        case "language":
            values = (article.language,)
        case "tag":
            values = article.tags
        case "person":
            values = article.people
        case "place":
            values = article.places
        case _:
            raise KeyError(name)
    return tuple(dict.fromkeys(value for value in values if value))


def seconds(time: datetime | None, absent: int) -> int:
    """Return whole seconds since 1970, ``absent`` for None."""
    return absent if time is None else int(time.timestamp() // 1)


class FacetColumn:
    """The values of one facet: document ``d`` has ``values[codes[ends[d]:ends[d + 1]]]``.

    ``values`` is sorted, so that codes compare as their strings do.
    """

    def __init__(self, values: StringTable, codes: Array, ends: Array) -> None:
        self.values = values
        self.codes = codes
        self.ends = ends

    def having(self, value: str) -> Array:
        """Return the documents that have ``value``, ascending (int64)."""
        code = self.values.find(value)
        if code is None:
            return np.empty(0, np.int64)
        places = np.flatnonzero(self.codes == code)
        return np.searchsorted(self.ends, places, side="right") - 1

    def counts(self, documents: Array) -> Array:
        """Return how many of ``documents`` have each value (int64, as long as ``values``)."""
        starts, stops = self.ends[documents], self.ends[documents + 1]
        lengths = stops - starts
        total = int(lengths.sum())
        shifts = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return np.bincount(self.codes[shifts + np.arange(total)], minlength=len(self.values))


class ColumnsWriter:
    """Collects the columns of a build; about 100 bytes an article."""

    def __init__(self) -> None:
        self._published: list[int] = []
        self._expires: list[int] = []
        self._ids: list[str] = []
        self._facets: dict[str, list[tuple[str, ...]]] = {name: [] for name in FACET_FIELDS}

    def add(self, article: Article) -> None:
        """Append one article."""
        self._ids.append(article.id)
        self._published.append(seconds(article.published, UNDATED))
        self._expires.append(seconds(article.expires, NEVER))
        for name, rows in self._facets.items():
            rows.append(facet_values(article, name))

    def save(self, folder: Path) -> None:
        """Write all columns."""
        save(folder, "published", np.array(self._published, np.int64))
        save(folder, "expires", np.array(self._expires, np.int64))
        encoded = [article_id.encode() for article_id in self._ids]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        save(folder, "ids.documents", np.array(order, np.int64))
        StringTable.of(self._ids[number] for number in order).save(folder, "ids")
        for name, rows in self._facets.items():
            values = sorted({value for row in rows for value in row}, key=str.encode)
            codes = {value: code for code, value in enumerate(values)}
            ends = np.zeros(len(rows) + 1, np.int64)
            np.cumsum([len(row) for row in rows], out=ends[1:])
            StringTable.of(values).save(folder, f"{name}.values")
            save(folder, f"{name}.codes", np.array([codes[v] for r in rows for v in r], np.int32))
            save(folder, f"{name}.ends", ends)


class Columns:
    """The mapped columns; ``published`` ascends, because documents lie in the order of dates."""

    def __init__(self, folder: Path) -> None:
        self.published = load(folder, "published")
        self.expires = load(folder, "expires")
        self._ids = StringTable.open(folder, "ids")
        self._documents = load(folder, "ids.documents")
        self._facets = {
            name: FacetColumn(
                StringTable.open(folder, f"{name}.values"),
                load(folder, f"{name}.codes"),
                load(folder, f"{name}.ends"),
            )
            for name in FACET_FIELDS
        }

    @property
    def undated(self) -> int:
        """How many articles have no date; they are the first documents."""
        return int(np.searchsorted(self.published, UNDATED, side="right"))

    def document(self, article_id: str) -> int | None:
        """Return the document number of an article, None when it is not in the generation."""
        try:
            place = self._ids.find(article_id)
        except UnicodeEncodeError:  # a lone surrogate stands in no id
            return None
        return None if place is None else int(self._documents[place])

    def facet(self, name: str) -> FacetColumn:
        """Return the column of a facet."""
        return self._facets[name]

    def published_between(self, first: int, last: int) -> range:
        """Return the documents with ``first <= published < last`` in seconds: a slice, by order."""
        start, stop = np.searchsorted(self.published, [first, last])
        return range(int(start), int(stop))
