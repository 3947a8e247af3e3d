"""Word lists: synonyms, stop words and names in several spellings that editors keep.

A line says one thing: ``car, motor car`` are words of one meaning, ``pm => prime minister`` finds
the latter for the former and not the other way round.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from articles.curation_edits import CurationError
from articles.identifiers import fault_of_text

MOST_LINES = 5_000
"""Lines of all word lists together."""
MOST_WORDS = 20
"""Words or phrases of one line."""
LONGEST_WORD = 80
"""Characters of a word or phrase."""
LONGEST_NOTE = 200
ARROW = "=>"
"""Stands in a one-way line of synonyms, behind what is asked for."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_RESERVED = re.compile(r'[#!"\[\]{}()*?~^:+<>=|\\]')
"""Signs that mean something in a query or in a file of lists, so that no word has them."""


class WordKind(StrEnum):
    """What a line is: words of one meaning, a word not searched, spellings of a name, or none."""

    SYNONYMS = "synonyms"
    STOP = "stop"
    NAMES = "names"
    APART = "apart"


class WordListError(CurationError):
    """A line that cannot be kept, or lists that cannot be changed so."""


@dataclass(frozen=True, slots=True)
class WordLine:
    """One line of a word list.

    Attributes
    ----------
    kind : WordKind
        What it is.
    words : tuple of str
        Its words or phrases; of a one-way line those that are asked for.
    found : tuple of str
        What a one-way line finds besides; empty for any other.
    language : str
        The language whose words these are, such as ``de``; empty for all.
    note : str
        Why it is there, in an editor's words.
    by : str
        Who has added it.
    at : datetime, optional
        When.
    """

    kind: WordKind
    words: tuple[str, ...]
    found: tuple[str, ...] = ()
    language: str = ""
    note: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def text(self) -> str:
        """The line as it is written.

        Examples
        --------
        >>> WordLine(WordKind.SYNONYMS, ("pm",), ("prime minister",)).text
        'pm => prime minister'
        """
        sides = (self.words, self.found) if self.found else (self.words,)
        return f" {ARROW} ".join(", ".join(side) for side in sides)

    @property
    def key(self) -> tuple[str, str, str]:
        """What two lines cannot have in common: kind, language and words, whatever their case."""
        return self.kind.value, self.language, self.text.casefold()


WordLines = tuple[WordLine, ...]
"""The lines of all lists: by kind, within it in the order in which they were added."""
WordsEdit = Callable[[WordLines], WordLines]


def line_of(kind: WordKind, text: str, *, language: str = "", note: str = "") -> WordLine:
    """Return the line that was written.

    Raises
    ------
    WordListError
        When it is none; the message says what to write instead.

    Examples
    --------
    >>> line_of(WordKind.SYNONYMS, "car,  motor  car").words
    ('car', 'motor car')
    """
    if fault := fault_of_text(text + language + note):
        raise WordListError(f"the line holds {fault}: leave it out")
    language = language.strip().lower()
    if language and not _LANGUAGE.fullmatch(language):
        raise WordListError(f"{language[:20]!a} is no language: write its code, such as de")
    if language and kind in (WordKind.NAMES, WordKind.APART):
        raise WordListError("names are searched in every language: leave the language out")
    asked, arrow, found = text.partition(ARROW)
    if arrow and kind is not WordKind.SYNONYMS:
        raise WordListError(f"{ARROW} stands in lines of synonyms only: leave it out")
    words = _words(asked)
    others = _words(found) if arrow else ()
    if arrow and not others:
        raise WordListError(f"the line ends at {ARROW}: write behind it what is found, too")
    _require_enough(kind, words, one_way=bool(arrow))
    _refuse_twice((*words, *others))
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise WordListError(f"the note has more than {LONGEST_NOTE} characters: shorten it")
    return WordLine(kind, words, others, language, note)


def added(lines: Iterable[WordLine], *, by: str, at: datetime) -> WordsEdit:
    """Add lines; one that stands there already is refused."""
    new = [_signed(line, by, at) for line in lines]

    def edit(before: WordLines) -> WordLines:
        known = {line.key for line in before}
        for line in new:
            if line.key in known:
                raise WordListError(f"“{line.text}” stands there already")
            known.add(line.key)
        return in_order((*before, *new))

    return edit


def imported(
    lines: Iterable[WordLine], *, by: str, at: datetime, replace: bool = False
) -> WordsEdit:
    """Add those lines of a file that are not there; with ``replace`` no other stays."""
    new = {line.key: _signed(line, by, at) for line in lines}

    def edit(before: WordLines) -> WordLines:
        kept = [line for line in before if not replace or line.key in new]
        known = {line.key for line in kept}
        return in_order((*kept, *(line for key, line in new.items() if key not in known)))

    return edit


def removed(key: tuple[str, str, str]) -> WordsEdit:
    """Remove the line with that `WordLine.key`."""

    def edit(before: WordLines) -> WordLines:
        after = tuple(line for line in before if line.key != key)
        if len(after) == len(before):
            raise WordListError(
                f"“{key[2][:100]}” does not stand there: perhaps somebody has removed it"
            )
        return after

    return edit


def in_order(lines: Iterable[WordLine]) -> WordLines:
    """Return lines by kind.

    Raises
    ------
    WordListError
        When there are more than are kept.
    """
    kinds = list(WordKind)
    found = tuple(sorted(lines, key=lambda line: kinds.index(line.kind)))
    if len(found) > MOST_LINES:
        raise WordListError(
            f"at most {MOST_LINES:,} lines are kept: remove some that the archive does not need"
        )
    return found


def _words(text: str) -> tuple[str, ...]:
    words = tuple(" ".join(word.split()) for word in text.split(","))
    if words == ("",):
        return ()
    if len(words) > MOST_WORDS:
        raise WordListError(f"a line has at most {MOST_WORDS} words: divide it into several")
    for word in words:
        if not word:
            raise WordListError("there is nothing between two commas or at an end: leave one out")
        if len(word) > LONGEST_WORD:
            raise WordListError(
                f"“{word[:40]}…” has more than {LONGEST_WORD} characters: write what readers type"
            )
        if not word.isprintable():
            raise WordListError("the line holds signs that nobody sees: type it again")
        if sign := _RESERVED.search(word):
            raise WordListError(f"“{word}” has the sign {sign.group()}, which no word has")
    return words


def _require_enough(kind: WordKind, words: tuple[str, ...], *, one_way: bool) -> None:
    if not words:
        raise WordListError("the line is empty: write at least one word")
    if kind is WordKind.STOP:
        if len(words) > 1:
            raise WordListError("a stop word stands alone on its line")
    elif len(words) < 2 and not one_way:
        raise WordListError(
            f"“{words[0]}” stands alone: write what means the same behind it, with a comma between"
        )


def _refuse_twice(words: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for word in words:
        if word.casefold() in seen:
            raise WordListError(f"“{word}” stands in the line twice: leave one out")
        seen.add(word.casefold())


def _signed(line: WordLine, by: str, at: datetime) -> WordLine:
    return WordLine(line.kind, line.words, line.found, line.language, line.note, by, at)
