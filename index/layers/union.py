"""Several layers become one in a process of its own, while they go on being searched.

Run as a program it is that process: what it builds of lies in a file of the scratch folder.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.arrays import Array, DamagedFileError
from index.generation import Generation
from index.interpreter import environment
from index.layers.layer import Base, Entry, Layer
from index.layers.maker import LINES, build_of_lines
from index.layers.scratch import Scratch


class Union:
    """A layer that is being made of others.

    Parameters
    ----------
    base : Base
        The great generation.
    parts : sequence of tuple of Layer and bool array
        The others, and which of their documents are wanted.
    """

    def __init__(self, base: Base, parts: Sequence[tuple[Layer, Array]]) -> None:
        self.layers = [layer for layer, _ in parts]
        self._base = base
        found: list[tuple[Entry, str]] = []
        for layer, wanted in parts:
            numbers = np.flatnonzero(wanted).tolist()
            lines = layer.generation.documents.lines(numbers)
            found += [(layer.entries[n], line) for n, line in zip(numbers, lines, strict=True)]
        found.sort(key=lambda item: item[0].moment)
        self._entries = [entry for entry, _ in found]
        self._scratch = Scratch()
        text = "\n".join(line for _, line in found)
        (self._scratch.folder.parent / LINES).write_text(text, encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [
                *(sys.executable, "-m", "index.layers.union"),
                *(str(self._scratch.folder), repr(base.mean_length)),
            ],
            env=environment(),
            stdin=subprocess.DEVNULL,
        )

    @property
    def finished(self) -> bool:
        """Whether it has been made, or has failed."""
        return self._process.poll() is not None

    def wait(self) -> None:
        """Return when it is finished."""
        self._process.wait()

    def layer(self) -> Layer:
        """Return it, when it is finished.

        Raises
        ------
        DamagedFileError
            When it has failed.
        """
        try:
            if self._process.returncode:
                raise DamagedFileError(
                    f"layers could not be united: their process ended with "
                    f"{self._process.returncode}; they are searched one by one"
                )
            return Layer(self._base, Generation(self._scratch.folder), self._entries)
        finally:
            self._scratch.close()

    def close(self) -> None:
        """Give it up."""
        self._process.kill()
        self._process.wait()
        self._scratch.close()


if __name__ == "__main__":
    os.nice(10)
    build_of_lines(Path(sys.argv[1]), float(sys.argv[2]))
