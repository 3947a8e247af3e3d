"""Files of which each process of a server has one, and others read."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def own_file(folder: Path, suffix: str) -> int:
    """Return the descriptor of a file that is this process's alone as long as it is open.

    It is the first file of that kind which no living process has: who replaces a dead process goes
    on with what that one left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        file = folder / f"{number}{suffix}"
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            number += 1
        else:
            return descriptor


def contents(folder: Path, suffix: str, size: int) -> Iterator[bytes]:
    """Yield what stands in the files of all processes; one that is cut off is passed over."""
    for file in sorted(folder.glob(f"*{suffix}")):
        content = file.read_bytes()
        if len(content) == size:
            yield content
