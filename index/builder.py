"""The rebuild: the public articles of the store become a new generation, which is then served."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from articles.article import Article, is_public
from index.addresses import write_addresses
from index.boilerplate import Sentence
from index.build_step import BuildContext, BuildProgress, BuildStep, OnProgress
from index.checkpoint import Beginning, Checkpoint
from index.codec.container import ArrayFileWriter
from index.crew import Crew
from index.documents import BLOCK
from index.full_disk import FullDiskError, is_full
from index.gate import Check, Verdict, judge
from index.generation import ARCHIVE
from index.manifest import Manifest, describe
from index.overview import Overview
from index.publish import Generations
from index.reading import BATCH, Portion, Reading
from index.suggestible import write_suggestible
from index.unfinished import READ, SCRATCH, WRITTEN, can_go_on, note_read
from index.uniting import United
from index.vocabulary import Vocabulary
from index.word_fields import K1, TITLE_WEIGHT, B

if TYPE_CHECKING:  # a process that builds layers begins sooner without the database
    from articles.store import Store

_T = TypeVar("_T")
MEMORY = 1024
"""Megabytes that a build may take for the articles it has in hand, over all its processes."""
_LARGEST_BATCH = 1 << 24
"""Bytes of articles after which a batch ends early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a rebuild did; ``skipped`` articles of the store are not public now.

    ``boilerplate`` holds the sentences that stand in most articles and therefore make none related,
    ``boilerplate_found`` is how many there are. ``resumed`` says whether it went on with what a
    killed one had complete, ``verdicts`` what the checks found.
    """

    number: int
    articles: int
    skipped: int
    seconds: float
    bytes: int
    resumed: bool = False
    verdicts: tuple[Verdict, ...] = ()
    boilerplate: tuple[Sentence, ...] = ()
    boilerplate_found: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What the checks found, in sentences."""
        return tuple(line for verdict in self.verdicts for line in verdict.lines())


def rebuild(
    store: "Store",
    generations: Generations,
    *,
    now: datetime,
    processes: int = 1,
    memory: int = MEMORY,
    steps: Sequence[BuildStep] = (),
    checks: Sequence[Check] = (),
    force: bool = False,
    resume: bool = True,
    on_progress: OnProgress = lambda _: None,
    before_serving: Callable[[], None] = lambda: None,
) -> BuildReport:
    """Build a generation from the store and serve it, when it passes the ``checks``.

    The served generation stays as it is until the new one is complete and on the disk; a build that
    fails, is refused or is stopped by an error of ``on_progress`` removes what it wrote. What a
    killed one leaves the next one goes on with, unless ``resume`` says not to. With ``force``
    nothing is refused. ``before_serving`` is called last, and may still stop it.

    Raises
    ------
    RebuildRunningError
        When another one is at work on the same folder.
    RefusedGenerationError
        When a check fails; the new generation is removed.
    FullDiskError
        When there was no room for it.
    """
    started = time.monotonic()
    with generations.locked():
        # Asked before the articles are read: what changes meanwhile is looked at again when
        # serving.
        beginning = Beginning.of(store, now, memory)

        def goes_on(left: Path) -> bool:
            before = Checkpoint(left).beginning if resume else None
            return bool(before and before.leads_to(beginning, store)) and can_go_on(left)

        folder, resumed = generations.begin(goes_on)
        work = _Build(folder, processes, memory, steps, on_progress)
        try:
            if resumed:
                beginning = work.checkpoint.beginning or beginning
            else:
                work.checkpoint.begin(beginning)
            public = _Public(store, beginning.moment, on_progress)
            portions = (Portion(lines=batch) for batch in _batches(public, len))
            manifest = work.run(portions, beginning.sequence)
            verdicts = judge(folder, checks, on_progress, force=force)
            before_serving()
            work.checkpoint.end()
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if is_full(error):
                raise FullDiskError(generations.folder) from error
            raise
        number = generations.publish(folder)
    return BuildReport(
        number=number,
        articles=manifest.articles,
        skipped=store.count() - manifest.articles if resumed else public.skipped,
        seconds=time.monotonic() - started,
        bytes=manifest.size,
        resumed=resumed,
        boilerplate=work.boilerplate,
        boilerplate_found=work.boilerplate_found,
        verdicts=verdicts,
    )


