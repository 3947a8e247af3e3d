"""The articles of a generation, as they were when it was built: compressed JSON in blocks.

A generation carries its own copy, so that a snippet always fits the postings that found it, however
the store has changed since.
"""

import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from articles.article import Article
from index.arrays import Array, DamagedFileError, load, save

BLOCK = 8
"""Articles a block: more compress better, fewer read faster; 8 of 3 kB cost 0.1 ms to open."""
_DATA = "articles.bin"
_ENDS = "articles.ends"


class DocumentsWriter:
    """Writes articles one after the other; their document numbers count from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / _DATA).open("wb")
        self._block: list[str] = []
        self._ends = [0]

    def add(self, article: Article) -> None:
        """Append one article."""
        self._block.append(article.to_json())
        if len(self._block) == BLOCK:
            self._write_block()

    def close(self) -> None:
        """Write what is left and the table of blocks."""
        if self._block:
            self._write_block()
        self._file.close()
        save(self._folder, _ENDS, np.array(self._ends, np.int64))

    def abandon(self) -> None:
        """Close the file of a build that failed."""
        self._file.close()

    def _write_block(self) -> None:
        # Level 1: the build's time matters more here than the last tenth of the size.
        self._file.write(zlib.compress("\n".join(self._block).encode(), 1))
        self._ends.append(self._file.tell())
        self._block.clear()


class Documents:
    """Reads articles by document number; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _DATA
        self._ends: Array = load(folder, _ENDS)
        # An empty file cannot be mapped.
        self._data: Array = (
            np.memmap(self._path, np.uint8, "r") if self._ends[-1] else np.empty(0, np.uint8)
        )

    def articles(self, numbers: Iterable[int]) -> list[Article]:
        """Return the articles of these document numbers in their order; a block is opened once."""
        wanted = [int(number) for number in numbers]
        blocks = {block: self._lines(block) for block in {number // BLOCK for number in wanted}}
        return [Article.from_json(blocks[number // BLOCK][number % BLOCK]) for number in wanted]

    def _lines(self, block: int) -> list[str]:
        packed = self._data[self._ends[block] : self._ends[block + 1]]
        try:
            return zlib.decompress(packed.tobytes()).decode().split("\n")
        except (zlib.error, UnicodeDecodeError) as error:
            raise DamagedFileError(f"{self._path}, block {block}: {error}") from error
