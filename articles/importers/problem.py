"""What goes wrong with an import: one line of its report, and the errors that stop it."""

from dataclasses import dataclass
from typing import Literal

from articles.errors import BackfileError

Action = Literal["rejected", "repaired"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One record that was not taken as it stood.

    ``line`` counts from 1; it is 0 where the whole file is meant. ``id`` is empty where the record
    was not read far enough to have one.
    """

    file: str
    line: int
    action: Action
    id: str
    reason: str


class UnreadableFileError(BackfileError):
    """A file that was named for import is missing, or of a kind that nobody here reads."""


class UnknownFieldError(BackfileError):
    """The field mapping names a field that an article does not have."""


class DamagedFileError(BackfileError):
    """The rest of a file cannot be read; what came before it is kept."""


class RecordError(BackfileError):
    """One record cannot become an article; the others go on."""
