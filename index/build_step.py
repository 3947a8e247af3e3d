"""What a part of the product adds to a build without the index knowing it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.arrays import Array
from index.boilerplate import MOST_LISTED, Sentence, find_boilerplate
from index.checkpoint import Checkpoint
from index.codec.container import ArrayFile
from index.documents import Documents
from index.postings import Segment
from index.strings import StringTable
from index.tfidf import TfidfRows
from index.word_fields import segment_name

_LINES = 512
"""Documents that are read at once."""


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far one stage of a build is."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[BuildProgress], None]


class BuildContext:
    """What a further step of a build works on: the generation's folder, its segments written.

    Parameters
    ----------
    folder : Path
        Where the step adds its files.
    segments : int
        How many segments there are.
    languages : sequence of str
        The primary language of each document.
    on_progress : callable
        Told how far the step is.
    checkpoint : Checkpoint
        Where the step keeps what it has complete.

    Attributes
    ----------
    boilerplate : tuple of Sentence
        The sentences that were found to say nothing, those in most articles first.
    boilerplate_found : int
        How many there are.
    known_boilerplate : StringTable
        More of them, for articles that come in later.
    """

    def __init__(
        self,
        folder: Path,
        segments: int,
        languages: Sequence[str],
        on_progress: OnProgress,
        checkpoint: Checkpoint,
    ) -> None:
        self.folder = folder
        self.checkpoint = checkpoint
        self.languages = languages
        self.on_progress = on_progress
        self._segments = segments
        self.boilerplate: tuple[Sentence, ...] = ()
        self.known_boilerplate = StringTable.of(())
        self.boilerplate_found = 0

    @property
    def published(self) -> Array:
        """When each document appeared, in seconds since 1970 (int64)."""
        return ArrayFile.open(self.folder / "archive.arrays")["published"].all()

    def opened(self) -> tuple[ArrayFile, list[Segment]]:
        """Return the file of the archive and the segments, as they were written."""
        archive = ArrayFile.open(self.folder / "archive.arrays")
        terms = StringTable.open(archive, "terms")
        names = map(segment_name, range(self._segments))
        return archive, [Segment(ArrayFile.open(self.folder / name), terms) for name in names]

    def rows(self, *, boilerplate_articles: int) -> TfidfRows:
        """Return the TF-IDF rows of all articles.

        Parameters
        ----------
        boilerplate_articles : int
            A sentence that stands in so many articles does not count.
        """
        from index.term_weights import weigh  # noqa: PLC0415  only a build needs scikit-learn

        archive, segments = self.opened()
        terms = StringTable.open(archive, "terms")
        documents = _Lines(segments, self.on_progress)
        found = find_boilerplate(documents, terms, least_articles=boilerplate_articles)
        self.boilerplate = found.sentences[:MOST_LISTED]
        self.known_boilerplate = StringTable.of(sentence.text for sentence in found.sentences)
        self.boilerplate_found = found.found
        return weigh(segments, list(terms), self.languages, found.counts)


class _Lines:
    """The documents of segments as lines, each time that they are asked for."""

    def __init__(self, segments: Sequence[Segment], on_progress: OnProgress) -> None:
        self._documents = Documents([s.file for s in segments], [s.base for s in segments])
        self._count = sum(segment.documents for segment in segments)
        self._on_progress = on_progress
        self._passes = 0

    def __iter__(self) -> Iterator[str]:
        start, total = self._passes * self._count, 2 * self._count
        self._passes += 1
        for first in range(0, self._count, _LINES):
            self._on_progress(BuildProgress("finding boilerplate", start + first, total))
            yield from self._documents.lines(range(first, min(first + _LINES, self._count)))
        self._on_progress(BuildProgress("finding boilerplate", start + self._count, total))


BuildStep = Callable[[BuildContext], None]
"""Adds files to the folder; how the recommender takes part without the index knowing it."""
