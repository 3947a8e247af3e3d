"""What generations of two kinds answer, asked when nobody else does, to compare with."""

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from articles.importers.source import ImportOptions
from articles.store import Store
from articles.writing import read_asked
from benchmarks.steady import Answered
from web.app import create_app
from web.settings import Settings

MARKED = 40
"""Articles that only every second generation holds."""
WORD = "quixadrel"
"""Stands in each of them and nowhere else."""
_OF_THE_MOMENT = re.compile(
    rb'"generation":\d+|"seconds":[\d.]+|[\d.]+ m?s\b'
    rb"|20[2-9]\d-\d\d-\d\d[T ][\d:.]+(?:Z|[+-][\d:]+)?|\w{3}, \d\d \w{3} 20[2-9]\d [\d:]+ [\w+]+"
)
"""What of an answer is otherwise each time or with each build: times, and the build's number."""


def marked_articles(*, published: bool) -> bytes:
    """Return a call that writes the marked articles, or withdraws them.

    They are older than all others, which so have other numbers in a generation that holds them.
    """
    records = [
        {"id": f"{WORD}-{number}", "status": "withdrawn"}
        | (
            {
                "title": f"{WORD} {number}",
                "body": f"{WORD} vorlimp {number}",
                "published": "1970-01-02T00:00:00Z",
                "status": "published",
            }
            if published
            else {}
        )
        for number in range(MARKED)
    ]
    return json.dumps(records).encode()


class Expected:
    """Answers of generations with and without the marked articles, while the store has them or not.

    Parameters
    ----------
    home : Path
        The archive.
    host : str
        What the server was called that was asked before.
    paths : collection of str
        What was asked.
    """

    def __init__(self, home: Path, host: str, paths: Collection[str]) -> None:
        self._home, self._host, self._paths = home, host, sorted(paths)
        self._digests: dict[tuple[bool, bool], dict[str, bytes]] = {}

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return len(self._paths)

    @property
    def differing(self) -> int:
        """How many of them are answered otherwise by the two kinds, each as it was built."""
        one, other = (self._digests[kind, kind] for kind in (False, True))
        return sum(one[path] != other[path] for path in self._paths)

    def ask(self, *, built: bool) -> None:
        """Ask the generation that is served now, which has the marked articles or not."""
        for stored in (False, True):
            settings = Settings(home=self._home)
            with Store.open(settings.store_url) as store:
                now = datetime.now(UTC)
                asked = read_asked(marked_articles(published=stored), ImportOptions(), now)
                store.writes.write(asked, by="measuring", now=now)
            app = create_app(settings)
            kept = app.extensions["backfile"]
            kept.look_ahead()
            kept.catch_up()
            client = app.test_client()
            self._digests[built, stored] = {
                path: digest(client.get(path, headers={"Host": self._host}).data)
                for path in self._paths
            }
            kept.close()

    def is_right(self, answered: Answered, *, built: bool, stored: bool) -> bool:
        """Say whether an answer, its `digest` for a body, is that of this kind and store."""
        return self._digests[built, stored][answered.path] == answered.body


def digest(body: bytes) -> bytes:
    """Return a checksum of what does not change with the moment."""
    return blake2b(_OF_THE_MOMENT.sub(b"", body), digest_size=16).digest()
