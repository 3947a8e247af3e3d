"""The first pass of a build: a batch of articles becomes compressed documents, columns and tokens.

Each batch is written to a file of its own, so that a build holds few articles in memory, and so
that several processes can read at once.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from articles.article import Article
from index.analysis import NAMES, primary_language, term_of
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.columns import FACET_FIELDS, NEVER, UNDATED, facet_values, seconds
from index.documents import BLOCK
from index.inversion import FieldTokens
from index.postings import NAME_FIELDS, TEXT
from index.tokenizer import Surfaces, Tokenizer, surfaces_of

BATCH = 128 * BLOCK
"""Articles of a batch; a multiple of a block of documents, so that blocks never span segments."""
READ_FIELDS = (TEXT, "caption", *sorted(NAME_FIELDS))
"""Fields whose tokens are kept; the title is the first part of the text."""


class Reader:
    """Reads batches in one process; surfaces are numbered over all its batches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._surfaces = Surfaces()
        self._tokenizers: dict[str, Tokenizer] = {}
        self._names: dict[str, tuple[int, ...]] = {}
        self._counts = np.zeros(0, np.int64)

    def read(self, number: int, articles: Sequence[Article], lines: Sequence[str]) -> None:
        """Write batch ``number``; ``lines`` are the articles as they are kept."""
        with ThreadPoolExecutor(1) as pool:  # compression leaves the interpreter's lock
            blocks = pool.submit(_compressed, lines)
            languages = [primary_language(article.language) for article in articles]
            fields = {
                TEXT: self._words(articles, languages, _text_parts),
                "caption": self._words(articles, languages, _caption_parts),
            }
            facets = [facet_values(article) for article in articles]
            for name in NAME_FIELDS:
                fields[name] = self._name_tokens([values[name] for values in facets])
            self._count(fields[TEXT].surfaces)
            self._write(number, articles, languages, facets, fields, blocks.result())

    def finish(self) -> dict[str, Any]:
        """Return what was numbered: surfaces, their languages, terms and counts in the text."""
        terms = {language: term_of(language) for language in set(self._surfaces.languages)}
        pairs = zip(self._surfaces.texts, self._surfaces.languages, strict=True)
        counts = np.zeros(len(self._surfaces.texts), np.int64)
        counts[: len(self._counts)] = self._counts
        return {
            "texts": self._surfaces.texts,
            "terms": [terms[language](text) for text, language in pairs],
            "counts": counts.tolist(),
        }

    def _words(
        self,
        articles: Sequence[Article],
        languages: Sequence[str],
        parts_of: Callable[[Article], Sequence[str]],
    ) -> FieldTokens:
        parts = [parts_of(article) for article in articles]
        sizes = np.fromiter(map(len, parts), np.int32, len(parts))
        distinct = sorted(set(languages))
        if len(distinct) == 1:
            surfaces, counts = self._tokenizer(distinct[0]).numbers(list(chain(*parts)))
            return FieldTokens(surfaces, counts.astype(np.int32), sizes)
        pieces: list[Array] = [np.empty(0, np.int32)] * len(parts)
        part_counts: list[Array] = [np.empty(0, np.int32)] * len(parts)
        for language in distinct:
            places = [place for place, own in enumerate(languages) if own == language]
            surfaces, counts = self._tokenizer(language).numbers(
                list(chain.from_iterable(parts[place] for place in places))
            )
            by_article = np.split(counts, np.cumsum(sizes[places])[:-1])
            tokens = np.split(surfaces, np.cumsum([int(c.sum()) for c in by_article])[:-1])
            for place, piece, own in zip(places, tokens, by_article, strict=True):
                pieces[place], part_counts[place] = piece, own
        return FieldTokens(
            np.concatenate(pieces).astype(np.int32),
            np.concatenate(part_counts).astype(np.int32),
            sizes,
        )

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(self._surfaces, language)
        return self._tokenizers[language]

    def _name_tokens(self, rows: Sequence[Sequence[str]]) -> FieldTokens:
        """Return the tokens of names, which recur and are looked up whole."""
        for value in {value for row in rows for value in row} - self._names.keys():
            self._names[value] = tuple(
                self._surfaces.number(token, NAMES) for token in surfaces_of(value)
            )
        found = [self._names[value] for row in rows for value in row]
        return FieldTokens(
            np.array(list(chain(*found)), np.int32),
            np.array([len(tokens) for tokens in found], np.int32),
            np.array([len(row) for row in rows], np.int32),
        )

    def _count(self, surfaces: Array) -> None:
        counts = np.bincount(surfaces, minlength=len(self._counts))
        counts[: len(self._counts)] += self._counts
        self._counts = counts

    def _write(
        self,
        number: int,
        articles: Sequence[Article],
        languages: Sequence[str],
        facets: Sequence[dict[str, tuple[str, ...]]],
        fields: dict[str, FieldTokens],
        blocks: Sequence[bytes],
    ) -> None:
        with batch_path(self._folder, number).open("wb") as file:
            writer = ArrayFileWriter(file)
            for name, tokens in fields.items():
                writer.add(f"{name}/surfaces", tokens.surfaces)
                writer.add(f"{name}/parts", tokens.parts)
                writer.add(f"{name}/articles", tokens.articles)
            published = [seconds(article.published, UNDATED) for article in articles]
            expires = [seconds(article.expires, NEVER) for article in articles]
            writer.add("published", np.array(published, np.int64))
            writer.add("expires", np.array(expires, np.int64))
            writer.add("blocks", np.array([len(block) for block in blocks], np.int64))
            writer.add("documents", np.frombuffer(b"".join(blocks), np.uint8))
            notes = {
                "ids": [article.id for article in articles],
                "languages": languages,
                "facets": {name: [row[name] for row in facets] for name in FACET_FIELDS},
            }
            # Not in the header, which is read each time the batch is opened.
            writer.add("notes", np.frombuffer(json.dumps(notes).encode(), np.uint8))
            writer.finish()


class Batch:
    """One batch as it was written."""

    def __init__(self, folder: Path, number: int) -> None:
        self.file = ArrayFile.open(batch_path(folder, number))
        self.articles = len(self.file["published"])

    def notes(self) -> dict[str, Any]:
        """Return ids, languages and facets of the articles."""
        notes: dict[str, Any] = json.loads(self.file["notes"].all().tobytes())
        return notes

    def tokens(self, name: str) -> FieldTokens:
        """Return the tokens of a field."""
        surfaces, parts, articles = (
            self.file[f"{name}/{array}"].all() for array in ("surfaces", "parts", "articles")
        )
        return FieldTokens(surfaces, parts, articles)


def batch_path(folder: Path, number: int) -> Path:
    """Return the file of a batch."""
    return folder / f"batch_{number:06d}.arrays"


def _compressed(lines: Sequence[str]) -> list[bytes]:
    """Return blocks of documents; level 1, because the build's time matters more than a tenth."""
    return [
        zlib.compress("\n".join(lines[start : start + BLOCK]).encode(), 1)
        for start in range(0, len(lines), BLOCK)
    ]


def _text_parts(article: Article) -> Sequence[str]:
    summary = () if article.summary in article.body else (article.summary,)
    return (article.title, *summary, *article.body)


def _caption_parts(article: Article) -> Sequence[str]:
    return (article.caption,)
