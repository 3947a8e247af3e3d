"""Vectorised tokenisation: the tokens of `index.analysis`, numbered, of many texts at once.

Texts in ASCII are tokenised as bytes by numpy: runs of letters and digits, with the joiners between
them, are chunks. A chunk of letters and digits alone is a token; what the others hold is asked of
`analysis.TOKEN` once for each distinct chunk. All other texts go through `analysis.TOKEN`
themselves. Both ways give the same numbers to the same surfaces.
"""

import re
from collections.abc import Sequence

import numpy as np

from index import analysis
from index.arrays import Array

_WORD = 8
_LONGEST = 3 * _WORD
"""Bytes of a chunk that are compared as words; what is longer is looked up by itself."""
_TABLE_BITS = 20
_SHIFT = np.uint64(64 - _TABLE_BITS)
_TABLE_MASK = np.uint64((1 << _TABLE_BITS) - 1)
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(_WORD)] + [2**64 - 1], np.uint64)
_UNDERSCORED_ACRONYM = re.compile(r"\w\.\w_")
"""Where an underscore is more than a blank: it keeps "U.S" before it from being an acronym."""
_LETTER, _JOINER, _DOT = 1, 2, ord(".")
_KINDS = bytes(
    _LETTER if chr(n).isalnum() and n < 128 else _JOINER if chr(n) in ".,'" else 0
    for n in range(256)
)
_TYPOGRAPHY = (
    ("’", "'"), ("‘", " "), ("“", " "), ("”", " "), ("–", " "), ("—", " "),
    ("…", " "), ("\xa0", " "), ("«", " "), ("»", " "), ("•", " "),
)  # fmt: skip
"""What most texts outside ASCII have beyond it, and what stands for it in every token."""


