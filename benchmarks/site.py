"""A server in processes of its own, which are killed and started again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from web.server import free_port

PATIENCE = 120.0
"""Seconds after which what has not happened is taken not to happen."""
_MOMENT = 0.05


class Site:
    """A server on a port of its own that is started again after it was killed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port("127.0.0.1", 0)
        self.host = f"127.0.0.1:{self.port}"
        self.down = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {**os.environ, "BACKFILE_REBUILD_AFTER": "0"}
        self._process = subprocess.Popen(
            command(self.home, "serve", "--port", str(self.port)),
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        if not until(lambda: ask(self.host, "/healthz") is not None):
            raise SystemExit(f"the server does not answer {PATIENCE:.0f} s after its start")
        self.down.clear()

    @property
    def pid(self) -> int:
        """The number of its first process."""
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The numbers of its workers."""
        return children_of(self.pid)

    def kill(self, *, all_of_it: bool) -> None:
        """Kill its first process, or all of its processes."""
        self.down.set()
        for pid in [self.pid, *(self.workers if all_of_it else ())]:
            os.kill(pid, signal.SIGKILL)
        if self._process:
            self._process.wait()

    def stop(self) -> int:
        """Stop it as an operator does; return its status."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(PATIENCE)


def ask(host: str, path: str) -> dict[str, Any] | None:
    """Return what is answered, None where nothing is or something other than 200 and 404."""
    line = HTTPConnection(host, timeout=30)
    try:
        line.request("GET", path)
        response = line.getresponse()
        body = response.read()
    except (OSError, HTTPException):
        return None
    finally:
        line.close()
    if response.status not in (200, 404):
        return None
    answer: dict[str, Any] = json.loads(body)
    return answer


def until(holds: Callable[[], bool]) -> bool:
    """Return whether something holds as soon as it does, at the latest after two minutes."""
    stop_by = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > stop_by:
            return False
        time.sleep(_MOMENT)
    return True


def command(home: Path, *words: str) -> list[str]:
    """Return how a command of the program is called."""
    return [sys.executable, "-m", "web.cli", "--home", str(home), *words]


def children_of(pid: int) -> list[int]:
    """Return the processes that one has started and that live."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


def session_of(pid: int) -> list[int]:
    """Return the living processes of the session that one began."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
