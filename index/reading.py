"""The first pass of a build: a batch of articles becomes compressed documents, columns and tokens.

Each batch is written to a file of its own, so that a build holds few articles in memory, and so
that several processes can read at once. A process numbers surfaces and the values of facets for
itself, over all its batches; `index.vocabulary` unites the numbers.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np

from articles.article import Article
from index.analysis import primary_language, stemming_of, term_of
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.columns import FACETS, NEVER, UNDATED, distinct, seconds
from index.documents import BLOCK, compressed, to_line
from index.names import case_of
from index.strings import StringTable
from index.tokenizer import SEPARATOR, Tokenizer, joined
from index.tokens import FieldTokens

BATCH = 64 * BLOCK
"""Articles of a batch; a multiple of a block of documents, so that blocks never span segments."""
_TOKENS_A_COUNT = 1 << 20
"""Tokens that are counted at once: counting costs a pass over the vocabulary."""
_CAPITAL_NOUNS = frozenset({"de"})
"""Languages in which every noun has a capital."""


class Portion:
    """The articles of a batch, as objects and as they are stored; one is made of the other."""

    def __init__(
        self, articles: list[Article] | None = None, lines: list[bytes] | None = None
    ) -> None:
        self._articles = articles
        self._lines = lines

    @cached_property
    def articles(self) -> list[Article]:
        """The articles."""
        if self._articles is None:
            return [Article.from_json(line) for line in self.lines]
        return self._articles

    @cached_property
    def lines(self) -> list[bytes]:
        """The articles as lines of JSON."""
        if self._lines is None:
            return [to_line(article) for article in self.articles]
        return self._lines


class Reader:
    """Reads batches in one process.

    Parameters
    ----------
    folder : Path
        Where batches are written; it holds the dictionary.
    number : int
        The number of the process.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._number = number
        self._words: dict[str, _Words] = {}
        self._facets = {name: _Values() for name in FACETS}

    def read(self, number: int, portion: Portion) -> None:
        """Write batch ``number``."""
        articles = portion.articles
        stemmings = [stemming_of(primary_language(article.language)) for article in articles]
        texts = self._tokens(list(map(_text, articles)), stemmings, counted=True)
        captions = self._tokens([joined([article.caption]) for article in articles], stemmings)
        blocks = compressed(portion.lines, self._dictionary)
        with batch_path(self._folder, number).open("wb") as file:
            writer = ArrayFileWriter(file)
            for name, tokens in (("text", texts), ("caption", captions)):
                writer.add(f"{name}/surfaces", tokens.surfaces)
                writer.add(f"{name}/parts", tokens.parts)
                writer.add(f"{name}/articles", tokens.articles)
            for name, values_of in FACETS.items():
                rows = [self._facets[name][values_of(article)] for article in articles]
                writer.add(f"{name}/values", np.fromiter(chain.from_iterable(rows), np.int32))
                writer.add(f"{name}/counts", np.fromiter(map(len, rows), np.int32))
            published = [seconds(article.published, UNDATED) for article in articles]
            expires = [seconds(article.expires, NEVER) for article in articles]
            writer.add("published", np.array(published, np.int64))
            writer.add("expires", np.array(expires, np.int64))
            StringTable.of(article.id for article in articles).save(writer, "ids")
            writer.add("blocks", np.array([len(block) for block in blocks], np.int64))
            writer.add("documents", np.frombuffer(b"".join(blocks), np.uint8))
            writer.finish()

    @cached_property
    def _dictionary(self) -> bytes:
        return dictionary_path(self._folder).read_bytes()

    def finish(self) -> None:
        """Write what was numbered, for `Reading`."""
        with reading_path(self._folder, self._number).open("wb") as file:
            writer = ArrayFileWriter(file)
            sizes = {
                stemming: words.save(writer, stemming) for stemming, words in self._words.items()
            }
            for name, values in self._facets.items():
                StringTable.of(values.numbers).save(writer, name)
            writer.finish({"sizes": sizes})

    def _tokens(
        self, texts: Sequence[str], stemmings: Sequence[str], *, counted: bool = False
    ) -> FieldTokens:
        """Return the tokens of the articles' texts; each language has numbers of its own."""
        places = {stemming: list[int]() for stemming in stemmings}
        for place, stemming in enumerate(stemmings):
            places[stemming].append(place)
        found = []
        for stemming, own in places.items():
            if stemming not in self._words:
                self._words[stemming] = _Words()
            of_language = [texts[place] for place in own]
            found.append(self._words[stemming].tokens(of_language, counted=counted))
        if len(found) == 1:
            return found[0]
        order = np.argsort(list(chain.from_iterable(places.values())))
        return FieldTokens.joined(found).ordered(order)