class Surfaces:
    """The distinct surfaces of a reading with their languages, numbered as they come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.languages: list[str] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, text: str, language: str) -> int:
        """Return the number of a surface; a new one gets the next."""
        key = (text, language)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.texts)
            self.texts.append(text)
            self.languages.append(language)
        return found


class Tokenizer:
    """Tokenises texts of one language; what it has seen before costs a comparison of numbers."""

    def __init__(self, surfaces: Surfaces, language: str) -> None:
        self._surfaces = surfaces
        self._language = language
        # Chunks are numbered from 1; 0 stands for none.
        self._chunks: dict[bytes, int] = {}
        self._several: dict[int, list[int]] = {}
        # Of each chunk its first token, how many it has, its length, its key, and its words.
        self._first = np.zeros(4096, np.int32)
        self._counts = np.zeros(4096, np.int32)
        self._lengths = np.zeros(4096, np.int32)
        self._keys = np.zeros(4096, np.uint64)
        self._words = np.zeros((3, 4096), np.uint64)
        # Two tables of chunks by their keys: the second is for those whose place is taken.
        self._tables = np.zeros((2, 1 << _TABLE_BITS), np.int32)

    def numbers(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Return the surfaces of all tokens in a row (int32), and how many each text has."""
        plain: list[bytes] = []
        others: dict[int, list[int]] = {}
        for place, text in enumerate(texts):
            simple = text if text.isascii() else _simplified(text)
            if "_" in simple and not _UNDERSCORED_ACRONYM.search(simple):
                simple = simple.replace("_", " ")
            if simple.isascii() and "_" not in simple:
                plain.append(simple.encode())
            else:
                others[place] = self.slowly(simple)
                plain.append(b"")
        found, counts = self._plain(plain)
        if not others:
            return found, counts
        for place, numbers in others.items():
            counts[place] = len(numbers)
        merged = np.empty(int(counts.sum()), np.int32)
        fast = np.ones(len(texts), bool)
        fast[list(others)] = False
        merged[np.repeat(fast, counts)] = found
        ends = np.cumsum(counts)
        for place, numbers in others.items():
            merged[ends[place] - len(numbers) : ends[place]] = numbers
        return merged, counts

    def slowly(self, text: str) -> list[int]:
        """Return the surfaces of one text, found by the regular expression."""
        return [self._surfaces.number(token, self._language) for token in surfaces_of(text)]

    def _plain(self, texts: Sequence[bytes]) -> tuple[Array, Array]:
        raw = b"\n".join(texts) + b"\n" * (_LONGEST + 2 * _WORD)
        starts, stops = _spans(raw)
        chunks = self._chunk_numbers(raw, starts, stops)
        edges = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1, out=edges[1:])
        per_text = np.searchsorted(starts, edges)
        counts = self._counts[chunks]
        found = self._first[chunks]
        single = counts == 1
        if single.all():
            return found, np.diff(per_text)
        ends = np.append(0, np.cumsum(counts))
        found = np.repeat(found, counts)
        for place in np.flatnonzero(~single).tolist():
            found[ends[place] : ends[place + 1]] = self._several[int(chunks[place])]
        return found, np.diff(ends[per_text])

    def _chunk_numbers(self, raw: bytes, starts: Array, stops: Array) -> Array:
        """Return the number of each chunk, comparing its bytes with those it is taken for."""
        words: Array = np.ndarray((len(raw) - _WORD + 1,), "<u8", raw, strides=(1,))
        lengths = (stops - starts).astype(np.int32)
        first = words[starts] & _MASKS[np.minimum(lengths, _WORD)]
        keys = first * _FACTORS[0]
        long = np.flatnonzero(lengths > _WORD)
        at, rest = starts[long] + _WORD, lengths[long] - _WORD
        second = words[at] & _MASKS[np.minimum(rest, _WORD)]
        third = words[at + _WORD] & _MASKS[np.clip(rest - _WORD, 0, _WORD)]
        keys[long] ^= (second * _FACTORS[1]) ^ (third * _FACTORS[2])
        keys ^= keys >> np.uint64(32)
        keys *= _FACTORS[1]
        numbers: Array = self._tables[0][keys >> _SHIFT]
        unknown = np.flatnonzero(
            (self._keys[numbers] != keys) | (self._lengths[numbers] != lengths)
        )
        left = keys[unknown]
        again = self._tables[1][left & _TABLE_MASK]
        sound = (self._keys[again] == left) & (self._lengths[again] == lengths[unknown])
        numbers[unknown] = np.where(sound, again, 0)
        # Of a chunk of one word the key says all; others are compared word by word.
        taken = numbers[long]
        wrong = (
            (self._words[0][taken] != first[long])
            | (self._words[1][taken] != second)
            | (self._words[2][taken] != third)
        )
        numbers[long[wrong]] = 0
        fresh: list[int] = []
        for place in np.flatnonzero(numbers == 0).tolist():
            chunk = raw[starts[place] : stops[place]]
            number = self._chunks.get(chunk)
            if number is None:
                number = self._chunks[chunk] = len(self._chunks) + 1
                fresh.append(place)
            numbers[place] = number
        if fresh:
            places = np.array(fresh)
            wide = np.zeros((2, len(starts)), np.uint64)
            wide[:, long] = second, third
            self._add(
                [raw[starts[place] : stops[place]] for place in fresh],
                numbers[places],
                lengths[places],
                keys[places],
                np.stack([first[places], *wide[:, places]]),
            )
        return numbers

    def _add(
        self, chunks: Sequence[bytes], numbers: Array, lengths: Array, keys: Array, words: Array
    ) -> None:
        """Remember new chunks: their tokens, and how they are known again."""
        while len(self._first) <= numbers[-1]:
            self._first, self._counts, self._lengths, self._keys = (
                np.concatenate([grown, np.zeros_like(grown)])
                for grown in (self._first, self._counts, self._lengths, self._keys)
            )
            self._words = np.concatenate([self._words, np.zeros_like(self._words)], axis=1)
        surfaces, language = self._surfaces, self._language
        first, counts = [], []
        for number, chunk in zip(numbers.tolist(), chunks, strict=True):
            text = chunk.decode()
            tokens = [surfaces.number(text, language)] if text.isalnum() else self.slowly(text)
            first.append(tokens[0])
            counts.append(len(tokens))
            if len(tokens) > 1:
                self._several[number] = tokens
        self._first[numbers] = first
        self._counts[numbers] = counts
        short = lengths <= _LONGEST
        numbers, keys = numbers[short], keys[short]
        self._lengths[numbers] = lengths[short]
        self._keys[numbers] = keys
        self._words[:, numbers] = words[:, short]
        for order, table in enumerate(self._tables):
            places = keys & _TABLE_MASK if order else keys >> _SHIFT
            free = table[places] == 0
            table[places[free]] = numbers[free]
            left = table[places] != numbers
            numbers, keys = numbers[left], keys[left]


def surfaces_of(text: str) -> list[str]:
    """Return the tokens of a text with the one apostrophe that surfaces have."""
    return [token.replace("’", "'") for token in analysis.tokens(text)]


def _simplified(text: str) -> str:
    for typographic, plain in _TYPOGRAPHY:
        if typographic in text:
            text = text.replace(typographic, plain)
    return text


def _spans(raw: bytes) -> tuple[Array, Array]:
    """Return where the chunks of a text begin and end."""
    kinds: Array = np.frombuffer(raw.translate(_KINDS), np.uint8)
    letters = kinds == _LETTER
    inside = letters.copy()
    inside[1:-1] |= (kinds[1:-1] == _JOINER) & letters[:-2] & letters[2:]
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.append(0, edges)
    starts, stops = edges[::2], edges[1::2].copy()
    # The dot that ends "U.S." belongs to it.
    data: Array = np.frombuffer(raw, np.uint8)
    dotted = (data[stops] == _DOT) & (data[stops - 2] == _DOT) & (stops - starts > 2)
    stops[dotted] += 1
    return starts, stops
