"""Folders in which layers are built: gone as soon as their files are mapped, or their owner is."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

YOUNG = 60.0
"""Seconds in which a folder may not be held yet by the process that made it."""
_PREFIX = "backfile-layer-"


class Scratch:
    """A new folder among the temporary ones of the machine, which nobody else removes.

    Attributes
    ----------
    folder : Path
        Named as that of a generation is.
    """

    def __init__(self) -> None:
        self._parent = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._descriptor = os.open(self._parent, os.O_RDONLY)
        _is_free(self._descriptor)
        self.folder = self._parent / "0"
        self.folder.mkdir()

    def close(self) -> None:
        """Remove it; what is mapped of it lives on."""
        shutil.rmtree(self._parent, ignore_errors=True)
        os.close(self._descriptor)


def remove_orphans() -> None:
    """Remove what processes left that were killed while they built a layer."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < YOUNG:
                continue
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                if _is_free(descriptor):
                    shutil.rmtree(folder)
            finally:
                os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    """Hold an open folder until it is closed, also by a kill; say whether nobody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
