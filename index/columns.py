"""What is known of every article at a glance: its times, and the values of its facets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np

from articles.article import Article
from index.analysis import primary_language
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import smallest
from index.strings import StringTable

UNDATED = np.iinfo(np.int64).min
"""Stands for no date: undated articles come before all others, as in the order of documents."""
NEVER = np.iinfo(np.int64).max
_FEW = 8
"""How many times fewer documents than codes are looked up one by one."""
_BITS = 64
"""Values of a facet for each of which a bit of every document is kept."""

FACETS: Mapping[str, Callable[[Article], tuple[str, ...]]] = {
    "section": lambda article: (article.section,),
    "source": lambda article: (article.source, *article.additional_sources),
    "author": lambda article: article.authors,
    "language": lambda article: (article.language,),
    "tag": lambda article: article.tags,
    "person": lambda article: article.people,
    "place": lambda article: article.places,
}
"""Where each facet of an article has its values; an empty one and a repetition do not count."""


def facet_values(article: Article, name: str) -> tuple[str, ...]:
    """Return the values that ``article`` has for a facet: each once, none empty."""
    return distinct(FACETS[name](article))


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values without empty ones and repetitions, in their order."""
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

    def counts(self, chosen: "Chosen") -> Array:
        """Return how many of some documents have each value (int64, as long as ``values``)."""
        documents = chosen.documents
        if len(documents) == len(self.ends) - 1:
            return self.all_counts
        if _FEW * len(documents) > len(self.codes):
            if len(self.values) <= _BITS:
                held: Array = np.bitwise_count(self._bits & chosen.bits).sum(axis=1, dtype=np.int64)
                return held
            codes = self.codes[chosen.mask.take(self._owners)]
            return np.bincount(codes, minlength=len(self.values))
        starts = self.ends[documents].astype(np.int64)
        stops = self.ends[documents + 1].astype(np.int64)
        lengths = stops - starts
        total = int(lengths.sum())
        shifts = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return np.bincount(self.codes[shifts + np.arange(total)], minlength=len(self.values))

    @cached_property
    def all_counts(self) -> Array:
        """How many documents have each value (int64, as long as ``values``)."""
        return np.bincount(self.codes, minlength=len(self.values))

    @cached_property
    def _owners(self) -> Array:
        """The document of each of the codes (int32)."""
        lengths: Array = np.diff(self.ends.astype(np.int64))
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    @cached_property
    def _bits(self) -> Array:
        """For each value a bit for every document, as those of `Chosen`."""
        masks = np.zeros((len(self.values), len(self.ends) - 1), bool)
        masks[self.codes, self._owners] = True
        return _packed(masks)


class Chosen:
    """Some documents of an archive in the forms in which they are counted.

    Parameters
    ----------
    documents : integer array
        Distinct and ascending.
    articles : int
        How many documents the archive has.
    """

    def __init__(self, documents: Array, articles: int) -> None:
        self.documents = documents
        self._articles = articles

    @cached_property
    def mask(self) -> Array:
        """For every document of the archive whether it is one of them (bool)."""
        mask = np.zeros(self._articles, bool)
        mask[self.documents] = True
        return mask

    @cached_property
    def bits(self) -> Array:
        """The mask in bits (uint64, of shape (1, words))."""
        return _packed(self.mask[None])


