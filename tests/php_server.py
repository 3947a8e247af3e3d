"""PHP's own server, for pages that are made by the samples for other systems."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

PAUSE = Event()  # never set: asks again only after a moment


def php() -> str:
    """Return the program that runs PHP; whoever asks is skipped where there is none."""
    program = shutil.which("php")
    if program is None:
        pytest.skip("PHP (php-cli) is not installed")
    return program


@contextmanager
def running_php(
    files: Path, router: Path, environment: Mapping[str, str], log: Path
) -> Iterator[str]:
    """Serve what a router makes of files and give the address."""
    command = [php(), "-q", "-S", "127.0.0.1:0", "-t", str(files), str(router)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            deadline = time.monotonic() + 30
            while not (said := re.search(r"\((http://[\d.:]+)\) started", log.read_text())):
                assert time.monotonic() < deadline, log.read_text()
                PAUSE.wait(0.02)
            yield said[1]
        finally:
            server.terminate()
            server.wait(30)
