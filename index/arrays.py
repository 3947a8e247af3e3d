"""What numpy arrays are called here, and what is raised when those of a file are damaged."""

from typing import Any

import numpy as np

from articles.errors import BackfileError

Array = np.ndarray[Any, Any]


class DamagedFileError(BackfileError):
    """A file of a generation is not what was written."""


def ranges(starts: Array, lengths: Array) -> Array:
    """Return the numbers from each start on, so many of each, in a row (int64).

    Examples
    --------
    >>> ranges(np.array([5, 9]), np.array([3, 2])).tolist()
    [5, 6, 7, 9, 10]
    """
    ends = np.cumsum(lengths, dtype=np.int64)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
