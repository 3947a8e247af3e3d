"""The editable list of names in several spellings, and of names that only look alike.

A line holds the spellings of one name with commas between them, in any scripts, each one word. A
line that begins with ``!`` holds names of which no two are one. Empty lines and what follows a
``#`` do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from articles.errors import BackfileError
from index.analysis import LONGEST_TOKEN, tokens

SHIPPED = Path(__file__).with_name("name_variants.txt")
"""The list that comes with Backfile."""
LARGEST = 1 << 20
"""Bytes of a list at most."""
MOST_SPELLINGS = 50
"""Spellings of a line at most."""


class NameListError(BackfileError):
    """A list of names that cannot be read."""


@dataclass(frozen=True, slots=True)
class NameList:
    """Names in several spellings.

    Attributes
    ----------
    names : tuple of tuple of str
        The spellings of each name, at least two, as they stand in the list.
    apart : tuple of tuple of str
        Names of which no two are one.
    """

    names: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, path: Path) -> "NameList":
        """Return the list of a file.

        Raises
        ------
        NameListError
            When there is no such file or a line cannot be read; the message names file and line.
        """
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise NameListError(
                f"the list of names {path} cannot be read: {error.strerror}. Correct the setting "
                "name_variants, or leave it out for the list that comes with Backfile"
            ) from error
        if len(data) > LARGEST:
            raise NameListError(
                f"the list of names {path} has more than {LARGEST:,} bytes: leave out what the "
                "archive does not hold"
            )
        names: list[tuple[str, ...]] = []
        apart: list[tuple[str, ...]] = []
        for place, text in _lines(path, data.removeprefix(b"\xef\xbb\xbf")):
            (apart if text.startswith("!") else names).append(
                _spellings(text.removeprefix("!"), place)
            )
        return cls(tuple(names), tuple(apart))

    @classmethod
    def shipped(cls) -> "NameList":
        """Return the list that comes with Backfile."""
        return _shipped()


@cache
def _shipped() -> NameList:
    return NameList.read(SHIPPED)


def _lines(path: Path, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield each line that says something, behind the file and the number of the line."""
    for number, line in enumerate(data.split(b"\n"), 1):
        place = f"{path}, line {number}"
        try:
            text = line.decode().partition("#")[0].strip()
        except UnicodeDecodeError as error:
            raise NameListError(f"{place}: this is not UTF-8; save the file in it") from error
        if text:
            yield place, text


def _spellings(text: str, place: str) -> tuple[str, ...]:
    spellings = tuple(spelling.strip() for spelling in text.split(","))
    if len(spellings) > MOST_SPELLINGS:
        raise NameListError(f"{place}: at most {MOST_SPELLINGS} spellings fit on a line")
    for spelling in spellings:
        if not spelling:
            raise NameListError(f"{place}: there is nothing between two commas or at an end")
        if tokens(spelling) != [spelling] or len(spelling) > LONGEST_TOKEN:
            raise NameListError(
                f"{place}: “{spelling[:LONGEST_TOKEN]}” is not one word. A list has names of one "
                "word: write the one that is spelled in several ways"
            )
    if len(set(spellings)) < 2:
        raise NameListError(
            f"{place}: “{spellings[0]}” stands alone. Write its other spellings behind it, with "
            "commas between them"
        )
    return tuple(dict.fromkeys(spellings))
