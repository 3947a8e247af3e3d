"""The articles of a generation, as they were when it was built: compressed JSON in blocks.

A generation carries its own copy, so that a snippet always fits the postings that found it, however
the store has changed since.
"""

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from articles.article import FIELDS, Article
from index.arrays import DamagedFileError
from index.codec.container import ArrayFile

BLOCK = 8
"""Articles a block: more compress better, fewer read faster; 8 of 3 kB cost .05 ms to open."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_line(article: Article) -> str:
    """Return an article as one line of JSON without its empty fields; `Article.from_json` reads it.

    Examples
    --------
    >>> to_line(Article(id="a1", title="Bridge opens", body=("It rained.",)))
    '{"id":"a1","title":"Bridge opens","body":["It rained."],"language":"en","status":"published"}'
    """
    record: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(article, name)
        if value:
            record[name] = value.isoformat() if isinstance(value, datetime) else value
    record.setdefault("title", "")
    record.setdefault("language", "")
    return _encode(record)


class Documents:
    """Reads articles by document number; safe to share between threads.

    Parameters
    ----------
    files : sequence of ArrayFile
        The segments.
    bases : sequence of int
        The number of the first document of each.
    """

    def __init__(self, files: Sequence[ArrayFile], bases: Sequence[int]) -> None:
        self._files = files
        self._bases = bases

    def articles(self, numbers: Iterable[int]) -> list[Article]:
        """Return the articles of these document numbers in their order."""
        return [Article.from_json(line) for line in self.lines(numbers)]

    def lines(self, numbers: Iterable[int]) -> list[str]:
        """Return the articles of these document numbers as lines; a block is opened once."""
        blocks: dict[tuple[int, int], list[str]] = {}
        found: list[str] = []
        for number in numbers:
            segment = bisect_right(self._bases, number) - 1
            block, place = divmod(int(number) - self._bases[segment], BLOCK)
            if (segment, block) not in blocks:
                blocks[segment, block] = self._block(self._files[segment], block)
            found.append(blocks[segment, block][place])
        return found

    def _block(self, file: ArrayFile, block: int) -> list[str]:
        start, stop = file["documents.ends"][block : block + 2].tolist()
        try:
            packed = file["documents.data"][start:stop]
            return zlib.decompress(packed.data).decode().split("\n")
        except (zlib.error, UnicodeDecodeError) as error:
            raise DamagedFileError(f"{file.name}, block {block}: {error}") from error