def _packed(masks: Array) -> Array:
    """Return rows of bool as rows of bits, 64 in a number."""
    count, width = masks.shape
    padded = np.zeros((count, -(-width // 64) * 64), bool)
    padded[:, :width] = masks
    return np.packbits(padded, axis=1).view(np.uint64)


class FacetRows(NamedTuple):
    """The values of one facet for consecutive documents, before they are written.

    Document ``d`` has ``counts[d]`` of ``codes``, which count in ``values``, sorted.
    """

    values: Sequence[str]
    codes: Array
    counts: Array


def write_columns(
    writer: ArrayFileWriter,
    published: Array,
    expires: Array,
    ids: Sequence[str],
    facets: Mapping[str, FacetRows],
) -> None:
    """Write all columns."""
    writer.add("published", published)
    writer.add("expires", expires)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    places = np.empty(len(ids), np.uint32)
    places[order] = np.arange(len(ids))
    writer.add("ids.documents", np.array(order, np.uint32))
    writer.add("ids.places", places)
    StringTable.of(ids[number] for number in order).save(writer, "ids")
    for name, rows in facets.items():
        StringTable.of(rows.values).save(writer, f"{name}.values")
        writer.add(f"{name}.codes", smallest(rows.codes))
        writer.add(f"{name}.ends", smallest(np.append(0, np.cumsum(rows.counts))))


class Columns:
    """The mapped columns; ``published`` ascends, because documents lie in the order of dates."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self._facets: dict[str, FacetColumn] = {}

    @cached_property
    def published(self) -> Array:
        """Seconds since 1970 of every document (int64), `UNDATED` for none."""
        return self._file["published"].all()

    @cached_property
    def expires(self) -> Array:
        """When every document expires in seconds (int64), `NEVER` for never."""
        return self._file["expires"].all()

    @cached_property
    def id_table(self) -> StringTable:
        """The ids of all articles, sorted."""
        return StringTable.open(self._file, "ids")

    @property
    def id_documents(self) -> Array:
        """The document of each of the sorted ids (uint32)."""
        return self._file["ids.documents"].all()

    @cached_property
    def _places(self) -> memoryview:
        """Where in the order of ids each document's stands."""
        return self._file["ids.places"].all().data

    @property
    def undated(self) -> int:
        """How many articles have no date; they are the first documents."""
        return int(np.searchsorted(self.published, UNDATED, side="right"))

    def document(self, article_id: str) -> int | None:
        """Return the document number of an article, None when it is not in the generation."""
        try:
            place = self.id_table.find(article_id)
        except UnicodeEncodeError:  # a lone surrogate stands in no id
            return None
        return None if place is None else int(self._file["ids.documents"][place])

    def ids(self, documents: Iterable[int]) -> list[str]:
        """Return the ids of documents."""
        places = self._places
        return self.id_table.strings(places[document] for document in documents)

    def facet(self, name: str) -> FacetColumn:
        """Return the column of a facet."""
        if name not in self._facets:
            self._facets[name] = FacetColumn(
                StringTable.open(self._file, f"{name}.values"),
                self._file[f"{name}.codes"].all(),
                self._file[f"{name}.ends"].all(),
            )
        return self._facets[name]

    def holds(self, name: str, value: str) -> bool:
        """Say whether an article has this value of a facet."""
        try:
            return self.facet(name).values.find(value) is not None
        except UnicodeEncodeError:  # a lone surrogate stands in no value
            return False

    @cached_property
    def languages(self) -> Array:
        """The number of every document's primary language (int64), -1 for none."""
        rows = self.facet("language")
        numbers = np.array([self.language_number(value) for value in rows.values], np.int64)
        found = np.full(len(rows.ends) - 1, -1, np.int64)
        having = np.diff(rows.ends.astype(np.int64)) > 0
        found[having] = numbers[rows.codes]
        return found

    @cached_property
    def sections(self) -> Array:
        """The number of every document's section among the values of that facet, -1 for none."""
        rows = self.facet("section")
        found = np.full(len(rows.ends) - 1, -1, np.int32)
        found[np.diff(rows.ends.astype(np.int64)) > 0] = rows.codes
        return found

    def language_number(self, language: str) -> int:
        """Return the number of a language's primary subtag, -1 when no document is in it."""
        return self._languages.get(primary_language(language), -1)

    @property
    def language_numbers(self) -> Mapping[str, int]:
        """The number of each primary language that a document is in."""
        return self._languages

    @cached_property
    def _languages(self) -> dict[str, int]:
        values = self.facet("language").values
        return {
            name: number for number, name in enumerate(sorted(set(map(primary_language, values))))
        }

    def earlier(self, instant: int) -> range:
        """Return the documents with a date before that of ``instant`` in seconds; none of none."""
        if instant == UNDATED:
            return range(0)
        return range(self.undated, int(np.searchsorted(self.published, instant)))

    def later(self, instant: int) -> range:
        """Return the documents with a date after ``instant``; none after `UNDATED`."""
        articles = len(self.published)
        if instant == UNDATED:
            return range(articles, articles)
        return range(int(np.searchsorted(self.published, instant, side="right")), articles)

    def published_between(self, first: int, last: int) -> range:
        """Return the documents with ``first <= published < last`` in seconds: a slice, by order."""
        start, stop = np.searchsorted(self.published, [first, last])
        return range(int(start), int(stop))
