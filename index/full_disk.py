"""A disk that is full: how it is known, and what is said of it."""

import errno
from pathlib import Path

from articles.errors import BackfileError

NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says when nothing more can be written: the disk or the user's part is full."""

FULL = "full"
"""What a process of a build says of it to the others."""


class FullDiskError(BackfileError):
    """There was no room for a generation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the disk of {folder} is full: what the rebuild wrote was removed, and what was "
            "served is served still. Make room there and rebuild again"
        )


def is_full(error: BaseException) -> bool:
    """Say whether that is what went wrong."""
    return isinstance(error, OSError) and error.errno in NUMBERS