def build(
    folder: Path,
    articles: Iterable[Article],
    *,
    processes: int = 1,
    memory: int = MEMORY,
    steps: Sequence[BuildStep] = (),
    mean_length: float | None = None,
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
    steps : sequence of BuildStep
        What is added to the generation.
    mean_length : float, optional
        By which the lengths of texts are measured where it is not their own mean: that of a greater
        generation beside which this one shall lie.
    on_progress : callable
        Told how far the build is.

    Raises
    ------
    BuildError
        When one of the processes ends before its work is done.
    """
    batches = _batches(articles, lambda article: sum(map(len, article.body)))
    portions = (Portion(articles=batch) for batch in batches)
    work = _Build(folder, processes, memory, steps, on_progress)
    work.mean_length = mean_length
    work.checkpoint.begin(None)
    manifest = work.run(portions, 0)
    work.checkpoint.end()
    return manifest


class _Build:
    """One build into a folder that is empty, or that a killed one has left."""

    def __init__(
        self,
        folder: Path,
        processes: int,
        memory: int,
        steps: Sequence[BuildStep],
        on_progress: OnProgress,
    ) -> None:
        self._folder = folder
        self._scratch = folder / SCRATCH
        self._processes = processes
        self._memory = memory * 2**20
        self._steps = steps
        self._on_progress = on_progress
        self.checkpoint = Checkpoint(folder)
        self.boilerplate: tuple[Sentence, ...] = ()
        self.boilerplate_found = 0
        self.mean_length: float | None = None

    def run(self, portions: Iterable[Portion], store_sequence: int) -> Manifest:
        """Write all files; return their manifest."""
        written = self.checkpoint.noted(WRITTEN) or self._write(portions)
        languages = written["languages"]
        context = BuildContext(
            self._folder, written["segments"], languages, self._on_progress, self.checkpoint
        )
        archive, segments = context.opened()
        write_suggestible(self._folder, archive, segments)
        write_addresses(self._folder, segments)
        for step in self._steps:
            step(context)
        self.boilerplate = context.boilerplate
        self.boilerplate_found = context.boilerplate_found
        counts = Counter(languages)
        files = sorted(path for path in self._folder.iterdir() if path.is_file())
        manifest = Manifest(
            articles=len(languages),
            terms=written["terms"],
            segments=written["segments"],
            languages=tuple(sorted(counts, key=lambda name: (-counts[name], name))),
            store_sequence=store_sequence,
            settings={"title_weight": TITLE_WEIGHT, "k1": K1, "b": B},
            files={path.name: describe(path) for path in files},
        )
        manifest.write(self._folder)
        return manifest

    def _write(self, portions: Iterable[Portion]) -> dict[str, Any]:
        """Write archive and segments; return what the checkpoint knows of them."""
        self._scratch.mkdir(exist_ok=True)
        with Crew(self._folder, self._scratch, self._processes) as crew:
            read = self.checkpoint.noted(READ) or self._read(portions, crew)
            readers = read["readers"]
            self._on_progress(BuildProgress("uniting words", 0, 1))
            united = United({number: Reading(self._scratch, number) for number in {0, *readers}})
            united.save(self._scratch)
            overview = Overview(self._scratch, readers, united)
            plans = overview.plans(self._memory, self.mean_length)
            self._write_archive(united.vocabulary, overview)
            self._on_progress(BuildProgress("uniting words", 1, 1))
            self._on_progress(BuildProgress("writing segments", 0, len(plans)))
            for done in crew.write(plans, overview.at_once(plans, self._memory)):
                self._on_progress(BuildProgress("writing segments", done, len(plans)))
        languages = overview.languages()
        terms = len(united.vocabulary.terms)
        written = {"segments": len(plans), "terms": terms, "languages": languages}
        self.checkpoint.note(WRITTEN, written)
        shutil.rmtree(self._scratch)
        return written

    def _read(self, portions: Iterable[Portion], crew: Crew) -> dict[str, Any]:
        """Read all articles; return what the checkpoint knows of that."""
        for portion in portions:
            crew.read(portion)
        return note_read(self._folder, crew.finish_reading())

    def _write_archive(self, vocabulary: Vocabulary, overview: Overview) -> None:
        with (self._folder / ARCHIVE).open("wb") as file:
            writer = ArrayFileWriter(file)
            vocabulary.save(writer)
            overview.write_columns(writer)
            writer.finish()


class _Public:
    """The public articles of a store as lines, counted while they are read."""

    def __init__(self, store: "Store", now: datetime, on_progress: OnProgress) -> None:
        self._store, self._now, self._on_progress = store, now, on_progress
        self.skipped = 0

    def __iter__(self) -> Iterator[bytes]:
        total = self._store.count()
        done = 0
        self._on_progress(BuildProgress("reading articles", 0, total))
        for done, (facts, line) in enumerate(self._store.documents(), 1):
            if not done % 100:
                self._on_progress(BuildProgress("reading articles", done, max(done, total)))
            if is_public(facts, self._now):
                yield line
            else:
                self.skipped += 1
        self._on_progress(BuildProgress("reading articles", done, done))


def _batches(items: Iterable[_T], size_of: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Yield batches of whole blocks, of up to `BATCH` articles and not too many bytes."""
    batch: list[_T] = []
    size = 0
    for item in items:
        batch.append(item)
        size += size_of(item)
        if len(batch) == BATCH or (size > _LARGEST_BATCH and not len(batch) % BLOCK):
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
