"""The articles of a generation, as they were when it was built: compressed JSON in blocks.

A generation carries its own copy, so that a snippet always fits the postings that found it, however
the store has changed since.
"""

import json
import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from articles.article import FIELDS, TIME_FIELDS, Article
from index.arrays import DamagedFileError
from index.codec.compression import Decompressor, compressor
from index.codec.container import ArrayFile

BLOCK = 8
"""Articles a block: more compress better, fewer read faster; 8 of 3 kB cost .1 ms to open."""
KEPT = 512
"""Articles that are kept as they were read last: some megabytes."""
_LARGEST_DICTIONARY = 1 << 15
"""Bytes; twice as many save nothing more."""
_SAMPLES = 32
_CONTROLS = bytes(range(32))
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_line(article: Article) -> bytes:
    """Return an article as one line of JSON that `Article.from_json` reads, without its defaults.

    Examples
    --------
    >>> to_line(Article(id="a1", title="Bridge opens", body=("It rained.",)))
    b'{"id":"a1","title":"Bridge opens","body":["It rained."]}'
    """
    values = zip(_OTHERS, _other_values(article), _DEFAULTS, strict=True)
    others = {name: value for name, value, default in values if value != default}
    record: dict[str, Any] = {"id": article.id, "title": article.title, **others}
    for name in TIME_FIELDS & record.keys():
        record[name] = record[name].isoformat()
    return f'{_encode(record)[:-1]},"body":{_strings(article.body)}}}'.encode()


def _strings(strings: Sequence[str]) -> str:
    """Return a list of strings as JSON; that nothing needs an escape is soon seen."""
    if not strings:
        return "[]"
    text = '","'.join(strings)
    plain = text.count('"') == 2 * (len(strings) - 1) and "\\" not in text
    if plain:
        data = text.encode()
        plain = data.translate(None, _CONTROLS) == data
    return f'["{text}"]' if plain else _encode(strings)


_OTHERS = tuple(name for name in FIELDS if name not in {"id", "title", "body"})
_other_values = attrgetter(*_OTHERS)
_DEFAULTS = _other_values(Article(id="", title=""))


def dictionary_of(lines: Sequence[bytes]) -> bytes:
    """Return what documents like ``lines`` are compressed with: pieces of some of them.

    Small blocks gain a tenth; of a small archive it is a small part.
    """
    samples = lines[:: -(-len(lines) // _SAMPLES)] if lines else []
    pieces = b"\n".join(line[: _LARGEST_DICTIONARY // _SAMPLES] for line in samples)
    return pieces[: sum(map(len, lines)) // 32]


def compressed(lines: Sequence[bytes], dictionary: bytes) -> list[bytes]:
    """Return the blocks of so many documents."""
    compress = compressor(dictionary)
    starts = range(0, len(lines), BLOCK)
    return [compress(b"\n".join(lines[start : start + BLOCK])) for start in starts]


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
        self._decompressors: dict[int, Decompressor] = {}
        self._kept: dict[int, Article] = {}
        self._lock = threading.Lock()

    def articles(self, numbers: Sequence[int]) -> list[Article]:
        """Return the articles of these document numbers in their order.

        What was read last is kept: who searches opens a hit, pages, sorts and narrows.
        """
        if len(numbers) * 8 <= KEPT:
            return list(map(self._recent, numbers))
        return [Article.from_json(line) for line in self.lines(numbers)]

    def _recent(self, number: int) -> Article:
        with self._lock:
            found = self._kept.pop(number, None)
            if found is not None:
                self._kept[number] = found  # the newest stand last
                return found
        found = Article.from_json(self.lines([number])[0])
        with self._lock:
            self._kept[number] = found
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def lines(self, numbers: Iterable[int]) -> list[str]:
        """Return the articles of these document numbers as lines; a block is opened once."""
        blocks: dict[tuple[int, int], list[str]] = {}
        found: list[str] = []
        for number in numbers:
            segment = bisect_right(self._bases, number) - 1
            block, place = divmod(int(number) - self._bases[segment], BLOCK)
            if (segment, block) not in blocks:
                blocks[segment, block] = self._block(segment, block)
            found.append(blocks[segment, block][place])
        return found

    def _block(self, segment: int, block: int) -> list[str]:
        file = self._files[segment]
        start, stop = file["documents.ends"][block : block + 2].tolist()
        try:
            packed = file["documents.data"][start:stop]
            if segment not in self._decompressors:
                dictionary = file["documents.dictionary"].all()
                self._decompressors[segment] = Decompressor(dictionary.data)
            return self._decompressors[segment].read(packed.data).decode().split("\n")
        except ValueError as error:
            raise DamagedFileError(f"{file.name}, block {block}: {error}") from error
