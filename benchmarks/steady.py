"""A steady load: requests are due at fixed moments, whatever the answers take (an open loop).

A reader who has to wait does not keep the others from asking. So each time is taken from the moment
when a request was due; what waits for a slow answer is slow itself, and none is left out.
"""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import NamedTuple, Self

SENDERS = 48
"""Requests that may be under way at once; the next ones are late, which counts as theirs."""
_PATIENCE = 60


class Answered(NamedTuple):
    """One request: when it was due and when it was answered (`time.monotonic`), and with what.

    ``status`` is 0 where there was no answer, which ``body`` then explains.
    """

    path: str
    due: float
    ended: float
    status: int
    generation: int | None
    body: bytes

    @property
    def milliseconds(self) -> float:
        """How long it took from when it was due."""
        return (self.ended - self.due) * 1e3


@dataclass
class Steady:
    """Asks a server in the background from `__enter__` to `__exit__`.

    Parameters
    ----------
    host : str
        Name and port of the server.
    paths : sequence of str
        What is asked, in turns.
    rate : float
        Requests in a second.
    keep : callable
        Told every answer, from many threads.
    """

    host: str
    paths: Sequence[str]
    rate: float
    keep: Callable[[Answered], None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        turns = itertools.count()
        start = time.monotonic() + 0.2
        for _ in range(SENDERS):
            thread = threading.Thread(target=self._send, args=(turns, start))
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, turns: "itertools.count[int]", start: float) -> None:
        line = HTTPConnection(self.host, timeout=_PATIENCE)
        while True:
            turn = next(turns)
            due = start + turn / self.rate
            if self._stop.wait(max(0.0, due - time.monotonic())):
                break
            self.keep(ask(line, self.paths[turn % len(self.paths)], due))
        line.close()


def ask(line: HTTPConnection, path: str, due: float) -> Answered:
    """Ask once over a connection that stays open where that goes well."""
    try:
        line.request("GET", path)
        response = line.getresponse()
        body = response.read()
    except (OSError, HTTPException) as error:
        line.close()
        return Answered(path, due, time.monotonic(), 0, None, repr(error).encode())
    number = response.headers.get("Backfile-Generation")
    generation = int(number) if number else None
    return Answered(path, due, time.monotonic(), response.status, generation, body)
