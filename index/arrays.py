"""Numpy arrays as files of one folder, mapped when they are read.

Nothing is pickled; a file that numpy cannot read raises `DamagedFileError` with its name.
"""

from pathlib import Path
from typing import Any

import numpy as np

from articles.errors import BackfileError

Array = np.ndarray[Any, Any]


class DamagedFileError(BackfileError):
    """A file of a generation is not what was written."""


def save(folder: Path, name: str, array: Array) -> None:
    """Write ``array`` as ``<name>.npy``."""
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load(folder: Path, name: str) -> Array:
    """Return the array of ``<name>.npy``, mapped read-only: its pages are read when used."""
    path = folder / f"{name}.npy"
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamagedFileError(f"{path} cannot be read as an array: {error}") from error
    # A plain view costs a microsecond a slice less than numpy's memmap class.
    return np.asarray(mapped)
