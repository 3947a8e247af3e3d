"""Vectorised tokenisation: the tokens of `index.analysis`, numbered, of many texts at once.

Texts in ASCII are tokenised as bytes by numpy: runs of letters and digits, with the joiners between
them, are chunks. A chunk of letters and digits alone is a token; what the others hold is asked of
`analysis.TOKEN` once for each distinct chunk. All other texts go through `analysis.TOKEN`
themselves. Both ways give the same numbers to the same surfaces.
"""

from collections.abc import Sequence

import numpy as np

from index import analysis
from index.arrays import Array

_WORD = 8
_LONGEST = 3 * _WORD
"""Bytes of a chunk that are compared as words; what is longer is looked up by itself."""
_SLOT_BITS = 20
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(_WORD)] + [2**64 - 1], np.uint64)
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
        self._chunks: dict[bytes, int] = {}
        self._tokens: list[list[int]] = []
        self._several: dict[int, list[int]] = {}
        # Of each chunk its first token, how many it has, and its first 24 bytes as three words.
        self._first = np.empty(4096, np.int32)
        self._counts = np.empty(4096, np.int32)
        self._words = np.zeros((3, 4096), np.uint64)
        self._slots = np.full(1 << _SLOT_BITS, -1, np.int32)

    def numbers(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Return the surfaces of all tokens in a row (int32), and how many each text has."""
        plain: list[bytes] = []
        others: dict[int, list[int]] = {}
        for place, text in enumerate(texts):
            simple = text if text.isascii() else _simplified(text)
            if simple.isascii() and "_" not in simple:
                plain.append(simple.encode())
            else:
                others[place] = self.slowly(simple)
                plain.append(b"")
        found, counts = self._plain(plain)
        if not others:
            return found, counts
        pieces = np.split(found, np.cumsum(counts)[:-1])
        for place, numbers in others.items():
            pieces[place] = np.array(numbers, np.int32)
            counts[place] = len(numbers)
        return np.concatenate(pieces), counts

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
        lengths = stops - starts
        first = words[starts] & _MASKS[np.minimum(lengths, _WORD)]
        keys = first * _FACTORS[0]
        long = np.flatnonzero(lengths > _WORD)
        at, rest = starts[long] + _WORD, lengths[long] - _WORD
        second = words[at] & _MASKS[np.minimum(rest, _WORD)]
        third = words[at + _WORD] & _MASKS[np.clip(rest - _WORD, 0, _WORD)]
        keys[long] ^= (second * _FACTORS[1]) ^ (third * _FACTORS[2])
        keys ^= keys >> np.uint64(32)
        keys *= _FACTORS[1]
        slots = (keys >> np.uint64(64 - _SLOT_BITS)).view(np.int64)
        numbers = self._slots[slots]
        known = (numbers >= 0) & (self._words[0][numbers] == first)
        taken = self._words[1][numbers]
        # A short chunk has no second word: a longer one that begins like it is another.
        short = taken == 0
        short[long] = (
            (taken[long] == second)
            & (self._words[2][numbers[long]] == third)
            & (rest <= _LONGEST - _WORD)
        )
        known &= short
        for place in np.flatnonzero(~known).tolist():
            chunk = raw[starts[place] : stops[place]]
            number = self._chunks.get(chunk)
            if number is None:
                number = self._add(chunk)
            if len(chunk) <= _LONGEST and self._slots[slots[place]] < 0:
                self._slots[slots[place]] = number
            numbers[place] = number
        return numbers

    def _add(self, chunk: bytes) -> int:
        number = self._chunks[chunk] = len(self._chunks)
        if number == len(self._first):
            self._first = np.concatenate([self._first, self._first])
            self._counts = np.concatenate([self._counts, self._counts])
            self._words = np.concatenate([self._words, self._words], axis=1)
        text = chunk.decode()
        if text.isalnum():
            self._first[number] = self._surfaces.number(text, self._language)
            self._counts[number] = 1
        else:
            tokens = self.slowly(text)
            self._first[number], self._counts[number] = tokens[0], len(tokens)
            if len(tokens) > 1:
                self._several[number] = tokens
        if len(chunk) <= _LONGEST:
            for word in range(0, len(chunk), _WORD):
                self._words[word // _WORD, number] = int.from_bytes(
                    chunk[word : word + _WORD], "little"
                )
        return number


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
