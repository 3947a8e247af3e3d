"""Word lists as a plain text file: a heading for each list, a line for each line of it.

::

    [synonyms]
    car, motor car        # asked for by the desk
    [synonyms de]
    auto, wagen
    [stop]
    newspaper

Empty lines do not count; what follows a ``#`` is the note of the line before it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from articles.word_lists import WordKind, WordLine, WordListError, line_of

LARGEST = 1 << 20
"""Bytes of a file at most."""
_HEADING = re.compile(r"\[\s*([a-z]+)(?:\s+([A-Za-z]{2,3}))?\s*\]")


def read_lines(data: bytes, name: str) -> Iterator[WordLine]:
    """Yield the lines of a file.

    Raises
    ------
    WordListError
        When one cannot be read; the message names the file and the line.
    """
    if len(data) > LARGEST:
        raise WordListError(f"{name} has more than {LARGEST:,} bytes: divide it")
    heading: tuple[WordKind, str] | None = None
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        place = f"{name}, line {number}"
        try:
            text, _, note = (part.strip() for part in raw.decode().partition("#"))
        except UnicodeDecodeError as error:
            raise WordListError(f"{place}: this is not UTF-8; save the file in it") from error
        if text.startswith("["):
            heading = _heading(text, place)
        elif text and heading is None:
            raise WordListError(f"{place}: write a heading before it, such as [synonyms]")
        elif text and heading is not None:
            kind, language = heading
            try:
                yield line_of(kind, text, language=language, note=note)
            except WordListError as error:
                raise WordListError(f"{place}: {error}") from error


def written(lines: Iterable[WordLine]) -> str:
    """Return the file of some lines; `read_lines` gives back what they say, without who and when.

    Examples
    --------
    >>> print(written([WordLine(WordKind.STOP, ("newspaper",), language="en")]), end="")
    [stop en]
    newspaper
    """
    kinds = list(WordKind)
    ordered = sorted(lines, key=lambda line: (kinds.index(line.kind), line.language))
    parts = []
    for (kind, language), some in groupby(ordered, lambda line: (line.kind, line.language)):
        parts.append(f"[{kind.value}{' ' * bool(language)}{language}]")
        parts.extend(f"{line.text}  # {line.note}" if line.note else line.text for line in some)
    return "".join(f"{part}\n" for part in parts)


def _heading(text: str, place: str) -> tuple[WordKind, str]:
    found = _HEADING.fullmatch(text)
    if found is None or found.group(1) not in list(WordKind):
        kinds = ", ".join(f"[{kind.value}]" for kind in WordKind)
        raise WordListError(
            f"{place}: {text[:40]!a} is no heading; there are {kinds}, and a language may stand "
            "behind the word, as in [stop de]"
        )
    return WordKind(found.group(1)), found.group(2) or ""
