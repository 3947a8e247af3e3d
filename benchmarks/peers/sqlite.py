"""SQLite with its full-text extension FTS5, through Python's own module."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from articles.article import Article
from benchmarks.peers.peer import FACETS, TITLE_WEIGHT, Answer, text_of
from benchmarks.questions import LIMIT, Family, Question

_COLUMNS = tuple(name for name in FACETS if name != "author")
_SCHEMA = f"""
    pragma journal_mode = wal;
    create table stored (
        number integer primary key, id text, record text, published integer,
        {", ".join(f"{name} text" for name in _COLUMNS)}
    );
    create index stored_published on stored (published);
    create table authors (number integer, author text);
    create index authors_number on authors (number);
    create virtual table words using fts5 (title, text, content='', tokenize='porter unicode61');
    insert into words (words, rank) values ('rank', 'bm25({TITLE_WEIGHT}, 1.0)');
"""
_BEST = "select id from words join stored on number = words.rowid where words match ?"
_ORDER = f" order by rank limit {LIMIT} offset ?"
_COUNTED = [
    f"select '{name}', {name}, count(*) from hits cross join stored on number = rowid"
    f" where {name} != '' group by {name}"
    for name in _COLUMNS
]
_COUNTED.append(
    "select 'author', author, count(*) from hits cross join authors on number = rowid"
    " group by author"
)
_COUNTS = (
    "with hits as materialized (select rowid from words where words match ?) "
    + " union all ".join(_COUNTED)
)


class SqliteFts5:
    """A contentless full-text table beside a table of all articles."""

    families = frozenset(Family) - {Family.SNIPPETS}

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: Any = None

    def build(self, articles: Iterable[Article]) -> None:
        """Insert all articles in one transaction, then merge the index into one tree."""
        self._folder.mkdir()
        self._connect()
        self._database.executescript(_SCHEMA)
        marks = ", ".join("?" * (4 + len(_COLUMNS)))
        execute = self._database.execute
        execute("begin")
        for number, article in enumerate(articles):
            facets = [getattr(article, name) for name in _COLUMNS]
            published = article.published and int(article.published.timestamp())
            execute(
                f"insert into stored values ({marks})",
                (number, article.id, article.to_json(), published, *facets),
            )
            execute(
                "insert into words (rowid, title, text) values (?, ?, ?)",
                (number, article.title, text_of(article)),
            )
            for author in dict.fromkeys(article.authors):
                execute("insert into authors values (?, ?)", (number, author))
        execute("commit")
        execute("insert into words (words) values ('optimize')")
        execute("pragma wal_checkpoint(truncate)")

    def open(self) -> None:
        """Open the database."""
        self._connect()

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        text, days = _match(question), _seconds(question)
        best = _BEST + " and published between ? and ?" * bool(days) + _ORDER
        execute = self._database.execute

        def answer() -> Answer:
            return Answer([row[0] for row in execute(best, (text, *days, question.offset))])

        def with_facets() -> Answer:
            facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
            for name, value, count in execute(_COUNTS, (text,)):
                facets[name][value] = count
            return answer()._replace(facets=facets)

        return with_facets if question.family is Family.FACETS else answer

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        days = _seconds(question)
        inside = " and published between ? and ?" * bool(days)
        query = "select count(*) from words join stored on number = words.rowid where words match ?"
        found: int = self._database.execute(query + inside, (_match(question), *days)).fetchone()[0]
        return found

    def close(self) -> None:
        """Release the database."""
        self._database.close()

    def _connect(self) -> None:
        self._database = sqlite3.connect(self._folder / "articles.sqlite3", isolation_level=None)


def missing() -> str:
    """Say what is missing, "" when nothing is."""
    with sqlite3.connect(":memory:") as database:
        options = {row[0] for row in database.execute("pragma compile_options")}
    database.close()
    return "" if "ENABLE_FTS5" in options else "this SQLite was compiled without FTS5"


def _match(question: Question) -> str:
    quoted = [f'"{word}"' for word in question.words]
    match question.family:
        case Family.ALL:
            return " AND ".join(quoted)
        case Family.PHRASE:
            return f'"{question.text}"'
        case Family.PREFIX:
            return f"{quoted[0]} *"
        case _:
            return " OR ".join(quoted)


def _seconds(question: Question) -> tuple[int, ...]:
    if question.first is None or question.last is None:
        return ()
    start, stop = (
        int(datetime.combine(day, time(), UTC).timestamp())
        for day in (question.first, question.last + timedelta(days=1))
    )
    return start, stop - 1
