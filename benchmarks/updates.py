"""Updates through the API, by a program that repeats each call until it is acknowledged."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from string import ascii_lowercase
from types import TracebackType
from typing import Any, Self

MOST_AT_ONCE = 3
"""Articles of one call."""
_AGAIN = 0.05
"""Seconds before a call that was not acknowledged is repeated."""
_PATIENCE = 60


def word_of(number: int) -> str:
    """Return a word that stands in one version of one article, and nowhere else.

    Examples
    --------
    >>> word_of(0), word_of(27)
    ('zyqaaaa', 'zyqaabb')
    """
    letters = [ascii_lowercase[number // 26**place % 26] for place in (3, 2, 1, 0)]
    return "zyq" + "".join(letters)


@dataclass
class Updates:
    """Writes, changes and withdraws articles in the background from `__enter__` to `__exit__`.

    Parameters
    ----------
    host : str
        Name and port of the server.
    key : str
        The API key.
    rate : float
        Calls in a second, at most.
    seed : int
        What is written follows from it.

    Attributes
    ----------
    held : dict of str to str
        The word of each article that was acknowledged last, "" of one that was withdrawn. It is
        replaced, never changed, so that it can be looked at meanwhile.
    statuses : Counter
        Answers by status, 0 where there was none.
    """

    host: str
    key: str
    rate: float
    seed: int
    held: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _words: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End when the call under way is acknowledged."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    @contextmanager
    def paused(self) -> Iterator[dict[str, str]]:
        """Let nothing be written meanwhile; gives what was acknowledged, which is all there is."""
        with self._turn:
            yield self.held

    def _work(self) -> None:
        rng = random.Random(self.seed)
        calls = 0
        while not self._stop.wait(1 / self.rate):
            calls += 1
            wanted = {}
            for _ in range(rng.randint(1, MOST_AT_ONCE)):
                article_id, word = self._next(rng)
                wanted[article_id] = word
            with self._turn:
                self._repeat(calls, wanted)
                self.held = self.held | wanted

    def _next(self, rng: random.Random) -> tuple[str, str]:
        """Return what is done next: a new article, another version of one, or its withdrawal."""
        public = [name for name, word in self.held.items() if word]
        action = rng.random()
        if public and action < 0.15:
            return rng.choice(public), ""
        self._words += 1
        known = list(self.held)
        old = known and action < 0.4
        article_id = rng.choice(known) if old else f"update-{self.seed}-{self._words}"
        return article_id, word_of(self.seed % 20 * 20_000 + self._words)

    def _repeat(self, call: int, wanted: dict[str, str]) -> None:
        """Send a call until it is acknowledged: what arrives twice is done once."""
        body = json.dumps([_record(name, word) for name, word in wanted.items()])
        head = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"{self.seed}-{call}",
        }
        while True:
            line = HTTPConnection(self.host, timeout=_PATIENCE)
            try:
                line.request("POST", "/api/v1/articles", body, head)
                status = line.getresponse().status
            except (OSError, HTTPException):
                status = 0
            finally:
                line.close()
            self.statuses[status] += 1
            if status == 200:
                return
            time.sleep(_AGAIN)


def _record(article_id: str, word: str) -> dict[str, Any]:
    if not word:
        return {"id": article_id, "status": "withdrawn"}
    return {
        "id": article_id,
        "title": f"The {word} bridge",
        "body": f"Of the {word} bridge over the river nothing else is known.",
        "published": "2020-05-17T08:00:00Z",
        "status": "published",
    }
