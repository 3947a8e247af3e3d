"""The one way in: files -> article sources -> the archive store."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from articles.article import Article
from articles.importers.folders import FoundFile, find_files
from articles.importers.kinds import read_stream
from articles.importers.problem import Action, Problem
from articles.importers.source import ImportOptions, ParsedRecord, SourceFile
from articles.store import Outcome, Store

__all__ = ["ImportOptions", "ImportResult", "Problem", "Progress", "import_paths"]

_SHOWN_IDS = 20
_BATCH_CHARACTERS = 2**24


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is with one of the paths it was given.

    Bytes are those on disk, so compressed ones where a file is compressed; ``records`` counts from
    the beginning of the import, and ``so_far`` says what became of those that are stored already.
    """

    file: str
    bytes_done: int
    bytes_total: int
    records: int
    so_far: "ImportResult"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the records; ``ids`` are those of the first 20 articles that came in.

    An article counts once among added, changed, withdrawn and unchanged, and again in repaired
    when something of it had to be mended. ``detected`` has the languages that were told from texts
    and how many articles are in each, the commonest first.
    """

    added: int
    changed: int
    withdrawn: int
    unchanged: int
    rejected: int
    repaired: int
    ids: tuple[str, ...]
    detected: tuple[tuple[str, int], ...] = ()


def import_paths(
    store: Store,
    paths: Sequence[Path],
    options: ImportOptions,
    *,
    now: datetime,
    on_problem: Callable[[Problem], None],
    on_progress: Callable[[Progress], None],
) -> ImportResult:
    """Import files, folders and zips into the store.

    Memory does not grow with the files, but for 64 bits of each id, kept to tell a second article
    of the same id in one import: it is unchanged when it is the same article, else rejected.

    Parameters
    ----------
    store : Store
        Where the articles go, some hundred in a transaction.
    paths : sequence of Path
        Files, folders and zips, read in this order.
    options : ImportOptions
        What the newsroom says about its files.
    now : datetime
        The time of the import; an article that is published later is reported.
    on_problem : callable
        Called with every problem, in the order of the records.
    on_progress : callable
        Called once in a while and at the end of every file.

    Raises
    ------
    UnreadableFileError
        When a path is missing or of a kind that nobody reads; nothing has been imported then.
    StoreError
        When the store cannot be written; the batches before are in it.
    """
    left_out: list[Problem] = []
    found = find_files(paths, left_out)
    intake = _Intake(store, options.batch, now, on_problem)
    for problem in left_out:
        intake.reject(problem)
    for path, files in found:
        done, total = 0, sum(file.size for file in files)
        for file in files:
            for position, record in _records(file, options, now):
                intake.take(record)
                if intake.records % options.batch == 0:
                    reached = min(done + position, total)
                    on_progress(intake.progress(path, reached, total))
            done += file.size
            on_progress(intake.progress(path, done, total))
    intake.store()
    return intake.result()


def _records(
    file: FoundFile, options: ImportOptions, now: datetime
) -> Iterator[tuple[int, ParsedRecord]]:
    """Yield the records of a file, each with the bytes of it that were read so far."""
    source_file = SourceFile(label=str(file.path), name=file.name, options=options, now=now)
    try:
        stream = file.path.open("rb")
    except OSError as error:
        yield 0, ParsedRecord(source_file.label, 0, None, (f"cannot be opened ({error})",))
        return
    with stream:
        for record in read_stream(file.kind, stream, source_file):
            yield stream.tell(), record


class _Intake:
    """Counts records, refuses second ones of an id, and stores articles in batches."""

    def __init__(
        self, store: Store, size: int, now: datetime, on_problem: Callable[[Problem], None]
    ) -> None:
        self._store, self._size, self._now, self._on_problem = store, size, now, on_problem
        self._batch: dict[str, Article] = {}
        self._characters = 0
        self._seen: set[int] = set()
        self._outcomes = dict.fromkeys(Outcome, 0)
        self._ids: list[str] = []
        self._rejected = self._repaired = 0
        self._detected = Counter[str]()
        self.records = 0

    def take(self, record: ParsedRecord) -> None:
        """Take one record in."""
        self.records += 1
        article = record.article
        if article is None:
            self.reject(_problem(record, "rejected", "; ".join(record.reasons)))
            return
        earlier = self._earlier(article)
        if earlier == article:
            self._outcomes[Outcome.UNCHANGED] += 1
        elif earlier is not None:
            reason = (
                "another article with this id came earlier in this import, and that one is kept"
            )
            self.reject(_problem(record, "rejected", reason))
        else:
            if record.reasons:
                self._repaired += 1
                self._on_problem(_problem(record, "repaired", "; ".join(record.reasons)))
            if record.detected:
                self._detected[article.language] += 1
            self._batch[article.id] = article
            self._characters += sum(map(len, article.body))
            if len(self._batch) >= self._size or self._characters >= _BATCH_CHARACTERS:
                self.store()

    def reject(self, problem: Problem) -> None:
        """Count and report a rejected record."""
        self._rejected += 1
        self._on_problem(problem)

    def store(self) -> None:
        """Store the batch."""
        for outcome in self._store.upsert(tuple(self._batch.values()), self._now):
            self._outcomes[outcome] += 1
        self._ids += list(self._batch)[: _SHOWN_IDS - len(self._ids)]
        self._batch.clear()
        self._characters = 0

    def progress(self, path: Path, done: int, total: int) -> Progress:
        """Return how far the import is with a path of which so many bytes are read."""
        return Progress(str(path), done, total, self.records, self.result())

    def result(self) -> ImportResult:
        """Return what became of all records that are stored or rejected."""
        return ImportResult(
            added=self._outcomes[Outcome.ADDED],
            changed=self._outcomes[Outcome.CHANGED],
            withdrawn=self._outcomes[Outcome.WITHDRAWN],
            unchanged=self._outcomes[Outcome.UNCHANGED],
            rejected=self._rejected,
            repaired=self._repaired,
            ids=tuple(self._ids),
            detected=tuple(sorted(self._detected.items(), key=lambda item: (-item[1], item[0]))),
        )

    def _earlier(self, article: Article) -> Article | None:
        """Return the article of the same id that came earlier in this import."""
        key = int.from_bytes(blake2b(article.id.encode(), digest_size=8).digest())
        if key not in self._seen:
            self._seen.add(key)
            return None
        return self._batch.get(article.id) or self._store.get(article.id)


def _problem(record: ParsedRecord, action: Action, reason: str) -> Problem:
    return Problem(record.file, record.line, action, record.id, reason)
