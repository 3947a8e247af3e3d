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
from typing import Any, NamedTuple

from web.server import free_port

PATIENCE = 120.0
"""Seconds after which what has not happened is taken not to happen."""
_MOMENT = 0.05
_LISTENING = "0A"


class Site:
    """A server on a port of its own that is started again after it was killed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port("127.0.0.1", 0)
        self.host = f"127.0.0.1:{self.port}"
        self.down = threading.Event()
        self._before: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {**os.environ, "BACKFILE_REBUILD_AFTER": "0"}
        self._process = subprocess.Popen(
            command(self.home, "serve", "--port", str(self.port)),
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        # What answers may be left of the one that was killed; it ends by itself.
        until(lambda: not any(map(lives, self._before)))
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

    @property
    def listening(self) -> int:
        """How many workers take requests: each has a socket of its own on the port."""
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return sum(row[1].endswith(f":{self.port:04X}") and row[3] == _LISTENING for row in rows)

    def kill(self, *, all_of_it: bool) -> None:
        """Kill its first process, or all of its processes."""
        self.down.set()
        self._before = self.workers
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


class Reply(NamedTuple):
    """What was answered: 0 and why not where there was no answer."""

    status: int
    answer: dict[str, Any]


def ask(host: str, path: str) -> dict[str, Any] | None:
    """Return what is answered, None where nothing is or something other than 200 and 404."""
    reply = reply_of(host, path)
    return reply.answer if reply.status in (200, 404) else None


def reply_of(host: str, path: str) -> Reply:
    """Return what is answered over a connection of its own."""
    line = HTTPConnection(host, timeout=30)
    try:
        line.request("GET", path)
        response = line.getresponse()
        body = response.read()
    except (OSError, HTTPException) as error:
        return Reply(0, {"error": repr(error)})
    finally:
        line.close()
    try:
        return Reply(response.status, json.loads(body))
    except ValueError:
        return Reply(response.status, {"error": body[:200].decode(errors="replace")})


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


def lives(pid: int) -> bool:
    """Say whether a process goes on; one that nobody has asked about since its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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