class _Words:
    """The surfaces of one language, and how often each stands in the texts."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer()
        self._counts = np.zeros(0, np.int64)
        self._seen = np.zeros(0, bool)
        self._uncounted: list[Array] = []
        self._waiting = 0

    def tokens(self, texts: Sequence[str], *, counted: bool) -> FieldTokens:
        """Return the tokens of texts, which are counted where they are the articles' own."""
        surfaces, parts = self._tokenizer.tokens(texts)
        if counted:
            self._uncounted.append(surfaces)
            self._waiting += len(surfaces)
            if self._waiting >= _TOKENS_A_COUNT:
                self._count()
        elif len(surfaces):
            self._seen = _grown(self._seen, int(surfaces.max()) + 1)
            self._seen[surfaces] = True
        articles = np.array([text.count(SEPARATOR) + 1 for text in texts], np.int32)
        return FieldTokens(surfaces, parts, articles)

    def save(self, writer: ArrayFileWriter, stemming: str) -> int:
        """Write the surfaces that occur and what they are; return how many numbers there are."""
        self._count()
        chunks = self._tokenizer.surfaces()
        counts = _grown(self._counts, len(chunks))
        numbers = np.flatnonzero((counts > 0) | _grown(self._seen, len(chunks)))
        surfaces = [chunks[number] for number in numbers.tolist()]
        term = term_of(stemming)
        writer.add(f"{stemming}/numbers", numbers)
        writer.add(f"{stemming}/counts", counts[numbers])
        nouns = stemming in _CAPITAL_NOUNS
        cases = (case_of(surface, nouns=nouns) for surface in surfaces)
        writer.add(f"{stemming}/cases", np.fromiter(cases, np.uint8, len(surfaces)))
        StringTable.of(surfaces).save(writer, f"{stemming}/surfaces")
        StringTable.of(map(spelling, surfaces)).save(writer, f"{stemming}/spellings")
        StringTable.of(map(term, surfaces)).save(writer, f"{stemming}/terms")
        return len(chunks)

    def _count(self) -> None:
        surfaces = np.concatenate([np.empty(0, np.int32), *self._uncounted])
        counts = np.bincount(surfaces, minlength=len(self._counts))
        self._counts = counts + _grown(self._counts, len(counts))
        self._uncounted, self._waiting = [], 0


class _Values(dict[tuple[str, ...], tuple[int, ...]]):
    """The numbers of the values of one facet, by all values of an article as they stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}

    def __missing__(self, values: tuple[str, ...]) -> tuple[int, ...]:
        numbers = self.numbers
        found = tuple(numbers.setdefault(value, len(numbers)) for value in distinct(values))
        self[values] = found
        return found


class Batch:
    """One batch as it was written; a context manager that closes its file."""

    def __init__(self, folder: Path, number: int) -> None:
        self._file = ArrayFile.open(batch_path(folder, number))
        self.articles = len(self._file["published"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getitem__(self, name: str) -> Array:
        """Return an array of the batch."""
        return self._file[name].all()

    def tokens(self, name: str) -> FieldTokens:
        """Return the tokens of a field."""
        return FieldTokens(
            self[f"{name}/surfaces"], self[f"{name}/parts"], self[f"{name}/articles"]
        )

    def ids(self) -> list[str]:
        """Return the ids of the articles."""
        return list(StringTable.open(self._file, "ids"))


class Reading:
    """What one process numbered, as it was written: ``sizes`` has how much in each language."""

    def __init__(self, folder: Path, number: int) -> None:
        self.file = ArrayFile.open(reading_path(folder, number))
        self.sizes: dict[str, int] = self.file.notes["sizes"]

    def values(self, name: str) -> StringTable:
        """Return the values of a facet in the order of their numbers."""
        return StringTable.open(self.file, name)


def batch_path(folder: Path, number: int) -> Path:
    """Return the file of a batch."""
    return folder / f"batch_{number:06d}.arrays"


def dictionary_path(folder: Path) -> Path:
    """Return the file of what documents are compressed with."""
    return folder / "dictionary"


def reading_path(folder: Path, number: int) -> Path:
    """Return the file of what a process numbered."""
    return folder / f"reading_{number}.arrays"


def spelling(surface: str) -> str:
    """Return how a surface is spelled: in lower case, with one apostrophe."""
    return surface.lower().replace("’", "'").replace("ʼ", "'")


def _text(article: Article) -> str:
    """Return title, summary and paragraphs; a summary that is a paragraph stands once."""
    body = article.body
    summary = () if article.summary in body else (article.summary,)
    return joined((article.title, *summary, *body))


def _grown(array: Array, length: int) -> Array:
    return np.append(array, np.zeros(max(length - len(array), 0), array.dtype))
