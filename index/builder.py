"""The rebuild: the public articles of the store become a new generation, which is then served."""

import math
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from articles.article import Article, is_public
from articles.store import Store
from index import columns, documents
from index.build_step import BuildContext, BuildProgress, BuildStep, OnProgress
from index.codec.container import ArrayFileWriter
from index.generation import ARCHIVE
from index.manifest import Manifest, describe
from index.postings import K1, LARGEST_SEGMENT, TEXT, TITLE_WEIGHT, B
from index.publish import Generations
from index.reading import BATCH, Batch
from index.vocabulary import Vocabulary
from index.workers import Alone, Crew, Team, save_numberings

MEMORY = 1024
"""Megabytes that a build may take for the articles it has in hand, over all its processes."""
_BYTES_A_TOKEN = 28
"""What a token costs while its segment is inverted."""
_SCRATCH = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a rebuild did; ``skipped`` articles of the store are not public now."""

    number: int
    articles: int
    skipped: int
    seconds: float
    bytes: int
    notes: tuple[str, ...] = ()


def rebuild(
    store: Store,
    generations: Generations,
    *,
    now: datetime,
    processes: int = 1,
    memory: int = MEMORY,
    steps: Sequence[BuildStep] = (),
    on_progress: OnProgress = lambda _: None,
) -> BuildReport:
    """Build a generation from the store and serve it.

    The served generation stays as it is until the new one is complete and on the disk; a build that
    fails or is killed changes nothing.

    Raises
    ------
    RebuildRunningError
        When another one is at work on the same folder.
    """
    started = time.monotonic()
    with generations.locked():
        folder = generations.begin()
        # Asked before the articles are read: what changes meanwhile is looked at again when
        # serving.
        sequence = store.last_sequence()
        public = _Public(store, now, on_progress)
        try:
            manifest = build(
                folder,
                public,
                processes=processes,
                memory=memory,
                store_sequence=sequence,
                steps=steps,
                on_progress=on_progress,
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        number = generations.publish(folder)
    return BuildReport(
        number=number,
        articles=manifest.articles,
        skipped=public.skipped,
        seconds=time.monotonic() - started,
        bytes=manifest.size,
    )


def build(
    folder: Path,
    articles: Iterable[Article],
    *,
    processes: int = 1,
    memory: int = MEMORY,
    store_sequence: int = 0,
    steps: Sequence[BuildStep] = (),
    on_progress: OnProgress = lambda _: None,
) -> Manifest:
    """Write a generation of ``articles`` into an empty folder; return its manifest.

    Parameters
    ----------
    folder : Path
        Where the files go.
    articles : iterable of Article
        By date, those without one first; taken one batch at a time.
    processes : int
        How many share the work; the files are the same.
    memory : int
        Megabytes for articles in hand; segments are made so small that they fit.
    store_sequence : int
        The last change of the store that is in it for certain.
    steps : sequence of BuildStep
        What is added to the generation.
    on_progress : callable
        Told how far the build is.

    Raises
    ------
    BuildError
        When one of the processes ends before its work is done.
    """
    scratch = folder / _SCRATCH
    scratch.mkdir()
    crew: Crew = Alone(folder, scratch) if processes == 1 else Team(folder, scratch, processes)
    with crew:
        count = 0
        iterator = iter(articles)
        while batch := list(islice(iterator, BATCH)):
            crew.read(count, batch, [documents.to_line(article) for article in batch])
            count += 1
        vocabulary = Vocabulary(crew.readings())
        batches = [Batch(scratch, number) for number in range(count)]
        save_numberings(scratch, vocabulary.numberings)
        plan = _plan(batches, crew.owners(), len(vocabulary.terms), memory * 2**20 // processes)
        written = 0

        def on_done() -> None:
            nonlocal written
            written += 1
            on_progress(BuildProgress("writing segments", written, len(plan)))

        crew.write(plan, on_done)
    languages = _write_archive(folder, batches, vocabulary)
    del batches
    shutil.rmtree(scratch)
    context = BuildContext(folder, len(plan), languages, on_progress)
    for step in steps:
        step(context)
    manifest = Manifest(
        articles=len(languages),
        terms=len(vocabulary.terms),
        segments=len(plan),
        languages=tuple(sorted(set(languages), key=lambda name: (-languages.count(name), name))),
        store_sequence=store_sequence,
        settings={"title_weight": TITLE_WEIGHT, "k1": K1, "b": B},
        files={path.name: describe(path) for path in sorted(folder.iterdir())},
    )
    manifest.write(folder)
    return manifest


class _Public:
    """The public articles of a store, counted while they are read."""

    def __init__(self, store: Store, now: datetime, on_progress: OnProgress) -> None:
        self._store, self._now, self._on_progress = store, now, on_progress
        self.skipped = 0

    def __iter__(self) -> Iterator[Article]:
        total = self._store.count()
        done = 0
        for done, article in enumerate(self._store.articles(), 1):
            if not done % 100:
                self._on_progress(BuildProgress("reading articles", done, max(done, total)))
            if is_public(article, self._now):
                yield article
            else:
                self.skipped += 1
        self._on_progress(BuildProgress("reading articles", done, done))


def _plan(
    batches: Sequence[Batch], owners: Sequence[int], terms: int, memory: int
) -> list[dict[str, Any]]:
    """Return what each segment is written from: as few of equal size as limits allow."""
    tokens = np.array([len(batch.file[f"{TEXT}/surfaces"]) for batch in batches], np.int64)
    leads = sum(int(batch.tokens(TEXT).leads.sum()) for batch in batches)
    articles = sum(batch.articles for batch in batches)
    mean = (int(tokens.sum()) + (TITLE_WEIGHT - 1) * leads) / max(articles, 1)
    wanted = max(
        math.ceil(articles / LARGEST_SEGMENT), math.ceil(tokens.sum() * _BYTES_A_TOKEN / memory)
    )
    plan: list[dict[str, Any]] = []
    base = 0
    for numbers in np.array_split(np.arange(len(batches)), min(wanted, len(batches)) or 1):
        if len(numbers):
            plan.append({
                "number": len(plan),
                "base": base,
                "batches": numbers.tolist(),
                "owners": [owners[number] for number in numbers],
                "mean_length": mean,
                "terms": terms,
            })  # fmt: skip
            base += sum(batches[number].articles for number in numbers)
    return plan


def _write_archive(folder: Path, batches: Sequence[Batch], vocabulary: Vocabulary) -> list[str]:
    """Write what is global in a generation; return the language of each article."""
    notes = [batch.notes() for batch in batches]
    with (folder / ARCHIVE).open("wb") as file:
        writer = ArrayFileWriter(file)
        vocabulary.save(writer)
        columns.write_columns(
            writer,
            _column(batches, "published"),
            _column(batches, "expires"),
            [article_id for note in notes for article_id in note["ids"]],
            {
                name: [row for note in notes for row in note["facets"][name]]
                for name in columns.FACET_FIELDS
            },
        )
        writer.finish()
    return [language for note in notes for language in note["languages"]]


def _column(batches: Sequence[Batch], name: str) -> Any:
    return np.concatenate([np.empty(0, np.int64), *(batch.file[name].all() for batch in batches)])
