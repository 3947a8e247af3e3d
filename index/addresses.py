"""Which article of a generation has which web address.

A sorted array of hashes beside the numbers of their documents: a binary search finds the address,
and the article itself says whether it is really its own. Generations that were built without the
file get the same arrays when somebody first asks.
"""

import threading
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from json import JSONDecoder
from pathlib import Path
from typing import NamedTuple

import numpy as np

from articles.addresses import normalised
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.documents import Documents
from index.fresh import Fresh
from index.generation import ADDRESSES, Generation
from index.postings import Segment

MOST_READ = 1_000
"""Articles of the store that one look-up reads at most."""
_LINES = 512
"""Documents that are read at once."""
_URL = '"url":'
_decode = JSONDecoder().raw_decode


class _Hashes(NamedTuple):
    """Hashes of addresses, ascending (uint64), and the document of each (uint32)."""

    hashes: Array
    documents: Array


def write_addresses(folder: Path, segments: Iterable[Segment]) -> None:
    """Write the addresses of a generation that is being built."""
    written = list(segments)
    documents = Documents([s.file for s in written], [s.base for s in written])
    found = _hashes(documents, sum(segment.documents for segment in written))
    with (folder / ADDRESSES).open("wb") as file:
        writer = ArrayFileWriter(file)
        writer.add("addresses.hashes", found.hashes)
        writer.add("addresses.documents", found.documents)
        writer.finish()


class Addresses:
    """The addresses of a generation's articles; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lock = threading.Lock()
        self._hashes: _Hashes | None = None

    def document(self, address: str) -> int | None:
        """Return the document with an address, of several the newest, None where none has it."""
        key = normalised(address)
        if not key:
            return None
        hashes, documents = self._read()
        wanted = hash_of(key)
        last = int(np.searchsorted(hashes, np.uint64(wanted), side="right"))
        while last > 0 and int(hashes[last - 1]) == wanted:
            last -= 1
            document = int(documents[last])
            (article,) = self._generation.documents.articles([document])
            if normalised(article.url) == key:
                return document
        return None

    def _read(self) -> _Hashes:
        with self._lock:
            if self._hashes is None:
                file = self._generation.addresses
                generation = self._generation
                self._hashes = (
                    _hashes(generation.documents, generation.articles)
                    if file is None
                    else _of_file(file)
                )
            return self._hashes


class FreshAddresses:
    """The addresses of what the store has and the generation has not; safe to share.

    Parameters
    ----------
    fresh : Fresh
        Knows which articles these are.
    """

    def __init__(self, fresh: Fresh) -> None:
        self._fresh = fresh
        self._lock = threading.Lock()
        self._seen = 0
        self._waiting: dict[str, None] = {}
        self._ids: dict[str, str] = {}

    def find(self, address: str) -> str | None:
        """Return the id of the article with an address, None where none has it.

        What has come in last is known at once; after an import of thousands the others are read
        some at each call.
        """
        key = normalised(address)
        if not key:
            return None
        state = self._fresh.state()
        with self._lock:
            for name in self._fresh.since(self._seen, state):
                self._waiting.pop(name, None)
                self._waiting[name] = None  # the last ones stand last
            self._seen = state.events
            if self._waiting:
                self._take_in([self._waiting.popitem()[0] for _ in range(self._some)])
            return self._ids.get(key)

    @property
    def _some(self) -> int:
        return min(len(self._waiting), MOST_READ)

    def _take_in(self, names: Sequence[str]) -> None:
        for name, article in self._fresh.articles(names).items():
            if key := normalised(article.url):
                self._ids[key] = name


def are_addresses_whole(generation: Generation) -> bool:
    """Say whether the file of the addresses has what the articles say, no more and no less."""
    file = generation.addresses
    if file is None:
        return True
    made = _hashes(generation.documents, generation.articles)
    return all(np.array_equal(*pair) for pair in zip(_of_file(file), made, strict=True))


def hash_of(key: str) -> int:
    """Return 64 bits of a normalised address: two of a million have the same once in millions."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())


def _of_file(file: ArrayFile) -> _Hashes:
    return _Hashes(file["addresses.hashes"].all(), file["addresses.documents"].all())


def _hashes(documents: Documents, articles: int) -> _Hashes:
    hashes, numbers = np.empty(articles, np.uint64), np.empty(articles, np.uint32)
    count = 0
    for start in range(0, articles, _LINES):
        lines = documents.lines(range(start, min(start + _LINES, articles)))
        for document, line in enumerate(lines, start):
            key = normalised(_url(line))
            if key:
                hashes[count], numbers[count] = hash_of(key), document
                count += 1
    order = np.argsort(hashes[:count], kind="stable")
    return _Hashes(hashes[:count][order], numbers[:count][order])


def _url(line: str) -> str:
    """Return the address in the line of an article without reading the rest of it.

    A title that holds the same letters has them escaped, so that they are found nowhere else.
    """
    found = line.find(_URL)
    if found < 0:
        return ""
    value, _ = _decode(line, found + len(_URL))
    return value if isinstance(value, str) else ""
