"""Vectorised tokenisation: the tokens of `index.analysis`, numbered, of many texts at once.

A text is cut into chunks: runs of letters and digits with the joiners between them, where every
byte outside ASCII counts as a letter. No token reaches across the end of a chunk, and what a chunk
means does not depend on what stands beside it. So `analysis.PIECE` is asked once for each distinct
chunk, and numpy finds and numbers the chunks. Texts in scripts without spaces are cut into their
tokens before.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index import analysis, spaceless
from index.arrays import Array
from index.numbering import PADDING, Numbering

SEPARATOR = "\x1e"
"""Stands between the parts of a text."""
_SLICE = 1 << 18
"""Characters that are tokenised at once: few enough for the arrays of a pass to stay in cache."""
_LONGEST_CHUNK = 256
"""Bytes of a chunk; noise with longer ones is cut into its tokens first."""
_KEPT = analysis.LONGEST_TOKEN + 2
"""Characters kept of a token of noise: its term is the same, and it is one token by itself."""
_LETTER, _JOINER, _DOT, _UNDERSCORE, _BREAK = 1, 2, *map(ord, f"._{SEPARATOR}")
_KINDS = bytes(
    _LETTER if n > 127 or chr(n).isalnum() else _JOINER * (chr(n) in ".,'") for n in range(256)
)
_BLANK = re.compile(
    # What stands in no token would make chunks of its own, or join two words to one chunk.
    rf"[^\x00-\x7f\w{spaceless.MARKS}’ʼ]+|’(?!\w)"
)


class Tokenizer:
    """Tokenises texts; surfaces (tokens as they are written) are numbered as they come."""

    def __init__(self) -> None:
        self._numbering = Numbering()
        # Whether each chunk is a token, and of those that are none the tokens that they hold.
        self._whole = np.zeros(0, bool)
        self._tokens: dict[int, Array] = {}

    def surfaces(self) -> list[str]:
        """Return the texts of all numbers; those that are no surface never occur among tokens."""
        return [string.decode() for string in self._numbering.strings()]

    def tokens(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Return the numbers of all tokens in a row, and how many each part has (both int32).

        Parameters
        ----------
        texts : sequence of str
            Each with its parts joined by `SEPARATOR`.
        """
        numbers, counts = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for some in _slices([text if text.isascii() else _plain(text) for text in texts]):
            found, ends = self._slice(_encoded(some))
            numbers.append(found)
            counts.append(np.diff(ends, prepend=0).astype(np.int32))
        return np.concatenate(numbers), np.concatenate(counts)

    def _slice(self, data: bytes) -> tuple[Array, Array]:
        """Return the numbers of the tokens of a text, and where those of each part end."""
        starts, lengths = _chunks(data)
        if len(lengths) and int(lengths.max()) > _LONGEST_CHUNK:
            data = _encoded([_shortened(data[: -PADDING - 1].decode())])
            starts, lengths = _chunks(data)
        breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == _BREAK)
        ends = np.searchsorted(starts, breaks)
        known = len(self._numbering)
        numbers = self._numbering.numbers(data, starts, lengths)
        fresh, places = np.unique(numbers[numbers >= known], return_index=True)
        if len(fresh):
            places = np.flatnonzero(numbers >= known)[places]
            stops = starts[places] + lengths[places]
            spans = zip(starts[places].tolist(), stops.tolist(), strict=True)
            self._learn(known, [data[start:stop] for start, stop in spans])
        broken = np.flatnonzero(~self._whole[numbers])
        if not len(broken):
            return numbers, ends
        pieces = [self._tokens[number] for number in numbers[broken].tolist()]
        growth = np.cumsum([0, *(len(piece) - 1 for piece in pieces)])
        between = np.split(numbers, np.column_stack([broken, broken + 1]).ravel())
        between[1::2] = pieces
        return np.concatenate(between), ends + growth[np.searchsorted(broken, ends)]

    def _learn(self, first: int, chunks: Sequence[bytes]) -> None:
        """Find out which tokens new chunks hold; they are numbered from ``first`` on."""
        if first + len(chunks) > len(self._whole):
            self._whole = np.append(self._whole, np.ones(first + len(chunks), bool))
        broken: dict[int, str] = {}
        for number, chunk in enumerate(chunks, first):
            if not chunk.isalnum():
                text = chunk.decode()
                tokens = analysis.PIECE.findall(text)
                if tokens != [text]:
                    broken[number] = " ".join(tokens)
        if broken:
            numbers = list(broken)
            self._whole[numbers] = False
            found, ends = self._slice(_encoded(broken.values()))
            self._tokens.update(zip(numbers, np.split(found, ends[:-1]), strict=True))


def joined(parts: Sequence[str]) -> str:
    """Return the parts of a text joined by `SEPARATOR`, which none of them holds afterwards."""
    text = SEPARATOR.join(parts)
    if text.count(SEPARATOR) >= max(len(parts), 1):
        text = SEPARATOR.join(part.replace(SEPARATOR, " ") for part in parts)
    return text


def _encoded(texts: Iterable[str]) -> bytes:
    """Return texts in a row, each with a separator behind it, and padding."""
    return f"{SEPARATOR.join(texts)}{SEPARATOR}".encode() + bytes(PADDING)


def _slices(texts: Sequence[str]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _SLICE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _plain(text: str) -> str:
    """Return a text with the same tokens whose chunks recur."""
    if not spaceless.holds(text):
        return _BLANK.sub(" ", text)
    return SEPARATOR.join(" ".join(analysis.tokens(part)) for part in text.split(SEPARATOR))


def _shortened(text: str) -> str:
    """Return a text, bigrams apart already, with its long tokens cut."""
    return SEPARATOR.join(
        " ".join(piece[:_KEPT] for piece in analysis.PIECE.findall(part))
        for part in text.split(SEPARATOR)
    )


def _chunks(data: bytes) -> tuple[Array, Array]:
    """Return where the chunks of a text begin, and their lengths (both int64)."""
    kinds: Array = np.frombuffer(data.translate(_KINDS), np.uint8)
    letters = kinds == _LETTER
    inside = letters.copy()
    inner = (kinds[1:-1] == _JOINER) & letters[:-2] & letters[2:]
    inside[1:-1] |= inner
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    edges += 1
    if inside[0]:
        edges = np.append(0, edges)
    starts = edges[::2]
    lengths = edges[1::2] - starts
    # The dot that ends "U.S." belongs to it, and "U.S_" is no acronym.
    text: Array = np.frombuffer(data, np.uint8)
    dots = np.flatnonzero(inner & (text[1:-1] == _DOT)) + 1
    dotted = np.unique(np.searchsorted(starts, dots, side="right") - 1)
    last = starts[dotted] + lengths[dotted] - 1
    single = (text[last - 1] == _DOT) | (text[last] > 127)
    lengths[dotted] += single & ((text[last + 1] == _DOT) | (text[last + 1] == _UNDERSCORE))
    return starts, lengths
