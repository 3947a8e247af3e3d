"""A process that builds layers, so that those who answer readers have the interpreter.

It is made when the first layer is wanted, waits for orders on its input, and ends with that.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from articles.article import Article
from index.builder import build
from index.crew import BuildError
from index.documents import to_line
from index.interpreter import environment

NICENESS = 5
"""Those who answer readers go first, where both want the processor."""
LINES = "lines"
"""The file beside the folder of a layer with what it is built of."""


class Maker:
    """Builds layers in a process of its own; for one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def make(self, folder: Path, articles: Sequence[Article], mean_length: float) -> None:
        """Build a layer of articles into an empty folder.

        Raises
        ------
        BuildError
            When it cannot be built; the next one has another process.
        """
        lines = b"\n".join(map(to_line, articles))
        (folder.parent / LINES).write_bytes(lines)
        process = self._begun()
        answer = ""
        if process.stdin and process.stdout:
            with suppress(OSError):
                process.stdin.write(json.dumps([str(folder), mean_length]) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
        if not answer:
            self.close()
            raise BuildError("the process that builds layers ended; another one is begun")
        if problem := json.loads(answer):
            raise BuildError(f"a layer of {len(articles)} articles cannot be built: {problem}")

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _begun(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "index.layers.maker"],
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


def build_of_lines(folder: Path, mean_length: float) -> None:
    """Build a layer of the articles in the file beside its folder."""
    lines = (folder.parent / LINES).read_text(encoding="utf-8").split("\n")
    build(folder, map(Article.from_json, lines), mean_length=mean_length)


def main() -> None:
    """Build what is ordered until nobody orders any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever gives orders ends with its input
    os.nice(NICENESS)
    for order in sys.stdin:
        folder, mean_length = json.loads(order)
        try:
            build_of_lines(Path(folder), mean_length)
            problem = ""
        except Exception as error:  # noqa: BLE001  said to who ordered it
            problem = f"{type(error).__name__}: {error}"
        try:
            sys.stdout.write(json.dumps(problem) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:  # whoever ordered it was killed
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return


if __name__ == "__main__":
    main()
