"""Which texts have words that begin with given letters: what is typed into a search box finds so.

Words are folded as those of names are: in small letters, without accents, not stemmed. A text is a
number; what it stands for, a headline, a name or a query, its owner knows.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from index.analysis import NAMES, asked, spans, term_of
from index.arrays import Array
from index.codec.container import ArrayFile, ArrayFileWriter
from index.codec.fields import smallest
from index.strings import StringTable

MOST_WORDS = 8
"""Words of what is typed that are looked for; the rest is not."""
LONGEST_TYPED = 200
"""Characters of what is typed that are read."""

fold = term_of(NAMES)


def typed_words(typed: str) -> tuple[str, ...]:
    """Return the words that were typed, the last perhaps unfinished, folded and each once.

    Examples
    --------
    >>> typed_words("The Wałę"), typed_words(" - ")
    (('the', 'wale'), ())
    """
    tokens = asked(typed[:LONGEST_TYPED])
    return tuple(dict.fromkeys(fold(token) for token in tokens))[:MOST_WORDS]


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, folded.

    Examples
    --------
    >>> words_of("Lech Wałęsa’s U.S. visit")
    ['lech', "walesa's", 'u.s.', 'visit']
    """
    return [fold(token) for _, _, token in spans(text)]


class Found(NamedTuple):
    """Which texts have all the words: two masks (bool, of all texts).

    ``leading`` are those that begin with the first word.
    """

    fitting: Array
    leading: Array


class WordIndex:
    """The words of many texts, mapped or made; safe to share between threads.

    Parameters
    ----------
    words : StringTable
        The distinct words, sorted.
    ends : unsigned array
        Word ``i`` has ``entries[ends[i]:ends[i + 1]]``.
    entries : unsigned array
        ``2 n`` where text ``n`` has the word, ``2 n + 1`` where it begins with it; ascending.
    texts : int
        How many texts there are.

    Examples
    --------
    >>> index = WordIndex.of(["Ines Dovrak", "Dov Hale", "Lake Dow"])
    >>> found = index.find(("do",))
    >>> found.fitting.tolist(), found.leading.tolist()
    ([True, True, True], [False, True, False])
    >>> index.find(("do", "la")).fitting.tolist()
    [False, False, True]
    """

    def __init__(self, words: StringTable, ends: Array, entries: Array, texts: int) -> None:
        self._words = words
        self._ends = ends.data
        self._entries = entries
        self._texts = texts

    @classmethod
    def of(cls, texts: Iterable[str]) -> "WordIndex":
        """Return the index of some texts, numbered in their order."""
        numbers: dict[str, int] = {}
        words: list[int] = []
        lengths: list[int] = []
        for text in texts:
            found = words_of(text)
            words.extend(numbers.setdefault(word, len(numbers)) for word in found)
            lengths.append(len(found))
        counts = np.array(lengths, np.int64)
        texts_of = np.repeat(np.arange(len(counts)), counts)
        leads = np.zeros(len(words), bool)
        leads[(np.cumsum(counts) - counts)[counts > 0]] = True
        return cls.of_numbers(
            list(numbers), np.array(words, np.int64), texts_of, leads, len(counts)
        )

    @classmethod
    def of_numbers(
        cls, words: Sequence[str], numbers: Array, texts: Array, leads: Array, count: int
    ) -> "WordIndex":
        """Return the index of words that are numbered already.

        Parameters
        ----------
        words : sequence of str
            What the numbers stand for, folded; a word may stand there more than once.
        numbers : int64 array
            The word of each occurrence.
        texts : int64 array
            The text of each occurrence.
        leads : bool array
            Whether a text begins with it.
        count : int
            How many texts there are.
        """
        distinct = sorted(set(words))
        places = {word: place for place, word in enumerate(distinct)}
        meant = np.array([places[word] for word in words], np.int64)
        keys = (meant[numbers] << 32 | texts << 1 | leads) if len(words) else numbers
        keys.sort()
        # Of the same word in the same text the last is kept, which tells whether it leads.
        keys = keys[np.append(keys[1:] >> 1 != keys[:-1] >> 1, True)[: len(keys)]]
        ends = np.searchsorted(keys, np.arange(len(distinct) + 1) << 32)
        return cls(StringTable.of(distinct), ends, smallest(keys & 0xFFFFFFFF), count)

    @classmethod
    def open(cls, file: ArrayFile, name: str) -> "WordIndex":
        """Return the index that `save` wrote."""
        words = StringTable.open(file, f"{name}/words")
        entries = file[f"{name}/entries"].all()
        return cls(words, file[f"{name}/ends"].all(), entries, file.notes["texts"][name])

    def save(self, writer: ArrayFileWriter, name: str) -> int:
        """Write the index and return how many texts it has, which the file's notes must say."""
        self._words.save(writer, f"{name}/words")
        writer.add(f"{name}/ends", smallest(np.asarray(self._ends)))
        writer.add(f"{name}/entries", self._entries)
        return self._texts

    def find(self, words: Sequence[str]) -> Found:
        """Return the texts that have, for each of some folded words, one that begins with it."""
        fitting = np.ones(self._texts, bool)
        leading = np.zeros(self._texts, bool)
        for place, word in enumerate(words):
            entries = self._beginning(word)
            here = np.zeros(self._texts, bool)
            here[entries >> 1] = True
            fitting &= here
            if not place:
                leading[entries[entries & 1 > 0] >> 1] = True
        return Found(fitting, leading & fitting)

    def _beginning(self, word: str) -> Array:
        places = self._words.starting_with(word)
        entries: Array = self._entries[self._ends[places.start] : self._ends[places.stop]]
        return entries
