"""The articles that all engines are given: a corpus as it is, thinned, or grown by synthesis."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from articles.article import Article
from articles.importers.folders import find_files
from articles.importers.kinds import read_stream
from articles.importers.source import ImportOptions, SourceFile

SEED = 1988
DAY = timedelta(days=1)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""No copy of a corpus is dated later than this."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus that was read once: ``file`` holds an article a line, by date, the undated first."""

    name: str
    file: Path
    titles: tuple[str, ...]
    first: datetime
    last: datetime

    def days(self, count: int) -> tuple[date, date]:
        """Return the first and the last day of so many articles made of this corpus."""
        held = len(self.titles)
        copies = _copies(held, count)
        if not copies:
            return self.first.date(), self.last.date()
        begun = copies + (count - copies * held) / held
        return self.first.date(), (self.first + begun * _step(self.first, self.last, copies)).date()


def read_corpus(path: Path, file: Path) -> Corpus:
    """Read the articles of a file or a folder and write them into ``file``, one of each id."""
    read: dict[str, tuple[datetime | None, str, str]] = {}
    for article in _articles(path):
        facts = (article.published, article.title, article.to_json())
        read.setdefault(article.id, facts)
    held = sorted(read.values(), key=lambda facts: facts[0].timestamp() if facts[0] else -math.inf)
    dates = [published for published, _, _ in held if published]
    if not dates:
        raise SystemExit(f"{path} holds no article with a date: name another corpus")
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{line}\n" for _, _, line in held)
    titles = tuple(title for _, title, _ in held)
    return Corpus(path.name.partition(".")[0], file, titles, dates[0], dates[-1])


def articles_of(corpus: Corpus, count: int) -> Sequence[Article] | Iterator[Article]:
    """Return so many articles by date: a list, or beyond the corpus's size made one by one."""
    wanted = set(thinned(len(corpus.titles), count))
    with corpus.file.open(encoding="utf-8") as lines:
        held = [Article.from_json(line) for place, line in enumerate(lines) if place in wanted]
    return held if count <= len(held) else islice(synthesised(held, count), count)


def thinned(held: int, count: int) -> list[int]:
    """Return the places of ``count`` of ``held`` articles at equal distances, all when it is fewer.

    Examples
    --------
    >>> thinned(10, 4), thinned(3, 9)
    ([0, 2, 5, 7], [0, 1, 2])
    """
    return list(range(held)) if count >= held else [held * place // count for place in range(count)]


def synthesised(corpus: Sequence[Article], count: int) -> Iterator[Article]:
    """Yield the corpus, then copies of it until there are at least ``count`` articles.

    In every copy an article keeps its title and the first half of its paragraphs; the second half
    is that of another article, drawn by a seeded permutation. Words therefore keep their
    frequencies, and most pairs of words their company, but no two articles are alike. Each copy is
    dated after the one before and spans as many days as the corpus, fewer where time runs out.
    """
    yield from corpus
    copies = _copies(len(corpus), count)
    dates = [article.published for article in corpus if article.published]
    first, last = min(dates), max(dates)
    step = _step(first, last, copies)
    pace = step / (last - first + DAY)
    for copy in range(1, copies + 1):
        partners = np.random.default_rng([SEED, copy]).permutation(len(corpus))
        for article, partner in zip(corpus, partners.tolist(), strict=True):
            half, rest = article.body, corpus[partner].body
            since = (article.published or first) - first
            yield replace(
                article,
                id=f"{article.id}~{copy}",
                url=f"{article.url}~{copy}" if article.url else "",
                body=half[: len(half) // 2] + rest[len(rest) // 2 :],
                published=first + copy * step + since * pace,
            )


def _articles(path: Path) -> Iterator[Article]:
    now = datetime.now(UTC)
    for _, files in find_files([path], []):
        for file in files:
            source = SourceFile(label=file.name, name=file.name, options=ImportOptions(), now=now)
            with file.path.open("rb") as stream:
                for record in read_stream(file.kind, stream, source):
                    if record.article is not None:
                        yield record.article


def _copies(held: int, count: int) -> int:
    return max(0, math.ceil(count / held) - 1)


def _step(first: datetime, last: datetime, copies: int) -> timedelta:
    """Return how much later each copy is dated: the corpus's span, or what fits before `LATEST`."""
    return min(last - first + DAY, (LATEST - last) / max(copies, 1))
